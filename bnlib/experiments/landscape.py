"""The loss and its gradient as functions of one flat vector, to be measured with a student's functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from bnlib.experiments.crowd import Crowd, Form
from bnlib.experiments.store import Result, experiment
from bnlib.experiments.sweeps import SEEDS, load
from bnlib.experiments.training import Array, gradients, losses_of, train


class Place(NamedTuple):
    """Where one network stands before one update, and the landscape around it, for the batch of that update.

    params and grads are (P,), all weights, biases, γ and β in one vector; loss_fn takes such a vector to a number,
    grad_fn to the gradient (P,), both in training mode.
    """

    step: int
    seed: int
    params: Array
    grads: Array
    loss_fn: Callable[[Array], float]
    grad_fn: Callable[[Array], Array]


@experiment
def stops(form: Form, lr: float, at: tuple[int, ...], seeds: tuple[int, ...] = SEEDS) -> Result:
    """Train every seed with `lr`, and keep where it stands before each step of `at`, with the batch of that step.

    Returns "params" (K, seeds, P), all weights, biases, γ and β in one vector; "x" (K, seeds, N, D); "y" (K, seeds, N).
    """
    found: dict[str, list[Array]] = {"params": [], "x": [], "y": []}

    def watch(step: int, crowd: Crowd, x: Tensor, y: Tensor) -> None:
        if step in at:
            flat = np.concatenate([p.numpy().reshape(len(seeds), -1) for p in crowd.params], axis=1)
            for name, values in (("params", flat), ("x", x.numpy().copy()), ("y", y.numpy().copy())):
                found[name].append(values)

    train(Crowd(form, seeds), load("digits"), [lr] * len(seeds), max(at), every=max(at), watch=watch)
    return {name: np.array(values) for name, values in found.items()}


def places(form: Form, lr: float, at: tuple[int, ...], seeds: tuple[int, ...] = SEEDS) -> list[Place]:
    """The landscapes around the `stops` of the same parameters: a Place for each step of `at` and seed."""
    kept = stops(form, lr, at, seeds)
    return [_place(step, seed, form, *(np.array(kept[name][row, k]) for name in ("params", "x", "y")))
            for row, step in enumerate(sorted(set(at))) for k, seed in enumerate(seeds)]


def _place(step: int, seed: int, form: Form, vector: Array, images: Array, labels: Array) -> Place:
    """The landscape around one network, for the images (N, D) and labels (N,) of its next update."""
    alone = Crowd(form, [seed])
    x, y = torch.from_numpy(images)[None], torch.from_numpy(labels)[None]

    def put(params: Array) -> None:
        flat, start = torch.from_numpy(np.array(params, np.float64)), 0
        for p in alone.params:
            p.copy_(flat[start : start + p.numel()].reshape(p.shape))
            start += p.numel()

    def loss_fn(params: Array) -> float:
        put(params)
        with torch.no_grad():
            return float(losses_of(alone.forward(x), y)[0])

    def grad_fn(params: Array) -> Array:
        put(params)
        return np.concatenate([grad.numpy().ravel() for grad in gradients(alone, x, y)[1]])

    return Place(step, seed, vector, grad_fn(vector), loss_fn, grad_fn)
