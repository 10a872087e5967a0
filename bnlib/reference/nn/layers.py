"""BatchNorm1d, 2d and 3d: drop-in for `torch.nn`'s, on this course's own forward and backward."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from bnlib.reference.nn import functional

FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


class CourseNorm(nn.modules.batchnorm._BatchNorm):
    """What the layers have in common.  They keep their state as `torch.nn`'s do, being subclasses: arguments, buffers,
    state_dict and printed form are inherited, and tools that look for batch norm find them.  What is computed is here.

    `momentum` weighs the new value; None averages over all batches seen.  Without `track_running_stats` the batch's
    own statistics serve in both modes.
    """

    def forward(self, x: Tensor) -> Tensor:
        """x (N, C, …) → y of the same shape, dtype and memory format.

        Raises ValueError for another rank, or, where the batch is normalized by itself, one value a channel or an eps
        that is not positive; RuntimeError for another number of channels; NotImplementedError, which is a
        RuntimeError, for anything but real floats.
        """
        self._check_input_dim(x)
        self._check_channels(x)
        if x.dtype not in FLOATS:
            raise NotImplementedError(f'"batch_norm" not implemented for {x.dtype}: convert the input to floats first')
        if not self.training and self.running_mean is not None and self.running_var is not None:
            if self.eps < 0:
                raise ValueError(f"batch_norm eps must be non-negative, but got {self.eps}")
            return functional.affine(x, self.weight, self.bias, self.running_mean, self.running_var, self.eps)
        group = self._group()
        if group is None and x.numel() == x.shape[1]:
            raise ValueError(f"Expected more than 1 value per channel when training, got input size {x.size()}")
        if self.eps <= 0:
            raise ValueError(f"batch_norm eps must be positive during training, but got {self.eps}")
        with torch.no_grad():
            mean, var, count = functional.statistics(x.detach(), group)
        y = self._normalize(x, mean, var, group)
        if self.training and self.track_running_stats:
            self._update(mean, var, count)
        return y

    def _group(self) -> Any:
        """The processes that share the batch; None: this one alone."""
        return None

    def _normalize(self, x: Tensor, mean: Tensor, var: Tensor, group: Any) -> Tensor:
        return functional.batch_norm(x, self.weight, self.bias, mean, var, self.eps, group)

    @torch.no_grad()
    def _update(self, mean: Tensor, var: Tensor, count: Tensor | int) -> None:
        """Count the batch, and move the running estimates towards its statistics."""
        if self.num_batches_tracked is not None:
            self.num_batches_tracked.add_(1)
        if self.running_mean is None or self.running_var is None or (isinstance(count, int) and count == 0):
            return  # nothing seen, nothing learnt
        new: float | Tensor | None = self.momentum
        if new is None:
            new = 1 / self.num_batches_tracked.to(mean.dtype) if self.num_batches_tracked is not None else 0.0
        if isinstance(count, Tensor):  # of all processes: nobody here knows whether it is 0, or 1
            new, count = new * (count > 0).to(count.dtype), count.clamp(min=2)
        # Two products, not a step from the old towards the new: small numbers survive a large neighbour.
        self.running_mean.copy_((1 - new) * self.running_mean + new * mean)
        self.running_var.copy_(self._mixed_variance(new, self.running_var, var, count))

    def _mixed_variance(self, new: float | Tensor, running_var: Tensor, var: Tensor, count: Tensor | int) -> Tensor:
        """Old and new variance by weight, the new one unbiased."""
        return (1 - new) * running_var + new * (var * (count / (count - 1)))

    def _check_channels(self, x: Tensor) -> None:
        for name in ("running_mean", "running_var", "weight", "bias"):
            vector = getattr(self, name)
            if vector is not None and vector.numel() != x.shape[1]:
                raise RuntimeError(f"{name} should contain {x.shape[1]} elements not {vector.numel()}")


class BatchNorm1d(CourseNorm, nn.BatchNorm1d):
    """x (N, C) or (N, C, L); statistics over N and L."""


class BatchNorm2d(CourseNorm, nn.BatchNorm2d):
    """x (N, C, H, W); statistics over N, H and W."""


class BatchNorm3d(CourseNorm, nn.BatchNorm3d):
    """x (N, C, D, H, W); statistics over N, D, H and W."""
