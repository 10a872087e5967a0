"""The reference of lesson 03: batch norm's forward pass, against PyTorch and by its properties."""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bnlib.reference import batch_statistics, batchnorm_forward, influence_matrix, largest_xhat

SEEDS = st.integers(0, 2**32 - 1)
ROWS, FEATURES = st.integers(2, 40), st.integers(1, 6)


def batch(seed: int, rows: int, features: int, offset: float = 0.0, dtype: type = np.float64) -> tuple:
    """x, gamma, beta."""
    rng = np.random.default_rng(seed)
    x = offset + rng.normal(size=(rows, features)) * rng.uniform(0.3, 3, features)
    return x.astype(dtype), rng.normal(size=features).astype(dtype), rng.normal(size=features).astype(dtype)


def plain(x: np.ndarray, eps: float = 0.0) -> np.ndarray:
    """xhat: batch norm with gamma 1, beta 0."""
    return batchnorm_forward(x, np.ones(x.shape[1]), np.zeros(x.shape[1]), eps)[0]


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize("eps", [1e-5, 0.1])
@pytest.mark.parametrize("rows", [2, 3, 64, 4096, 9973])
def test_the_forward_pass_equals_pytorch(rows, eps, dtype, tolerance):
    x, gamma, beta = batch(rows, rows, 7, 1.0, dtype)
    y, _ = batchnorm_forward(x, gamma, beta, eps)
    tensors = [torch.from_numpy(a) for a in (x, gamma, beta)]
    truth = torch.nn.functional.batch_norm(tensors[0], None, None, *tensors[1:], training=True, eps=eps)
    assert y.dtype == dtype
    np.testing.assert_allclose(y, truth.numpy(), rtol=tolerance, atol=tolerance)


