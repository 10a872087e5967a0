"""The reference of lesson 02: differences, directions, relative errors."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bnlib.reference import directional_derivative, numerical_gradient, relative_error, steepest_ascent

NUMBERS = st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-6)


@pytest.mark.parametrize("shape", [(), (1,), (4,), (3, 2), (2, 3, 2)])
def test_central_differences_equal_autograd(shape):
    x = np.random.default_rng(0).normal(size=shape)
    t = torch.tensor(x, requires_grad=True)
    (torch.sin(t).sum() * torch.exp(t).sum()).backward()
    gradient = numerical_gradient(lambda v: np.sin(v).sum() * np.exp(v).sum(), x)
    assert gradient.shape == shape
    np.testing.assert_allclose(gradient, t.grad.numpy(), rtol=1e-7, atol=1e-8)


def test_the_truncation_error_is_h_squared_over_6():
    assert numerical_gradient(lambda v: float(v**3), np.array(1.0), h=1e-2) == pytest.approx(3 + 1e-4, abs=1e-9)


@pytest.mark.parametrize("given_dtype, dtype", [(np.int64, np.float64), (bool, np.float64), (np.float16, np.float16),
                                                (np.float32, np.float32), (np.float64, np.float64)])
def test_floats_are_kept_and_integers_promoted(given_dtype, dtype):
    x = np.array([1, 0, 1]).astype(given_dtype)
    gradient = numerical_gradient(lambda v: (v**2).sum(), x)
    assert gradient.dtype == dtype
    np.testing.assert_allclose(gradient, 2 * x.astype(float), atol=1e-6)


def test_x_is_left_unchanged_even_by_an_f_that_changes_its_argument():
    def f(v):
        total = (v**2).sum()
        v += 100
        return total

    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(numerical_gradient(f, x), [2, 4], rtol=1e-8)
    assert x.tolist() == [1, 2]


@settings(max_examples=100, deadline=None)
@given(NUMBERS, NUMBERS)
def test_no_direction_climbs_faster_than_the_gradient_s(first, second):
    grad = np.array([first, second])
    theta, rate = steepest_ascent(grad)
    assert -np.pi < theta <= np.pi
    np.testing.assert_allclose(rate, np.linalg.norm(grad), rtol=1e-12)
    np.testing.assert_allclose(directional_derivative(grad, theta), rate, rtol=1e-12, atol=1e-12)
    around = directional_derivative(grad, np.linspace(-np.pi, np.pi, 181))
    assert np.all(around <= rate * (1 + 1e-12)) and np.all(around >= -rate * (1 + 1e-12))
    np.testing.assert_allclose(directional_derivative(grad, theta + np.pi / 2), 0, atol=1e-9 * (1 + rate))


def test_west_is_pi_whatever_the_sign_of_zero_and_a_flat_place_has_angle_0():
    assert steepest_ascent([-2.0, -0.0]) == steepest_ascent([-2, 0]) == (np.pi, 2.0)
    assert steepest_ascent([-1.0, -1e-300])[0] == np.pi
    assert steepest_ascent([-0.0, -0.0]) == (0.0, 0.0)


def test_a_directional_derivative_has_the_angles_shape_and_equals_the_slope_of_f():
    grad, x = np.array([3.0, -4.0]), np.array([0.2, 0.7])
    theta = np.linspace(0, 6, 6).reshape(2, 3)
    rates = directional_derivative(grad, theta)
    assert rates.shape == (2, 3) and isinstance(directional_derivative(grad, 1), float)
    for angle, rate in zip(theta.ravel(), rates.ravel(), strict=True):
        u = np.array([np.cos(angle), np.sin(angle)])
        along = numerical_gradient(lambda t, u=u: float(grad @ (x + t * u)), 0.0)
        np.testing.assert_allclose(rate, along, rtol=1e-7)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1), st.floats(0.001, 1000))
def test_a_relative_error_is_symmetric_scale_free_and_at_most_1(pairs, scale):
    a, b = np.array(pairs).T
    error = relative_error(a, b)
    assert 0 <= error <= 1 and error == relative_error(b, a)
    np.testing.assert_allclose(relative_error(scale * a, scale * b), error, rtol=1e-6, atol=1e-12)


def test_relative_error_of_known_values():
    assert relative_error([0.0, 1.0], [0.0, 1.0]) == 0
    assert relative_error([1, 2], [1, 6]) == 0.5
    assert relative_error(0.0, 1e-30) == 1
    assert np.isnan(relative_error([np.nan], [1.0]))


@pytest.mark.parametrize("call, sentence", [
    (lambda: numerical_gradient(lambda v: v, np.zeros(3)), r"f must return one number, but returned .* \(3,\)"),
    (lambda: numerical_gradient(np.sum, np.zeros(3), h=0), "h must be greater than 0"),
    (lambda: numerical_gradient(np.sum, np.full(2, 1e300)), "h = 1e-05 is lost beside x = 1e"),
    (lambda: numerical_gradient(np.sum, ["a"]), "x must hold real numbers"),
    (lambda: directional_derivative([1.0, 2.0, 3.0], 0.0), r"grad must have one entry per axis, shape \(2,\)"),
    (lambda: steepest_ascent([[1.0, 2.0]]), r"grad must have one entry per axis"),
    (lambda: relative_error([1.0], [1.0, 2.0]), "a and b must have the same shape"),
    (lambda: relative_error([], []), "a and b are empty"),
])
def test_bad_input_is_refused_in_one_clear_sentence(call, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        call()
