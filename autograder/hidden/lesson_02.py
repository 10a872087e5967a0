"""Lesson 02's hard cases: other shapes, large values, awkward angles, zeros."""

from __future__ import annotations

import numpy as np

from bnlib.check.model import Case
from bnlib.check.probes import Probe


def _numerical_gradient(rng: np.random.Generator) -> list[Case]:
    waves = Probe("waves", (rng.uniform(0.5, 2, (2, 3, 2)),))
    one = Probe("cubes", (np.array(1.5),))
    whole = (Probe("cubes", (rng.uniform(1, 2, 3),)), rng.integers(-3, 3, size=3), 0.5)
    return [
        Case("x of shape (2, 3, 2)", (waves, rng.normal(size=(2, 3, 2))), 1e-6, 1e-7),
        Case("x a single number, h = 0.2", (one, np.array(0.7), 0.2), 1e-6, 1e-7),
        Case("a flat place", (Probe("quadratic", (np.eye(3), np.zeros(3))), np.zeros(3)), 1e-6, 1e-7),
        Case("integers, h = 0.5", whole, 1e-6, 1e-7, blame="integer_cast"),
    ]


def _directional_derivative(rng: np.random.Generator) -> list[Case]:
    return [
        Case("straight up", (rng.normal(size=2), np.pi / 2)),
        Case("a full circle", (rng.normal(size=2), np.linspace(0, 2 * np.pi, 9))),
        Case("a flat place", (np.zeros(2), rng.uniform(-3, 3, 4)), 1e-7, 1e-9),
        Case("integers", (np.array([2, -3]), 1.0)),
    ]


def _steepest_ascent(rng: np.random.Generator) -> list[Case]:
    return [
        Case("straight up", (np.array([0.0, 2.0]),)),
        Case("straight left", (np.array([-3.0, 0.0]),)),
        Case("straight down", (np.array([0.0, -1.0]),)),
        Case("a tiny gradient", (1e-6 * rng.normal(size=2),), 1e-7, 1e-14),
    ]


def _relative_error(rng: np.random.Generator) -> list[Case]:
    same = rng.normal(size=(3, 3))
    return [
        Case("equal arrays", (same, same.copy())),
        Case("all zeros", (np.zeros(4), np.zeros(4)), blame="zero_over_zero"),
        Case("tiny values", (1e-12 * rng.normal(size=5), 1e-12 * rng.normal(size=5)), blame="tiny_added"),
        Case("opposite signs", (np.array([1.0, -2.0]), np.array([-1.0, 2.0]))),
        Case("three axes", (rng.uniform(1, 2, (2, 3, 2)), rng.uniform(1, 2, (2, 3, 2)))),
    ]


CASES = {
    "numerical_gradient": _numerical_gradient,
    "directional_derivative": _directional_derivative,
    "steepest_ascent": _steepest_ascent,
    "relative_error": _relative_error,
}
