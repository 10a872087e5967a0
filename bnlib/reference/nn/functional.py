"""Batch norm as one operation that autograd knows, twice differentiable, by the fastest means at hand."""

from __future__ import annotations

import os
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from bnlib.reference.nn import compiled, formulas
from bnlib.reference.nn.context import recorded, transformed
from bnlib.reference.nn.gather import combined, gather
from bnlib.reference.nn.layout import Layout


def engine(x: Tensor) -> ModuleType:
    """The module whose four functions serve x best: `kernels`, `compiled` or `formulas`."""
    if recorded() or transformed():  # a compiler fuses the formulas with what is around them
        return formulas
    if x.device.type == "cuda" or _interpreting():
        return _kernels_or_formulas(x)
    return compiled if compiled.usable(x) else formulas


def _kernels_or_formulas(x: Tensor) -> ModuleType:
    if find_spec("triton") is None:
        return formulas
    from bnlib.reference.nn import kernels

    return kernels if kernels.usable(x) else formulas


def statistics(x: Tensor, group: Any = None, differentiable: bool = False) -> tuple[Tensor, Tensor, Tensor | int]:
    """x (N, C, …) → mean and biased var (C,), and how many values a channel has; over all processes of `group`."""
    layout, count = Layout.of(x), x.numel() // max(1, x.shape[1])
    if count == 0:  # no statistics, and nothing to use them on: zeros, tied to x so that autograd goes the same way
        mean = var = formulas.widened(x).transpose(0, 1).flatten(1).sum(1)
    else:
        mean, var = (formulas if differentiable else engine(x)).statistics(layout.pack(x), layout.axis)
    return (mean, var, count) if group is None else combined(mean, var, count, group)


def batch_norm(
    x: Tensor, weight: Tensor | None, bias: Tensor | None, mean: Tensor, var: Tensor, eps: float, group: Any = None
) -> Tensor:
    """y = (x − mean)/√(var + eps)·weight + bias, where mean and var are those of `statistics(x, group)`.

    x (N, C, …), all else (C,) → y in x's shape, dtype and memory format.  The gradient flows through mean and var.
    """
    if not recorded() and transformed():
        mean, var, _ = statistics(x, group, differentiable=True)
        return affine(x, weight, bias, mean, var, eps)
    y: Tensor = _BatchNorm.apply(x, weight, bias, mean, var, eps, group)
    return y


def affine(x: Tensor, weight: Tensor | None, bias: Tensor | None, mean: Tensor, var: Tensor, eps: float) -> Tensor:
    """The same by operations that PyTorch knows, whatever mean and var (C,) are: in inference they are fixed."""
    layout, rstd = Layout.of(x), torch.rsqrt(formulas.widened(var) + eps)
    wanted = any(tensor is not None and tensor.requires_grad for tensor in (x, weight, bias))
    made_by = formulas if torch.is_grad_enabled() and wanted else engine(x)
    return layout.unpack(made_by.normalize(layout.pack(x), mean, rstd, weight, bias, layout.axis))


def _interpreting() -> bool:
    return os.environ.get("TRITON_INTERPRET") == "1"  # Triton's own switch: kernels run on the CPU, to be tested


class _BatchNorm(Function):
    @staticmethod
    def forward(x: Tensor, weight: Tensor | None, bias: Tensor | None, mean: Tensor, var: Tensor, eps: float,
                group: Any) -> Tensor:
        layout, rstd = Layout.of(x), torch.rsqrt(var + eps)
        y = layout.unpack(engine(x).normalize(layout.pack(x), mean, rstd, weight, bias, layout.axis))
        # A view of its blocks could not be changed in place, as nn.ReLU(inplace=True) does; y.data is not a view.
        return y.clone() if recorded() else y.data  # a compiler leaves the copy out

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        x, weight, bias, mean, var, ctx.eps, ctx.group = inputs
        ctx.save_for_backward(x, weight, mean, torch.rsqrt(var + ctx.eps))
        ctx.bias_dtype = bias.dtype if bias is not None else None

    @staticmethod
    def backward(ctx: Any, dy: Tensor) -> tuple[Tensor | None, ...]:
        x, weight, mean, rstd = ctx.saved_tensors
        twice = torch.is_grad_enabled()  # then autograd must see how all this depends on x
        count = x.numel() // max(1, x.shape[1])
        if twice:
            mean, var, _ = statistics(x, ctx.group, differentiable=True)
            rstd = torch.rsqrt(var + ctx.eps)
        layout, made_by = Layout.of(x), formulas if twice else engine(x)
        packed_dy, packed_x, axis = layout.pack(dy), layout.pack(x), layout.axis
        dbias, dweight = made_by.sums(packed_dy, packed_x, mean, rstd, axis)
        total = torch.stack([dbias, dweight])
        if ctx.group is not None:
            # ∂γ and ∂β stay this process's own: whoever averages gradients over processes sums them.
            parts = gather(torch.cat([total, torch.full_like(total[:1], count)]), ctx.group).sum(0)
            total, count = parts[:2], parts[2].clamp(min=1)
        mean_dy, mean_dy_xhat = total / count
        dx = None
        if ctx.needs_input_grad[0]:
            dx = layout.unpack(made_by.input_gradient(
                packed_dy, packed_x, mean, rstd, weight, mean_dy, mean_dy_xhat, axis))
        return (dx, dweight.to(weight.dtype) if weight is not None else None,
                dbias.to(ctx.bias_dtype) if ctx.bias_dtype is not None else None, None, None, None, None)
