"""The reference of lesson 08: steps to an accuracy, the loss and the gradient along a step, a scale that cancels."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bnlib.reference import gradient_predictiveness, loss_range, scale_invariance_gap, steps_to_accuracy

SHARES = st.lists(st.integers(0, 100).map(lambda percent: percent / 100), min_size=1, max_size=30)


@settings(max_examples=200, deadline=None)
@given(SHARES, st.integers(0, 100).map(lambda percent: percent / 100))
def test_the_step_found_is_the_first_that_reaches_the_target(accuracies, target):
    steps = steps_to_accuracy(accuracies, target)
    if steps == np.inf:
        assert max(accuracies) < target
    else:
        assert accuracies[steps - 1] >= target
        assert all(accuracy < target for accuracy in accuracies[: steps - 1])


@settings(max_examples=100, deadline=None)
@given(SHARES, st.integers(0, 99).map(lambda percent: percent / 100))
def test_a_higher_target_never_takes_fewer_steps(accuracies, target):
    assert steps_to_accuracy(accuracies, target + 0.01) >= steps_to_accuracy(accuracies, target)


def test_never_sorts_behind_every_step_and_nan_reaches_nothing():
    assert steps_to_accuracy([0.1, 0.2], 0.3) == np.inf > steps_to_accuracy([0.1, 0.3], 0.3) == 2
    assert steps_to_accuracy([np.nan, 0.5], 0.5) == 2


def bowl(x):
    """½ xᵀ diag(1, 4) x: along its gradient everything is known in closed form."""
    return 0.5 * float(x @ (np.array([1.0, 4.0]) * x))


def slope(x):
    return np.array([1.0, 4.0]) * x


def test_on_a_quadratic_the_gradient_changes_by_the_hessian_times_the_step():
    params, steps = np.array([3.0, -1.0]), np.array([0.1, 0.5, 2.0])
    grads = slope(params)
    expected = steps * np.linalg.norm(np.array([1.0, 4.0]) * grads)
    np.testing.assert_allclose(gradient_predictiveness(slope, params, grads, steps), expected, rtol=1e-12)


def test_the_loss_range_holds_every_loss_along_the_step_but_not_the_start():
    params, steps = np.array([3.0, -1.0]), np.array([0.05, 0.2, 0.1])
    lowest, highest = loss_range(bowl, params, slope(params), steps)
    losses = [bowl(params - step * slope(params)) for step in steps]
    assert (lowest, highest) == (min(losses), max(losses))
    assert highest < bowl(params)


def test_a_step_of_0_stays_where_it_is():
    params = np.array([1.0, 2.0])
    assert loss_range(bowl, params, slope(params), [0.0]) == (bowl(params), bowl(params))
    assert gradient_predictiveness(slope, params, slope(params), [0.0]).tolist() == [0.0]


def test_a_function_that_changes_its_argument_does_no_harm():
    def destroying(f):
        def changed(x):
            value = f(x)
            x += 100
            return value
        return changed

    params, steps = np.array([3.0, -1.0]), np.array([0.1, 0.5])
    grads, kept = slope(params), params.copy()
    assert loss_range(destroying(bowl), params, grads, steps) == loss_range(bowl, params, grads, steps)
    np.testing.assert_array_equal(gradient_predictiveness(destroying(slope), params, grads, steps),
                                  gradient_predictiveness(slope, params, grads, steps))
    scale_invariance_gap(destroying(slope), params, 2.0)
    np.testing.assert_array_equal(params, kept)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.01, 100))
def test_the_scale_of_the_weights_cancels_in_batch_norm_and_only_there(k):
    generator = torch.Generator().manual_seed(0)
    x, w = (torch.randn(*shape, generator=generator, dtype=torch.float64) for shape in ((32, 5), (5, 4)))
    layer = torch.nn.BatchNorm1d(4, eps=1e-300).double()
    assert scale_invariance_gap(lambda v: layer(x @ torch.from_numpy(v)).detach().numpy(), w.numpy(), k) < 1e-12
    linear = scale_invariance_gap(lambda v: (x @ torch.from_numpy(v)).numpy(), w.numpy(), k)
    np.testing.assert_allclose(linear, abs(k - 1), rtol=1e-9, atol=1e-12)


def test_the_gap_of_nothing_is_0_or_infinite():
    assert scale_invariance_gap(lambda w: 0 * w, np.ones(3), 5.0) == 0
    assert scale_invariance_gap(lambda w: w - 1, np.ones(3), 5.0) == np.inf


@pytest.mark.parametrize("call, sentence", [
    (lambda: steps_to_accuracy([], 0.5), r"accuracies must be a list of numbers, shape \(n,\)"),
    (lambda: steps_to_accuracy([0.5], np.nan), "target must be one finite number"),
    (lambda: loss_range(bowl, [1.0, 2.0], [1.0], [0.1]), "params and grads must have the same shape"),
    (lambda: loss_range(slope, [1.0, 2.0], [1.0, 2.0], [0.1]), r"loss_fn must return one number, .* \(2,\)"),
    (lambda: loss_range(bowl, [1.0, 2.0], [1.0, 2.0], []), "step_sizes must be a list of numbers"),
    (lambda: gradient_predictiveness(bowl, [1.0, 2.0], [1.0, 2.0], [0.1]), r"grad_fn must return a gradient of shape"),
    (lambda: scale_invariance_gap(lambda w: w[w > 1.5], np.ones(3), 2.0), "forward must return arrays of one shape"),
])
def test_bad_input_is_refused_in_one_clear_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
