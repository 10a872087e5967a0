"""Batch renormalization (Ioffe 2017, arXiv 1702.03275): batch norm in training that agrees with its inference."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._validate import Floats, matrix, non_negative, number, vector
from bnlib.reference.forward import moments


def batch_renorm(
    x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, running_mean: ArrayLike, running_std: ArrayLike, r_max: float,
    d_max: float, eps: float = 1e-5,
) -> Floats:
    """x (N, D), four vectors (D,) → y (N, D) in x's dtype, the training pass of algorithm 1.

    With the batch's mean and σ_B = √(var + eps): y = gamma·((x − mean)/σ_B · r + d) + beta.  r is σ_B/running_std, kept
    between 1/r_max and r_max, and d is (mean − running_mean)/running_std, kept between −d_max and d_max; the gradient
    takes both for constants.  running_std holds averages of σ_B, eps included.  r_max = 1 with d_max = 0 is batch norm;
    where neither limit is reached, y is what inference gives.  The running statistics are the caller's to update.

    Raises ValueError for a wrong rank, an empty batch, vectors without one entry per feature, a running_std that is not
    positive, r_max < 1, d_max < 0, a negative eps, or σ_B = 0; TypeError for anything but real numbers.
    """
    x = matrix("x", x)
    names = ("gamma", "beta", "running_mean", "running_std")
    values = (gamma, beta, running_mean, running_std)
    gamma, beta, running_mean, running_std = (
        vector(name, value, x.shape[1]) for name, value in zip(names, values, strict=True))
    r_max, d_max, eps = number("r_max", r_max), non_negative("d_max", d_max), non_negative("eps", eps)
    if r_max < 1:
        raise ValueError(f"r_max must be at least 1, for r is kept between 1/r_max and r_max, but is {r_max}")
    if not (running_std > 0).all():
        raise ValueError("running_std must be positive: it holds averages of √(var + eps)")
    mean, var, centred = moments(x)
    dtype = centred.dtype
    std = np.sqrt(var + var.dtype.type(eps))
    if not std.all():
        raise ValueError("a feature is constant and eps is 0, so σ_B is 0: choose eps > 0")
    r = np.clip(std / running_std.astype(dtype), 1 / r_max, r_max)
    d = np.clip((mean - running_mean.astype(dtype)) / running_std.astype(dtype), -d_max, d_max)
    y = gamma.astype(dtype) * (centred / std * r + d) + beta.astype(dtype)
    return y.astype(x.dtype, copy=False)
