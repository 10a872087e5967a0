"""The loss and its gradient as functions of one flat vector, to be measured with a student's functions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from bnlib.experiments.crowd import Crowd, Form
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


@cache
def places(form: Form, lr: float, at: tuple[int, ...], seeds: tuple[int, ...] = SEEDS) -> list[Place]:
    """Train every seed with `lr` up to the last step of `at`; a Place for each step of `at` and seed."""
    found: list[Place] = []

    def watch(step: int, crowd: Crowd, x: Tensor, y: Tensor) -> None:
        if step in at:
            found.extend(_place(step, seed, crowd, k, x[k : k + 1], y[k : k + 1])
                         for k, seed in enumerate(crowd.seeds))

    train(Crowd(form, seeds), load("digits"), [lr] * len(seeds), max(at), every=max(at), watch=watch)
    return found


def _place(step: int, seed: int, crowd: Crowd, k: int, x: Tensor, y: Tensor) -> Place:
    """The landscape around network k of a crowd."""
    alone = Crowd(crowd.form, [seed])
    vector = np.concatenate([p[k].numpy().ravel() for p in crowd.params])

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
