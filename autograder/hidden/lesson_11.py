"""Lesson 11's hard cases."""

from __future__ import annotations

import numpy as np

from bnlib.check.exercises.lesson_11 import (
    affine,
    image_case,
    layer_case,
    renorm_case,
    spectral_case,
    spread_out,
    weight_case,
)
from bnlib.check.model import Case


def _normalize(rng: np.random.Generator) -> list[Case]:
    constant = rng.normal(size=(4, 6))
    constant[1] = 2.5
    single = (1e4 + rng.normal(size=(3, 16))).astype(np.float32)
    return [
        Case("axes = (−1, −3), four axes", (spread_out(rng, (3, 4, 2, 5)), (-1, -3), 0.2), blame="axes_negative"),
        Case("a constant row", (constant, (1,), 0.2)),
        Case("one number a mean", (spread_out(rng, (4, 3, 1, 1)), (2, 3), 0.2)),
        Case("one axis of five", (spread_out(rng, (2, 3, 2, 3, 2)), (1, 3), 0.3)),
        Case("float32 with mean 1e4", (single, (1,), 0.3), 1e-5, 5e-2, "cancellation"),
    ]


def _layer(rng: np.random.Generator) -> list[Case]:
    constant = rng.normal(size=(4, 6))
    constant[1] = 2.5
    single = (1e4 + rng.normal(size=(3, 16))).astype(np.float32)
    return [
        layer_case(rng, (1, 6), 0.2), layer_case(rng, (4, 1), 0.2), layer_case(rng, (2, 5, 8), 0.05),
        Case("a constant row", (constant, *affine(rng, 6), 0.2)),
        Case("float32 with mean 1e4", (single, *(a.astype(np.float32) for a in affine(rng, 16)), 0.3), 1e-5, 5e-2,
             "cancellation"),
    ]


def _instance(rng: np.random.Generator) -> list[Case]:
    return [image_case(rng, (1, 3, 4, 4), None, 0.2), image_case(rng, (4, 3, 1, 1), None, 0.2),
            image_case(rng, (5, 2, 6, 3), None, 0.01)]


def _group(rng: np.random.Generator) -> list[Case]:
    return [image_case(rng, (1, 6, 4, 3), 3, 0.2), image_case(rng, (3, 6, 1, 1), 2, 0.2),
            image_case(rng, (3, 4, 2, 3), 1, 0.2), image_case(rng, (3, 4, 2, 3), 4, 0.2),
            image_case(rng, (2, 12, 3, 3), 4, 0.01)]


def _renorm(rng: np.random.Generator) -> list[Case]:
    def retitled(title: str, case: Case) -> Case:
        return Case(title, case.args)

    return [
        retitled("r_max = 1, d_max = 0: batch norm", renorm_case(rng, 6, 4, 1.0, 0.0, 0.2)),
        retitled("limits out of reach: inference", renorm_case(rng, 6, 4, 100.0, 100.0, 0.2)),
        retitled("a batch of one", renorm_case(rng, 1, 4, 3.0, 5.0, 0.2)),
        renorm_case(rng, 32, 12, 1.5, 0.3, 0.01),
    ]


def _weight(rng: np.random.Generator) -> list[Case]:
    v, g = weight_case(rng, (4, 5)).args
    return [Case("a g that is negative or 0", (v, g * np.array([1.0, -1.0, 0.0, 1.0]))), weight_case(rng, (1, 7)),
            weight_case(rng, (5, 1)),
            Case("v of length 1e-6", (1e-6 * v, g), blame="weight_norm_eps"), weight_case(rng, (2, 3, 5, 1))]


def _spectral(rng: np.random.Generator) -> list[Case]:
    return [spectral_case(rng, 1, 6, 1), spectral_case(rng, 7, 1, 2), spectral_case(rng, 8, 12, 5),
            spectral_case(rng, 6, 6, 200)]


CASES = {"normalize": _normalize, "layernorm": _layer, "instancenorm": _instance, "groupnorm": _group,
         "batch_renorm": _renorm, "weight_norm": _weight, "spectral_norm": _spectral}
