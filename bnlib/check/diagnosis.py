"""Which mistakes explain these answers: those the switches reproduce, and those that show in the form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bnlib.check.calls import form_of
from bnlib.check.compare import difference, without_unit_axes
from bnlib.check.hints import shifted
from bnlib.check.model import Answer, Case, Exercise, Outputs
from bnlib.check.search import NONE, expected_of, explain

ARITHMETIC = {"cancellation", "mixed_overflow"}


def mistakes_of(
    exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], truths: Sequence[Outputs], failed: list[int]
) -> tuple[str, ...]:
    """Switch names that explain the answers, in the exercise's order; empty when nothing known does."""
    if exercise.shrunk and _shrunk(answers, truths):  # first: beside a tolerance, what is tiny looks like anything
        return (exercise.shrunk,)
    explained, loosely = None, False
    # First on all cases without a blame of their own; if hard ones confuse the picture, on the ordinary.
    for usable in ([c.blame is None for c in cases], [c.ordinary for c in cases]):
        chosen = [k for k, ok in enumerate(usable) if ok]
        for loose in (False, True):
            explained = explain(exercise, [cases[k] for k in chosen], [answers[k] for k in chosen], loose)
            if explained is not None and loose and _systematic(exercise, cases, answers, chosen, explained):
                explained = None
            if explained is not None:
                loosely = loose
                break
        if explained is not None:
            break
    seen = _all_seen(exercise, cases, answers, truths, explained or NONE) | ({"single_precision"} if loosely else set())
    if explained is not None:
        for k in failed:
            blame = cases[k].blame
            if blame and _fits(blame, answers[k], seen) and _unlike(
                    exercise, cases[k], answers[k], explained, "single_precision" in seen):
                seen.add(blame)
        seen |= explained
    elif any(not _whole(cases[k]) and _unlike(exercise, cases[k], answers[k], NONE, False) for k in failed):
        seen -= {"integer_cast"}  # floats go wrong, too, and nobody knows why: the cast is not what to look at
    if "keepdims" in seen and explained is None and "wrong_shape" in _last_resort(exercise, cases, answers, truths,
                                                                                   failed):
        seen.remove("keepdims")  # where D is 1 a result per feature looks like a kept axis; elsewhere it does not
    if not seen:
        seen |= _last_resort(exercise, cases, answers, truths, failed)
    order = [*exercise.switches, *sorted(seen)]
    return tuple(dict.fromkeys(name for name in order if name in seen))


def _systematic(
    exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], chosen: list[int], on: frozenset[str]
) -> bool:
    """Are answers that are nearly those of `on` off by one and the same number?  Rounding would scatter."""
    expected = [expected_of(exercise, cases[k], on) for k in chosen]
    known = [(k, one) for k, one in zip(chosen, expected, strict=True) if one is not None]
    return shifted(exercise, [cases[k] for k, _ in known], [answers[k] for k, _ in known], [one for _, one in known])


def _all_seen(
    exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], truths: Sequence[Outputs], on: frozenset[str]
) -> set[str]:
    """What shows in the form of the answers beyond the form that the mistakes `on` give anyway."""
    seen: set[str] = set()
    for case, answer, truth in zip(cases, answers, truths, strict=True):
        expected = expected_of(exercise, case, on) if on and not answer.error else truth
        if expected is not None:
            seen |= seen_in(exercise, case, answer, expected)
    return seen


def seen_in(exercise: Exercise, case: Case, answer: Answer, truth: Outputs) -> set[str]:
    """Mistakes that show in the form of an answer, whatever its numbers."""
    found = set()
    if answer.error:
        form = form_of(answer.error)
        return ({form} if form else set()) | ({"in_place"} if answer.mutated else set())
    if answer.mutated:
        found.add("in_place")
    double = all(a.dtype == np.float64 for a in case.args if isinstance(a, np.ndarray) and a.dtype.kind == "f")
    integers = _whole(case)
    for name, value, expected in zip(exercise.outputs, answer.values, truth, strict=True):
        if name in exercise.ignored:
            continue
        if value is None:
            found.add("not_numeric")
        elif (value.shape != expected.shape and value.ndim >= expected.ndim
              and without_unit_axes(value, expected).shape == expected.shape):
            found.add("keepdims" if value.ndim > expected.ndim else "wrong_shape")
        if value is not None and double and value.dtype in (np.float32, np.float16):
            found.add("single_precision")
        if value is not None and integers and value.dtype.kind in "iu" and np.any(expected != np.round(expected)):
            found.add("integer_cast")
    return found


def _whole(case: Case) -> bool:
    """Is one of the arguments an array of integers?"""
    return any(isinstance(a, np.ndarray) and a.dtype.kind in "iu" for a in case.args)


def _fits(blame: str, answer: Answer, seen: set[str]) -> bool:
    """Can what went wrong be what this case is there to find?

    An exception is not if its form says what it is; nor if arithmetic is looked for, which gives wrong numbers.  And in
    single precision a large mean costs digits whichever way the variance is taken.
    """
    if blame == "cancellation" and "single_precision" in seen:
        return False
    return not answer.error or not (form_of(answer.error) or blame in ARITHMETIC)


def _unlike(exercise: Exercise, case: Case, answer: Answer, explained: frozenset[str], loose: bool) -> bool:
    """Is this answer more than what the mistakes already named would give?"""
    expected = expected_of(exercise, case, explained)
    if answer.error or expected is None:
        return expected is not None
    return difference(exercise, case, answer, expected, loose) is not None


def _shrunk(answers: Sequence[Answer], truths: Sequence[Outputs]) -> bool:
    """Is every answer the truth times one factor, the same for all, between 0 and 1/2?"""
    pairs = [(value, truth) for answer, truths_ in zip(answers, truths, strict=True)
             for value, truth in zip(answer.values, truths_, strict=False)]
    if not pairs or any(value is None or value.shape != truth.shape for value, truth in pairs):
        return False
    given, right = (np.concatenate([np.asarray(pair[k], np.float64).reshape(-1) for pair in pairs]) for k in (0, 1))
    factor = given @ right / (right @ right)
    allowed = 0.01 * factor * np.abs(right).max()
    return bool(0 < factor < 0.5 and np.all(np.abs(given - factor * right) <= allowed))


def _last_resort(
    exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], truths: Sequence[Outputs], failed: list[int]
) -> set[str]:
    """Shape, NaN: said only when no switch explains the answers, NaN only when it is what shows first."""
    parted = [difference(exercise, cases[k], answers[k], truths[k]) for k in failed if not answers[k].error]
    if any(one and one.what.startswith("shape") for one in parted):
        return {"wrong_shape"}
    return {"not_finite"} if parted and parted[0] and parted[0].what.startswith("NaN") else set()
