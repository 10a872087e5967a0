"""Lesson 03's hard cases: a batch of one, a constant column, single precision, extreme scales."""

from __future__ import annotations

import numpy as np

from bnlib.check.model import Case
from bnlib.check.probes import Probe


def _batch_statistics(rng: np.random.Generator) -> list[Case]:
    constant = rng.normal(size=(6, 4))
    constant[:, 1] = 2.5
    return [
        Case("a batch of one", (3 + rng.normal(size=(1, 4)),)),
        Case("a constant column", (constant,)),
        Case("N = D = 8", (5 * rng.normal(size=(8, 8)),)),
        Case("float32 with mean 1e4", ((1e4 + rng.normal(size=(16, 3))).astype(np.float32),), rtol=1e-5, atol=2e-2,
             blame="cancellation"),
        Case("N = 512, D = 20", (rng.normal(3, 2, size=(512, 20)),)),
    ]


def _batchnorm_forward(rng: np.random.Generator) -> list[Case]:
    def case(title: str, x: np.ndarray, eps: float, rtol: float = 1e-7, atol: float = 1e-9,
             blame: str | None = None) -> Case:
        gamma = rng.uniform(0.5, 3, (x.shape[1],))
        beta = rng.uniform(-3, 3, (x.shape[1],))
        return Case(title, (x, gamma.astype(x.dtype), beta.astype(x.dtype), eps), rtol, atol, blame)

    constant = rng.normal(size=(6, 4))
    constant[:, 1] = 2.5
    single = (1e4 + rng.normal(size=(16, 3))).astype(np.float32)
    return [
        case("a batch of one", 3 + rng.normal(size=(1, 4)), 0.1),
        case("a constant column", constant, 0.2),
        case("N = 3, D = 3, eps = 0.5", 3 + rng.normal(size=(3, 3)), 0.5),
        case("features of scale 1e-3, where eps matters", 1e-3 * rng.normal(size=(8, 4)), 1e-5),
        case("float32 with mean 1e4", single, 0.3, 1e-5, 5e-2, "cancellation"),
        case("N = 512, D = 20", rng.normal(3, 2, size=(512, 20)), 0.1),
    ]


def _influence_matrix(rng: np.random.Generator) -> list[Case]:
    return [
        Case("no row knows of another", (Probe("elementwise_tanh"), rng.normal(size=(4, 3)), 0), 1e-4, 1e-5),
        Case("a batch of one", (Probe("elementwise_tanh"), rng.normal(size=(1, 2)), 1), 1e-4, 1e-5),
        Case("the last of six features", (Probe("mix_rows", (rng.normal(size=(5, 5)),)), rng.normal(size=(5, 6)), 5),
             1e-4, 1e-5),
    ]


def _largest_xhat(rng: np.random.Generator) -> list[Case]:
    return [Case("n = 1", (1,)), Case("a million", (1_000_000,), 1e-9)]


CASES = {
    "batch_statistics": _batch_statistics,
    "batchnorm_forward": _batchnorm_forward,
    "influence_matrix": _influence_matrix,
    "largest_xhat": _largest_xhat,
}
