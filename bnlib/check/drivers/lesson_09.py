"""The loops of lesson 09 on a small network with given weights, and its functions that return lists or tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

_mixed: list[str] = []  # operations that met a batch nobody had moved to the model's device


@cache
def _elsewhere() -> Any:
    """A tensor type that behaves as if it lay on another device than the model, until `.to(device)` brings it over.

    There is one device on most machines, so forgetting `.to(device)` would show nowhere.  An operation on such a tensor
    and the model, its parameters or what carries a gradient, is carried out, and noted.  Comparisons are not, nor what
    brings numbers over in another way: `torch.as_tensor(x, device=device)`, `buffer.copy_(x)`, `buffer[:n] = x`.  Other
    tensors may lie anywhere: `predicted.cpu() - y` is no mistake.
    """
    import torch

    comparisons = {torch.Tensor.eq, torch.Tensor.__eq__, torch.eq, torch.Tensor.ne, torch.Tensor.__ne__, torch.ne}
    crossing = {torch.Tensor.copy_, torch.Tensor.__getitem__, torch.Tensor.__setitem__}

    def names_a_place(value: Any) -> bool:
        return isinstance(value, (torch.device, str, torch.Tensor)) or type(value) is int

    def of_the_model(value: Any) -> bool:
        if not isinstance(value, torch.Tensor) or isinstance(value, Elsewhere):
            return False
        return bool(value.dim()) and (value.requires_grad or isinstance(value, torch.nn.Parameter))

    class Elsewhere(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs = kwargs or {}
            flat = [v for a in (*args, *kwargs.values()) for v in (a if isinstance(a, (list, tuple)) else [a])]
            here = any(map(of_the_model, flat))
            moved = kwargs.get("device") is not None or (func is torch.Tensor.to and any(map(names_a_place, args[1:])))
            crosses = func in crossing and not isinstance(args[0], Elsewhere)
            if here and not (moved or crosses or func in comparisons):
                _mixed.append(str(func))
            with torch._C.DisableTorchFunctionSubclass():
                result = func(*args, **kwargs)
            if not isinstance(result, torch.Tensor):
                return result
            return result.as_subclass(torch.Tensor if moved or here or crosses else Elsewhere)

    return Elsewhere


def _makers_move() -> Any:
    """A context in which `torch.as_tensor(x, device=device)` and its like bring x over: a tensor type is not told."""
    import torch
    from torch.overrides import TorchFunctionMode

    class MakersMove(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            made = func(*args, **(kwargs or {}))
            placed = func in (torch.as_tensor, torch.asarray, torch.tensor) and (kwargs or {}).get("device") is not None
            return made.as_subclass(torch.Tensor) if placed else made

    return MakersMove()


class _Loader:
    """(x, y) batches of at most `batch_size`, in order; with the attributes of PyTorch's DataLoader that loops use."""

    def __init__(self, x: Any, y: Any, batch_size: int) -> None:
        import torch

        tensors = torch.tensor(x, dtype=torch.float64), torch.tensor(y, dtype=torch.int64)
        self.x, self.y = (tensor.as_subclass(_elsewhere()) for tensor in tensors)
        self.dataset, self.batch_size, self.drop_last = list(zip(self.x, self.y, strict=True)), batch_size, False

    def __len__(self) -> int:
        return -(-len(self.dataset) // self.batch_size)

    def __iter__(self) -> Iterator[list[Any]]:
        for start in range(0, len(self.dataset), self.batch_size):
            yield [self.x[start : start + self.batch_size], self.y[start : start + self.batch_size]]


def _network(params: Sequence[Any], running: Sequence[Any] = ()) -> Any:
    """Linear, batch norm, ReLU, linear in float64; params: weight (D, H), bias, gamma, beta, weight (H, C), bias."""
    import torch
    from torch import nn

    (inputs, hidden), classes = np.shape(params[0]), len(params[5])
    with torch.random.fork_rng(devices=[]):  # the initial weights are overwritten: leave the caller's numbers alone
        net = nn.Sequential(nn.Linear(inputs, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, classes))
    net = net.double()
    norm: Any = net[1]
    with torch.no_grad():
        for parameter, value in zip(net.parameters(), params, strict=True):
            parameter.copy_(torch.tensor(np.transpose(value)))
        for buffer, value in zip((norm.running_mean, norm.running_var), running, strict=False):
            buffer.copy_(torch.tensor(value))
    return net


def _number(value: Any, name: str) -> np.ndarray:
    """What a loop returned, as a float64; a tensor of one number will do."""
    try:
        return np.asarray(float(value.detach() if hasattr(value, "detach") else value))
    except (TypeError, ValueError):
        raise TypeError(f"{name} must return one number, not {type(value).__name__}") from None


def _array(tensor: Any) -> np.ndarray:
    return np.array(tensor.detach().double().numpy())


def _train_epoch(function: Any, params: Any, x: Any, y: Any, batch_size: int, lr: float, training: bool) -> tuple:
    """One epoch with plain SGD on a network that is in train mode or not when it arrives."""
    import torch

    net = _network(params).train(bool(training))
    _mixed.clear()
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    try:
        with _makers_move():
            loss = function(net, _Loader(x, y, batch_size), optimizer, torch.device("cpu"))
    except RuntimeError as error:
        if "modified by an inplace operation" not in str(error):
            raise
        raise RuntimeError("the weights changed between the forward pass and backward(): step() comes last") from error
    plain = not (isinstance(loss, torch.Tensor) and loss.requires_grad)
    weights = np.concatenate([_array(p).ravel() for p in net.parameters()])
    return (_number(loss, "train_epoch"), weights, _array(net[1].running_mean), _array(net[1].running_var),
            np.asarray(float(not _mixed)), np.asarray(float(plain)))


def _evaluate(function: Any, params: Any, running: Any, x: Any, y: Any, batch_size: int, modes: Any) -> tuple:
    """Accuracy of a network whose modules (itself first, then its four layers) stand in the `modes` given."""
    import torch

    net = _network(params, running)
    modules = list(net.modules())
    for module, mode in zip(modules, modes, strict=True):
        module.training = bool(mode)
    recorded: list[bool] = []
    net.register_forward_hook(lambda *call: recorded.append(bool(call[2].requires_grad)))
    _mixed.clear()
    try:
        with _makers_move():
            accuracy = function(net, _Loader(x, y, batch_size), torch.device("cpu"))
        left_on = torch.is_grad_enabled()
    finally:
        torch.set_grad_enabled(True)
    after = np.array([float(module.training) for module in modules])
    return (_number(accuracy, "evaluate"), after, _array(net[1].running_mean), _array(net[1].running_var),
            np.asarray(float(any(recorded))), np.asarray(float(left_on)), np.asarray(float(not _mixed)))


def _sync(function: Any, shards: Any, gamma: Any, beta: Any, eps: float) -> tuple:
    """The outputs of all shards below one another, and how many rows each has."""
    outputs = function(shards, gamma, beta, eps)
    if not isinstance(outputs, (list, tuple)):
        raise TypeError(f"sync_batchnorm_forward must return a list, one output a shard, not {type(outputs).__name__}")
    arrays = [np.atleast_2d(np.asarray(output)) for output in outputs]
    return np.concatenate(arrays), np.array([len(a) for a in arrays])


def _mixed_precision(function: Any, x: Any, gamma: Any, beta: Any, eps: float, dtype: str) -> tuple:
    """y as float64, whether it has x's dtype, whether x is as it was."""
    import torch

    low = torch.tensor(x, dtype=torch.float64).to(getattr(torch, dtype))
    before = low.clone()
    y = function(low, *(torch.tensor(value, dtype=torch.float32) for value in (gamma, beta)), eps)
    if not isinstance(y, torch.Tensor):
        raise TypeError(f"batchnorm_mixed_precision must return a tensor, not {type(y).__name__}")
    return _array(y), np.asarray(float(y.dtype == low.dtype)), np.asarray(float(torch.equal(low, before)))


DRIVERS: dict[str, Callable[..., Any]] = {
    "train_epoch": _train_epoch, "evaluate": _evaluate, "sync_batchnorm": _sync, "mixed_precision": _mixed_precision,
}
