"""Hard cases that are never shipped to students; one module a lesson, with CASES by exercise name."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import numpy as np

from bnlib.check.model import Case, Exercise


def hard_cases(exercise: Exercise, rng: np.random.Generator) -> list[Case]:
    """The hidden cases of an exercise with fresh numbers from `rng`, marked as hard."""
    module = import_module(f"{__name__}.lesson_{exercise.lesson[:2]}")
    make = module.CASES.get(exercise.name)
    return [replace(case, hard=True) for case in make(rng)] if make else []
