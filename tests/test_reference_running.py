"""The reference of lesson 06: running statistics, inference, the layer and folding, against PyTorch's own."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bnlib.reference import (
    BatchNorm1d,
    batchnorm_forward,
    batchnorm_inference,
    convert_momentum,
    fold_batchnorm,
    population_statistics,
    update_running,
)

SEEDS = st.integers(0, 2**32 - 1)
PRECISIONS = pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-5)])


def vectors(rng: np.random.Generator, features: int) -> tuple[np.ndarray, ...]:
    """gamma, beta, running_mean, running_var."""
    return (rng.normal(size=features), rng.normal(size=features), rng.normal(size=features),
            rng.uniform(0.3, 3, features))


def twins(features: int, seed: int, momentum: float | None = 0.1, eps: float = 1e-5) -> tuple:
    """Our layer and PyTorch's, with the same gamma and beta."""
    rng = np.random.default_rng(seed)
    ours = BatchNorm1d(features, eps=eps, momentum=momentum)
    theirs = torch.nn.BatchNorm1d(features, eps=eps, momentum=momentum, dtype=torch.float64)
    ours.gamma, ours.beta = rng.normal(size=features), rng.normal(size=features)
    with torch.no_grad():
        theirs.weight.copy_(torch.from_numpy(ours.gamma))
        theirs.bias.copy_(torch.from_numpy(ours.beta))
    return ours, theirs


def same_statistics(ours, theirs, tolerance=1e-12):
    np.testing.assert_allclose(ours.running_mean, theirs.running_mean.numpy(), rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(ours.running_var, theirs.running_var.numpy(), rtol=tolerance, atol=tolerance)
    assert ours.num_batches_tracked == int(theirs.num_batches_tracked)


@PRECISIONS
@pytest.mark.parametrize("momentum", [0.1, 0.7, 1.0, None])
@pytest.mark.parametrize("rows", [2, 3, 64, 4096])
def test_the_layer_equals_pytorch_s_in_training_and_in_eval(rows, momentum, dtype, tolerance):
    ours, theirs = twins(5, rows, momentum)
    theirs = theirs.to(torch.float64 if dtype == np.float64 else torch.float32)
    rng = np.random.default_rng(rows)
    for _ in range(4):
        x = (1 + rng.normal(size=(rows, 5)) * 2).astype(dtype)
        y = ours(x)
        assert y.dtype == dtype
        # N = 2 in float32 divides a rounded difference by itself: the tolerance is relative to the largest entry.
        truth = theirs(torch.from_numpy(x)).detach().numpy()
        np.testing.assert_allclose(y, truth, rtol=0, atol=tolerance * max(1, np.abs(truth).max()))
        same_statistics(ours, theirs, tolerance)
    ours.eval()
    theirs.eval()
    for n in (1, rows):
        x = rng.normal(size=(n, 5)).astype(dtype)
        truth = theirs(torch.from_numpy(x)).detach().numpy()
        np.testing.assert_allclose(ours(x), truth, rtol=tolerance, atol=tolerance)
    same_statistics(ours, theirs, tolerance)


def test_the_state_survives_a_file_and_goes_on_where_it_was():
    ours, theirs = twins(3, 0, None)
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(2, 6, 3))
    ours(first)
    theirs(torch.from_numpy(first))
    file = io.BytesIO()
    np.savez(file, **ours.state_dict())
    file.seek(0)
    again = BatchNorm1d(3, momentum=None)
    with np.load(file) as state:
        again.load_state_dict(state)
    again(second)
    theirs(torch.from_numpy(second))
    same_statistics(again, theirs)
    np.testing.assert_array_equal(again.eval()(first), np.asarray(again.forward(first)))


def test_a_saved_state_does_not_change_with_the_layer():
    layer = BatchNorm1d(2)
    state = layer.state_dict()
    kept = {name: value.copy() for name, value in state.items()}
    layer(np.arange(6.0).reshape(3, 2))
    layer.gamma += 1
    assert all(np.array_equal(state[name], kept[name]) for name in kept)


