"""How well mistakes are caught and named: every switch, alone and in pairs, played against the judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from autograder.hidden import hard_cases
from bnlib.check.model import Answer, Case, Exercise, Verdict
from bnlib.check.search import NONE, candidates
from bnlib.check.verdict import judge


@dataclass
class Coverage:
    """Counts for one exercise.

    A pair is `named` when both its switches are.  Some pairs answer exactly like one switch or like
    another pair on every input; those not named are listed in `unnamed` with what was said instead.
    """

    exercise: str
    switches: int = 0
    caught: int = 0
    named: int = 0
    pairs: int = 0
    pairs_caught: int = 0
    pairs_named: int = 0
    unnamed: list[tuple[frozenset[str], tuple[str, ...]]] = field(default_factory=list)


def coverage(exercise: Exercise, seed: int = 0) -> Coverage:
    """Judge the answers of every computed switch and pair of switches on fresh cases from `seed`."""
    rng = np.random.default_rng(seed)
    cases = [*exercise.cases(rng), *hard_cases(exercise, rng)]
    found = Coverage(exercise.name)
    for switches in candidates(exercise):
        if switches == NONE:
            continue
        verdict = verdict_of(exercise, cases, switches)
        caught, named = verdict.share < 1, set(verdict.mistakes) == switches
        if len(switches) == 1:
            found.switches, found.caught, found.named = (
                found.switches + 1, found.caught + caught, found.named + named)
        else:
            found.pairs, found.pairs_caught, found.pairs_named = (
                found.pairs + 1, found.pairs_caught + caught, found.pairs_named + named)
        if not named:
            found.unnamed.append((switches, verdict.mistakes))
    return found


def verdict_of(exercise: Exercise, cases: Sequence[Case], switches: frozenset[str]) -> Verdict:
    """The verdict on someone who makes exactly these mistakes."""
    return judge(exercise, cases, [_answer(exercise, case, switches) for case in cases])


def _answer(exercise: Exercise, case: Case, switches: frozenset[str]) -> Answer:
    try:
        with np.errstate(all="ignore"):
            outputs = exercise.expected(case, switches)
    except (ValueError, RuntimeError, IndexError, ZeroDivisionError) as error:
        return Answer(error=f"{type(error).__name__}: {error}")
    return Answer(values=tuple(np.asarray(output) for output in outputs), kinds=("ndarray",) * len(outputs))
