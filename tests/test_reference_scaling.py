"""The reference of lesson 01: scaling, and the gradient of the mean squared error."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bnlib.reference import feature_statistics, gradient_descent, hessian_condition, mse_and_gradient, standardize

SEEDS = st.integers(0, 2**32 - 1)


def regression(seed: int, rows: int = 20, features: int = 4) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=features), float(rng.normal()), rng.normal(size=(rows, features)), rng.normal(size=rows)


@settings(max_examples=50, deadline=None)
@given(SEEDS, st.integers(2, 50), st.integers(1, 6), st.floats(-1e3, 1e3), st.floats(0.1, 1e3))
def test_standardized_features_have_mean_0_and_std_1(seed, rows, features, offset, scale):
    x = offset + scale * np.random.default_rng(seed).normal(size=(rows, features))
    z = standardize(x, *feature_statistics(x))
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(z.std(axis=0), 1, rtol=1e-9)


def test_std_is_divided_by_n():
    mean, std = feature_statistics([[1, 2], [3, 8]])
    assert mean.tolist() == [2, 5] and std.tolist() == [1, 3]


@pytest.mark.parametrize("value", [0.1, 1e8 / 3, -7.3])
@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_a_constant_feature_has_std_exactly_0_and_becomes_0_without_a_warning(value, rows):
    x = np.full((rows, 1), value)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mean, std = feature_statistics(x)
        assert std[0] == 0
        assert np.all(standardize(x, mean, std) == 0)
        assert np.all(standardize(x + 5, mean, std) == 0)


def test_the_training_set_s_statistics_serve_the_test_set():
    np.testing.assert_allclose(standardize([[5.0, 6.0]], [1.0, 2.0], [2.0, 8.0]), [[2.0, 0.5]])


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.integers(1, 30), st.integers(1, 8))
def test_mse_and_its_gradient_equal_autograd(seed, rows, features):
    w, b, x, y = regression(seed, rows, features)
    tw, tb = torch.tensor(w, requires_grad=True), torch.tensor(b, dtype=torch.float64, requires_grad=True)
    truth = torch.nn.functional.mse_loss(torch.tensor(x) @ tw + tb, torch.tensor(y))
    truth.backward()
    loss, dw, db = mse_and_gradient(w, b, x, y)
    np.testing.assert_allclose(loss, truth.item(), rtol=1e-12)
    np.testing.assert_allclose(dw, tw.grad.numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(db, tb.grad.item(), rtol=1e-10, atol=1e-12)


def test_gradient_descent_walks_as_pytorch_s_sgd():
    w, b, x, y = regression(3)
    tw, tb = torch.tensor(w, requires_grad=True), torch.tensor(b, dtype=torch.float64, requires_grad=True)
    optimizer, expected = torch.optim.SGD([tw, tb], lr=0.1), []
    for _ in range(11):
        loss = torch.nn.functional.mse_loss(torch.tensor(x) @ tw + tb, torch.tensor(y))
        expected.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    losses = gradient_descent(w, b, x, y, 0.1, 10)
    assert losses.shape == (11,)
    np.testing.assert_allclose(losses, expected, rtol=1e-10)
    assert gradient_descent(w, b, x, y, 0.1, 0).tolist() == losses[:1].tolist()


def test_a_rate_too_large_diverges_without_a_warning():
    w, b, x, y = regression(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not np.isfinite(gradient_descent(w, b, x, y, 1e3, 200)[-1])


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_the_condition_number_is_that_of_the_hessian_at_any_scale(scale):
    x = regression(5)[2]
    values = np.linalg.eigvalsh(2 / len(x) * x.T @ x)
    np.testing.assert_allclose(hessian_condition(scale * x), values[-1] / values[0], rtol=1e-9)


def test_the_condition_number_of_a_known_matrix():
    assert hessian_condition(np.diag([1.0, 10.0])) == pytest.approx(100, rel=1e-12)


@pytest.mark.parametrize("x", [np.zeros((3, 2)), np.ones((3, 2)), np.eye(3)[:2], [[0.1, 0.3], [0.2, 0.6], [0.3, 0.9]]])
def test_a_singular_hessian_has_infinite_condition(x):
    assert hessian_condition(x) == np.inf


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_float_dtypes_are_kept(dtype):
    w, b, x, y = regression(1)
    w, x, y = w.astype(dtype), x.astype(dtype), y.astype(dtype)
    mean, std = feature_statistics(x)
    kept = np.float32 if dtype is np.float16 else dtype  # a half-precision loss is computed, and left, in float32
    assert mean.dtype == std.dtype == standardize(x, mean, std).dtype == dtype
    assert mse_and_gradient(w, b, x, y)[1].dtype == gradient_descent(w, b, x, y, 0.1, 2).dtype == kept


def test_integers_and_bools_become_float64():
    x = np.array([[1, 0], [0, 0], [1, 1]])
    for given_x in (x, x.astype(bool), x.astype(np.uint8), x.tolist()):
        mean, std = feature_statistics(given_x)
        assert mean.dtype == np.float64
        np.testing.assert_allclose(standardize(given_x, mean, std), (x - x.mean(0)) / x.std(0))


def test_arguments_are_left_unchanged():
    w, b, x, y = regression(2)
    mean, std = feature_statistics(x)
    before = [a.copy() for a in (w, x, y, mean, std)]
    standardize(x, mean, std)
    mse_and_gradient(w, b, x, y)
    gradient_descent(w, b, x, y, 0.1, 3)
    hessian_condition(x)
    assert all(np.array_equal(a, c) for a, c in zip((w, x, y, mean, std), before, strict=True))


W, B, X, Y = regression(0, 3, 2)


@pytest.mark.parametrize("call, sentence", [
    (lambda: feature_statistics(np.zeros(3)), r"x must be 2-D, \(N, D\), not of shape \(3,\)"),
    (lambda: feature_statistics(np.zeros((0, 3))), r"x is empty, shape \(0, 3\)"),
    (lambda: feature_statistics([["a", "b"]]), "x must hold real numbers, not dtype <U1"),
    (lambda: feature_statistics([[1, 2], [3]]), "rows differ in length"),
    (lambda: standardize(X, np.zeros(3), np.ones(2)), r"mean must have one entry per feature, .*\(2,\), not \(3,\)"),
    (lambda: standardize(X, np.zeros(2), [1.0, -1.0]), "std must not be negative, but feature 1 has -1.0"),
    (lambda: mse_and_gradient(W, B, X, Y[:, None]), r"y must have one entry per example, shape \(3,\), not \(3, 1\)"),
    (lambda: mse_and_gradient(W[:1], B, X, Y), r"w must have one entry per feature"),
    (lambda: mse_and_gradient(W, np.nan, X, Y), "b must be one finite number, not nan"),
    (lambda: gradient_descent(W, B, X, Y, 0.1, -1), "steps must be at least 0, but is -1"),
    (lambda: gradient_descent(W, B, X, Y, 0.1, 2.5), "steps must be a whole number, not 2.5"),
    (lambda: hessian_condition([[np.nan]]), "x must be finite"),
])
def test_bad_input_is_refused_in_one_clear_sentence(call, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        call()
