"""Lesson 10's hard cases."""

from __future__ import annotations

import numpy as np

from bnlib.check.exercises.lesson_10 import adapted, frozen, scored, seed_of
from bnlib.check.model import Case


def _batches(rng: np.random.Generator) -> list[Case]:
    def case(title: str, shape: tuple[int, ...], batch_size: int) -> Case:
        return Case(title, (rng.normal(size=shape), rng.integers(0, 9, size=shape[0]), batch_size, seed_of(rng)))

    return [case("batch_size larger than the data", (9, 2), 20), case("7 rows in batches of 6", (7, 2), 6),
            case("batches of two, one row left over", (11, 2), 2), case("images", (18, 1, 2, 2), 8)]


def _gan(rng: np.random.Generator) -> list[Case]:
    return [Case("one of each", (rng.normal(size=(1, 3)), rng.normal(size=(1, 3)), seed_of(rng))),
            Case("images", (rng.normal(size=(5, 1, 2, 2)), rng.normal(size=(7, 1, 2, 2)), seed_of(rng)))]


def _auc(rng: np.random.Generator) -> list[Case]:
    _, labels = scored(rng, 10, 3, 5)
    return [Case("all scores equal", (np.full(13, 0.3), labels)),
            Case("perfectly apart", (10 * labels + rng.uniform(size=13), labels)),
            Case("300 scores", scored(rng, 180, 120, 40)),
            Case("integer scores, integer labels", (rng.integers(-3, 4, 13), labels.astype(np.int64)))]


def _gap(rng: np.random.Generator) -> list[Case]:
    x = np.linspace(0, 3, 10)[:, None] + rng.normal(size=(10, 4))
    return [Case("micro-batches of one", (x, 1)), Case("one micro-batch: no gap", (x, 10)),
            Case("a smaller rest", (x, 4)), Case("a constant column", (np.hstack([x, np.full((10, 1), 2.0)]), 5))]


def _adapt(rng: np.random.Generator) -> list[Case]:
    return [adapted(rng, "one batch", (9,), 0.1, 0.0, "eval"),
            adapted(rng, "ten batches", (4,) * 10, 0.5, 0.3, "train"),
            adapted(rng, "batches of two", (2,) * 6, 0.1, 0.0, "mixed")]


def _freeze(rng: np.random.Generator) -> list[Case]:
    return [frozen(rng, "a batch of one", 1, 3), frozen(rng, "ten steps", 5, 10)]


def _groups(rng: np.random.Generator) -> list[Case]:
    return [Case("weight_decay = 3", ("images", 3.0))]


CASES = {"shuffled_batches": _batches, "discriminator_batch": _gan, "separability": _auc, "accumulation_gap": _gap,
         "adapt_statistics": _adapt, "freeze_batchnorm": _freeze, "parameter_groups": _groups}
