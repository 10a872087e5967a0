"""How well mistakes are caught and named: every switch, alone and in pairs, played against the judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from autograder.hidden import hard_cases
from bnlib.check.model import Answer, Case, Exercise, Verdict
from bnlib.check.search import NONE, candidates
from bnlib.check.verdict import judge


@dataclass(frozen=True)
class Outcome:
    """What the judge made of one set of switches: lost points or not, and the mistakes it named."""

    switches: frozenset[str]
    caught: bool
    said: tuple[str, ...]

    @property
    def named(self) -> bool:
        """Whether exactly these were named."""
        return set(self.said) == self.switches


@dataclass
class Coverage:
    """All outcomes of one exercise: every computed switch alone, and every pair that can stand together.

    A pair is named when both its switches are.  Some pairs answer exactly like one switch or like another pair on
    every input; `unnamed` lists what was not named with what was said instead.
    """

    exercise: str
    outcomes: list[Outcome] = field(default_factory=list)

    def _count(self, size: int, key: str = "") -> int:
        return sum(len(one.switches) == size and (not key or getattr(one, key)) for one in self.outcomes)

    @property
    def switches(self) -> int:
        return self._count(1)

    @property
    def caught(self) -> int:
        return self._count(1, "caught")

    @property
    def named(self) -> int:
        return self._count(1, "named")

    @property
    def pairs(self) -> int:
        return self._count(2)

    @property
    def pairs_caught(self) -> int:
        return self._count(2, "caught")

    @property
    def pairs_named(self) -> int:
        return self._count(2, "named")

    @property
    def unnamed(self) -> list[tuple[frozenset[str], tuple[str, ...]]]:
        return [(one.switches, one.said) for one in self.outcomes if not one.named]


def coverage(exercise: Exercise, seed: int = 0) -> Coverage:
    """Judge the answers of every computed switch and pair of switches on fresh cases from `seed`."""
    rng = np.random.default_rng(seed)
    cases = [*exercise.cases(rng), *hard_cases(exercise, rng)]
    found = Coverage(exercise.name)
    for switches in candidates(exercise):
        if switches != NONE:
            verdict = verdict_of(exercise, cases, switches)
            found.outcomes.append(Outcome(switches, verdict.share < 1, verdict.mistakes))
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
