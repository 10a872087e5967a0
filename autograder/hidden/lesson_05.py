"""Lesson 05's hard cases."""

from __future__ import annotations

import numpy as np

from bnlib.check.exercises.lesson_05 import layer_case
from bnlib.check.model import Case


def _restoring(rng: np.random.Generator) -> list[Case]:
    still = rng.normal(size=(6, 4))
    still[:, 1] = 2.5 + 1e-3 * still[:, 1]  # in a column that is constant any gamma would do
    return [
        Case("a column that hardly varies", (still, 0.2)),
        Case("an offset of 1e8", (1e8 + rng.normal(size=(6, 4)), 0.3), rtol=1e-12, atol=1e-5, blame="cancellation"),
        Case("N = 2", (rng.normal(size=(2, 4)), 0.1)),
        Case("features of scale 1e-3, where eps matters", (1e-3 * rng.normal(size=(8, 4)), 1e-5)),
    ]


def _sgd(rng: np.random.Generator) -> list[Case]:
    params = [rng.normal(size=(2, 3, 4)), rng.normal(size=1)]
    return [Case("three axes, and a single entry", (params, [0.5 * p for p in params], 0.2)),
            Case("lr = 0", (params, params, 0.0))]


def _layer(rng: np.random.Generator) -> list[Case]:
    return [layer_case(rng, "N = 2, D = 6, eps = 0.2", 2, 6, 0.2), layer_case(rng, "N = 64, D = 3", 64, 3, 0.4)]


CASES = {"restoring_parameters": _restoring, "sgd_step": _sgd, "BatchNormLayer": _layer}
