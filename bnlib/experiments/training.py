"""Plain SGD for a crowd of networks, and what can be read off it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bnlib.data import Split
from bnlib.experiments.crowd import Crowd
from bnlib.experiments.progress import steps_of

Array = NDArray[np.float64]


def losses_of(scores: Tensor, y: Tensor) -> Tensor:
    """Mean cross-entropy of each network, (M,), for scores (M, N, classes) and classes y (M, N) or (N,)."""
    y = y.expand(scores.shape[:2])
    return torch.nn.functional.cross_entropy(scores.transpose(1, 2), y, reduction="none").mean(dim=1)


def gradients(crowd: Crowd, x: Tensor, y: Tensor) -> tuple[Tensor, list[Tensor]]:
    """Losses (M,) in training mode and the gradient of each network's loss, one array a parameter."""
    params = [p.requires_grad_() for p in crowd.params]
    losses = losses_of(crowd.forward(x), y)
    grads = torch.autograd.grad(losses.sum(), params)
    for p in params:
        p.requires_grad_(False)
    return losses.detach(), list(grads)


def accuracies(crowd: Crowd, x: Tensor, y: Tensor) -> Array:
    """Share of x (N, D) that each network names rightly, in eval mode, (M,)."""
    with torch.no_grad():
        return (crowd.forward(x, training=False).argmax(dim=2) == y).double().mean(dim=1).numpy()


def tensors(split: Split) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """x_train, y_train, x_test, y_test as float64 and int64 tensors."""
    return (torch.from_numpy(split.x_train), torch.from_numpy(split.y_train),
            torch.from_numpy(split.x_test), torch.from_numpy(split.y_test))


def train(
    crowd: Crowd,
    split: Split,
    lrs: Sequence[float],
    steps: int,
    batch_size: int = 64,
    every: int = 10,
    decay: float = 0.0,
    watch: Callable[[int, Crowd, Tensor, Tensor], None] | None = None,
) -> dict[str, Array]:
    """SGD, one learning rate a network.  Networks of one seed see the same batches, whatever else differs.

    Returns "loss" (steps, M) on the batches, "step" (K,) = 1, 1 + every, … and "accuracy" (K, M) on the test set.
    `watch(step, crowd, x, y)` is called before every update, with the batch that it is made from.
    """
    x, y, x_test, y_test = tensors(split)
    seeds = sorted(set(crowd.seeds))
    draws = {seed: np.random.default_rng([seed, 2]) for seed in seeds}
    which = [seeds.index(seed) for seed in crowd.seeds]
    rates = torch.tensor(list(lrs), dtype=torch.float64)[:, None, None]
    loss, step_at, accuracy = [], [], []
    for step in steps_of(range(1, steps + 1), steps):
        rows = np.stack([draws[seed].permutation(len(x))[:batch_size] for seed in seeds])[which]
        batch, labels = x[rows], y[rows]
        if watch is not None:
            watch(step, crowd, batch, labels)
        now, grads = gradients(crowd, batch, labels)
        with torch.no_grad():
            for k, (p, grad) in enumerate(zip(crowd.params, grads, strict=True)):
                if decay and k < len(crowd.weights):
                    grad = grad + decay * p
                p -= rates * grad
        loss.append(now.numpy())
        if step % every == 0 or step == steps:
            step_at.append(step)
            accuracy.append(accuracies(crowd, x_test, y_test))
    return {"loss": np.array(loss), "step": np.array(step_at, np.float64), "accuracy": np.array(accuracy)}
