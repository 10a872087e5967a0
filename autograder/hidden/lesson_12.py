"""Lesson 12's hard cases, and what the students' edition must not hold: the verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bnlib.check.drivers.lesson_12 import LETTERS, THEMES
from bnlib.check.exercises import find
from bnlib.check.exercises.lesson_12 import LOOSE, downwards, normalized, record, unlike
from bnlib.check.model import Case
from bnlib.check.probes import Probe

# Claim of the lesson: its number in docs/claims.md, and the verdict.
KEY: dict[int, tuple[int, str]] = {
    1: (1, "T"), 2: (2, "T"), 3: (3, "D"), 4: (5, "F"), 5: (73, "F"), 6: (15, "T"), 7: (17, "T"), 8: (34, "F"),
    9: (53, "F"), 10: (52, "F"), 11: (74, "F"), 12: (75, "F"), 13: (63, "D"), 14: (31, "F"), 15: (33, "F"),
    16: (32, "T"), 17: (36, "T"), 18: (27, "T"), 19: (24, "T"), 20: (23, "T"), 21: (40, "D"), 22: (79, "F"),
    23: (62, "T"), 24: (16, "T"), 25: (51, "D"), 26: (41, "F"), 27: (38, "F"), 28: (39, "T"), 29: (37, "T"),
    30: (44, "D"),
}
Make = Callable[[np.random.Generator], list[Case]]


def _scale(rng: np.random.Generator) -> list[Case]:
    return [Case("nearly one feature twice", (unlike(rng, 30, [4, 7], 0.99), 10), LOOSE)]


def _axes(rng: np.random.Generator) -> list[Case]:
    x = rng.normal(size=(6, 2))
    return [Case("tanh", (Probe("elementwise_tanh"), x, rng.uniform(1, 3, 2), rng.uniform(1, 3, 6)))]


def _coupling(rng: np.random.Generator) -> list[Case]:
    return [Case("batch norm of two rows", (normalized(rng, 3), rng.normal(size=(2, 3)), 1, rng.uniform(1, 2, 3)))]


def _extremes(rng: np.random.Generator) -> list[Case]:
    return [Case("one of 200, very far", (rng.normal(size=(200, 3)), 1e6 * rng.uniform(1, 2, 3), 150), LOOSE)]


def _shape(rng: np.random.Generator) -> list[Case]:
    return [Case("50 rows, heavy tails", (rng.standard_t(3, size=(50, 2)), 9 + rng.normal(size=(50, 2))), LOOSE)]


def _gamma_beta(rng: np.random.Generator) -> list[Case]:
    x = -4 + 0.5 * rng.normal(size=(8, 5))
    return [Case("features of small spread", (x, rng.uniform(1, 9, 5), 3 * rng.normal(size=5), 0.2))]


def _invariance(rng: np.random.Generator) -> list[Case]:
    return [Case("softmax over the rows, k = 0.5", (Probe("softmax_rows"), rng.normal(size=(5, 2)),
                                                  rng.normal(size=(2, 3)), rng.uniform(1, 2, 3), 0.5))]


def _runaway(rng: np.random.Generator) -> list[Case]:
    return [Case("no steps", (Probe("elementwise_tanh"), rng.normal(size=(5, 2)), rng.normal(size=(5, 2)), 0.1, 0),
                 1e-4, 1e-4)]


def _batches(rng: np.random.Generator) -> list[Case]:
    return [Case("40 batches of 2", ([3 * rng.normal(size=(2, 3)) for _ in range(40)],))]


def _size(rng: np.random.Generator) -> list[Case]:
    return [Case("heavy tails", (rng.standard_t(3, size=(120, 4)), 4, 40))]


def _memory(rng: np.random.Generator) -> list[Case]:
    return [Case("momentum = 1", (record(rng, 3, 0.01), rng.normal(size=(5, 3)), 1 + rng.normal(size=3), 1.0))]


def _prediction(rng: np.random.Generator) -> list[Case]:
    x, companions = rng.normal(size=(4, 2)), rng.normal(size=(9, 2))
    return [Case("more companions than before", (normalized(rng, 2), downwards(2), x, companions))]


HARD: dict[str, Make] = {
    "evidence_scale": _scale, "evidence_axes": _axes, "evidence_coupling": _coupling, "evidence_extremes": _extremes,
    "evidence_shape": _shape, "evidence_gamma_beta": _gamma_beta, "evidence_invariance": _invariance,
    "evidence_runaway": _runaway, "evidence_batches": _batches, "evidence_size": _size, "evidence_memory": _memory,
    "evidence_prediction": _prediction,
}


def _with_verdicts(name: str) -> Make:
    """The hard case of a theme, and for each of its claims one more that knows the verdict."""

    def make(rng: np.random.Generator) -> list[Case]:
        ordinary = find(name).cases(rng)[1]
        return [*HARD[name](rng), *(
            replace(ordinary, title=f"your verdict on claim {claim}", blame=f"verdict_{claim}",
                    known={f"claim {claim}": np.array(LETTERS[KEY[claim][1]])})
            for claim in THEMES[name].claims)]

    return make


CASES: dict[str, Make] = {name: _with_verdicts(name) for name in THEMES}
