"""Batch norm in four functions: statistics and normalize forward, sums and input_gradient backward.

Ioffe & Szegedy 2015 (arXiv 1502.03167), algorithm 1 and section 3; the backward pass in the closed form of lesson 04.
Tensors come as blocks, (B, C, L) with `axis` 1 or (B, R, C) with `axis` 2: the axis the channels are on.  Statistics
and sums are float32 where the input is narrower.  Every function can be differentiated by autograd.
"""

from __future__ import annotations

import torch
from torch import Tensor


def statistics(x: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Blocks x → mean and biased variance (C,).

    Two passes over each block while it is in the cache, then the law of total variance: the variance of the whole is
    the mean of the blocks' variances plus the variance of their means.  `rest` is what the rounding of a block's mean
    left over (Chan, Golub & LeVeque 1983, "corrected two-pass"): with it a large mean costs the variance no digits.
    """
    x, inner = widened(x), 3 - axis
    means = x.mean(inner)  # (B, C)
    centred = x - means.unsqueeze(inner)
    rest = centred.mean(inner)
    variances = centred.square().mean(inner) - rest.square()
    mean = means.mean(0)
    offsets = means - mean + rest
    shift = offsets.mean(0)
    return mean + shift, (variances + offsets.square()).mean(0) - shift.square()


def normalize(x: Tensor, mean: Tensor, rstd: Tensor, weight: Tensor | None, bias: Tensor | None, axis: int) -> Tensor:
    """Blocks x → y = (x − mean)·rstd·γ + β in x's dtype; γ and β None are 1 and 0."""
    # Centred before it is scaled: a large mean costs no digits.
    y = (widened(x) - along(mean, axis)) * along(scale(rstd, weight), axis)
    return (y if bias is None else y + along(bias, axis)).to(x.dtype)


def sums(dy: Tensor, x: Tensor, mean: Tensor, rstd: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Σdy and Σdy·xhat (C,): ∂β and ∂γ, and all that dx needs to know of the rest of the batch."""
    dy, centred, inner = widened(dy), widened(x) - along(mean, axis), 3 - axis
    return dy.sum(inner).sum(0), (dy * centred).sum(inner).sum(0) * rstd


def input_gradient(
    dy: Tensor, x: Tensor, mean: Tensor, rstd: Tensor, weight: Tensor | None, mean_dy: Tensor, mean_dy_xhat: Tensor,
    axis: int,
) -> Tensor:
    """dx = γ·rstd·(dy − mean(dy) − xhat·mean(dy·xhat)) in x's dtype, the means (C,) those of the whole batch."""
    centred = widened(x) - along(mean, axis)
    rest = along(mean_dy, axis) + centred * along(rstd * mean_dy_xhat, axis)
    return ((widened(dy) - rest) * along(scale(rstd, weight), axis)).to(x.dtype)


def widened(x: Tensor) -> Tensor:
    """x in a precision fit for sums: float32 for anything narrower."""
    return x if x.dtype in (torch.float32, torch.float64) else x.float()


def along(vector: Tensor, axis: int) -> Tensor:
    """(C,) so that it goes with blocks whose channels are on `axis`."""
    return vector[:, None] if axis == 1 else vector


def scale(rstd: Tensor, weight: Tensor | None) -> Tensor:
    """γ·rstd (C,)."""
    return rstd if weight is None else rstd * weight
