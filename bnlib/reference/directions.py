"""Slopes: measured by differences, taken along a direction, and compared.

Source: the definition of the directional derivative, D_u f = ∇f · u for a unit vector u; central differences have an
error of h²/6·f''' from truncation and about 1e-16·|f|/h from rounding.  Arguments are never changed.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, hypot, pi
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._validate import Floats, floats, positive, vector


def numerical_gradient(f: Callable[[Floats], Any], x: ArrayLike, h: float = 1e-5) -> Floats:
    """∂f/∂x, of x's shape (any), by central differences of step h, in units of x.

    f takes an array of x's shape and returns one number.  It is given float64 copies, whatever x is; the gradient has
    x's float dtype, float64 for integers.

    Raises ValueError unless h > 0 and f returns one number.
    """
    x, h = floats("x", x), positive("h", h)

    def value(index: tuple[int, ...], step: float) -> tuple[float, float]:
        moved = np.array(x, np.float64)
        moved[index] += step
        at = float(moved[index])  # before f, which may change its argument
        result = np.asarray(f(moved))
        if result.size != 1:
            raise ValueError(f"f must return one number, but returned an array of shape {result.shape}")
        return at, float(result.reshape(()))

    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        (above, high), (below, low) = value(index, h), value(index, -h)
        if above == below:
            raise ValueError(f"h = {h:g} is lost beside x = {above:g}: take a larger h")
        gradient[index] = (high - low) / (above - below)  # the step that was really taken
    return gradient.astype(x.dtype, copy=False)


def directional_derivative(grad: ArrayLike, theta: ArrayLike) -> Any:
    """grad (2,), theta in radians, any shape → grad · (cos θ, sin θ), of theta's shape; a float for a number.

    In units of f per unit of length.  Raises ValueError unless grad has two entries.
    """
    grad, theta = vector("grad", grad, 2, "axis"), floats("theta", theta)
    rate = grad[0] * np.cos(theta) + grad[1] * np.sin(theta)
    return float(rate) if theta.ndim == 0 else rate


def steepest_ascent(grad: ArrayLike) -> tuple[float, float]:
    """grad (2,) → the angle of steepest ascent in radians, in (−π, π], and the rate there, ‖grad‖.

    A zero gradient has no steepest direction: angle 0, rate 0.  Raises ValueError unless grad has two entries.
    """
    grad = vector("grad", grad, 2, "axis")
    first, second = float(grad[0]), float(grad[1])
    theta = atan2(second + 0.0, first + 0.0)  # + 0.0 turns −0.0 into 0.0: a zero gradient has angle 0, not ±π
    return (pi if theta == -pi else theta), hypot(first, second)


def relative_error(a: ArrayLike, b: ArrayLike) -> float:
    """The largest |a − b| / (|a| + |b|) over the entries, 0 where both are 0: between 0 (equal) and 1.

    a and b have the same shape, any but empty.  NaN in either gives NaN.  Raises ValueError for different shapes.
    """
    a, b = floats("a", a), floats("b", b)
    if a.shape != b.shape:
        raise ValueError(f"a and b must have the same shape, not {a.shape} and {b.shape}")
    if a.size == 0:
        raise ValueError("a and b are empty: there is nothing to compare")
    a, b = a.astype(np.float64), b.astype(np.float64)
    size = np.abs(a) + np.abs(b)
    return float(np.max(np.abs(a - b) / np.where(size == 0, 1, size)))
