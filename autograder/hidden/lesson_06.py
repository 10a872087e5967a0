"""Lesson 06's hard cases."""

from __future__ import annotations

import numpy as np

from bnlib.check.exercises.lesson_06 import state
from bnlib.check.model import Case


def _update(rng: np.random.Generator) -> list[Case]:
    _, _, mean, var = state(rng, 4)
    return [
        Case("N = 2, momentum = 0.2", (mean, var, rng.normal(size=(2, 4)), 0.2)),
        Case("momentum = 1", (mean, var, rng.normal(size=(5, 4)), 1.0)),
        Case("integers", (mean, var, rng.integers(0, 9, size=(6, 4)), 0.3), blame="integer_cast"),
        Case("an offset of 1e8", (mean, var, 1e8 + rng.normal(size=(6, 4)), 0.3), rtol=1e-12, atol=1e-5,
             blame="cancellation"),
    ]


def _inference(rng: np.random.Generator) -> list[Case]:
    gamma, beta, mean, var = state(rng, 4)
    return [
        Case("one row", (rng.normal(size=(1, 4)), gamma, beta, mean, var, 0.3)),
        Case("a running variance of 0", (rng.normal(size=(3, 4)), gamma, beta, mean, 0 * var, 0.5)),
        Case("integers", (rng.integers(0, 9, size=(6, 4)), gamma, beta, mean, var, 0.3), blame="integer_cast"),
        Case("N = 100", (rng.normal(size=(100, 4)), gamma, beta, mean, var, 0.1)),
    ]


def _layer(rng: np.random.Generator) -> list[Case]:
    gamma, beta, _, _ = state(rng, 3)
    x = [3 + rng.normal(size=(2, 3)) for _ in range(3)]
    return [Case("batches of two", (*x, gamma, beta, 0.4, 0.2)),
            Case("eval on one row", (*(rng.normal(size=(6, 3)) for _ in range(2)), rng.normal(size=(1, 3)), gamma, beta,
                                     0.3, 0.1)),
            Case("an offset of 1e8", (*(1e8 + rng.normal(size=(6, 3)) for _ in range(3)), gamma, beta, 0.3, 0.2),
                 rtol=1e-12, atol=1e-4, blame="cancellation")]


def _population(rng: np.random.Generator) -> list[Case]:
    return [
        Case("one batch", ([rng.normal(size=(9, 3))],)),
        Case("batches of one", ([rng.normal(size=(1, 3)) for _ in range(6)],), atol=1e-8),
        Case("integers", ([rng.integers(0, 9, size=(n, 3)) for n in (4, 3)],), blame="integer_cast"),
        Case("an offset of 1e6", ([1e6 + rng.normal(size=(n, 3)) for n in (8, 3, 5)],), rtol=1e-12, atol=1e-6,
             blame="cancellation"),
    ]


def _fold(rng: np.random.Generator) -> list[Case]:
    return [Case("one output", (rng.normal(size=(6, 1)), rng.normal(size=1), *state(rng, 1), 0.2)),
            Case("no bias to speak of", (rng.normal(size=(4, 3)), np.zeros(3), *state(rng, 3), 0.4))]


CASES = {
    "update_running": _update,
    "batchnorm_inference": _inference,
    "BatchNorm1d": _layer,
    "population_statistics": _population,
    "convert_momentum": lambda rng: [Case("p = 0", (0.0,)), Case("p = 1", (1.0,))],
    "fold_batchnorm": _fold,
}
