"""Which mistakes explain these answers: those the switches reproduce, and those that show in the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np

from bnlib.check.calls import form_of
from bnlib.check.compare import LOOSE, difference, without_unit_axes
from bnlib.check.hints import shifted
from bnlib.check.model import Answer, Case, Exercise, Outputs
from bnlib.check.search import NONE, expected_of, explain

HUGE = 1e6  # single precision keeps no fraction of such a mean
DIGITS_OF_DOUBLE = 1e-11
ARITHMETIC = {"cancellation", "mixed_overflow", "mixed_rounded_twice"}


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
    if (explained is None or len(explained) > 1) and _in_another_order(exercise, cases, answers, truths):
        return ("wrong_order",)
    seen = _all_seen(exercise, cases, answers, truths, explained or NONE) | ({"single_precision"} if loosely else set())
    raises = any(answer.error for case, answer in zip(cases, answers, strict=True) if case.ordinary)
    if explained is not None:
        for k in failed:
            blame = None if answers[k].error and raises else cases[k].blame
            if blame and _fits(blame, answers[k], seen) and _unlike(
                    exercise, cases[k], answers[k], explained, "single_precision" in seen):
                single = blame == "cancellation" and _in_single_precision(exercise, cases[k], answers[k], explained)
                seen.add("single_precision" if single else blame)
        seen |= explained
    elif any(not _whole(cases[k]) and _unlike(exercise, cases[k], answers[k], NONE, False) for k in failed):
        # Ordinary numbers go wrong, too, and nobody knows why: these are not what to look at.
        seen -= {"integer_cast", "batch_of_one_taken", "population_batches_kept"}
    if "keepdims" in seen and explained is None and any(_misshapen(exercise, answers[k], truths[k]) for k in failed):
        seen.remove("keepdims")  # where D is 1 a result per feature looks like a kept axis; elsewhere it does not
    if not seen:
        seen |= _last_resort(exercise, cases, answers, truths, failed)
    if len(seen) > 1:
        # What the cache should hold comes after what y should be; y's last digit comes after its first.
        seen -= {"cache_unlike", "mixed_rounded_twice"}
    order = [*exercise.switches, *sorted(seen)]
    return tuple(dict.fromkeys(name for name in order if name in seen))


def _misshapen(exercise: Exercise, answer: Answer, truth: Outputs) -> bool:
    """Has some result a shape that differs by more than axes of length 1?"""
    every = zip(exercise.outputs, answer.values, truth, strict=False)
    return any(without_unit_axes(value, right).shape != right.shape
               for name, value, right in every if value is not None and name not in exercise.ignored)


def _in_another_order(
    exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], truths: Sequence[Outputs]
) -> bool:
    """Are all results right, but handed back in another order?

    Results that are not compared (a cache) may stand where a compared one belongs.
    """
    ordinary = [k for k, case in enumerate(cases) if case.ordinary]
    count = len(exercise.outputs)
    if count < 2 or exercise.driver or any(cases[k].known for k in ordinary):
        return False
    if any(answers[k].error or len(answers[k].values) != count for k in ordinary):
        return False
    for order in list(permutations(range(count)))[1:]:
        turned = [replace(answers[k], values=tuple(answers[k].values[n] for n in order)) for k in ordinary]
        if all(difference(exercise, cases[k], one, truths[k]) is None for k, one in zip(ordinary, turned, strict=True)):
            return True
    return False


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
        elif value.ndim == 1 < expected.ndim and without_unit_axes(value, expected).shape == expected.shape:
            found.add("wrong_shape")  # one row is a batch, too
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


def _in_single_precision(exercise: Exercise, case: Case, answer: Answer, on: frozenset[str]) -> bool:
    """Is a result as large as what was given off by what only rounding to 7 digits takes?

    E[x²] − E[x]² in double precision loses the variance, and leaves the mean as it is.
    """
    expected = expected_of(exercise, case, on)
    if answer.error or expected is None:
        return False
    for value, right in zip(answer.values, expected, strict=True):
        if value is not None and value.shape == right.shape and right.size and np.abs(right).max() > HUGE:
            lost = float(np.abs(value - right).max() / np.abs(right).max())
            if DIGITS_OF_DOUBLE < lost < LOOSE:
                return True
    return False


def _unlike(exercise: Exercise, case: Case, answer: Answer, explained: frozenset[str], loose: bool) -> bool:
    """Is this answer more than what the mistakes already named would give?"""
    expected = expected_of(exercise, case, explained)
    if answer.error or expected is None:
        return expected is not None
    return difference(exercise, case, answer, expected, LOOSE if loose else 0.0) is not None


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
    failed = [k for k in failed if cases[k].ordinary] or failed  # an extreme case hides what is wrong everywhere
    parted = [difference(exercise, cases[k], answers[k], truths[k]) for k in failed if not answers[k].error]
    if any(one and one.what.startswith("shape") for one in parted):
        return {"wrong_shape"}
    return {"not_finite"} if parted and parted[0] and parted[0].what.startswith("NaN") else set()