def test_train_and_eval_return_the_layer_and_eval_changes_nothing():
    layer = BatchNorm1d(2)
    assert layer.training and layer.eval() is layer and not layer.training and layer.train() is layer
    layer.eval()
    before = layer.state_dict()
    layer(np.arange(8.0).reshape(4, 2))
    assert all(np.array_equal(before[name], value) for name, value in layer.state_dict().items())


def test_a_batch_of_one_in_training_is_refused_as_pytorch_refuses_it():
    with pytest.raises(ValueError) as theirs:
        torch.nn.BatchNorm1d(3)(torch.zeros(1, 3))
    layer = BatchNorm1d(3)
    with pytest.raises(ValueError, match=r"got input size \(1, 3\)") as ours:
        layer(np.zeros((1, 3)))
    said = "Expected more than 1 value per channel when training, got input size"
    assert said in str(theirs.value) and said in str(ours.value) and layer.num_batches_tracked == 0


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(2, 30), st.floats(0, 1))
def test_the_running_update_is_an_average_of_old_and_unbiased_new(seed, rows, momentum):
    rng = np.random.default_rng(seed)
    _, _, mean, var = vectors(rng, 3)
    x = rng.normal(size=(rows, 3))
    new_mean, new_var = update_running(mean, var, x, momentum)
    np.testing.assert_allclose(new_mean, mean + momentum * (x.mean(axis=0) - mean), atol=1e-12)
    np.testing.assert_allclose(new_var, var + momentum * (x.var(axis=0, ddof=1) - var), atol=1e-12)


def test_arguments_are_left_unchanged_and_dtypes_are_kept():
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(5, 3)), rng.normal(size=(4, 3))
    gamma, beta, mean, var = vectors(rng, 3)
    given_arrays = (x, weight, gamma, beta, mean, var)
    before = [a.copy() for a in given_arrays]
    update_running(mean, var, x)
    batchnorm_inference(x, gamma, beta, mean, var)
    fold_batchnorm(weight, beta, gamma, beta, mean, var, 0.1)
    population_statistics([x, x])
    assert all(np.array_equal(a, b) for a, b in zip(given_arrays, before, strict=True))
    single = [a.astype(np.float32) for a in given_arrays]
    results = [*update_running(single[4], single[5], x), batchnorm_inference(single[0], gamma, beta, mean, var),
               *fold_batchnorm(single[1], beta, gamma, beta, mean, var, 0.1), *population_statistics([single[0]])]
    assert all(result.dtype == np.float32 for result in results)
    assert batchnorm_inference([[1, 2, 3]], gamma, beta, mean, var).dtype == np.float64


@PRECISIONS
@pytest.mark.parametrize("rows", [1, 2, 4096])
def test_inference_equals_pytorch_s(rows, dtype, tolerance):
    rng = np.random.default_rng(rows)
    x, *four = (a.astype(dtype) for a in (rng.normal(size=(rows, 4)), *vectors(rng, 4)))
    gamma, beta, mean, var = (torch.from_numpy(a) for a in four)
    truth = torch.nn.functional.batch_norm(torch.from_numpy(x), mean, var, gamma, beta, training=False, eps=0.1)
    np.testing.assert_allclose(batchnorm_inference(x, *four, 0.1), truth.numpy(), rtol=tolerance, atol=tolerance)


def test_with_the_batch_s_own_statistics_inference_is_the_forward_pass():
    rng = np.random.default_rng(0)
    x, (gamma, beta, _, _) = rng.normal(size=(9, 3)), vectors(rng, 3)
    y = batchnorm_inference(x, gamma, beta, x.mean(axis=0), x.var(axis=0), 0.1)
    np.testing.assert_allclose(y, batchnorm_forward(x, gamma, beta, 0.1)[0], atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.lists(st.integers(1, 9), min_size=1, max_size=8), st.floats(-1e3, 1e3))
def test_one_stream_of_batches_has_the_statistics_of_all_rows_however_cut(seed, sizes, offset):
    rng = np.random.default_rng(seed)
    batches = [offset + rng.normal() + rng.normal(size=(n, 3)) for n in sizes]
    rows = np.concatenate(batches)
    mean, var = population_statistics(iter(batches))
    np.testing.assert_allclose(mean, rows.mean(axis=0), atol=1e-11)
    np.testing.assert_allclose(var, rows.var(axis=0), atol=1e-9)


