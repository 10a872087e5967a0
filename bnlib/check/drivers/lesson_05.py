"""The layer of lesson 05, beside a second one of its kind, through two rounds of forward and backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


class Unlike(Exception):
    """The layer is not in the form that a network needs; `seen` is what to say of it."""

    def __init__(self, seen: str) -> None:
        super().__init__(seen)
        self.seen = seen


def _two_layers(layer_type: Any, first: Any, second: Any, dy_first: Any, dy_second: Any, gamma: Any, beta: Any,
                eps: float) -> tuple[Any, ...]:
    """Forward `first`, let another layer see `second`, backward; then new parameters and the same with `second`."""
    layer, other = layer_type(first.shape[1], eps=eps), layer_type(first.shape[1], eps=eps)
    begun = np.stack(_two(layer.params, "params", "gamma and beta"))
    layer.params = [gamma.copy(), beta.copy()]
    y = _one(layer.forward(first.copy()), "forward", "y")
    other.forward(second.copy())
    dx = _one(layer.backward(dy_first.copy()), "backward", "dx")
    dgamma, dbeta = _two(layer.grads, "grads", "dgamma and dbeta")
    if not all(map(np.array_equal, _two(layer.params, "params", "gamma and beta"), (gamma, beta))):
        raise Unlike("it changed self.params in forward or backward")
    layer.params = [2 * gamma, -beta]
    y_again = _one(layer.forward(second.copy()), "forward", "y")
    dx_again = _one(layer.backward(dy_second.copy()), "backward", "dx")
    return begun, y, dx, dgamma, dbeta, y_again, dx_again, *_two(layer.grads, "grads", "dgamma and dbeta")


def _one(returned: Any, name: str, wanted: str) -> Any:
    if returned is None:
        raise Unlike(f"it returned nothing (None) from {name}")
    if isinstance(returned, tuple):
        raise Unlike(f"it returned {len(returned)} results from {name} instead of {wanted} alone")
    return np.array(returned)


def _two(held: Any, name: str, wanted: str) -> list[Any]:
    if len(held) != 2:
        raise ValueError(f"{name} must hold two arrays, {wanted}, but holds {len(held)}")
    return [np.array(array) for array in held]


DRIVERS: dict[str, Callable[..., Any]] = {"two_layers": _two_layers}
