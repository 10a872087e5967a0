"""How fast, how smooth, which scale cancels: the measurements of lesson 08, with their mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.switches import Switch

SWITCHES = (
    Switch("steps_from_zero", "Steps count from 1: accuracies[0] is what one step gave.", "step count"),
    Switch("steps_strict", "Reaching the target is enough: compare with ≥, not with >.", "threshold"),
    Switch("steps_best", "You returned the step of the best accuracy: the first that reaches the target is asked for.",
           "which step"),
    Switch("steps_held", "You returned the step from which the accuracy stays at the target: the first time counts.",
           "which step"),
    Switch("steps_nearest", "You returned the step whose accuracy is nearest to the target: it may lie below it.",
           "which step"),
    Switch("steps_counted", "You counted the steps below the target: a dip after the first success counts too then.",
           "which step"),
    Switch("steps_gives_up", "You gave up at the first step below the target: return np.inf only after the last one.",
           "which step"),
    Switch("steps_sorted", "You searched as if the accuracies were in order, as np.searchsorted does: they rise and "
           "fall. Look for the first that reaches the target.", "which step"),
    Switch("steps_never", "A target that is never reached takes infinitely many steps: return np.inf. Any number, "
           "−1, 0 or the length, would stand in a table as if it had been reached.", "never reached", True),
    Switch("walk_uphill", "You stepped along +gradient: descent goes to params − step · grads.", "walk direction"),
    Switch("walk_accumulated", "Your steps add up: each starts from the same params, not from where the last ended.",
           "walk start"),
    Switch("walk_unit", "You divided the gradient by its length: a step of gradient descent is step · grads.",
           "walk length"),
    Switch("range_with_start", "You took the loss at params along: only the places after a step count.",
           "range points"),
    Switch("range_from_zero", "Your lowest or highest begins at 0, which no step reached: begin at np.inf and −np.inf, "
           "or take min and max of a list.", "range points"),
    Switch("range_ends", "You returned the losses of the first and the last step: take the lowest and the highest.",
           "range reduction"),
    Switch("range_mean_std", "You returned mean ∓ std of the losses: take the lowest and the highest.",
           "range reduction"),
    Switch("range_relative", "You subtracted the loss at params: return the losses themselves.", "range reference"),
    Switch("range_swapped", "The order is (lowest, highest).", "range order"),
    Switch("distance_squared", "The root is missing: that is ‖·‖², not ‖·‖.", "distance norm"),
    Switch("distance_l1", "You added absolute values: the ℓ2 norm is the root of the sum of squares.",
           "distance norm"),
    Switch("distance_largest", "You took the largest entry: the ℓ2 norm is the root of the sum of squares.",
           "distance norm"),
    Switch("distance_root_mean", "You averaged the squares: the ℓ2 norm adds them up.", "distance norm"),
    Switch("distance_of_lengths", "You compared the lengths of the gradients: take the length of their difference, "
           "or a turn goes unseen.", "distance norm"),
    Switch("distance_per_length", "You divided by the distance moved: that is the effective smoothness; here the "
           "change itself is asked for.", "distance scale"),
    Switch("distance_relative", "You divided by the length of grads: the change itself is asked for.",
           "distance scale"),
    Switch("distance_per_step", "You divided by the step size: the change itself is asked for.", "distance scale"),
    Switch("distance_from_previous", "You compared with the gradient of the step before: always compare with the one "
           "at params.", "distance reference"),
    Switch("distance_from_zero", "That is the length of the gradient after the step: subtract the one at params "
           "first.", "distance reference"),
    Switch("gap_not_relative", "The gap is not divided by the largest |forward(w)|.", "gap scale"),
    Switch("gap_by_scaled", "You divided by the largest |forward(k·w)|: the gap is relative to forward(w).",
           "gap scale"),
    Switch("gap_by_signed", "You divided by the largest forward(w), sign and all: the largest in size may be negative. "
           "Take absolute values there as well.", "gap scale"),
    Switch("gap_by_mean", "You divided by the mean |forward(w)|: the largest is asked for.", "gap scale"),
    Switch("gap_by_entry", "You divided entry by entry: an output near 0 then blows the gap up.", "gap scale"),
    Switch("gap_change_signed", "You did not take absolute values: a gap downwards is a gap, too.", "gap sign"),
    Switch("gap_mean", "You took the mean gap: the largest is asked for.", "gap reduction"),
    Switch("gap_norm", "You took the length (root of the sum of squares) of the change and of the output: the largest "
           "absolute entry of each is asked for.", "gap reduction"),
    Switch("gap_of_sizes", "You compared the largest outputs: subtract entry by entry first, then take the largest.",
           "gap reduction"),
    Switch("gap_divided", "You divided w by k: forward(k·w) is asked for.", "gap weights"),
    Switch("gap_shifted", "You added k to w: forward(k·w) is asked for.", "gap weights"),
    Switch("gap_homogeneous", "You compared forward(k·w) with k·forward(w): that asks whether the scale passes "
           "through, not whether it cancels.", "gap reference"),
)


def steps_to_accuracy(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise: args are accuracies (T,) and target."""
    accuracies, target = np.asarray(args[0], np.float64), float(args[1])
    reached = accuracies > target if "steps_strict" in on else accuracies >= target
    if not reached.any():
        return (np.asarray(np.inf),)
    if "steps_gives_up" in on:
        index = 0.0 if reached[0] else np.inf
    elif "steps_sorted" in on:
        side: Literal["left", "right"] = "right" if "steps_strict" in on else "left"
        index = float(np.searchsorted(accuracies, target, side))
    elif "steps_best" in on:
        index = float(np.argmax(accuracies))
    elif "steps_nearest" in on:
        index = float(np.argmin(np.abs(accuracies - target)))
    elif "steps_counted" in on:
        index = float(np.sum(~reached))
    elif "steps_held" in on:
        late = np.flatnonzero(~reached)
        index = float(late[-1] + 1) if late.size else 0.0
        index = np.inf if index == len(accuracies) else index
    else:
        index = float(np.argmax(reached))
    return (np.asarray(index + (0 if "steps_from_zero" in on else 1)),)


