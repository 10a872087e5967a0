"""One vector from every process, and the statistics of a batch that lies in parts on all of them."""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.autograd import Function


def gather(mine: Tensor, group: Any) -> Tensor:
    """This process's tensor → those of all W processes, (W, …), the same everywhere; differentiable, often as you like.

    The loss is the sum of all processes' losses, as it is where gradients are averaged over processes.
    """
    parts: Tensor = _Gather.apply(mine, group)
    return parts


class _Gather(Function):
    @staticmethod
    def forward(ctx: Any, mine: Tensor, group: Any) -> Tensor:
        ctx.group = group
        parts = [torch.empty_like(mine, memory_format=torch.contiguous_format)
                 for _ in range(dist.get_world_size(group))]
        dist.all_gather(parts, mine.contiguous(), group=group)
        return torch.stack(parts)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        return gather(grad, ctx.group)[:, dist.get_rank(ctx.group)].sum(0), None  # what all say of mine


def combined(mean: Tensor, var: Tensor, count: int, group: Any) -> tuple[Tensor, Tensor, Tensor]:
    """Mean, biased var (C,) and count of each process's part → those of the whole; parts may differ in size.

    Chan, Golub & LeVeque 1979: the variance of the whole is that within the parts and that between their means.
    Where all parts are empty, mean, variance and count are 0.
    """
    mine = torch.stack([mean, var, torch.full_like(mean, count)])
    means, variances, counts = gather(mine, group).unbind(1)  # (W, C) each
    total = counts.sum(0)
    share = counts / total.clamp(min=1)
    mean = (share * means).sum(0)
    return mean, (share * (variances + (means - mean).square())).sum(0), total
