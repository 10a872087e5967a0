"""Explains wrong answers: which one or two switches, turned on, give exactly these?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from bnlib.check.compare import LOOSE, difference
from bnlib.check.model import Answer, Case, Exercise, Outputs
from bnlib.oracle.switches import Switch

NONE: frozenset[str] = frozenset()
SINGLE = 2e-6  # what is lost in single precision where nothing amplifies it
AMPLIFIED = 50.0  # roundings on the way, for one of what is given


def explain(
    exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], loose: bool = False
) -> frozenset[str] | None:
    """The smallest set of switches that reproduces every answer given, or None.

    The empty set explains right answers.  Calls that raised say nothing of the numbers and are
    passed over, but a mistake that raises just there goes before one that does not; at least two calls must have
    given numbers.
    """
    known = [(case, answer) for case, answer in zip(cases, answers, strict=True) if not answer.error]
    raised = [case for case, answer in zip(cases, answers, strict=True) if answer.error]
    if len(known) < min(2, len(cases)):
        return None
    found = None
    for switches in candidates(exercise):
        if found is not None and len(switches) > len(found):
            break
        if all(_reproduces(exercise, case, answer, switches, loose) for case, answer in known):
            if len(switches) > 1 and all(_nothing(exercise, answer) for _, answer in known):
                continue  # whoever gives 0 whatever the function is given gives what many a pair does
            if all(expected_of(exercise, case, switches) is None for case in raised):
                return switches
            found = switches if found is None else found  # it fits where there are numbers: another may fit better
    return found


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
    if expected is None or difference(exercise, case, answer, expected, LOOSE if loose else 0.0) is not None:
        return False
    if not loose:
        return True
    rounded = expected_of(exercise, replace(case, args=_in_single(case.args)), switches)
    return rounded is not None and difference(exercise, case, answer, expected, _lost(expected, rounded)) is None


def _nothing(exercise: Exercise, answer: Answer) -> bool:
    """Is every number of this answer 0?"""
    named = zip(exercise.outputs, answer.values, strict=True)
    return all(value is not None and not value.any() for name, value in named if name not in exercise.ignored)


def _in_single(value: Any) -> Any:
    """These arguments, rounded to single precision."""
    if isinstance(value, (list, tuple)):
        return type(value)(_in_single(one) for one in value)
    if isinstance(value, dict):
        return {key: _in_single(one) for key, one in value.items()}
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return value.astype(np.float32).astype(np.float64)
    return value


def _lost(expected: Outputs, rounded: Outputs) -> float:
    """How far single precision may lead from these outputs, relative to the largest entry of each."""
    pairs = [(np.asarray(one, np.float64), np.asarray(two, np.float64))
             for one, two in zip(expected, rounded, strict=True) if np.shape(one) == np.shape(two)]
    apart = [float(np.abs(one - two).max(initial=0.0)) / max(float(np.abs(one).max(initial=0.0)), 1e-300)
             for one, two in pairs if np.isfinite(one).all() and np.isfinite(two).all()]
    return min(LOOSE, max(SINGLE, AMPLIFIED * max(apart, default=0.0)))


def expected_of(exercise: Exercise, case: Case, switches: frozenset[str]) -> Outputs | None:
    """The outputs of someone who makes these mistakes; None where they end in an exception."""
    try:
        with np.errstate(all="ignore"):
            return exercise.expected(case, switches)
    except (ValueError, RuntimeError, IndexError, ZeroDivisionError, FloatingPointError):
        return None
