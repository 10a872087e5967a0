"""SyncBatchNorm: one batch spread over processes, normalized as if it lay in one place."""

from __future__ import annotations

from typing import Any

import torch.distributed as dist
from torch import Tensor, nn

from bnlib.reference.nn.layers import CourseNorm
from bnlib.reference.nn.renorm import BatchRenorm


class SyncBatchNorm(CourseNorm, nn.SyncBatchNorm):
    """x (N, C, …); every process of the group gives its part of the batch, of any size, even none.

    Drop-in for `torch.nn.SyncBatchNorm`, on any device its process group serves (gloo: the CPU as well).  Without a
    group of several processes, and in eval mode, it is batch norm.
    """

    def forward(self, x: Tensor) -> Tensor:
        """As the others'; raises ValueError for no channels at all."""
        self._check_input_dim(x)
        self._check_non_zero_input_channels(x)
        return super().forward(x)

    def _group(self) -> Any:
        if not (self.training and dist.is_available() and dist.is_initialized()):
            return None
        group = self.process_group or dist.group.WORLD
        return group if dist.get_world_size(group) > 1 else None

    @classmethod
    def convert_sync_batchnorm(cls, module: nn.Module, process_group: Any = None) -> nn.Module:
        """`module` with every batch norm in it (PyTorch's or this course's) replaced by a synchronized one.

        Parameters and buffers are shared with the layer replaced.  Batch renormalization, another operation, stays.
        """
        if isinstance(module, BatchRenorm):
            return module
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            layer = cls(module.num_features, module.eps, module.momentum, module.affine, module.track_running_stats,
                        process_group)
            layer.training = module.training
            for name in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked"):
                setattr(layer, name, getattr(module, name))
            return layer
        for name, child in module.named_children():
            module.add_module(name, cls.convert_sync_batchnorm(child, process_group))
        return module
