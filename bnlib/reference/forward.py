"""Batch norm forward on (N, D): lesson 03.  Ioffe & Szegedy 2015, arXiv 1502.03167, algorithm 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._validate import Floats, floats, matrix, not_negative, vector, wide


class Cache(NamedTuple):
    """What the backward pass needs: xhat (N, D); rstd = 1/√(var + eps), gamma (D,)."""

    xhat: Floats
    rstd: Floats
    gamma: Floats


def batch_statistics(x: ArrayLike) -> tuple[Floats, Floats]:
    """Mean and biased variance (D,) of each feature of x (N, D).

    Two passes in float64, so that float32 data with a mean of 1e4 lose nothing; returned in x's dtype
    (integers: float64).  The variance divides by N, not N − 1: it is this batch's own, no estimate.
    """
    data = matrix("x", x)
    mean, var = _moments(data)
    return mean.astype(data.dtype), var.astype(data.dtype)


def batchnorm_forward(x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, eps: float = 1e-5) -> tuple[Floats, Cache]:
    """y = gamma · (x − mean) / √(var + eps) + beta, and a cache for the backward pass; x, y (N, D), the rest (D,).

    A batch of one gives exactly beta.  (A layer refuses it in training, as PyTorch's does: nothing can be
    learned from it.  The function is defined, and says what it is.)  The result has x's dtype; inputs are left
    as they are.  ValueError for wrong shapes or a negative eps, TypeError for what are no real numbers.
    """
    data = matrix("x", x)
    scale = vector("gamma", gamma, data.shape[1], "per feature")
    shift = vector("beta", beta, data.shape[1], "per feature")
    eps = not_negative("eps", eps)
    mean, var = _moments(data)
    with np.errstate(divide="ignore"):  # eps = 0 and a constant feature: xhat is 0, set below
        rstd = 1 / np.sqrt(var + eps)
    xhat = (wide(data) - mean) * np.where(np.isinf(rstd), 0, rstd)
    y = xhat * wide(scale) + wide(shift)
    return y.astype(data.dtype), Cache(xhat.astype(data.dtype), rstd.astype(data.dtype), scale.astype(data.dtype))


def influence_matrix(forward: Callable[[Floats], Floats], x: ArrayLike, i: int) -> Floats:
    """J (N, N), J[n, m] = ∂forward(x)[n, i] / ∂x[m, i]: how much row n's output moves with row m's input.

    `forward` maps (N, D) to (N, D).  Central differences with a step of 1e-5 times x's size: relative error
    about 1e-9.  IndexError when there is no feature i.
    """
    point = wide(matrix("x", x))
    rows, features = point.shape
    if not -features <= i < features:
        raise IndexError(f"there is no feature {i}: x has {features}")
    h = 1e-5 * max(1.0, float(np.abs(point[:, i]).max()))
    influence = np.zeros((rows, rows))
    for m in range(rows):
        step = np.zeros_like(point)
        step[m, i] = h
        above, below = floats("forward(x)", forward(point + step)), floats("forward(x)", forward(point - step))
        influence[:, m] = (above[:, i] - below[:, i]) / (2 * h)
    return influence


def largest_xhat(n: int) -> float:
    """√(n − 1), the largest |xhat| in a batch of n: one example apart from n − 1 equal ones.

    ValueError unless n ≥ 1.
    """
    if n < 1:
        raise ValueError(f"n must be 1 or more, not {n}")
    return float(np.sqrt(n - 1))


def _moments(data: Floats) -> tuple[Floats, Floats]:
    """Mean and biased variance in float64, the second pass corrected for the rounding of the first.

    Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance", equation 1.7.
    """
    wide_data = wide(data)
    mean = wide_data.mean(axis=0)
    deviations = wide_data - mean
    var = np.square(deviations).mean(axis=0) - np.square(deviations.mean(axis=0))
    return mean, np.maximum(var, 0)
