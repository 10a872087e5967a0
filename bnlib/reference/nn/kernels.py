"""The four formulas on CUDA through Triton: float32, bfloat16 and float16 input, float32 statistics.

Bytes that must move: x read twice and y written forward; dy and x read twice and dx written backward.
"""

from __future__ import annotations

import torch
import triton
from torch import Tensor

from bnlib.reference.nn import triton_code as code

TILE = 4096  # elements a program holds at a time, 16 a thread
WARPS = 8
WAVES = 8  # programs for each multiprocessor: while some wait for memory, others compute


def usable(x: Tensor) -> bool:
    """Is x of a type the kernels are made for?"""
    return x.dtype in (torch.float32, torch.bfloat16, torch.float16) and x.numel() > 0


def statistics(x: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Blocks x → mean and biased variance (C,)."""
    walk = Walk(x, axis)
    means, deviations = walk.partial_results()
    walk.over_elements(code.statistics, x, means, deviations, GROUP=walk.group)
    return walk.over_channels(code.combine, x, means, deviations)


def normalize(x: Tensor, mean: Tensor, rstd: Tensor, weight: Tensor | None, bias: Tensor | None, axis: int) -> Tensor:
    """Blocks x → y = (x − mean)·rstd·γ + β in x's dtype."""
    y = torch.empty_like(x)
    Walk(x, axis).over_elements(code.normalize, x, y, mean, rstd, weight, bias)
    return y


def sums(dy: Tensor, x: Tensor, mean: Tensor, rstd: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Σdy and Σdy·xhat (C,)."""
    walk = Walk(x, axis)
    first, second = walk.partial_results()
    walk.over_elements(code.sums, dy, x, mean, first, second, GROUP=walk.group)
    return walk.over_channels(code.add, rstd, first, second)


def input_gradient(
    dy: Tensor, x: Tensor, mean: Tensor, rstd: Tensor, weight: Tensor | None, mean_dy: Tensor, mean_dy_xhat: Tensor,
    axis: int,
) -> Tensor:
    """dx = γ·rstd·(dy − mean(dy) − xhat·mean(dy·xhat)) in x's dtype."""
    dx = torch.empty_like(x)
    Walk(x, axis).over_elements(code.input_gradient, dy, x, dx, mean, rstd, weight, mean_dy, mean_dy_xhat)
    return dx


class Walk:
    """How a grid of programs goes over blocks x.

    Both memory orders are a matrix (rows, columns) in which column // plane is the channel: blocks (N, C, L) are
    (N, C·L) with planes of L, blocks (B, R, C) are (B·R, C) with planes of 1.  A program takes `block` columns of a
    `stretch` of the rows, several rows at a time; what belongs to a channel it loads once, before the rows.
    """

    def __init__(self, x: Tensor, axis: int) -> None:
        self.x, self.channels = x, x.shape[axis]
        self.rows = x.shape[0] if axis == 1 else x.shape[0] * x.shape[1]
        self.columns = x.numel() // self.rows
        self.plane = self.columns // self.channels
        self.block = min(triton.next_power_of_2(self.columns), 512)
        self.at_a_time = min(triton.next_power_of_2(self.rows), TILE // self.block)
        self.group = min(self.plane & -self.plane, self.block)  # columns of one channel, a power of two that divides
        across = triton.cdiv(self.columns, self.block)
        processors = torch.cuda.get_device_properties(x.device).multi_processor_count if x.is_cuda else 1
        parts = max(1, processors * WAVES // across)
        self.stretch = triton.cdiv(triton.cdiv(self.rows, parts), self.at_a_time) * self.at_a_time
        self.parts = triton.cdiv(self.rows, self.stretch)
        self.grid = (across, self.parts)

    def partial_results(self) -> Tensor:
        """Room for two numbers from every group of columns and stretch of rows."""
        return self.x.new_empty(2, self.parts, self.columns // self.group, dtype=torch.float32)

    def over_elements(self, kernel: triton.JITFunction, *tensors: Tensor | None, **constants: int) -> None:
        """Run a kernel of (rows, columns)."""
        with torch.cuda.device_of(self.x):
            kernel[self.grid](*tensors, self.rows, self.columns, self.plane, self.stretch,
                              ROWS=self.at_a_time, BLOCK=self.block, num_warps=WARPS, **constants)

    def over_channels(self, kernel: triton.JITFunction, *tensors: Tensor) -> tuple[Tensor, Tensor]:
        """Run a kernel that makes two numbers a channel of the partial results."""
        first, second = self.x.new_empty(2, self.channels, dtype=torch.float32)
        per_channel = self.plane // self.group
        many = min(triton.next_power_of_2(self.parts * per_channel), 256)
        width = max(1, min(16, 1024 // many))
        with torch.cuda.device_of(self.x):
            kernel[(triton.cdiv(self.channels, width),)](
                *tensors, first, second, self.channels, per_channel, self.parts, self.rows, self.stretch, self.group,
                self.plane, MANY=many, WIDTH=width, num_warps=4)
        return first, second
