"""Explains wrong answers: which one or two switches, turned on, give exactly these?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from bnlib.check.compare import difference
from bnlib.check.model import Answer, Case, Exercise, Outputs
from bnlib.oracle.switches import Switch

NONE: frozenset[str] = frozenset()


def explain(
    exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], loose: bool = False
) -> frozenset[str] | None:
    """The smallest set of switches that reproduces every answer given, or None.

    The empty set explains right answers.  Calls that raised say nothing of the numbers and are
    passed over; at least two calls must have given some.
    """
    known = [(case, answer) for case, answer in zip(cases, answers, strict=True) if not answer.error]
    if len(known) < min(2, len(cases)):
        return None
    for switches in candidates(exercise):
        if all(_reproduces(exercise, case, answer, switches, loose) for case, answer in known):
            return switches
    return None


def candidates(exercise: Exercise) -> Iterator[frozenset[str]]:
    """No switch, each alone, then every pair that can stand together."""
    from bnlib.oracle import SWITCHES

    switches: list[Switch] = [SWITCHES[name] for name in exercise.switches]
    switches = [switch for switch in switches if not switch.observed]
    yield NONE
    for switch in switches:
        yield frozenset({switch.name})
    for first, second in combinations(switches, 2):
        if first.slot != second.slot:
            yield frozenset({first.name, second.name})


def _reproduces(exercise: Exercise, case: Case, answer: Answer, switches: frozenset[str], loose: bool) -> bool:
    expected = expected_of(exercise, case, switches)
    return expected is not None and difference(exercise, case, answer, expected, loose) is None


def expected_of(exercise: Exercise, case: Case, switches: frozenset[str]) -> Outputs | None:
    """The outputs of someone who makes these mistakes; None where they end in an exception."""
    try:
        with np.errstate(all="ignore"):
            return exercise.expected(case, switches)
    except (ValueError, RuntimeError, IndexError, ZeroDivisionError, FloatingPointError):
        return None
