"""One epoch of training, and a measurement that leaves no trace, for any PyTorch classifier on any device.

Batches are (x, y) pairs, y (n,) classes; the loss is PyTorch's cross-entropy of the model's scores (n, C).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

Batches = Iterable[Any]  # (x, y) pairs; DataLoaders give lists of two


def train_epoch(
    model: nn.Module, loader: Batches, optimizer: torch.optim.Optimizer, device: torch.device | str
) -> float:
    """One pass over `loader` → mean loss over its examples, each batch's taken before its step.

    Puts the whole model into train mode and leaves it there.  The losses stay on the device and are read once at the
    end: reading one after every batch would make a GPU wait each time.

    Raises ValueError if the loader gives nothing.
    """
    model.train()
    losses: list[Tensor] = []
    sizes: list[int] = []
    for x, y in loader:
        x, y = x.to(device, non_blocking=True), y.to(device, non_blocking=True)
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        sizes.append(len(y))
    if not sizes:
        raise ValueError("the loader gives no batch: there is nothing to train on")
    return torch.stack(losses).cpu().double().dot(torch.tensor(sizes).double()).item() / sum(sizes)


def evaluate(model: nn.Module, loader: Batches, device: torch.device | str) -> float:
    """Share of the loader's examples whose greatest score is that of their class, in [0, 1], measured in eval mode.

    Changes nothing: no gradients, no running statistics; afterwards every module is in the mode it was in, frozen
    layers included.

    Raises ValueError if the loader gives nothing.
    """
    hits: list[Tensor] = []
    count = 0
    with eval_mode(model), torch.no_grad():
        for x, y in loader:
            x, y = x.to(device, non_blocking=True), y.to(device, non_blocking=True)
            hits.append((model(x).argmax(dim=1) == y).sum())
            count += len(y)
    if not count:
        raise ValueError("the loader gives no batch: there is nothing to measure on")
    return int(torch.stack(hits).sum()) / count


@contextmanager
def eval_mode(model: nn.Module) -> Iterator[nn.Module]:
    """Inside, all of `model` is in eval mode; afterwards, also after an error, each module is in its own again."""
    was = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield model
    finally:
        for module, mode in was:
            module.training = mode  # train(mode) would set the children, too


def batchnorm_mixed_precision(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
    """x (N, D) of any float dtype, gamma, beta (D,) → y (N, D) in x's dtype; all between is computed in float32.

    Half precision keeps 11 bits (float16) or 8 (bfloat16): enough for an input and a result, not for a mean of many or
    a sum of squares.  This is what PyTorch's kernels do for a half-precision x and float32 parameters (Micikevicius et
    al. 2018, "Mixed Precision Training", arXiv 1710.03740, section 3.3).  float64 stays float64.

    Raises ValueError for an x that is not (N, D) of floats, parameters that are not (D,), or a negative eps.
    """
    if x.ndim != 2 or not x.numel() or not x.is_floating_point():
        raise ValueError(f"x must be (N, D), floats, not {tuple(x.shape)} of {x.dtype}")
    for name, parameter in (("gamma", gamma), ("beta", beta)):
        if parameter.shape != x.shape[1:]:
            raise ValueError(f"{name} must have shape ({x.shape[1]},), not {tuple(parameter.shape)}")
    if eps < 0:
        raise ValueError(f"eps must not be negative, but is {eps!r}")
    dtype = torch.promote_types(x.dtype, torch.float32)
    wide = x.to(dtype)
    centred = wide - wide.mean(dim=0)
    rstd = (centred.square().mean(dim=0) + eps).rsqrt()
    return (centred * (rstd * gamma.to(dtype)) + beta.to(dtype)).to(x.dtype)
