"""Numerical gradients and directions, with the mistakes of lesson 02."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.switches import Switch

DEFAULT_H = 1e-5

SWITCHES = (
    Switch("one_sided", "You took f(x + h) − f(x): step to both sides, (f(x + h) − f(x − h)) / 2h.", "sides"),
    Switch("backward_sided", "You took f(x) − f(x − h): step to both sides, (f(x + h) − f(x − h)) / 2h.", "sides"),
    Switch("lower_point_is_x", "Your lower point is x, not x − h: from x + h it is 2h down, (f(x + h) − f(x − h)) / "
           "2h.", "sides"),
    Switch("all_entries_moved", "You moved all entries at once: move one at a time, the others where they were.",
           "sides"),
    Switch("not_halved", "Two steps lie between x − h and x + h: divide by 2h, not by h.", "division"),
    Switch("not_divided", "The difference is not divided by 2h: a derivative is a change per unit.", "division"),
    Switch("step_unlike_divisor", "The two points you used are not 2h apart: divide by the distance between them.",
           "division"),
    Switch("h_ignored", "You ignore the argument h and always take 1e-5.", "step"),
    Switch("x_not_restored", "You did not put x back after moving an entry: the next ones start from a shifted point.",
           "restore"),
    Switch("flattened", "The gradient is a flat list: give it the shape of x.", "shape"),
    Switch("gradient_sign", "The sign is wrong: f(x + h) comes first.", "sign"),
    Switch("degrees", "You read θ in degrees: it is in radians.", "unit"),
    Switch("sine_cosine_swapped", "Sine and cosine are swapped: u = (cos θ, sin θ).", "trigonometry"),
    Switch("sine_subtracted", "You subtracted the sine's part: u = (cos θ, sin θ), and ∇f·u is a sum.",
           "trigonometry"),
    Switch("absolute_value", "You took the absolute value: a slope downhill is negative.", "sign"),
    Switch("unit_gradient", "You divided the gradient by its length: only the direction u has length 1.", "length"),
    Switch("long_direction", "Your direction does not have length 1: use (cos θ, sin θ), not (1, tan θ).",
           "trigonometry"),
    Switch("one_component", "You used one component of the gradient only.", "component"),
    Switch("theta_matmul", "grad @ [cos θ, sin θ] adds along the wrong axis when θ is a matrix: write the two products "
           "out.", "theta shape"),
    Switch("descent", "That is the way down: the steepest ascent points along the gradient itself.", "sense"),
    Switch("quadrant_lost", "arctan(gy / gx) loses the quadrant: use arctan2(gy, gx).", "angle"),
    Switch("arctan2_swapped", "arctan2 takes the y component first.", "angle"),
    Switch("degrees_out", "Your angle is in degrees: give it in radians.", "angle unit"),
    Switch("rate_squared", "The rate is ‖∇f‖, not its square: the root is missing.", "rate"),
    Switch("rate_summed", "The rate is √(gx² + gy²), not |gx| + |gy|.", "rate"),
    Switch("rate_largest", "The rate is √(gx² + gy²), not the larger component.", "rate"),
    Switch("signed_error", "You did not take absolute values: errors of opposite sign are lost.", "error sign"),
    Switch("mean_error", "You took the mean error: one wrong entry must not drown among right ones, take the largest.",
           "reduction"),
    Switch("error_not_divided", "You did not divide by |a| + |b|: this error is absolute, not relative.", "scale"),
    Switch("divided_by_first", "You divided by |a| alone: |a| + |b| treats both alike.", "scale"),
    Switch("divided_by_largest", "You divided by max(|a|, |b|): the course divides by |a| + |b|.", "scale"),
    Switch("sum_below", "Below the fraction stands |a| + |b|, not |a + b|: opposite signs would cancel there.",
           "scale"),
    Switch("maxima_divided", "You divided the largest difference by the largest sum: divide entry by entry, then take "
           "the largest.", "reduction"),
    Switch("norm_ratio", "You compared norms: the largest error of any entry is asked for.", "reduction"),
    Switch("zero_over_zero", "0/0: where both entries are 0 the error is 0, not NaN.", "zero"),
    Switch("tiny_added", "You put a small number below the fraction: tiny entries then look equal. Treat 0/0 apart.",
           "zero"),
)


def numerical_gradient(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise of lesson 02: args are f, x and, if given, h."""
    f, x = args[0], np.array(args[1], np.float64)
    h = DEFAULT_H if "h_ignored" in on or len(args) < 3 else float(args[2])
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        kept = x[index]
        centre = float(f(x.copy()))
        step = h * max(1.0, abs(float(kept))) if "step_unlike_divisor" in on else h
        x[index] = kept + step
        above = float(f(x.copy()))
        x[index] = kept - step
        below = float(f(x.copy()))
        if "one_sided" in on:
            change, width, left_at = above - centre, h, kept + step
        elif "lower_point_is_x" in on:
            change, width, left_at = above - centre, 2 * h, kept
        elif "all_entries_moved" in on:
            x[index] = kept
            change, width, left_at = float(f(x + step)) - float(f(x - step)), 2 * h, kept
        elif "backward_sided" in on:
            change, width, left_at = centre - below, h, kept - step
        else:
            change, width, left_at = above - below, 2 * h, kept - step
        x[index] = left_at if "x_not_restored" in on else kept
        if "not_halved" in on:
            width = h
        gradient[index] = change / (1.0 if "not_divided" in on else width)
    gradient = -gradient if "gradient_sign" in on else gradient
    return (gradient.reshape(-1) if "flattened" in on else gradient,)


