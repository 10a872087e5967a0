"""What wrong numbers have in common, for mistakes that nobody listed: a factor, an exchange, one row.

A hint says how the answers relate to the right ones over all ordinary cases; it is said only when the relation
holds in every one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.check.model import Answer, Case, Exercise, Outputs
from bnlib.check.relations import Pairing, near, offset, relation

MANY = 24  # entries that rounding would not move all one way


def hint(exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], truths: Sequence[Outputs]) -> str:
    """A sentence or two on how the answers relate to the right ones; empty when nothing simple does."""
    outputs = _pairings(exercise, cases, answers, truths)
    wrong = [one for one in outputs if not one.right_throughout()]
    if not wrong:
        return ""
    args = [case.args for case, answer in zip(cases, answers, strict=True) if case.ordinary and not answer.error]
    said = _exchange(wrong) or _argument(wrong[0], args, exercise) or relation(wrong[0])
    fine = [one.name for one in outputs if one.right_throughout()]
    if fine:
        said += f" {_listed(fine)} {'is' if len(fine) == 1 else 'are'} right."
    return said.strip()


def shifted(exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], truths: Sequence[Outputs]) -> bool:
    """Whether some output is off by one number throughout, or nearer to 0 in every entry: rounding scatters."""
    return any(bool(offset(one)) or _shrunken(one) for one in _pairings(exercise, cases, answers, truths))


def _shrunken(one: Pairing) -> bool:
    """Is every one of many entries a little nearer to 0 than the right one, as by an ε in the denominator?"""
    given, right = (np.abs(np.concatenate([array.ravel() for array in arrays])) for arrays in (one.given, one.right))
    telling = right > 0
    return bool(telling.sum() >= MANY and np.all(given[telling] < right[telling]))


def _exchange(wrong: Sequence[Pairing]) -> str:
    """Whether what is returned in one place is what belongs into another."""
    for one in wrong:
        for other in wrong:
            if one is other or any(g.shape != r.shape for g, r in zip(one.given, other.right, strict=True)):
                continue
            if Pairing(one.name, one.given, other.right).right_throughout() and other.telling:
                return f"What you return as {one.name} is {other.name}."
    return ""


def _argument(one: Pairing, args: Sequence[tuple[object, ...]], exercise: Exercise) -> str:
    """Whether an argument came back as it was given."""
    if exercise.driver or len(args) != len(one.given) or not one.telling:
        return ""
    names = [part.split("=")[0].strip() for part in exercise.signature.partition("(")[2].partition(")")[0].split(",")]
    at = exercise.outputs.index(one.name)
    for k, name in enumerate(names[: min(map(len, args))]):
        given: list[Any] = [arg[k] for arg in args]
        if all(isinstance(each, list) and len(each) == len(exercise.outputs) for each in given):
            given, name = [each[at] for each in given], f"{name}[{at}]"
        same = [isinstance(each, (np.ndarray, float, int)) and near(value, np.asarray(each, np.float64))
                for value, each in zip(one.given, given, strict=True)]
        if all(same):
            return f"What you return as {one.name} is {name}, unchanged."
    return ""


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _pairings(
    exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], truths: Sequence[Outputs]
) -> list[Pairing]:
    """The outputs with numbers that can be held against the right ones in every ordinary case."""
    every = zip(cases, answers, truths, strict=True)
    usable = [(case, answer, truth) for case, answer, truth in every if case.ordinary]
    if len(usable) < 2 or any(answer.error for _, answer, _ in usable):
        return []
    found = []
    for k, name in enumerate(exercise.outputs):
        if name in exercise.ignored | exercise.angles or any(name in case.known for case, _, _ in usable):
            continue
        values = [answer.values[k] for _, answer, _ in usable]
        given = [_plain(value) for value in values if value is not None]
        right = [_plain(truth[k]) for _, _, truth in usable]
        alike = len(given) == len(right) and all(g.shape == r.shape for g, r in zip(given, right, strict=True))
        if alike and all(np.isfinite(array).all() for array in (*given, *right)):
            found.append(Pairing(name, given, right))
    return found


def _plain(value: NDArray) -> NDArray:
    return np.asarray(value, dtype=np.float64)
