"""Lesson 04's hard cases: small and large batches, a constant column, a gradient of one row."""

from __future__ import annotations

import numpy as np

from bnlib.check.exercises.lesson_04 import cache_of, case
from bnlib.check.model import Case


def _cases(rng: np.random.Generator) -> list[Case]:
    constant = rng.normal(size=(6, 4))
    constant[:, 1] = 2.5
    single = np.zeros((6, 4))
    single[2] = rng.normal(size=4)
    gamma = rng.uniform(-2, 2, 4)
    return [
        case(rng, "N = 2, D = 3, eps = 0.5", 2, 3, 0.5),
        case(rng, "N = D = 8, eps = 0.1", 8, 8, 0.1),
        case(rng, "N = 256, D = 10", 256, 10, 0.01),
        Case("a constant column", (rng.normal(size=(6, 4)), cache_of(constant, gamma, 0.2)), 1e-6, 1e-8),
        Case("a gradient in one row only", (single, cache_of(rng.normal(size=(6, 4)), gamma, 0.3)), 1e-6, 1e-8),
        Case("a batch of one", (rng.normal(size=(1, 4)), cache_of(rng.normal(size=(1, 4)), gamma, 0.3)), 1e-6, 1e-8),
    ]


CASES = {name: _cases for name in ("backward_intermediates", "batchnorm_backward", "batchnorm_backward_fused")}
