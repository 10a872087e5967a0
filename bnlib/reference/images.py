"""Batch norm on images (N, C, H, W): one mean and variance a channel, over N, H and W.

Source: Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3.2.  A channel's N·H·W values are one column of the matrix
that batch norm of (N, D) takes, so both passes are a transpose and a reshape around those of lessons 03 and 04.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._validate import Floats, floats
from bnlib.reference.backward import Kept, batchnorm_backward_fused, kept
from bnlib.reference.forward import Cache, batchnorm_forward
from bnlib.reference.running import fold


def _images(name: str, value: ArrayLike) -> Floats:
    """`value` as floats of shape (N, C, H, W), all positive."""
    array = floats(name, value)
    if array.ndim != 4:
        raise ValueError(f"{name} must be 4-D, (N, C, H, W), not of shape {array.shape}")
    if 0 in array.shape:
        raise ValueError(f"{name} is empty, shape {array.shape}: it needs at least one image, channel and pixel")
    return array


def _columns(images: Floats) -> Floats:
    """(N, C, H, W) → (N·H·W, C)."""
    return images.transpose(0, 2, 3, 1).reshape(-1, images.shape[1])


def _back(columns: Floats, shape: tuple[int, ...]) -> Floats:
    """(N·H·W, C) → (N, C, H, W)."""
    n, c, h, w = shape
    return np.ascontiguousarray(columns.reshape(n, h, w, c).transpose(0, 3, 1, 2))


def batchnorm2d_forward(x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, eps: float = 1e-5) -> tuple[Floats, Cache]:
    """x (N, C, H, W), gamma, beta (C,) → y (N, C, H, W) in x's dtype, and a Cache: xhat (N, C, H, W), the rest (C,).

    A channel that is constant over N, H and W becomes exactly beta.  eps is in squared units of x.

    Raises ValueError for a wrong rank, an empty x, a gamma or beta without one entry per channel or a negative eps;
    TypeError for anything but real numbers.
    """
    x = _images("x", x)
    y, cache = batchnorm_forward(_columns(x), gamma, beta, eps)
    return _back(y, x.shape), cache._replace(xhat=_back(cache.xhat, x.shape))


def batchnorm2d_backward(dy: ArrayLike, cache: Kept) -> tuple[Floats, Floats, Floats]:
    """dy (N, C, H, W), cache → dx (N, C, H, W), dgamma (C,), dbeta (C,) in dy's dtype.

    The closed form of (N, D) with N·H·W rows and C features; the cache is a dict with xhat (N, C, H, W), rstd (C,) and
    gamma (C,), or that of `batchnorm2d_forward`.

    Raises ValueError for shapes that do not fit or a cache without an entry, TypeError unless all hold real numbers.
    """
    dy, xhat = _images("dy", dy), _images("cache['xhat']", kept(cache, "xhat"))
    if dy.shape != xhat.shape:
        raise ValueError(f"dy must have the shape of the forward pass's x, {xhat.shape}, not {dy.shape}")
    columns = {"xhat": _columns(xhat), "rstd": kept(cache, "rstd"), "gamma": kept(cache, "gamma")}
    dx, dgamma, dbeta = batchnorm_backward_fused(_columns(dy), columns)
    return _back(dx, dy.shape), dgamma, dbeta


def fold_batchnorm2d(
    weight: ArrayLike, bias: ArrayLike | None, gamma: ArrayLike, beta: ArrayLike, running_mean: ArrayLike,
    running_var: ArrayLike, eps: float
) -> tuple[Floats, Floats]:
    """weight (O, I, kH, kW), bias (O,) or None, four vectors (O,) → weight and bias of a convolution that does it all.

    A convolution followed by batch norm at inference, as one convolution: see `fold_batchnorm`.  Exact with zero
    padding too, for the padding is before the convolution.  Raises as `fold_batchnorm` does.
    """
    weight = floats("weight", weight)
    if weight.ndim != 4:
        raise ValueError(f"weight must be (O, I, kH, kW), not of shape {weight.shape}: see fold_batchnorm for matrices")
    return fold(weight, bias, gamma, beta, running_mean, running_var, eps, 0)
