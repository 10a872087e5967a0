"""The check as a student meets it: one line when right, a few short ones when not."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from typing import Any

VISIBLE_SEED = 20150211  # the day the batch norm paper was posted; the judge's seeds are secret
UNWRITTEN = {"not_implemented", "returns_none"}  # nothing to show of these but the sentence
NO_TORCH = "  This lesson's answers are NumPy: PyTorch is not there while they are graded."
WIDTH = 88  # columns that fit a notebook's output without breaking words


class CheckFailed(AssertionError):
    """A check that found something to mend; IPython shows its message alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


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
    from bnlib.check.exercises import all_exercises, find
    from bnlib.check.pytorch import uses_torch
    from bnlib.check.rich import show, tried
    from bnlib.check.standing import seen
    from bnlib.check.verdict import judge

    exercise = find(name)
    seen[name] = False
    if not callable(function):
        raise CheckFailed(f"✗ {name}: expected a function, got {type(function).__name__}. Hand over {name} "
                          "itself, not called.")
    cases = exercise.cases(np.random.default_rng(VISIBLE_SEED))
    verdict = judge(exercise, cases, call_all(function, exercise, cases))
    seen[name] = verdict.passed
    if not verdict.passed:
        if len(verdict.failed) < len(cases) or not set(verdict.mistakes) & UNWRITTEN:
            show(*tried(verdict.tried, [title in verdict.failed for title in verdict.tried], verdict.mistakes))
        see = [f"Read again: {exercise.see}."] if exercise.see else []
        head = f"✗ {name}: {len(verdict.failed)} of {len(cases)} visible cases fail."
        raise CheckFailed("\n".join([head, *_lines([*verdict.message.splitlines(), *see])]))
    if uses_torch(function) and not any(one.torch for one in all_exercises().values() if one.lesson == exercise.lesson):
        seen[name] = False
        raise CheckFailed(f"✗ {name}: the numbers are right, but they come from PyTorch.\n{NO_TORCH}")
    print(f"✓ {name}: visible checks passed ({len(cases)} cases).")


def _lines(sentences: list[str]) -> list[str]:
    """Each sentence on lines of its own, indented under the verdict."""
    return [line for sentence in sentences
            for line in textwrap.wrap(sentence, WIDTH, initial_indent="  ", subsequent_indent="    ")]
