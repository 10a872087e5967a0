"""Lesson 07's hard cases."""

from __future__ import annotations

import numpy as np

from bnlib.check.exercises.lesson_07 import backward_case, fold_case, forward_case
from bnlib.check.model import Case


def _forward(rng: np.random.Generator) -> list[Case]:
    gamma, beta = rng.uniform(1.5, 3, 2), rng.normal(size=2)
    return [
        Case("an offset of 1e8", (1e8 + rng.normal(size=(3, 2, 2, 3)), gamma, beta, 0.3), rtol=0.0, atol=1e-5,
             blame="cancellation"),
        Case("integers", (rng.integers(0, 9, size=(3, 2, 2, 3)), gamma, beta, 0.3), blame="integer_cast"),
        forward_case(rng, "N = 1", (1, 3, 4, 4), 0.2), forward_case(rng, "H = W = 1", (6, 3, 1, 1), 0.2),
        forward_case(rng, "N = 8, C = 5, H = W = 6", (8, 5, 6, 6), 0.01),
    ]


def _backward(rng: np.random.Generator) -> list[Case]:
    return [backward_case(rng, "N = 1", (1, 3, 4, 4), 0.2), backward_case(rng, "H = W = 1", (6, 3, 1, 1), 0.2),
            backward_case(rng, "N = 8, C = 5, H = W = 6", (8, 5, 6, 6), 0.01)]


def _fold(rng: np.random.Generator) -> list[Case]:
    return [fold_case(rng, "one output channel", (1, 3, 3, 3), 0.2), fold_case(rng, "1 × 1", (4, 3, 1, 1), 0.3)]


CASES = {"batchnorm2d_forward": _forward, "batchnorm2d_backward": _backward, "fold_batchnorm2d": _fold}
