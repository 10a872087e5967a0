"""The reference of lessons 04 and 05: both backward passes against autograd, their identities, gamma and beta."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bnlib.check.exercises.lesson_04 import cache_of
from bnlib.reference import (
    BatchNormLayer,
    backward_intermediates,
    batchnorm_backward,
    batchnorm_backward_fused,
    batchnorm_forward,
    restoring_parameters,
    sgd_step,
)

BOTH = pytest.mark.parametrize("backward", [batchnorm_backward, batchnorm_backward_fused])
SEEDS, ROWS, FEATURES = st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(1, 6)


def batch(seed: int, rows: int, features: int, dtype: type = np.float64) -> tuple:
    """x, gamma, dy."""
    rng = np.random.default_rng(seed)
    x = 1 + rng.normal(size=(rows, features)) * rng.uniform(0.5, 3, features)
    parts = x, rng.uniform(0.5, 2, features), rng.normal(size=x.shape)
    return tuple(part.astype(dtype) for part in parts)


def close(ours, theirs, tolerance):
    """Equal, relative to the largest entry."""
    for a, b in zip(ours, theirs, strict=True):
        b = b.numpy()
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * max(1, np.abs(b).max()))


@BOTH
@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize("eps", [1e-5, 0.1])
@pytest.mark.parametrize("rows", [2, 3, 64, 4096, 9973])
def test_the_gradients_equal_autograd_s(backward, rows, eps, dtype, tolerance):
    x, gamma, dy = batch(rows, rows, 7, dtype)
    beta = np.zeros_like(gamma)
    leaves = [torch.from_numpy(a.astype(np.float64)).requires_grad_() for a in (x, gamma, beta)]
    y = torch.nn.functional.batch_norm(leaves[0], None, None, leaves[1], leaves[2], training=True, eps=eps)
    truth = torch.autograd.grad(y, leaves, torch.from_numpy(dy.astype(np.float64)))
    _, cache = batchnorm_forward(x, gamma, beta, eps)
    for kept in (cache, cache_of(x, gamma, eps)):
        ours = backward(dy, kept)
        assert all(part.dtype == dtype for part in ours)
        close(ours, truth, tolerance)


@pytest.mark.parametrize("rows", [2, 5, 512])
def test_the_inner_gradients_equal_autograd_s(rows):
    x, gamma, dy = batch(rows, rows, 4)
    mean, var = torch.from_numpy(x.mean(axis=0)).requires_grad_(), torch.from_numpy(x.var(axis=0)).requires_grad_()
    xhat = (torch.from_numpy(x) - mean) / torch.sqrt(var + 0.1)
    y = torch.from_numpy(gamma) * xhat
    truth = torch.autograd.grad(y, [xhat, var, mean], torch.from_numpy(dy))
    close(backward_intermediates(dy, cache_of(x, gamma, 0.1)), truth, 1e-12)


@settings(max_examples=60, deadline=None)
@given(SEEDS, ROWS, FEATURES, st.floats(1e-5, 1))
def test_node_by_node_and_closed_form_are_equal(seed, rows, features, eps):
    x, gamma, dy = batch(seed, rows, features)
    cache = cache_of(x, gamma, eps)
    for one, other in zip(batchnorm_backward(dy, cache), batchnorm_backward_fused(dy, cache), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-12 * max(1, cache["rstd"].max()) * rows)


@BOTH
@settings(max_examples=60, deadline=None)
@given(SEEDS, ROWS, FEATURES)
def test_columns_of_dx_sum_to_0_and_stand_across_xhat(backward, seed, rows, features):
    x, gamma, dy = batch(seed, rows, features)
    _, cache = batchnorm_forward(x, gamma, np.zeros(features), 0.0)
    dx, _, _ = backward(dy, cache)
    scale = rows * max(1, cache.rstd.max()) * max(1, np.abs(cache.xhat).max()) ** 2 * 1e-11
    np.testing.assert_allclose(dx.sum(axis=0), 0, atol=scale)
    np.testing.assert_allclose((dx * cache.xhat).sum(axis=0), 0, atol=scale)


@BOTH
@settings(max_examples=60, deadline=None)
@given(SEEDS, ROWS, FEATURES, st.floats(1e-5, 1))
def test_what_eps_leaves_along_xhat_is_eps_over_var_plus_eps(backward, seed, rows, features, eps):
    x, gamma, dy = batch(seed, rows, features)
    cache = cache_of(x, gamma, eps)
    dx, dgamma, _ = backward(dy, cache)
    left = gamma * cache["rstd"] * dgamma * eps * cache["rstd"] ** 2
    scale = rows * max(1, cache["rstd"].max()) * 1e-11
    np.testing.assert_allclose((dx * cache["xhat"]).sum(axis=0), left, atol=scale)


@BOTH
@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(3, 40), FEATURES, st.floats(0.01, 100))
def test_without_eps_a_batch_k_times_as_wide_has_a_k_th_of_the_gradient(backward, seed, rows, features, k):
    x, gamma, dy = batch(seed, rows, features)
    one, wide = (backward(dy, batchnorm_forward(scale * x, gamma, 0 * gamma, 0.0)[1]) for scale in (1, k))
    np.testing.assert_allclose(k * wide[0], one[0], atol=1e-9 * max(1, np.abs(one[0]).max()))
    np.testing.assert_allclose(wide[1], one[1], atol=1e-9)
    np.testing.assert_array_equal(wide[2], one[2])


@BOTH
@settings(max_examples=40, deadline=None)
@given(SEEDS, ROWS, FEATURES, st.floats(-100, 100))
def test_the_gradients_are_linear_in_dy(backward, seed, rows, features, k):
    x, gamma, dy = batch(seed, rows, features)
    cache = cache_of(x, gamma, 0.1)
    for scaled, plain in zip(backward(k * dy, cache), backward(dy, cache), strict=True):
        np.testing.assert_allclose(scaled, k * plain, atol=1e-9)


@BOTH
def test_a_batch_of_one_and_a_constant_feature_have_no_gradient_trouble(backward):
    dx, dgamma, dbeta = backward([[2.0, 3.0]], cache_of(np.array([[5.0, -1.0]]), np.ones(2), 1e-5))
    assert np.all(dx == 0) and np.all(dgamma == 0) and np.all(dbeta == [2, 3])
    x, gamma, dy = batch(0, 6, 2)
    x[:, 1] = 0.1
    for eps in (0.0, 1e-5):
        _, cache = batchnorm_forward(x, gamma, np.zeros(2), eps)
        dx, dgamma, _ = backward(dy, cache)
        assert np.all(np.isfinite(dx)) and dgamma[1] == 0


@pytest.mark.parametrize("backward", [backward_intermediates, batchnorm_backward, batchnorm_backward_fused])
def test_integers_are_promoted_float16_is_kept_and_arguments_are_left_unchanged(backward):
    x, gamma, dy = batch(3, 6, 3)
    cache = cache_of(x, gamma, 0.1)
    before = {name: np.copy(value) for name, value in cache.items()}
    kept_dy = dy.copy()
    backward(dy, cache)
    assert np.array_equal(dy, kept_dy) and all(np.array_equal(cache[name], before[name]) for name in before)
    whole = np.arange(18).reshape(6, 3)
    for ours, truth in zip(backward(whole, cache), backward(whole.astype(float), cache), strict=True):
        assert ours.dtype == np.float64 and np.array_equal(ours, truth)
    assert all(part.dtype == np.float16 for part in backward(dy.astype(np.float16), cache))


@settings(max_examples=60, deadline=None)
@given(SEEDS, ROWS, FEATURES, st.floats(0, 1))
def test_the_restoring_parameters_make_batch_norm_the_identity(seed, rows, features, eps):
    x, _, _ = batch(seed, rows, features)
    gamma, beta = restoring_parameters(x, eps)
    np.testing.assert_allclose(batchnorm_forward(x, gamma, beta, eps)[0], x, rtol=1e-11, atol=1e-11)


def test_the_layer_trains_as_pytorch_s_does():
    rng = np.random.default_rng(0)
    ours, theirs = BatchNormLayer(3, eps=0.1), torch.nn.BatchNorm1d(3, eps=0.1, dtype=torch.float64)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.5)
    for _ in range(3):  # gamma 1 and beta 0 at first, then whatever the steps make of them
        x, dy = rng.normal(3, 2, size=(2, 6, 3))
        leaf = torch.tensor(x, requires_grad=True)
        y = theirs(leaf)
        optimizer.zero_grad()
        y.backward(torch.from_numpy(dy))
        optimizer.step()
        np.testing.assert_allclose(ours.forward(x), y.detach().numpy(), atol=1e-12)
        np.testing.assert_allclose(ours.backward(dy), leaf.grad.numpy(), atol=1e-12)
        for mine, parameter in zip(ours.grads, theirs.parameters(), strict=True):
            np.testing.assert_allclose(mine, parameter.grad.numpy(), atol=1e-12)
        ours.params = sgd_step(ours.params, ours.grads, 0.5)
    with pytest.raises(ValueError, match="backward follows forward: this layer has seen no batch yet"):
        BatchNormLayer(3).backward(np.zeros((6, 3)))


def test_sgd_steps_as_pytorch_does_and_leaves_its_arguments_alone():
    rng = np.random.default_rng(0)
    shapes = [(4, 3), (3,), (), (2, 3, 4)]
    params, grads = ([np.asarray(rng.normal(size=shape)) for shape in shapes] for _ in range(2))
    before = [p.copy() for p in params]
    tensors = [torch.tensor(p, requires_grad=True) for p in params]
    for tensor, g in zip(tensors, grads, strict=True):
        tensor.grad = torch.tensor(g)
    torch.optim.SGD(tensors, lr=0.03).step()
    stepped = sgd_step(params, grads, 0.03)
    assert isinstance(stepped, list) and all(np.array_equal(p, b) for p, b in zip(params, before, strict=True))
    for ours, theirs in zip(stepped, tensors, strict=True):
        np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-14)
    assert sgd_step([np.ones(2, np.float32)], [np.ones(2)], 0.1)[0].dtype == np.float32
    assert sgd_step([[1, 2]], [[1, 1]], 0.5)[0].tolist() == [0.5, 1.5]


X, GAMMA, DY = batch(0, 4, 2)
CACHE = cache_of(X, GAMMA, 0.1)


@pytest.mark.parametrize("backward", [backward_intermediates, batchnorm_backward, batchnorm_backward_fused])
@pytest.mark.parametrize("dy, cache, sentence", [
    (DY[0], CACHE, r"dy must be 2-D, \(N, D\), not of shape \(2,\)"),
    (DY[:3], CACHE, r"dy must have the shape of the forward pass's x, \(4, 2\), not \(3, 2\)"),
    (DY + 0j, CACHE, "dy must hold real numbers, not dtype complex128"),
    (DY, {"xhat": CACHE["xhat"], "rstd": CACHE["rstd"]}, "cache has no 'gamma': hand over the cache of the forward"),
    (DY, {**CACHE, "rstd": CACHE["rstd"][:1]}, r"cache\['rstd'\] must have one entry per feature, shape \(2,\)"),
    (DY, None, "cache has no 'xhat'"),
])
def test_a_bad_gradient_or_cache_is_refused_in_one_clear_sentence(backward, dy, cache, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        backward(dy, cache)


@pytest.mark.parametrize("call, sentence", [
    (lambda: restoring_parameters(X[0], 0.1), "x must be 2-D"),
    (lambda: restoring_parameters(X, -0.1), "eps must not be negative"),
    (lambda: sgd_step([X], [X, X], 0.1), "grads must have one entry per parameter, 1, not 2"),
    (lambda: sgd_step([X], [X[0]], 0.1), r"grads\[0\] must have the shape of params\[0\], \(4, 2\), not \(2,\)"),
    (lambda: sgd_step([X], [X], np.nan), "lr must be one finite number, not nan"),
])
def test_bad_input_is_refused_in_one_clear_sentence(call, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        call()