def directional_derivative(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise of lesson 02: grad (2,) and theta, a number or an array."""
    grad, theta = (np.asarray(a, np.float64) for a in args)
    if "degrees" in on:
        theta = np.radians(theta)
    if "unit_gradient" in on:
        grad = grad / np.linalg.norm(grad)
    east, north = np.cos(theta), np.sin(theta)
    if "long_direction" in on:
        east, north = np.ones_like(theta), np.tan(theta)
    if "sine_cosine_swapped" in on:
        east, north = north, east
    if "sine_subtracted" in on:
        north = -north
    if "one_component" in on:
        grad = grad * (1.0, 0.0)
    slope = grad @ np.array([east, north]) if "theta_matmul" in on else grad[0] * east + grad[1] * north
    return (np.asarray(np.abs(slope) if "absolute_value" in on else slope),)


def steepest_ascent(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise of lesson 02: (theta, rate) of a gradient (2,)."""
    gx, gy = (float(g) for g in args[0])
    sense = -1.0 if "descent" in on else 1.0
    if "quadrant_lost" in on:
        theta = float(np.arctan(np.divide(gy, gx)))  # numpy: straight up is gy / 0 = inf, not an exception
    elif "arctan2_swapped" in on:
        theta = float(np.arctan2(sense * gx, sense * gy))
    else:
        theta = float(np.arctan2(sense * gy, sense * gx))
    rate = float(np.hypot(gx, gy))
    if "rate_squared" in on:
        rate = rate**2
    elif "rate_summed" in on:
        rate = abs(gx) + abs(gy)
    elif "rate_largest" in on:
        rate = max(abs(gx), abs(gy))
    return np.asarray(np.degrees(theta) if "degrees_out" in on else theta), np.asarray(rate)


def relative_error(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise of lesson 02: the largest |a − b| / (|a| + |b|)."""
    a, b = (np.asarray(value, np.float64) for value in args)
    gap: Any = a - b if "signed_error" in on else np.abs(a - b)
    if "norm_ratio" in on:
        size: Any = np.linalg.norm(a) + np.linalg.norm(b)
        gap = np.sum(gap) if "signed_error" in on else np.linalg.norm(a - b)
    else:
        size = np.abs(a) + np.abs(b)
    if "sum_below" in on:
        size = np.linalg.norm(a + b) if "norm_ratio" in on else np.abs(a + b)
    elif "divided_by_first" in on:
        size = np.linalg.norm(a) if "norm_ratio" in on else np.abs(a)
    elif "divided_by_largest" in on:
        size = np.maximum(np.abs(a), np.abs(b)) if "norm_ratio" not in on else max(np.linalg.norm(a), np.linalg.norm(b))
    elif "error_not_divided" in on:
        size = np.ones_like(size)
    if "tiny_added" in on:
        size = size + 1e-8
    elif "zero_over_zero" not in on:
        size = np.where(size == 0, 1.0, size)
    if "maxima_divided" in on:
        gap, size = gap.max(), size.max()
    ratio = np.asarray(gap / size)
    return (np.asarray(ratio.mean() if "mean_error" in on else ratio.max()),)
