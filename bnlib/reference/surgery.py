"""What is done to a PyTorch model's batch norm from outside: new statistics, freezing, weight decay.

PyTorch is imported when a function is called, so that the NumPy part of the reference stands without it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor, nn


def _norms(model: nn.Module) -> list[Any]:
    """Every batch norm layer of the model, blocks included."""
    from torch import nn
    from torch.nn.modules.batchnorm import _BatchNorm

    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, not {type(model).__name__}")
    return [module for module in model.modules() if isinstance(module, _BatchNorm)]


def adapt_statistics(model: nn.Module, loader: Iterable[tuple[Tensor, ...]]) -> None:
    """Give the batch norm layers the statistics of new data: the loader's batches (x, …), each counting equally.

    running_mean and running_var become the plain averages over the batches of their mean and unbiased variance, layer
    on layer as in training ("precise batch norm": Wu & Johnson 2021, arXiv 2105.07576, section 3).  Only batch norm
    layers are in train mode meanwhile; no gradient is taken.  Parameters, modes and momenta stay as they were, and
    the statistics as well if anything fails.

    Raises ValueError for a model without batch norm that keeps statistics, or an empty loader.
    """
    import torch

    norms = [layer for layer in _norms(model) if layer.track_running_stats]
    if not norms:
        raise ValueError("model has no batch norm layer with running statistics: there is nothing to adapt")
    modes = [(module, module.training) for module in model.modules()]
    momenta = [layer.momentum for layer in norms]
    statistics = [(now, now.clone()) for layer in norms for now in layer.buffers()]
    batches = 0
    try:
        model.eval()
        for layer in norms:
            layer.training = True
            layer.reset_running_stats()
            layer.momentum = None  # the plain average over all batches
        with torch.no_grad():
            for x, *_ in loader:
                model(x)
                batches += 1
        if not batches:
            raise ValueError("loader is empty: there are no data to adapt to")
    except BaseException:
        for now, before in statistics:
            now.copy_(before)
        raise
    finally:
        for layer, momentum in zip(norms, momenta, strict=True):
            layer.momentum = momentum
        for module, mode in modes:
            module.training = mode


def freeze_batchnorm(model: nn.Module) -> None:
    """From now on every batch norm layer acts as in eval mode, also after model.train(); γ and β have no gradient.

    Other layers are left alone.  In place; the layers stay in the model under their names.
    """
    for layer in _norms(model):
        layer.requires_grad_(False)
        layer.eval()
        layer.train = partial(_stay, layer)  # a lambda could not be pickled, and would not follow into a copy


def _stay(layer: nn.Module, mode: bool = True) -> nn.Module:
    """In place of a frozen layer's `train`."""
    return layer


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """Two groups for an optimizer: weights and kernels with `weight_decay`; γ, β of any norm and biases with 0.

    Each parameter stands in one of them, once.  What has one axis or none is not decayed.

    Raises ValueError for a negative weight_decay.
    """
    if weight_decay < 0:
        raise ValueError(f"weight_decay must not be negative, but is {weight_decay!r}")
    parameters = list(model.parameters())  # each once, shared ones, too
    return [{"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0}]
