"""Normalization over any axes, and three that differ in nothing else: layer, instance and group norm.

Sources: Ba, Kiros & Hinton 2016 (arXiv 1607.06450), section 3; Ulyanov, Vedaldi & Lempitsky 2016 (1607.08022); Wu & He
2018 (1803.08494), section 3.  Float dtypes are kept, integers and bools become float64, float16 is computed in float32;
arguments are never changed.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._validate import Floats, floats, integer, non_negative, vector, working


def _axes(axes: int | Iterable[int], ndim: int) -> tuple[int, ...]:
    """`axes` as distinct numbers in 0 … ndim − 1."""
    try:
        listed = tuple(axes) if isinstance(axes, Iterable) else (axes,)
        chosen = tuple(integer("an axis", axis, -ndim) for axis in listed)
    except TypeError:
        raise TypeError(f"axes must be axis numbers, not {axes!r}") from None
    if any(axis >= ndim for axis in chosen):
        raise ValueError(f"axes {axes} do not fit x, which has {ndim} axes: 0 to {ndim - 1}")
    chosen = tuple(axis % ndim for axis in chosen)
    if not chosen or len(set(chosen)) < len(chosen):
        raise ValueError(f"axes must name at least one axis and none twice, not {axes}")
    return chosen


def _xhat(x: Floats, axes: tuple[int, ...], eps: float) -> Floats:
    """(x − mean)/√(var + eps) over `axes`, in working precision; 0 where var + eps is 0.

    Shifted by the first value of each set before the mean is taken, and summed in float64: a set of equal values comes
    out as exactly 0, and a mean of 1e4 in float32 costs no digits (compare `forward.moments`).
    """
    x = working(x)
    first = tuple(slice(0, 1) if axis in axes else slice(None) for axis in range(x.ndim))
    centred = x - x[first]
    centred -= centred.mean(axis=axes, keepdims=True, dtype=np.float64).astype(x.dtype)
    spread = np.mean(np.square(centred), axis=axes, keepdims=True, dtype=np.float64) + eps
    centred *= (1 / np.sqrt(np.where(spread == 0, 1, spread))).astype(x.dtype)
    return centred


def normalize(x: ArrayLike, axes: int | Iterable[int], eps: float = 1e-5) -> Floats:
    """x of any shape → xhat of the same shape and dtype: mean 0 and variance var/(var + eps) over `axes`.

    Numbers that differ only in their indices along `axes` share one mean and one biased variance.  eps is in squared
    units of x and stands inside the root.  A set of equal values becomes 0, with eps = 0 too.

    Raises ValueError for an empty x, axes that x does not have, none or one twice, a negative eps; TypeError for
    anything but real numbers, or axes that are not whole numbers.
    """
    x = _filled("x", floats("x", x))
    return _xhat(x, _axes(axes, x.ndim), non_negative("eps", eps)).astype(x.dtype, copy=False)


def _filled(name: str, array: Floats) -> Floats:
    if array.ndim == 0 or 0 in array.shape:
        raise ValueError(f"{name} must have at least one number along each axis, not shape {array.shape}")
    return array


def layernorm(x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, eps: float = 1e-5) -> Floats:
    """x (N, D), (N, T, D) or any shape that ends in D; gamma, beta (D,) → y in x's shape and dtype.

    Every row of D features is normalized by itself, so no example hears of another and there is nothing to keep for
    inference.  ([LN] equations 3 and 4; eps is PyTorch's.)

    Raises ValueError for an empty x, a gamma or beta without one entry per feature or a negative eps; TypeError for
    anything but real numbers.
    """
    x = _filled("x", floats("x", x))
    gamma, beta = (vector(name, value, x.shape[-1]) for name, value in (("gamma", gamma), ("beta", beta)))
    y = _xhat(x, (x.ndim - 1,), non_negative("eps", eps))
    return (y * gamma.astype(y.dtype) + beta.astype(y.dtype)).astype(x.dtype, copy=False)


def _on_images(x: ArrayLike, groups: int | None, gamma: ArrayLike, beta: ArrayLike, eps: float) -> Floats:
    """Group norm; with groups = None every channel is its own."""
    x = floats("x", x)
    if x.ndim != 4:
        raise ValueError(f"x must be 4-D, (N, C, H, W), not of shape {x.shape}")
    n, c = _filled("x", x).shape[:2]
    groups = c if groups is None else integer("groups", groups, 1)
    if c % groups:
        raise ValueError(f"groups must divide the {c} channels, but is {groups}")
    gamma, beta = (vector(name, value, c, "channel") for name, value in (("gamma", gamma), ("beta", beta)))
    y = _xhat(x.reshape(n, groups, -1), (2,), non_negative("eps", eps)).reshape(x.shape)
    along_c = (1, -1, 1, 1)
    y = y * gamma.astype(y.dtype).reshape(along_c) + beta.astype(y.dtype).reshape(along_c)
    return y.astype(x.dtype, copy=False)


def instancenorm(x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, eps: float = 1e-5) -> Floats:
    """x (N, C, H, W), gamma, beta (C,) → y in x's shape and dtype: each channel of each image over its H·W pixels.

    With H = W = 1 there is one value a mean, and y is beta whatever x; PyTorch's layer raises there in training.
    Raises as `groupnorm` does.
    """
    return _on_images(x, None, gamma, beta, eps)


def groupnorm(x: ArrayLike, groups: int, gamma: ArrayLike, beta: ArrayLike, eps: float = 1e-5) -> Floats:
    """x (N, C, H, W), gamma, beta (C,) → y in x's shape and dtype.

    The C/groups neighbouring channels of a group share one mean and variance in each image, over their pixels.
    groups = 1 takes all channels of an image together, groups = C is instance norm.  ([GN] equation 7.)

    Raises ValueError for a wrong rank, an empty x, a gamma or beta without one entry per channel, groups that do not
    divide C or a negative eps; TypeError for anything but real numbers, or groups that is not a whole number.
    """
    return _on_images(x, integer("groups", groups, 1), gamma, beta, eps)
