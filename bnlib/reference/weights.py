"""Normalizations of a weight instead of a layer's values: weight norm and spectral norm."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._validate import Floats, floats, integer, matrix, vector, working


def weight_norm(v: ArrayLike, g: ArrayLike) -> Floats:
    """v (O, I) or (O, I, kH, kW), g (O,) → w = g·v/‖v‖ in v's shape and dtype, one length per output.

    w's outputs have length |g| and the directions of v's (Salimans & Kingma 2016, arXiv 1602.07868, equation 2).

    Raises ValueError for a v of fewer than two axes or without entries, a g without one entry per output, or an output
    of v that is all zeros; TypeError for anything but real numbers.
    """
    v = floats("v", v)
    if v.ndim < 2 or 0 in v.shape:
        raise ValueError(f"v must have outputs along axis 0 and inputs along the rest, not shape {v.shape}")
    g = vector("g", g, len(v), "output")
    rows = working(v).reshape(len(v), -1)
    largest = np.abs(rows).max(axis=1)  # squares of tiny or huge entries would leave the range of the dtype
    if not largest.all():
        raise ValueError(f"output {int(np.argmin(largest))} of v is all zeros: it has no direction to keep")
    rows = rows / largest[:, None]
    scale = g.astype(rows.dtype) / np.sqrt(np.einsum("oi,oi->o", rows, rows))
    return (rows * scale[:, None]).reshape(v.shape).astype(v.dtype, copy=False)


def spectral_norm(weight: ArrayLike, u: ArrayLike, steps: int) -> tuple[Floats, Floats]:
    """weight (O, I), u (O,) → weight/σ (O, I) and the new u (O,) of length 1, both in weight's dtype.

    `steps` ≥ 1 times v ← Wᵀu/‖Wᵀu‖, u ← Wv/‖Wv‖; then σ = uᵀWv, which grows towards the largest singular value and
    never exceeds it (Miyato et al. 2018, arXiv 1802.05957, §2.1 and algorithm 1).  A convolution's kernel is given as
    (O, I·kH·kW).  Any u with Wᵀu ≠ 0 will do to start; keep the new one for the next call.

    Raises ValueError for a wrong rank or an empty weight, a u without one entry per output, Wᵀu = 0 or steps < 1;
    TypeError for anything but real numbers, or steps that is not a whole number.
    """
    weight = matrix("weight", weight)
    dtype = weight.dtype
    weight, u = working(weight), vector("u", u, len(weight), "output")
    u = u.astype(weight.dtype)
    for _ in range(integer("steps", steps, 1)):
        v = _unit(weight.T @ u)
        u = _unit(weight @ v)
    return (weight / (u @ weight @ v)).astype(dtype, copy=False), u.astype(dtype, copy=False)


def _unit(a: Floats) -> Floats:
    length = np.sqrt(a @ a)
    if length == 0:
        raise ValueError("power iteration needs a u that the weight does not send to 0: Wᵀu is 0 here")
    return a / length
