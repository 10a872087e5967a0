"""Lesson 01's hard cases: one row, constant features, single precision, extreme scales, divergence, no step."""

from __future__ import annotations

import numpy as np

from bnlib.check.model import Case


def _feature_statistics(rng: np.random.Generator) -> list[Case]:
    constant = rng.normal(size=(6, 4))
    constant[:, 1] = 2.5
    return [
        Case("one example", (3 + rng.normal(size=(1, 4)),)),
        Case("a constant feature", (constant,)),
        Case("N = D = 8", (5 * rng.normal(size=(8, 8)),)),
        Case("float32 with mean 1e4", ((1e4 + rng.normal(size=(16, 3))).astype(np.float32),), rtol=1e-5, atol=2e-2,
             blame="cancellation"),
        Case("N = 512, D = 20", (rng.normal(3, 2, size=(512, 20)),)),
    ]


def _standardize(rng: np.random.Generator) -> list[Case]:
    def case(title: str, x: np.ndarray, mean: np.ndarray, std: np.ndarray, blame: str | None = None,
             rtol: float = 1e-7) -> Case:
        return Case(title, (x, mean.astype(x.dtype), std.astype(x.dtype)), rtol, max(1e-9, rtol / 10), blame)

    constant = 3 + rng.normal(size=(4, 4))
    constant[:, [0, 2]] = (2.5, 0.0)
    std = rng.uniform(0.5, 2, 4)
    std[[0, 2]] = 0
    mean = rng.uniform(2, 4, 4)
    mean[[0, 2]] = (2.5, 0.0)
    single = (3 + rng.normal(size=(5, 4))).astype(np.float32)
    return [
        case("one example", 3 + rng.normal(size=(1, 5)), rng.uniform(2, 4, 5), rng.uniform(0.5, 2, 5)),
        case("two constant features", constant, mean, std, "constant_nan"),
        case("scales 1e-3 to 1e6", rng.normal(size=(6, 3)) * (1e-3, 1, 1e6), rng.normal(size=3) * (1e-3, 1, 1e6),
             np.array([1e-3, 1.0, 1e6]), "std_eps"),
        case("float32", single, rng.uniform(2, 4, 4), rng.uniform(0.5, 2, 4), rtol=1e-5),
        case("N = 200, D = 30", 3 + rng.normal(size=(200, 30)), rng.uniform(2, 4, 30), rng.uniform(0.5, 2, 30)),
    ]


def _problem(rng: np.random.Generator, rows: int, features: int) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    x = 0.5 + rng.normal(size=(rows, features))
    return rng.normal(size=features), float(rng.uniform(1, 2)), x, 3 + rng.normal(size=rows)


def _mse_and_gradient(rng: np.random.Generator) -> list[Case]:
    w, b, x, _ = _problem(rng, 6, 4)
    perfect = x @ w + b
    return [
        Case("one example", _problem(rng, 1, 3), rtol=1e-6),
        Case("N = D = 8", _problem(rng, 8, 8), rtol=1e-6),
        Case("a perfect fit", (w, b, x, perfect), rtol=1e-6),
        Case("integers", (w, b, rng.integers(0, 9, size=(6, 4)), rng.integers(0, 9, size=6)), rtol=1e-6),
        Case("N = 300, D = 20", _problem(rng, 300, 20), rtol=1e-6),
    ]


def _gradient_descent(rng: np.random.Generator) -> list[Case]:
    w, b, x, y = _problem(rng, 6, 3)
    return [
        Case("no step", (w, b, x, y, 0.05, 0), rtol=1e-6),
        Case("a rate that diverges", (w, b, x, y, 1.5, 8), rtol=1e-6),
        Case("N = D = 6, 40 steps", (*_problem(rng, 6, 6), 0.02, 40), rtol=1e-6),
        Case("one example", (*_problem(rng, 1, 2), 0.05, 4), rtol=1e-6),
    ]


def _hessian_condition(rng: np.random.Generator) -> list[Case]:
    left, _ = np.linalg.qr(rng.normal(size=(40, 3)))
    right, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return [
        Case("one feature", (3 + rng.normal(size=(5, 1)),), rtol=1e-6),
        Case("scales 1 and 100", (left[:, :2] * (1.0, 100.0),), rtol=1e-6),
        Case("correlated features", ((left * (1.0, 0.1, 0.03)) @ right,), rtol=1e-6),
        Case("far from the origin", (5 + left @ right,), rtol=1e-6),
    ]


CASES = {
    "feature_statistics": _feature_statistics,
    "standardize": _standardize,
    "mse_and_gradient": _mse_and_gradient,
    "gradient_descent": _gradient_descent,
    "hessian_condition": _hessian_condition,
}
