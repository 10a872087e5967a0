"""Several small networks trained at once, one a seed: an experiment with mean and spread at the price of one run.

Arrays carry the network as their first axis: values are (S, B, D), weights (S, D_in, D_out).  The networks share
nothing but the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bnlib.data import Split

Array = NDArray[np.float64]


class Norm(Protocol):
    """A normalization without γ and β, which the crowd adds itself."""

    def forward(self, x: Array, progress: float | None) -> Array:
        """x (S, B, D) → xhat (S, B, D).  `progress` runs from 0 to 1 in training and is None at inference."""

    def backward(self, dxhat: Array) -> Array:
        """The gradient of the last forward pass in training: dxhat (S, B, D) → dx (S, B, D)."""


class Crowd:
    """Linear layers of `widths`, ReLU between them, `norm()` and then γ, β before each ReLU."""

    def __init__(self, widths: Sequence[int], norm: Callable[[], Norm] | None, seeds: Sequence[int]) -> None:
        self.rngs = [np.random.default_rng(seed) for seed in seeds]
        self.weights = [
            np.stack([rng.normal(scale=(2 / inputs) ** 0.5, size=(inputs, outputs)) for rng in self.rngs])
            for inputs, outputs in pairwise(widths)
        ]
        self.betas = [np.zeros((len(seeds), 1, width)) for width in widths[1:]]  # the last is the scores' bias
        self.gammas = [np.ones((len(seeds), 1, width)) for width in widths[1:-1]]
        self.norms = [norm() if norm else None for _ in widths[1:-1]]

    def forward(self, x: Array, progress: float | None) -> Array:
        """x (S, B, D) → scores (S, B, K)."""
        self._inputs, self._xhats, self._on = [x], [], []
        for weight, norm, gamma, beta in zip(self.weights, self.norms, self.gammas, self.betas, strict=False):
            z = self._inputs[-1] @ weight
            self._xhats.append(norm.forward(z, progress) if norm else z)
            z = (gamma * self._xhats[-1] if norm else z) + beta
            self._on.append(z > 0)
            self._inputs.append(z * self._on[-1])
        return self._inputs[-1] @ self.weights[-1] + self.betas[-1]

    def step(self, dz: Array, lr: float) -> None:
        """One step of SGD from the scores' gradient dz (S, B, K), after `forward` in training."""
        for k in reversed(range(len(self.weights))):
            self.betas[k] -= lr * dz.sum(axis=1, keepdims=True)
            if k < len(self.norms) and (norm := self.norms[k]):
                dxhat = dz * self.gammas[k]
                self.gammas[k] -= lr * (dz * self._xhats[k]).sum(axis=1, keepdims=True)
                dz = norm.backward(dxhat)
            dx = dz @ self.weights[k].swapaxes(1, 2) if k else dz
            self.weights[k] -= lr * self._inputs[k].swapaxes(1, 2) @ dz
            if k:
                dz = dx * self._on[k - 1]

    def train(self, x: Array, y: NDArray[np.int64], batch_size: int, epochs: int, lr: float) -> None:
        """`epochs` shuffled passes over x (N, D), y (N,), each network in an order of its own; remainders are left out.

        The loss is the mean cross-entropy of a batch.  Raises ValueError for a batch_size that does not fit.
        """
        steps = len(x) // batch_size if 0 < batch_size <= len(x) else 0
        if not steps:
            raise ValueError(f"batch_size must lie between 1 and the {len(x)} examples there are, not {batch_size}")
        for epoch in range(epochs):
            order = np.stack([rng.permutation(len(x)) for rng in self.rngs])
            for k in range(steps):
                rows = order[:, k * batch_size : (k + 1) * batch_size]
                z = self.forward(x[rows], (epoch + k / steps) / epochs)
                self.step(cross_entropy_gradient(z, y[rows]), lr)

    def accuracies(self, x: Array, y: NDArray[np.int64]) -> Array:
        """(S,): the share of x (N, D) that each network names rightly, at inference."""
        z = self.forward(np.broadcast_to(x, (len(self.rngs), *x.shape)), None)
        share: Array = (z.argmax(axis=-1) == y).mean(axis=1)
        return share


def cross_entropy_gradient(z: Array, y: NDArray[np.int64]) -> Array:
    """Gradient of the mean cross-entropy over the batch: scores z (S, B, K), classes y (S, B) → dz (S, B, K)."""
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    here = y[..., None]
    np.put_along_axis(p, here, np.take_along_axis(p, here, axis=-1) - 1, axis=-1)
    return p / y.shape[1]


def accuracies(
    norm: Callable[[], Norm] | None, split: Split, batch_size: int, epochs: int, lr: float,
    seeds: Sequence[int] = range(5), widths: Sequence[int] = (64, 64, 64, 10),
) -> Array:
    """Train a crowd on `split`, inputs centred by the training set's mean; (S,) accuracies on its test set."""
    centre = split.x_train.mean()
    crowd = Crowd(widths, norm, seeds)
    crowd.train(split.x_train - centre, split.y_train, batch_size, epochs, lr)
    return crowd.accuracies(split.x_test - centre, split.y_test)
