"""Batch renormalization: training sees what inference will see, as far as its limits allow.

Ioffe 2017, "Batch Renormalization" (arXiv 1702.03275), algorithm 1.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from bnlib.reference.nn import functional
from bnlib.reference.nn.layers import CourseNorm


class BatchRenorm(CourseNorm):
    """x (N, C, …) of at least 2 axes.  With `r_max` 1 and `d_max` 0 it is batch norm; both are usually raised slowly.

    In training y = (xhat·r + d)·γ + β with r = std/running_std within [1/r_max, r_max] and d = (mean −
    running_mean)/running_std within [−d_max, d_max]; no gradient flows through r and d.  What is averaged is std =
    √(var + eps), var biased; the buffers are those of batch norm, so running_var holds running_std² − eps, and a net
    trained with batch norm can go on with this layer.  Raises ValueError for r_max < 1 or d_max < 0.
    """

    def __init__(self, num_features: int, r_max: float = 3.0, d_max: float = 5.0, eps: float = 1e-5,
                 momentum: float | None = 0.01, affine: bool = True, device: Any = None, dtype: Any = None, *,
                 bias: bool = True) -> None:
        if r_max < 1 or d_max < 0:
            raise ValueError(f"r_max must be at least 1 and d_max at least 0, not {r_max} and {d_max}")
        super().__init__(num_features, eps, momentum, affine, True, device, dtype, bias=bias)
        self.r_max, self.d_max = r_max, d_max

    def _check_input_dim(self, x: Tensor) -> None:
        if x.dim() < 2:
            raise ValueError(f"expected at least 2D input (got {x.dim()}D input)")

    def _normalize(self, x: Tensor, mean: Tensor, var: Tensor, group: Any) -> Tensor:
        assert self.running_mean is not None and self.running_var is not None
        with torch.no_grad():
            running_std = torch.sqrt(functional.formulas.widened(self.running_var) + self.eps)
            r = (torch.sqrt(var + self.eps) / running_std).clamp(1 / self.r_max, self.r_max)
            d = ((mean - self.running_mean) / running_std).clamp(-self.d_max, self.d_max)
        # (xhat·r + d)·γ + β = xhat·(γ·r) + (β + γ·d): batch norm with another γ and β, which autograd follows.
        weight = r if self.weight is None else self.weight * r
        bias = d if self.weight is None else self.weight * d
        if self.bias is not None:
            bias = self.bias + bias
        return functional.batch_norm(x, weight, bias, mean, var, self.eps, group)

    def _mixed_variance(self, new: float | Tensor, running_var: Tensor, var: Tensor, count: Tensor | int) -> Tensor:
        """What is mixed is √(var + eps), var biased."""
        old_std, new_std = (torch.sqrt(functional.formulas.widened(v) + self.eps) for v in (running_var, var))
        return (((1 - new) * old_std + new * new_std).square() - self.eps).clamp(min=0)  # not below, by rounding

    def extra_repr(self) -> str:
        """The arguments, its own first."""
        return f"{self.num_features}, r_max={self.r_max}, d_max={self.d_max}, eps={self.eps}, momentum={self.momentum}"
