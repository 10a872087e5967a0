"""Lesson 09's hard cases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bnlib.check.exercises.lesson_09 import epoch, groups, halves, measurement, shards, small
from bnlib.check.model import Case


def _epoch(rng: np.random.Generator) -> list[Case]:
    return [
        epoch(rng, "one batch", 6, 6, False),
        epoch(rng, "a batch size greater than the data set", 5, 16, True),
        epoch(rng, "nine batches, the last of 2, in eval mode", 26, 3, False, lr=0.1),
    ]


def _measurement(rng: np.random.Generator) -> list[Case]:
    return [
        measurement(rng, "a last batch of one", 9, 4, "ttttt"),
        measurement(rng, "in eval mode but for a batch norm left in train mode", 10, 4, "eetee"),
        measurement(rng, "one batch, a frozen batch norm in a model that trains", 7, 7, "ttett"),
    ]


def _moments(rng: np.random.Generator) -> list[Case]:
    some = groups(rng, "", 4, 3)
    counts, means, m2s = (np.array(a) for a in some.args)
    counts[2], means[2], m2s[2] = 0, 0, 0
    return [Case("one group", groups(rng, "", 1, 3).args), Case("a group without rows", (counts, means, m2s)),
            groups(rng, "50 groups", 50, 2)]


def _sync(rng: np.random.Generator) -> list[Case]:
    whole = ([rng.integers(0, 9, size=(n, 3)) for n in (4, 2)], rng.uniform(1.5, 3, 3), rng.uniform(-3, -1, 3), 0.3)
    return [shards(rng, "shards of one row", (1, 1, 1, 1), 3, 0.2), shards(rng, "one shard", (6,), 2, 0.4),
            Case("integers", whole)]


def _mixed(rng: np.random.Generator) -> list[Case]:
    x, gamma, beta = 3 + rng.normal(size=(7, 4)), rng.uniform(1.5, 3, 4), rng.uniform(-3, -1, 4)
    return [replace(halves(rng, "bfloat16", 4, blocks=16), title="bfloat16, N = 128"),
            Case("float32 stays float32", (x, gamma, beta, 0.1, "float32"), rtol=1e-5, atol=1e-6),
            Case("float16 with a constant feature", (np.where(np.arange(4) == 2, 3.0, np.round(4 * x) / 4), gamma, beta,
                                                     0.5, "float16"), rtol=4e-3, atol=0.0),
            small(rng, "bfloat16", 4)]


CASES = {
    "train_epoch": _epoch,
    "evaluate": _measurement,
    "combine_moments": _moments,
    "sync_batchnorm_forward": _sync,
    "batchnorm_mixed_precision": _mixed,
}
