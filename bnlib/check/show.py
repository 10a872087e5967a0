"""The check as a student meets it: one line when right, one message when not."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

VISIBLE_SEED = 20150211  # the day the batch norm paper was posted; the judge's seeds are secret


class CheckFailed(AssertionError):
    """A check that found something to mend; IPython shows its message alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def check(name: str, function: Callable[..., Any]) -> None:
    """Try `function` on the visible cases of exercise `name` and show the verdict.

    Raises CheckFailed, which reads as a message, when an answer is wrong; ValueError for a name that
    is no exercise.
    """
    if os.environ.get("BNLIB_JUDGED"):
        print(f"{name}: judged outside this notebook.")
        return
    import numpy as np

    from bnlib.check.calls import call_all
    from bnlib.check.exercises import find
    from bnlib.check.verdict import judge

    exercise = find(name)
    if not callable(function):
        raise CheckFailed(f"✗ {name}: expected a function, got {type(function).__name__}. Pass the function itself.")
    cases = exercise.cases(np.random.default_rng(VISIBLE_SEED))
    verdict = judge(exercise, cases, call_all(function, exercise, cases))
    if not verdict.passed:
        see = f" Read again: {exercise.see}." if exercise.see else ""
        wrong = f"{len(verdict.failed)} of {len(cases)} visible cases fail"
        raise CheckFailed(f"✗ {name}: {wrong}. {verdict.message}{see}")
    print(f"✓ {name}: visible checks passed ({len(cases)} cases).")
