"""All exercises, by name; one module a lesson."""

from __future__ import annotations

import difflib
from dataclasses import replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from bnlib.check.model import Exercise
from bnlib.check.rules import RULES


@cache
def all_exercises() -> dict[str, Exercise]:
    """Every exercise by name, in the order of the lessons."""
    found: dict[str, Exercise] = {}
    for module in sorted(info.name for info in iter_modules(__path__)):
        for exercise in import_module(f"{__name__}.{module}").EXERCISES:
            if exercise.name in found:
                raise ValueError(f"two exercises are called {exercise.name!r}")
            rules = (*exercise.properties, *RULES.get(exercise.name, ()))
            found[exercise.name] = replace(exercise, properties=rules)
    return found


def find(name: str) -> Exercise:
    """The exercise called `name`; ValueError with the nearest names if there is none."""
    exercises = all_exercises()
    if name not in exercises:
        near = difflib.get_close_matches(name, exercises, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else f" There are: {', '.join(exercises)}."
        raise ValueError(f"There is no exercise called {name!r}.{hint}")
    return exercises[name]
