"""The layer of lesson 06, driven through both its modes, its stream of batches, and the batch that must be refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from typing import Any

import numpy as np


def _batchnorm1d(layer_type: Any, first: Any, second: Any, other: Any, gamma: Any, beta: Any, momentum: float,
                 eps: float) -> tuple[Any, ...]:
    """Train on two batches, evaluate a third, save, load into a new layer, evaluate again.

    Between saving and loading the first layer's arrays move, as an optimizer moves them in place; after loading the
    saved arrays do.  Neither may be felt.  What was returned is copied at once: a layer may keep it, and it moves, too.
    A third layer stays as it is made: in train mode.
    """
    layer = layer_type(first.shape[1], eps=eps, momentum=momentum)
    layer.gamma, layer.beta = gamma.copy(), beta.copy()
    layer.train()
    layer(first.copy())
    trained = deepcopy(layer(second.copy()))
    layer.eval()
    evaluated = deepcopy(layer(other.copy()))
    mean, var = np.array(layer.running_mean), np.array(layer.running_var)
    again, fresh = (layer_type(first.shape[1], eps=eps, momentum=momentum) for _ in range(2))
    begun = fresh(first.copy())
    state = layer.state_dict()
    _moved(getattr(layer, "__dict__", {}).values())
    again.load_state_dict(state)
    again.eval()
    restored = np.array(again(other.copy()))
    _moved(state.values())
    return trained, evaluated, mean, var, restored, again(other.copy()), begun


def _moved(values: Iterable[Any]) -> None:
    """Add 1 to each array, in place."""
    for value in values:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.flags.writeable:
            value += 1


class _Stream:
    """Batches that come by once."""

    def __init__(self, batches: Sequence[Any]) -> None:
        self.batches, self.over = batches, False

    def __iter__(self) -> Iterator[Any]:
        if self.over:
            raise RuntimeError("batches is a stream: you can go through it once only")
        self.over = True
        return iter(self.batches)


def _stream(function: Any, batches: Any) -> Any:
    """Hand the batches over as a stream, one after the other."""
    return function(_Stream(batches))


class NotRefused(Exception):
    """A batch of one was taken; `seen` is what to say of it."""

    seen = "it took a batch of one and raised no ValueError"


def _refusing(function: Callable[..., Any], running_mean: Any, running_var: Any, x: Any, *momentum: float) -> Any:
    """function's new statistics, or the old ones where it refuses a batch of one, as it should."""
    try:
        returned = function(running_mean, running_var, x, *momentum)
    except ValueError:
        if len(x) != 1:
            raise
        return running_mean, running_var
    if len(x) == 1:
        raise NotRefused
    return returned


DRIVERS: dict[str, Callable[..., Any]] = {"batchnorm1d": _batchnorm1d, "stream": _stream,
                                           "refusing": _refusing}
