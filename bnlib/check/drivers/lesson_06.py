"""The layer of lesson 06, driven through both its modes, its stream of batches, and the batch that must be refused."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np

LITTLE = 2**18  # bytes that any function may need for itself; its first call may import a library, too


def _batchnorm1d(layer_type: Any, first: Any, second: Any, other: Any, gamma: Any, beta: Any, momentum: float,
                 eps: float) -> tuple[Any, ...]:
    """Train on two batches, evaluate a third, save, load into a new layer, evaluate again.

    γ and β are set in place, as an optimizer does.  Between saving and loading the first layer's arrays move, after
    loading the saved ones do.  Neither may be felt.  What was returned is copied at once: a layer may keep it, and it
    moves, too.  A third layer stays as it is made: in train mode.
    """
    layer = layer_type(first.shape[1], eps=eps, momentum=momentum)
    for name, value in (("gamma", gamma), ("beta", beta)):
        _set(layer, name, value)
    layer.train()
    layer(first.copy())
    trained = deepcopy(layer(second.copy()))
    layer.eval()
    evaluated = deepcopy(layer(other.copy()))
    mean, var = np.array(layer.running_mean), np.array(layer.running_var)
    again, fresh = (layer_type(first.shape[1], eps=eps, momentum=momentum) for _ in range(2))
    begun = fresh(first.copy())
    state = _named(layer.state_dict())
    _moved(getattr(layer, "__dict__", {}).values())
    again.load_state_dict(state)
    again.eval()
    restored = np.array(again(other.copy()))
    _moved(state.values())
    return trained, evaluated, mean, var, restored, again(other.copy()), begun


class Unusable(Exception):
    """What a layer keeps, or saves, cannot be worked with; `seen` is what to say of it."""

    def __init__(self, seen: str) -> None:
        self.seen = f"it {seen}"


def _set(layer: Any, name: str, value: Any) -> None:
    """Give one of the layer's arrays these values, in place; a list of numbers will do for one."""
    kept = getattr(layer, name)
    if not isinstance(kept, (np.ndarray, list)):
        raise Unusable(f"keeps {name} as a {type(kept).__name__}: make it an array (D,)")
    kept[:] = value


def _named(state: Any) -> Mapping[str, Any]:
    """The saved state, if its arrays go by their names; that some are missing shows in what the next layer does."""
    names = {"gamma", "beta", "running_mean", "running_var"}
    if not isinstance(state, Mapping):
        raise Unusable("gave None for its state (is a return missing?)" if state is None else
                       f"gave a {type(state).__name__} for its state, where a dict with the names in STATE belongs")
    if names - set(state) and set(state) - names:
        raise Unusable(f"saved its state under {', '.join(map(str, state))}: the names stand in STATE")
    return state


def _moved(values: Iterable[Any]) -> None:
    """Add 1 to each array, in place."""
    for value in values:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.flags.writeable:
            value += 1


class Stream:
    """Batches that come by once, each a copy that nobody else holds."""

    def __init__(self, batches: Sequence[Any]) -> None:
        self.batches, self.over = batches, False

    def __iter__(self) -> Iterator[Any]:
        if self.over:
            raise RuntimeError("batches is a stream: you can go through it once only")
        self.over = True
        return self._copies()

    def _copies(self) -> Iterator[Any]:
        for batch in self.batches:
            given = batch.copy()
            yield given
            batch[...] = given  # what was done to the copy shows where the arguments are looked at
            del given


class Kept(Exception):
    """The batches of a stream were kept; `seen` is what to say of it."""

    seen = "it kept the batches: memory grew with the length of the stream"


def _stream(function: Any, batches: Any) -> Any:
    """Hand the batches over as a stream, one after the other, and see that not even half of them are held at once."""
    alone = not tracemalloc.is_tracing()
    if alone:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        returned = function(Stream(batches))
        held = tracemalloc.get_traced_memory()[1] - before
    finally:
        if alone:
            tracemalloc.stop()
    half = sum(batch.nbytes for batch in batches) / 2
    if held > half > LITTLE:
        raise Kept
    return returned


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