def _walk(params: NDArray, grads: NDArray, steps: NDArray, on: frozenset[str]) -> Iterator[NDArray]:
    """The places that the steps lead to."""
    sign = 1.0 if "walk_uphill" in on else -1.0
    move = sign * (grads / np.linalg.norm(grads) if "walk_unit" in on else grads)
    for place in np.cumsum(steps) if "walk_accumulated" in on else steps:
        yield params + place * move


def loss_range(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise: args are loss_fn, params (P,), grads (P,), step_sizes (S,)."""
    loss_fn = args[0]
    params, grads, steps = (np.asarray(a, np.float64) for a in args[1:])
    start = float(loss_fn(params))
    losses = [float(loss_fn(place)) for place in _walk(params, grads, steps, on)]
    if "range_with_start" in on:
        losses = [start, *losses]
    if "range_relative" in on:
        losses = [loss - start for loss in losses]
    if "range_from_zero" in on:
        losses = [*losses, 0.0]
    if "range_ends" in on:
        both = losses[0], losses[-1]
    elif "range_mean_std" in on:
        mean, std = float(np.mean(losses)), float(np.std(losses))
        both = mean - std, mean + std
    else:
        both = min(losses), max(losses)
    low, high = both[::-1] if "range_swapped" in on else both
    return np.asarray(low), np.asarray(high)


def gradient_predictiveness(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise: args are grad_fn, params (P,), grads (P,), step_sizes (S,)."""
    grad_fn = args[0]
    params, grads, steps = (np.asarray(a, np.float64) for a in args[1:])
    before, distances = grads, []
    for step, place in zip(steps, _walk(params, grads, steps, on), strict=True):
        after = np.asarray(grad_fn(place))
        reference = np.zeros_like(grads) if "distance_from_zero" in on else before
        distance = _distance(after, reference, on)
        if "distance_per_length" in on:
            distance /= step * np.linalg.norm(grads)
        elif "distance_relative" in on:
            distance /= float(np.linalg.norm(grads))
        elif "distance_per_step" in on:
            distance /= step
        distances.append(distance)
        before = after if "distance_from_previous" in on else grads
    return (np.array(distances),)


def _distance(after: NDArray, before: NDArray, on: frozenset[str]) -> float:
    change = after - before
    if "distance_squared" in on:
        return float(np.sum(change**2))
    if "distance_l1" in on:
        return float(np.sum(np.abs(change)))
    if "distance_largest" in on:
        return float(np.max(np.abs(change)))
    if "distance_root_mean" in on:
        return float(np.sqrt(np.mean(change**2)))
    if "distance_of_lengths" in on:
        return float(abs(np.linalg.norm(after) - np.linalg.norm(before)))
    return float(np.linalg.norm(change))


def scale_invariance_gap(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise: args are forward, w (any shape), k."""
    forward, w, k = args[0], np.asarray(args[1], np.float64), float(args[2])
    scaled = w / k if "gap_divided" in on else w + k if "gap_shifted" in on else k * w
    after, before = (np.asarray(forward(v), np.float64) for v in (scaled, w))
    gap = after - (k * before if "gap_homogeneous" in on else before)
    size = before if "gap_by_signed" in on else np.abs(after if "gap_by_scaled" in on else before)
    if "gap_of_sizes" in on:
        gap = np.max(np.abs(after)) - np.max(np.abs(before))
    gap = gap if "gap_change_signed" in on else np.abs(gap)
    if "gap_by_entry" in on:
        gap = gap / size
    largest = np.linalg.norm if "gap_norm" in on else np.max
    whole = np.mean(gap) if "gap_mean" in on else largest(gap)
    if not {"gap_not_relative", "gap_by_entry"} & on:
        whole = whole / (np.mean(size) if "gap_by_mean" in on else largest(size))
    return (np.asarray(whole),)
