"""How fast a network learns and how smooth its loss is along a step.

Source: Santurkar et al. 2018 (arXiv 1805.11604), §3.2 and figure 4, for the loss and the gradient along the step;
Ioffe & Szegedy 2015 (1502.03167), figure 3, for steps to an accuracy, and §3.3, for BN(Wu) = BN((aW)u).
Arguments are never changed; functions handed over are given copies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._validate import Floats, floats, number


def steps_to_accuracy(accuracies: ArrayLike, target: float) -> float:
    """accuracies (T,), entry k measured after k + 1 steps → the first step, from 1 on, with accuracy ≥ target.

    An int; np.inf when the target is never reached, so that it sorts behind every step.  NaN reaches nothing.
    Raises ValueError unless accuracies has shape (T,), T ≥ 1.
    """
    accuracies, target = _vector("accuracies", accuracies), number("target", target)
    reached = np.flatnonzero(accuracies >= target)
    return int(reached[0]) + 1 if reached.size else np.inf


def loss_range(
    loss_fn: Callable[[Floats], Any], params: ArrayLike, grads: ArrayLike, step_sizes: ArrayLike
) -> tuple[float, float]:
    """The lowest and the highest loss at params − step · grads over all steps; params, grads (P,), step_sizes (S,).

    Every step starts from params, whose own loss does not count.  A loss of NaN anywhere makes both NaN.
    Raises ValueError for shapes that do not fit or a loss that is not one number.
    """
    losses = [_loss(loss_fn, place) for place in _places(params, grads, step_sizes)]
    return float(np.min(losses)), float(np.max(losses))


def gradient_predictiveness(
    grad_fn: Callable[[Floats], Any], params: ArrayLike, grads: ArrayLike, step_sizes: ArrayLike
) -> Floats:
    """‖grad_fn(params − step · grads) − grads‖₂ for every step: params, grads (P,), step_sizes (S,) → (S,).

    In units of the gradient.  Small means that the gradient at params predicts the gradient after the step well.
    Raises ValueError for shapes that do not fit, those that grad_fn returns included.
    """
    start = _vector("grads", grads)
    distances = []
    for place in _places(params, grads, step_sizes):
        after = floats("the result of grad_fn", grad_fn(place))
        if after.shape != start.shape:
            raise ValueError(f"grad_fn must return a gradient of shape {start.shape}, but returned {after.shape}")
        distances.append(np.linalg.norm(after - start))
    return np.array(distances, np.result_type(start.dtype, np.float32))


def scale_invariance_gap(forward: Callable[[Floats], Any], w: ArrayLike, k: float) -> float:
    """max |forward(k·w) − forward(w)| / max |forward(w)|: 0 where the scale of w (any shape) cancels, as in batch norm.

    A forward(w) that is 0 everywhere gives 0 if nothing changed and infinity otherwise.
    Raises ValueError unless forward returns arrays of one shape.
    """
    w, k = floats("w", w), number("k", k)
    before, after = (floats("the result of forward", forward(v)).astype(np.float64) for v in (w.copy(), k * w))
    if before.shape != after.shape or before.size == 0:
        raise ValueError(f"forward must return arrays of one shape, not empty: it returned {before.shape} for w and "
                         f"{after.shape} for k·w")
    gap, size = float(np.max(np.abs(after - before))), float(np.max(np.abs(before)))
    if size == 0:
        return 0.0 if gap == 0 else np.inf
    return gap / size


def _places(params: ArrayLike, grads: ArrayLike, step_sizes: ArrayLike) -> list[Floats]:
    """params − step · grads for every step, each an array of its own."""
    params, grads, steps = (_vector(*pair) for pair in
                            (("params", params), ("grads", grads), ("step_sizes", step_sizes)))
    if params.shape != grads.shape:
        raise ValueError(f"params and grads must have the same shape, not {params.shape} and {grads.shape}")
    return [params - step * grads for step in steps]


def _loss(loss_fn: Callable[[Floats], Any], place: Floats) -> float:
    loss = np.asarray(loss_fn(place))
    if loss.size != 1:
        raise ValueError(f"loss_fn must return one number, but returned an array of shape {loss.shape}")
    return float(loss.reshape(()))


def _vector(name: str, value: ArrayLike) -> Floats:
    array = floats(name, value)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"{name} must be a list of numbers, shape (n,) with n ≥ 1, not of shape {array.shape}")
    return array