def test_a_huge_offset_does_not_cancel_in_the_stream():
    rng = np.random.default_rng(0)
    exact = rng.normal(size=(4096, 3))
    _, var = population_statistics(np.split(exact + 1e7, 64))
    np.testing.assert_allclose(var, (exact + 1e7).var(axis=0), rtol=1e-9)


@given(st.floats(0, 1))
def test_converting_momentum_twice_gives_it_back(p):
    assert convert_momentum(convert_momentum(p)) == pytest.approx(p, abs=1e-15)
    assert convert_momentum(0.1) == 0.9


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 6), st.integers(1, 6), st.booleans())
def test_the_folded_layer_equals_the_layer_with_batch_norm(seed, inputs, outputs, with_bias):
    rng = np.random.default_rng(seed)
    x, weight = rng.normal(size=(7, inputs)), rng.normal(size=(inputs, outputs))
    bias = rng.normal(size=outputs) if with_bias else None
    four = vectors(rng, outputs)
    folded_weight, folded_bias = fold_batchnorm(weight, bias, *four, 1e-5)
    z = x @ weight + (0 if bias is None else bias)
    truth = batchnorm_inference(z, *four, 1e-5)
    np.testing.assert_allclose(x @ folded_weight + folded_bias, truth, rtol=0, atol=1e-12 * max(1, np.abs(truth).max()))


X = np.random.default_rng(0).normal(size=(4, 2))
ONE, ZERO = np.ones(2), np.zeros(2)
STATE = BatchNorm1d(2).state_dict()


@pytest.mark.parametrize("call, sentence", [
    (lambda: update_running(ZERO, ONE, X[:1]), "x must have at least two rows: one row has no unbiased variance"),
    (lambda: update_running(ZERO, ONE, X, 1.5), "momentum must lie between 0 and 1, but is 1.5"),
    (lambda: update_running(ZERO[:1], ONE, X), r"running_mean must have one entry per feature, shape \(2,\)"),
    (lambda: update_running(ZERO, -ONE, X), "running_var must not be negative, but feature 0 has -1"),
    (lambda: batchnorm_inference(X[0], ONE, ZERO, ZERO, ONE), "x must be 2-D"),
    (lambda: batchnorm_inference(X, ONE, ZERO, ZERO, ZERO, 0.0), r"running_var \+ eps is 0 for feature 0"),
    (lambda: BatchNorm1d(0), "num_features must be at least 1, but is 0"),
    (lambda: BatchNorm1d(2, eps=-1), "eps must not be negative"),
    (lambda: BatchNorm1d(2, momentum=2), "momentum must lie between 0 and 1"),
    (lambda: BatchNorm1d(3)(X), r"x must have 3 features, one per column, but has shape \(4, 2\)"),
    (lambda: BatchNorm1d(2)(np.zeros((2, 2, 2))), "x must be 2-D"),
    (lambda: BatchNorm1d(2).load_state_dict({"gamma": ONE}), r"the state does not fit this layer: missing \['beta'"),
    (lambda: BatchNorm1d(3).load_state_dict(STATE), r"gamma must have one entry per feature, shape \(3,\), not \(2,\)"),
    (lambda: population_statistics([]), "batches is empty"),
    (lambda: population_statistics([X, X[:, :1]]), r"batches\[1\] must have 2 features as those before it, not 1"),
    (lambda: population_statistics([X[0]]), r"batches\[0\] must be 2-D"),
    (lambda: convert_momentum(-0.1), "p must lie between 0 and 1, but is -0.1"),
    (lambda: fold_batchnorm(np.zeros((3, 2, 1, 1)), ZERO, ONE, ZERO, ZERO, ONE, 0.1), r"must be \(D_in, D_out\)"),
    (lambda: fold_batchnorm(X, np.zeros(4), ONE, ZERO, ZERO, ONE, 0.1), "bias must have one entry per output"),
    (lambda: fold_batchnorm(X, ZERO, ONE, ZERO, ZERO, -ONE, 0.1), "running_var must not be negative, but output 0"),
])
def test_bad_input_is_refused_in_one_clear_sentence(call, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        call()
