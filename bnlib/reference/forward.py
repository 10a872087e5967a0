"""Batch norm's forward pass in training, and what can be said of it.

Source: Ioffe & Szegedy 2015 (arXiv 1502.03167), §3 and algorithm 1.  Float dtypes are kept, integers and bools become
float64, float16 is computed in float32; arguments are never changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._rows import along, blocks, column_sums, side_by_side
from bnlib.reference._validate import Floats, integer, matrix, non_negative, positive, vector, working


class Cache(NamedTuple):
    """What the backward pass needs; float16 input leaves it in float32.

    xhat (N, D); rstd = 1/√(var + eps), gamma, mean, var (D,).  var is biased: divided by N.
    """

    xhat: Floats
    rstd: Floats
    gamma: Floats
    mean: Floats
    var: Floats


def moments(x: Floats) -> tuple[Floats, Floats, Floats]:
    """mean (D,), biased var (D,) and x − mean (N, D) of a checked x (N, D), in its working precision.

    Two passes over data shifted by the first row (Chan, Golub & LeVeque 1983, "Algorithms for computing the sample
    variance").  No row is further than √(N−1) standard deviations from the mean, so after the shift a huge mean is
    gone: float32 stays right at 1e4, a constant feature is exactly constant, and the usual correction term, about
    N times the rounding unit squared, would change nothing.
    """
    x = working(x)
    n, d = x.shape
    rows = side_by_side(x)
    centred = rows - along(rows, x[0])
    shift = column_sums(centred, d) / n
    centred -= along(rows, shift)
    return x[0] + shift, column_sums(centred, d, centred) / n, centred.reshape(n, d)


def batch_statistics(x: ArrayLike) -> tuple[Floats, Floats]:
    """x (N, D) → mean (D,) and var (D,), one of each per feature.

    var is in squared units of x and biased, divided by N (algorithm 1): 0 for a batch of one.  In float16 it overflows
    to infinity above 65504.

    Raises ValueError unless x is 2-D and not empty, TypeError unless it holds real numbers.
    """
    x = matrix("x", x)
    mean, var, _ = moments(x)
    return mean.astype(x.dtype, copy=False), var.astype(x.dtype, copy=False)


def batchnorm_forward(x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, eps: float = 1e-5) -> tuple[Floats, Cache]:
    """x (N, D), gamma (D,), beta (D,) → y = gamma·xhat + beta (N, D) in x's dtype, and a Cache.

    xhat = (x − mean)/√(var + eps) is without units; eps, in squared units of x, is added inside the root.

    A constant feature has x − mean = 0, so its y is exactly beta, with eps = 0 too (there the formula says 0/0).  A
    batch of one is constant in every feature: y is exactly beta whatever x.  This pure function returns it; a
    layer in training raises, as PyTorch's does ("Expected more than 1 value per channel when training").

    Raises ValueError for a wrong rank, an empty batch, a gamma or beta without one entry per feature, an eps that is
    negative or not finite; TypeError for anything but real numbers.
    """
    x = matrix("x", x)
    gamma, beta = (vector(name, value, x.shape[1]) for name, value in (("gamma", gamma), ("beta", beta)))
    eps = non_negative("eps", eps)
    mean, var, xhat = moments(x)
    spread = var + var.dtype.type(eps)
    rstd = 1 / np.sqrt(np.where(spread == 0, 1, spread))
    gamma = gamma.astype(xhat.dtype)  # a copy: the caller may step gamma before the backward pass
    rows = side_by_side(xhat)
    scale, gain, shift = (along(rows, v) for v in (rstd, gamma, beta.astype(xhat.dtype, copy=False)))
    y = np.empty_like(rows)
    for part, y_part in blocks(rows, y):
        part *= scale  # moments() made this array: nobody else holds it
        np.multiply(part, gain, out=y_part)
        y_part += shift
    return y.reshape(x.shape).astype(x.dtype, copy=False), Cache(xhat, rstd, gamma, mean, var)


def influence_matrix(forward: Callable[[Floats], Any], x: ArrayLike, i: int, h: float = 1e-5) -> Floats:
    """J (N, N) with J[n, m] = ∂forward(x)[n, i] / ∂x[m, i], by central differences of step h (in units of x).

    forward takes (N, D) and returns (N, D).  It is given float64, whatever x is, for the difference of two float32
    numbers says little; J has x's float dtype.  For batch norm J is dense: every row moves every other.

    Raises ValueError unless 0 ≤ i < D, h > 0 and forward keeps the shape.
    """
    x, i, h = matrix("x", x), integer("i", i, 0), positive("h", h)
    if i >= x.shape[1]:
        raise ValueError(f"i = {i} names no feature: x has {x.shape[1]}, counted from 0")

    def feature(m: int, step: float) -> tuple[float, Floats]:
        moved = x.astype(np.float64)
        moved[m, i] += step
        at = float(moved[m, i])
        y = np.asarray(forward(moved))
        if y.shape != x.shape:
            raise ValueError(f"forward must return the shape it is given, {x.shape}, but returned {y.shape}")
        return at, y[:, i].astype(np.float64)

    influence = np.empty((len(x), len(x)))
    for m in range(len(x)):
        (above, high), (below, low) = feature(m, h), feature(m, -h)
        influence[:, m] = (high - low) / (above - below)  # the step that was really taken
    return influence.astype(x.dtype, copy=False)


def largest_xhat(n: int) -> float:
    """√(n−1): no normalized value of a batch of n is larger, and one example apart from n−1 equal ones reaches it.

    Raises TypeError unless n is a whole number, ValueError unless it is at least 1.
    """
    return float(np.sqrt(integer("n", n, 1) - 1))
