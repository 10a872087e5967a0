"""How a tensor lies in memory, and a view of it in three axes that the formulas and kernels walk in order."""

from __future__ import annotations

from math import gcd, prod
from typing import NamedTuple

import torch
from torch import Tensor

from bnlib.reference.nn.context import recorded, transformed

BLOCK = 1 << 14  # elements of a block of rows: few enough to stay in the cache between two passes over it


class Layout(NamedTuple):
    """`axis` 1: blocks (N, C, L), planes one after the other.  `axis` 2: blocks (B, rows, C), channels innermost."""

    axis: int
    blocks: int
    rows: int
    shape: torch.Size

    @classmethod
    def of(cls, x: Tensor) -> Layout:
        """The layout of x (N, C, …); a tensor in no order is taken as contiguous, and packing copies it."""
        matrix = x.dim() == 2 or x.shape[2:].numel() == 1
        return cls(2, *_split(x), x.shape) if matrix or _channels_last(x) else cls(1, 0, 0, x.shape)

    def pack(self, tensor: Tensor) -> Tensor:
        """A tensor of this shape → contiguous blocks; a view where it lies in this order already."""
        if self.axis == 1:
            return tensor.contiguous().view(*self.shape[:2], prod(self.shape[2:]))
        return tensor.movedim(1, -1).contiguous().view(self.blocks, self.rows, self.shape[1])

    def unpack(self, blocks: Tensor) -> Tensor:
        """Blocks → the tensor of this shape, in the order it came in."""
        if self.axis == 1:
            return blocks.view(self.shape)
        return blocks.view(self.shape[0], *self.shape[2:], self.shape[1]).movedim(-1, 1)


def _channels_last(x: Tensor) -> bool:
    memory_format = {4: torch.channels_last, 5: torch.channels_last_3d}.get(x.dim())
    if memory_format is None or (transformed() and not recorded()):  # vmap has no answer to the question below
        return False
    return x.is_contiguous(memory_format=memory_format) and not x.is_contiguous()


def _split(x: Tensor) -> tuple[int, int]:
    """How many blocks the matrix (M, C) is cut into, and how many rows each has: a power of two that divides M."""
    rows = x.shape[0] * prod(x.shape[2:])
    if recorded() or rows == 0:  # a size that is a symbol has no divisors
        return 1, rows
    some = gcd(rows, 1 << (BLOCK // max(1, x.shape[1])).bit_length())
    return (rows // some, some) if some >= 8 else (1, rows)
