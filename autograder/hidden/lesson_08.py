"""Lesson 08's hard cases: one step, no success, whole numbers, far and tiny scales."""

from __future__ import annotations

import numpy as np

from bnlib.check.exercises.lesson_08 import batchnorm_of, curve, walk
from bnlib.check.model import Case
from bnlib.check.probes import Probe


def _steps_to_accuracy(rng: np.random.Generator) -> list[Case]:
    rising = np.sort(rng.uniform(0.1, 0.9, 20))
    return [
        Case("reached by the last step only", (rising, float(rising[-1]))),
        Case("one step, reached", (np.array([0.5]), 0.5)),
        Case("one step, not reached", (np.array([0.5]), 0.51), blame="steps_never"),
        Case("missed by a hair", (rising, float(np.nextafter(rising[-1], 1))), blame="steps_never"),
        Case("whole percents", (np.array([10, 60, 72, 71, 80]), 72)),
        Case("300 steps", curve(rng, 300, True)),
    ]


def _walks(rng: np.random.Generator, slope: bool) -> list[Case]:
    waves = walk(rng, "waves", 4, [0.3], slope)
    function, params, grads, _ = walk(rng, "quadratic", 3, [0.1], slope)
    flat = Probe("quadratic_slope" if slope else "quadratic", (np.eye(3), np.zeros(3)))
    return [
        Case("one step", waves),
        Case("steps in no order, one of them twice", walk(rng, "waves", 5, [2.0, 0.3, 1.1, 0.3], slope)),
        Case("tiny steps", (function, params, grads, np.array([1e-3, 2e-3, 4e-3])), 1e-6, 1e-9),
        Case("a flat place", (flat, np.zeros(3), np.zeros(3), np.array([0.5, 1.0]))),
        Case("one parameter", walk(rng, "cubes", 1, [0.1, 0.4, 0.25], slope)),
    ]


def _loss_range(rng: np.random.Generator) -> list[Case]:
    return _walks(rng, slope=False)


def _gradient_predictiveness(rng: np.random.Generator) -> list[Case]:
    return _walks(rng, slope=True)


def _scale_invariance_gap(rng: np.random.Generator) -> list[Case]:
    forward, w = batchnorm_of(rng, 6, 4, 2, 1e-5)
    exact, v = batchnorm_of(rng, 5, 3, 3, 0.0)
    return [
        Case("batch norm, eps = 1e-5, k = 10", (forward, w, 10.0), 1e-6, 1e-12),
        Case("batch norm, eps = 0: no gap", (exact, v, 7.0), 1e-6, 1e-9),
        Case("k = −1", (*batchnorm_of(rng, 6, 4, 3, 0.3), -1.0)),
        Case("weights of whole numbers", (Probe("linear_tanh", (0.3 * rng.normal(size=(5, 3)),)),
                                          rng.integers(1, 3, size=(3, 2)), 0.5)),
    ]


CASES = {
    "steps_to_accuracy": _steps_to_accuracy,
    "loss_range": _loss_range,
    "gradient_predictiveness": _gradient_predictiveness,
    "scale_invariance_gap": _scale_invariance_gap,
}
