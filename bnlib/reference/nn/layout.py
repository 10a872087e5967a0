"""How a tensor lies in memory, and a view of it in three axes that the formulas and kernels walk in order."""

from __future__ import annotations

from math import gcd
from typing import NamedTuple

import torch
from torch import Tensor

BLOCK = 1 << 14  # elements of a block of rows: few enough to stay in the cache between two passes over it


class Layout(NamedTuple):
    """`axis` 1: blocks (N, C, L), planes one after the other.  `axis` 2: blocks (B, rows, C), channels innermost."""

    axis: int
    rows: int
    shape: torch.Size

    @classmethod
    def of(cls, x: Tensor) -> Layout:
        """The layout of x (N, C, …); a tensor in no order is taken as contiguous, and packing copies it."""
        formats = {4: torch.channels_last, 5: torch.channels_last_3d}
        matrix = x.dim() == 2 or x.shape[2:].numel() == 1
        last = x.dim() in formats and x.is_contiguous(memory_format=formats[x.dim()]) and not x.is_contiguous()
        return cls(2, _rows(x), x.shape) if matrix or last else cls(1, 0, x.shape)

    def pack(self, tensor: Tensor) -> Tensor:
        """A tensor of this shape → contiguous blocks; a view where it lies in this order already."""
        if self.axis == 1:
            return tensor.contiguous().flatten(2)
        channels = self.shape[1]
        blocks = self.shape.numel() // (self.rows * channels) if self.rows * channels else 0
        return tensor.movedim(1, -1).contiguous().view(blocks, self.rows, channels)

    def unpack(self, blocks: Tensor) -> Tensor:
        """Blocks → the tensor of this shape, in the order it came in."""
        if self.axis == 1:
            return blocks.view(self.shape)
        return blocks.view(self.shape[0], *self.shape[2:], self.shape[1]).movedim(-1, 1)


def _rows(x: Tensor) -> int:
    """How many rows of the matrix (M, C) make a block; all blocks have as many, so a power of two that divides M."""
    if torch.compiler.is_compiling():
        return x.numel() // x.shape[1]  # may be a symbol, which has no divisors
    rows = x.numel() // max(1, x.shape[1])
    some = gcd(rows, 1 << (BLOCK // max(1, x.shape[1])).bit_length())
    return some if some >= 8 else rows