@settings(max_examples=60, deadline=None)
@given(SEEDS, ROWS, FEATURES, st.floats(1e-6, 1))
def test_xhat_has_mean_0_and_variance_var_over_var_plus_eps(seed, rows, features, eps):
    x, gamma, beta = batch(seed, rows, features)
    y, cache = batchnorm_forward(x, gamma, beta, eps)
    np.testing.assert_allclose(cache.xhat.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(cache.xhat.var(axis=0), x.var(axis=0) / (x.var(axis=0) + eps), rtol=1e-9)
    np.testing.assert_allclose(cache.rstd, 1 / np.sqrt(x.var(axis=0) + eps), rtol=1e-9)
    np.testing.assert_allclose(y, cache.gamma * cache.xhat + beta, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(y.mean(axis=0), beta, atol=1e-11)


@settings(max_examples=60, deadline=None)
@given(SEEDS, ROWS, FEATURES, st.floats(-1e3, 1e3))
def test_a_shift_of_a_feature_changes_nothing(seed, rows, features, shift):
    x, _, _ = batch(seed, rows, features)
    np.testing.assert_allclose(plain(x + shift, 1e-5), plain(x, 1e-5), atol=1e-8)


@settings(max_examples=60, deadline=None)
@given(SEEDS, ROWS, FEATURES)
def test_permuted_examples_give_permuted_outputs(seed, rows, features):
    x, gamma, beta = batch(seed, rows, features)
    order = np.random.default_rng(seed).permutation(rows)
    y = batchnorm_forward(x, gamma, beta)[0]
    np.testing.assert_allclose(batchnorm_forward(x[order], gamma, beta)[0], y[order], atol=1e-10)


@settings(max_examples=60, deadline=None)
@given(SEEDS, ROWS, FEATURES, st.floats(1e-3, 1e3))
def test_without_eps_the_scale_of_a_feature_changes_nothing_and_its_sign_flips(seed, rows, features, scale):
    x, _, _ = batch(seed, rows, features)
    np.testing.assert_allclose(plain(scale * x), plain(x), atol=1e-9)
    np.testing.assert_allclose(plain(-scale * x), -plain(x), atol=1e-9)


def test_scale_invariance_is_reached_as_eps_goes_to_0():
    x, _, _ = batch(0, 20, 3)
    gaps = [np.abs(plain(3 * x, eps) - plain(x, eps)).max() for eps in (1e-1, 1e-3, 1e-5, 1e-7)]
    assert all(later < earlier / 50 for earlier, later in pairwise(gaps))


@settings(max_examples=60, deadline=None)
@given(SEEDS, ROWS, FEATURES)
def test_no_xhat_passes_the_root_of_n_minus_1(seed, rows, features):
    x = np.random.default_rng(seed).standard_cauchy(size=(rows, features))
    assert np.abs(plain(x)).max() <= largest_xhat(rows) * (1 + 1e-12)


@pytest.mark.parametrize("rows", [2, 3, 100])
def test_one_example_apart_from_equal_ones_reaches_the_bound(rows):
    x = np.full((rows, 1), 3.7)
    x[0] = 9
    assert plain(x).max() == pytest.approx(largest_xhat(rows), rel=1e-12)


@pytest.mark.parametrize("offset", [1e4, -1e4])
@pytest.mark.parametrize("rows", [32, 1024, 4096])
def test_float32_with_a_mean_of_1e4_is_right(rows, offset):
    rng = np.random.default_rng(rows)
    x = (offset + rng.normal(size=(rows, 16))).astype(np.float32)
    exact = x.astype(np.float64)
    mean, var = batch_statistics(x)
    assert mean.dtype == var.dtype == np.float32
    np.testing.assert_allclose(mean, exact.mean(axis=0), rtol=1e-7)
    np.testing.assert_allclose(var, exact.var(axis=0), rtol=1e-5)
    y, _ = batchnorm_forward(x, np.ones(16), np.zeros(16))
    np.testing.assert_allclose(y, (exact - exact.mean(axis=0)) / np.sqrt(exact.var(axis=0) + 1e-5), atol=2e-5)


def test_float16_is_computed_in_float32_and_returned_as_float16():
    x, gamma, beta = batch(0, 4096, 3, 100, np.float16)
    y, cache = batchnorm_forward(x, gamma, beta)
    exact = batchnorm_forward(*(a.astype(np.float64) for a in (x, gamma, beta)))[0]
    assert y.dtype == np.float16 and cache.xhat.dtype == np.float32
    np.testing.assert_allclose(y, exact, rtol=2e-3, atol=2e-3)
    assert batch_statistics(x)[0].dtype == np.float16


def test_integers_and_bools_become_float64():
    x = np.array([[1, 0], [0, 0], [1, 1]])
    expected = batchnorm_forward(x.astype(float), np.ones(2), np.zeros(2))[0]
    for given_x in (x, x.astype(bool), x.astype(np.int8), x.tolist()):
        y, _ = batchnorm_forward(given_x, [1, 1], [0, 0])
        assert y.dtype == np.float64 and np.array_equal(y, expected)


@pytest.mark.parametrize("eps", [0.0, 1e-5])
@pytest.mark.parametrize("x", [np.full((50, 2), 0.1), np.array([[3.0, -1e9]])], ids=["constant", "batch of one"])
def test_a_constant_feature_and_a_batch_of_one_give_exactly_beta_without_a_warning(x, eps):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y, cache = batchnorm_forward(x, [2.0, 3.0], [0.7, -0.3], eps)
    assert np.all(y == [0.7, -0.3]) and np.all(cache.var == 0) and np.all(np.isfinite(cache.rstd))


def test_the_cache_survives_what_the_caller_does_to_gamma_and_y():
    x, gamma, beta = batch(1, 5, 2)
    y, cache = batchnorm_forward(x, gamma, beta)
    kept = [part.copy() for part in cache]
    gamma += 1
    y += 1
    x += 1
    assert all(np.array_equal(now, before) for now, before in zip(cache, kept, strict=True))


def test_arguments_are_left_unchanged_and_no_axis_of_length_1_is_kept():
    given_args = batch(2, 6, 3)
    before = [a.copy() for a in given_args]
    _, cache = batchnorm_forward(*given_args)
    mean, var = batch_statistics(given_args[0])
    influence_matrix(plain, given_args[0], 1)
    assert mean.shape == var.shape == cache.rstd.shape == cache.gamma.shape == (3,)
    assert all(np.array_equal(a, b) for a, b in zip(given_args, before, strict=True))


@pytest.mark.parametrize("rows, i", [(2, 0), (5, 1), (5, 2)])
def test_the_influence_matrix_equals_autograd_s_jacobian(rows, i):
    x, gamma, beta = batch(rows, rows, 3)

    def forward(t):
        return torch.nn.functional.batch_norm(t, None, None, torch.tensor(gamma), torch.tensor(beta), training=True)

    truth = torch.autograd.functional.jacobian(forward, torch.tensor(x))[:, i, :, i].numpy()
    influence = influence_matrix(lambda v: batchnorm_forward(v, gamma, beta)[0], x, i)
    np.testing.assert_allclose(influence, truth, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(influence.sum(axis=1), 0, atol=1e-7)  # a common shift moves nothing


def test_rows_are_outputs_and_columns_inputs():
    a = np.array([[1.0, 2.0], [0.0, -3.0]])
    np.testing.assert_allclose(influence_matrix(lambda v: a @ v, np.zeros((2, 2)), 1), a, atol=1e-9)


X, GAMMA, BETA = batch(0, 4, 2)


@pytest.mark.parametrize("call, sentence", [
    (lambda: batchnorm_forward(np.zeros((2, 3, 4)), GAMMA, BETA), r"x must be 2-D, \(N, D\), not of shape \(2, 3, 4\)"),
    (lambda: batchnorm_forward(np.zeros((0, 2)), GAMMA, BETA), r"x is empty, shape \(0, 2\)"),
    (lambda: batchnorm_forward(np.zeros((2, 0)), [], []), r"x is empty, shape \(2, 0\)"),
    (lambda: batchnorm_forward(X, GAMMA[:1], BETA), r"gamma must have one entry per feature, shape \(2,\), not \(1,\)"),
    (lambda: batchnorm_forward(X, GAMMA, BETA[None]), r"beta must have one entry per feature"),
    (lambda: batchnorm_forward(X, GAMMA, BETA, -1e-5), "eps must not be negative, but is -1e-05"),
    (lambda: batchnorm_forward(X, GAMMA, BETA, np.inf), "eps must be one finite number, not inf"),
    (lambda: batchnorm_forward(X, GAMMA, BETA, "small"), "eps must hold real numbers"),
    (lambda: batchnorm_forward(X + 0j, GAMMA, BETA), "x must hold real numbers, not dtype complex128"),
    (lambda: batchnorm_forward(X.astype(object), GAMMA, BETA), "x must hold real numbers, not dtype object"),
    (lambda: batch_statistics(np.float64(3)), r"x must be 2-D"),
    (lambda: influence_matrix(plain, X, 2), "i = 2 names no feature: x has 2"),
    (lambda: influence_matrix(plain, X, 0.5), "i must be a whole number, not 0.5"),
    (lambda: influence_matrix(plain, X, 0, h=0), "h must be greater than 0"),
    (lambda: influence_matrix(lambda v: v[0], X, 0), r"forward must return the shape it is given, \(4, 2\)"),
    (lambda: largest_xhat(0), "n must be at least 1, but is 0"),
    (lambda: largest_xhat(2.5), "n must be a whole number, not 2.5"),
])
def test_bad_input_is_refused_in_one_clear_sentence(call, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        call()
