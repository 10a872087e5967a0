"""Directional derivatives and gradient checks: lesson 02."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._validate import Floats, floats, wide


def numerical_gradient(f: Callable[[Floats], float], x: ArrayLike, h: float = 1e-5) -> Floats:
    """∂f/∂x of x's shape by central differences, (f(x + h) − f(x − h)) / 2h, error O(h²); x is left as it is.

    `f` takes an array of x's shape and returns a number.  ValueError unless h > 0.
    """
    if not h > 0:
        raise ValueError(f"h must be positive, not {h}")
    point = wide(floats("x", x)).copy()
    gradient = np.zeros_like(point)
    for index in np.ndindex(point.shape):
        kept = point[index]
        point[index] = kept + h
        above = float(f(point.copy()))
        point[index] = kept - h
        below = float(f(point.copy()))
        point[index] = kept
        gradient[index] = (above - below) / (2 * h)
    return gradient


def directional_derivative(grad: ArrayLike, theta: ArrayLike) -> Floats:
    """D_u f = grad · (cos θ, sin θ), grad (2,), theta in radians, number or array, whose shape the result has."""
    slope = _plane(grad)
    angle = wide(floats("theta", theta))
    return np.asarray(slope[0] * np.cos(angle) + slope[1] * np.sin(angle))


def steepest_ascent(grad: ArrayLike) -> tuple[float, float]:
    """The angle θ in (−π, π] in which f grows fastest, and how fast: (θ, ‖grad‖); grad (2,)."""
    slope = _plane(grad)
    return float(np.arctan2(slope[1], slope[0])), float(np.hypot(slope[0], slope[1]))


def relative_error(a: ArrayLike, b: ArrayLike) -> float:
    """The largest |a − b| / (|a| + |b|) over all entries, in [0, 1]; 0 where both are 0.

    ValueError when the shapes differ: broadcasting would hide a mistake.
    """
    first, second = wide(floats("a", a)), wide(floats("b", b))
    if first.shape != second.shape:
        raise ValueError(f"a and b must have the same shape, got {first.shape} and {second.shape}")
    if first.size == 0:
        return 0.0
    size = np.abs(first) + np.abs(second)
    return float(np.max(np.abs(first - second) / np.where(size == 0, 1, size)))


def _plane(grad: ArrayLike) -> Floats:
    slope = wide(floats("grad", grad))
    if slope.shape != (2,):
        raise ValueError(f"grad must have shape (2,), got {slope.shape}")
    return slope
