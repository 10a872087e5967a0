"""The reference of lesson 11: norms of values and of weights, against PyTorch's."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from bnlib.reference import (
    batch_renorm,
    batchnorm2d_forward,
    batchnorm_forward,
    batchnorm_inference,
    groupnorm,
    instancenorm,
    layernorm,
    normalize,
    spectral_norm,
    weight_norm,
)

SEEDS = st.integers(0, 2**32 - 1)
PRECISIONS = [(np.float64, 1e-12), (np.float32, 2e-5)]


def drawn(seed: int, *shapes: tuple[int, ...], dtype: type = np.float64) -> list:
    rng = np.random.default_rng(seed)
    return [(1 + 2 * rng.normal(size=shape)).astype(dtype) for shape in shapes]


def torched(*arrays: np.ndarray) -> list[torch.Tensor]:
    return [torch.from_numpy(np.asarray(a, np.float64)) for a in arrays]


def assert_equal(ours: np.ndarray, theirs: torch.Tensor, dtype: type, tolerance: float) -> None:
    truth = theirs.detach().numpy()
    assert ours.dtype == dtype and ours.shape == truth.shape
    np.testing.assert_allclose(ours, truth, rtol=0, atol=tolerance * max(1, np.abs(truth).max()))


@pytest.mark.parametrize("dtype, tolerance", PRECISIONS)
@pytest.mark.parametrize("shape", [(5, 7), (1, 3), (2, 4, 6), (3, 2, 4, 5), (4,)])
def test_layernorm_is_pytorch_s(shape, dtype, tolerance):
    x, gamma, beta = drawn(0, shape, shape[-1:], shape[-1:], dtype=dtype)
    x_, gamma_, beta_ = torched(x, gamma, beta)
    theirs = functional.layer_norm(x_, shape[-1:], gamma_, beta_, 0.01)
    assert_equal(layernorm(x, gamma, beta, 0.01), theirs, dtype, tolerance)


@pytest.mark.parametrize("dtype, tolerance", PRECISIONS)
@pytest.mark.parametrize("shape, groups", [((2, 6, 3, 4), 2), ((1, 6, 3, 4), 3), ((3, 4, 5, 5), 1), ((3, 4, 2, 2), 4),
                                           ((2, 8, 1, 1), 2)])
def test_groupnorm_and_instancenorm_are_pytorch_s(shape, groups, dtype, tolerance):
    x, gamma, beta = drawn(1, shape, shape[1:2], shape[1:2], dtype=dtype)
    x_, gamma_, beta_ = torched(x, gamma, beta)
    theirs = functional.group_norm(x_, groups, gamma_, beta_, 0.01)
    assert_equal(groupnorm(x, groups, gamma, beta, 0.01), theirs, dtype, tolerance)
    if shape[2] * shape[3] > 1:
        theirs = functional.instance_norm(x_, weight=gamma_, bias=beta_, eps=0.01)
        assert_equal(instancenorm(x, gamma, beta, 0.01), theirs, dtype, tolerance)


@pytest.mark.parametrize("dtype, tolerance", PRECISIONS)
@pytest.mark.parametrize("shape", [(4, 5), (1, 3), (3, 1), (4, 2, 3, 3)])
def test_weight_norm_is_pytorch_s(shape, dtype, tolerance):
    v, g = drawn(2, shape, shape[:1], dtype=dtype)
    g_ = torch.from_numpy(g.astype(np.float64)).reshape(-1, *[1] * (len(shape) - 1))
    assert_equal(weight_norm(v, g), torch._weight_norm(*torched(v), g_, 0), dtype, tolerance)


@pytest.mark.parametrize("steps", [1, 2, 7])
@pytest.mark.parametrize("outputs, inputs", [(4, 6), (6, 4), (3, 3), (1, 5), (5, 1)])
def test_spectral_norm_is_pytorch_s(outputs, inputs, steps):
    weight, u = drawn(3, (outputs, inputs), (outputs,))
    u /= np.linalg.norm(u)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older of PyTorch's two says that it is; it takes the paper's steps
        layer = torch.nn.utils.spectral_norm(torch.nn.Linear(inputs, outputs, dtype=torch.float64),
                                             n_power_iterations=steps)
    with torch.no_grad():
        layer.weight_orig.copy_(torch.from_numpy(weight))
        layer.weight_u.copy_(torch.from_numpy(u))
        layer(torch.zeros(1, inputs, dtype=torch.float64))
    ours, moved = spectral_norm(weight, u, steps)
    assert_equal(ours, layer.weight, np.float64, 1e-12)
    assert_equal(moved, layer.weight_u, np.float64, 1e-12)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 6), st.integers(1, 6))
def test_sigma_grows_towards_the_largest_singular_value_and_never_exceeds_it(seed, outputs, inputs):
    weight, u = drawn(seed, (outputs, inputs), (outputs,))
    sizes = []
    for steps in (1, 2, 4, 8):
        divided, _ = spectral_norm(weight, u, steps)
        sizes.append(np.abs(weight).max() / np.abs(divided).max())
    largest = np.linalg.norm(weight, 2)
    assert all(a <= b * (1 + 1e-12) for a, b in itertools.pairwise(sizes)) and sizes[-1] <= largest * (1 + 1e-12)


def test_one_call_of_many_steps_is_many_calls_of_one():
    weight, u = drawn(4, (5, 7), (5,))
    divided, at_once = spectral_norm(weight, u, 20)
    for _ in range(20):
        stepwise, u = spectral_norm(weight, u, 1)
    np.testing.assert_allclose(stepwise, divided, rtol=1e-12)
    np.testing.assert_allclose(u, at_once, rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.sampled_from([axes for k in (1, 2, 3, 4) for axes in itertools.combinations(range(4), k)]))
def test_over_its_axes_xhat_has_mean_0_and_variance_var_over_var_plus_eps(seed, axes):
    (x,) = drawn(seed, (2, 3, 2, 4))
    xhat = normalize(x, axes, 0.5)
    var = x.var(axis=axes)
    np.testing.assert_allclose(xhat.mean(axis=axes), 0, atol=1e-12)
    np.testing.assert_allclose(xhat.var(axis=axes), var / (var + 0.5), atol=1e-12)
    np.testing.assert_array_equal(normalize(x, [axis - 4 for axis in axes], 0.5), xhat)


def test_every_norm_is_normalize_with_other_axes():
    x, gamma, beta = drawn(5, (4, 6, 3, 5), (6,), (6,))
    along_c = (1, -1, 1, 1)
    for y, axes in ((batchnorm2d_forward(x, gamma, beta)[0], (0, 2, 3)), (instancenorm(x, gamma, beta), (2, 3)),
                    (groupnorm(x, 1, gamma, beta), (1, 2, 3)), (groupnorm(x, 6, gamma, beta), (2, 3))):
        truth = gamma.reshape(along_c) * normalize(x, axes) + beta.reshape(along_c)
        np.testing.assert_allclose(y, truth, atol=1e-11)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 6), st.integers(1, 6))
def test_batch_norm_of_x_is_layer_norm_of_its_transpose(seed, n, d):
    (x,) = drawn(seed, (n, d))
    y, _ = batchnorm_forward(x, np.ones(d), np.zeros(d), 0.1)
    np.testing.assert_allclose(layernorm(x.T, np.ones(n), np.zeros(n), 0.1).T, y, atol=1e-12)


def renorm_arguments(seed: int, n: int, d: int) -> list:
    x, gamma, beta, mean, log_std = drawn(seed, (n, d), (d,), (d,), (d,), (d,))
    return [x, gamma, beta, mean, np.exp(log_std / 3)]


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 6), st.integers(1, 6))
def test_batch_renorm_lies_between_batch_norm_and_inference(seed, n, d):
    args = renorm_arguments(seed, n, d)
    x, gamma, beta, mean, std = args
    tied, _ = batchnorm_forward(x, gamma, beta, 0.1)
    np.testing.assert_allclose(batch_renorm(*args, 1, 0, 0.1), tied, atol=1e-10)
    free = batchnorm_inference(x, gamma, beta, mean, std**2 - 0.01, 0.01)
    np.testing.assert_allclose(batch_renorm(*args, 1e6, 1e6, 0.1), free, atol=1e-10 * max(1, np.abs(free).max()))


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.floats(1, 4), st.floats(0, 4))
def test_batch_renorm_s_r_and_d_stay_within_their_limits(seed, r_max, d_max):
    x, _, _, mean, std = renorm_arguments(seed, 5, 4)
    y = batch_renorm(x, np.ones(4), np.zeros(4), mean, std, r_max, d_max, 0.0)
    r, d = y.std(axis=0), y.mean(axis=0)
    assert np.all((r >= (1 - 1e-9) / r_max) & (r <= r_max * (1 + 1e-9))) and np.all(np.abs(d) <= d_max + 1e-9)
    ratio, away = x.std(axis=0) / std, (x.mean(axis=0) - mean) / std
    free = (ratio > 1 / r_max) & (ratio < r_max)
    np.testing.assert_allclose(r[free], ratio[free])
    free = np.abs(away) < d_max
    np.testing.assert_allclose(d[free], away[free], atol=1e-9)


def test_no_example_of_layer_instance_or_group_norm_hears_of_another():
    x, gamma, beta = drawn(6, (5, 4, 3, 3), (4,), (4,))
    for norm in (lambda a: instancenorm(a, gamma, beta), lambda a: groupnorm(a, 2, gamma, beta),
                 lambda a: layernorm(a[..., 0, 0], gamma, beta)):
        np.testing.assert_array_equal(norm(x)[2:3], norm(x[2:3]))


def test_equal_values_become_0_and_a_large_mean_costs_no_digits():
    assert not normalize(np.full((3, 4), 0.1), (1,), 0).any()
    x = np.random.default_rng(0).normal(size=(4, 256))
    loud = (1e4 + x).astype(np.float32)
    truth = normalize(loud.astype(np.float64), (1,))
    np.testing.assert_allclose(normalize(loud, (1,)), truth, atol=2e-5)
    halves = normalize(x.astype(np.float16), (1,))
    assert halves.dtype == np.float16
    np.testing.assert_allclose(halves, normalize(x, (1,)), atol=5e-3)


def test_weight_norm_keeps_direction_and_stands_huge_and_tiny_weights():
    v, g = drawn(7, (3, 2, 2, 2), (3,))
    w = weight_norm(v, g)
    np.testing.assert_allclose(np.sqrt((w**2).sum(axis=(1, 2, 3))), np.abs(g))
    for scale in (1e-200, 1e200):
        np.testing.assert_allclose(weight_norm(v * scale, g), w, rtol=1e-12)


def test_arguments_are_left_unchanged_and_integers_are_promoted():
    args = renorm_arguments(8, 4, 3)
    x, gamma, beta = args[:3]
    images, u = x.reshape(2, 3, 2, 1), gamma.copy()
    before = [a.copy() for a in (*args, u)]
    normalize(x, 0)
    layernorm(x, gamma, beta)
    instancenorm(images, gamma, beta)
    groupnorm(images, 3, gamma, beta)
    batch_renorm(*args, 2, 1)
    weight_norm(x.T, gamma)
    spectral_norm(x.T, u, 2)
    assert all(np.array_equal(a, b) for a, b in zip((*args, u), before, strict=True))
    whole = np.arange(12).reshape(4, 3)
    assert np.array_equal(normalize(whole, 1), normalize(whole.astype(float), 1))
    assert weight_norm(whole[:, 1:], [1, 1, 1, 1]).dtype == np.float64


X, ONE = np.ones((2, 4, 3, 3)), np.ones(4)
ROWS, D3 = np.arange(6.0).reshape(2, 3), np.ones(3)


@pytest.mark.parametrize("call, sentence", [
    (lambda: normalize(X, (1, 1)), "axes must name at least one axis and none twice"),
    (lambda: normalize(X, ()), "axes must name at least one axis"),
    (lambda: normalize(X, (4,)), r"axes \(4,\) do not fit x, which has 4 axes"),
    (lambda: normalize(X, (-5,)), "an axis must be at least -4"),
    (lambda: normalize(X, "01"), "axes must be axis numbers"),
    (lambda: normalize(X, 1, -1), "eps must not be negative"),
    (lambda: normalize(X[:0], 1), "x must have at least one number along each axis"),
    (lambda: layernorm(ROWS, D3[:2], D3), "gamma must have one entry per feature"),
    (lambda: layernorm(ROWS, D3, D3 * 1j), "beta must hold real numbers"),
    (lambda: groupnorm(X, 3, ONE, ONE), "groups must divide the 4 channels, but is 3"),
    (lambda: groupnorm(X, 2.0, ONE, ONE), "groups must be a whole number"),
    (lambda: groupnorm(X[0], 2, ONE, ONE), r"x must be 4-D, \(N, C, H, W\)"),
    (lambda: instancenorm(X, ONE[:2], ONE), "gamma must have one entry per channel"),
    (lambda: batch_renorm(ROWS, D3, D3, D3, D3, 0.5, 1), "r_max must be at least 1"),
    (lambda: batch_renorm(ROWS, D3, D3, D3, D3, 2, -1), "d_max must not be negative"),
    (lambda: batch_renorm(ROWS, D3, D3, D3, 0 * D3, 2, 1), "running_std must be positive"),
    (lambda: batch_renorm(ROWS[:1], D3, D3, D3, D3, 2, 1, 0), "choose eps > 0"),
    (lambda: weight_norm(D3, D3), "v must have outputs along axis 0"),
    (lambda: weight_norm(ROWS, D3), "g must have one entry per output"),
    (lambda: weight_norm(np.eye(3) * [1, 0, 1], D3), "output 1 of v is all zeros"),
    (lambda: spectral_norm(ROWS, D3, 1), "u must have one entry per output"),
    (lambda: spectral_norm(ROWS, D3[:2], 0), "steps must be at least 1"),
    (lambda: spectral_norm(0 * ROWS, D3[:2], 1), "Wᵀu is 0 here"),
])
def test_bad_input_is_refused_in_one_clear_sentence(call, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        call()
