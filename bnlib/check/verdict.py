"""From answers to a verdict: right or wrong, which mistakes, and one plain message."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bnlib.check.calls import form_of
from bnlib.check.compare import Difference, difference, without_unit_axes
from bnlib.check.model import Answer, Case, Exercise, Outputs, Verdict
from bnlib.check.search import NONE, explain


def judge(exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer]) -> Verdict:
    """Judge answers[k] to cases[k] and name the mistakes behind the wrong ones."""
    with np.errstate(all="ignore"):
        truths = [exercise.oracle(case.args, NONE) for case in cases]
        faults = [_fault(exercise, *three) for three in zip(cases, answers, truths, strict=True)]
    right = [fault is None for fault in faults]
    tried = tuple(case.title for case in cases)
    share = _share(cases, right)
    if all(right):
        return Verdict(exercise.name, True, tried, share=1.0)
    failed = [k for k, ok in enumerate(right) if not ok]
    mistakes = _mistakes(exercise, cases, answers, truths, failed)
    message = _message(exercise, cases, answers, faults, failed, mistakes)
    return Verdict(exercise.name, False, tried, tuple(cases[k].title for k in failed), mistakes, message, share)


def _fault(exercise: Exercise, case: Case, answer: Answer, truth: Outputs) -> str | None:
    """What is wrong with one answer, in a clause; None if nothing is."""
    if answer.error:
        return answer.error if form_of(answer.error) else f"it raised {answer.error}"
    parted = difference(exercise, case, answer, truth)
    if parted:
        return _clause(parted)
    if answer.mutated:
        return "it changed its arguments"
    seen = _seen(exercise, case, answer, truth)
    return f"the form of the result is off ({', '.join(sorted(seen))})" if seen else None


def _seen(exercise: Exercise, case: Case, answer: Answer, truth: Outputs) -> set[str]:
    """Mistakes that show in the form of an answer, whatever its numbers."""
    found = set()
    if answer.error:
        form = form_of(answer.error)
        return {form} if form else set()
    if answer.mutated:
        found.add("in_place")
    double = all(a.dtype == np.float64 for a in case.args if isinstance(a, np.ndarray) and a.dtype.kind == "f")
    integers = any(isinstance(a, np.ndarray) and a.dtype.kind in "iu" for a in case.args)
    for name, value, expected in zip(exercise.outputs, answer.values, truth, strict=True):
        if name in exercise.ignored:
            continue
        if value is None:
            found.add("not_numeric")
        elif value.shape != expected.shape and without_unit_axes(value, expected).shape == expected.shape:
            found.add("keepdims")
        if value is not None and double and value.dtype in (np.float32, np.float16):
            found.add("single_precision")
        if value is not None and integers and value.dtype.kind in "iu" and np.any(expected != np.round(expected)):
            found.add("integer_cast")
    return found


def _mistakes(
    exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], truths: Sequence[Outputs], failed: list[int]
) -> tuple[str, ...]:
    explained, loosely = None, False
    # First on all cases without a blame of their own; if hard ones confuse the picture, on the ordinary.
    for usable in ([c.blame is None for c in cases], [c.ordinary for c in cases]):
        chosen = [k for k, ok in enumerate(usable) if ok]
        for loose in (False, True):
            explained = explain(exercise, [cases[k] for k in chosen], [answers[k] for k in chosen], loose)
            if explained is not None:
                loosely = loose
                break
        if explained is not None:
            break
    seen = _all_seen(exercise, cases, answers, truths, explained or NONE) | ({"single_precision"} if loosely else set())
    if explained is not None:
        for k in failed:
            blame = cases[k].blame
            if blame and _unlike(exercise, cases[k], answers[k], explained, "single_precision" in seen):
                seen.add(blame)
        seen |= explained
    if not seen:
        seen |= _last_resort(exercise, cases, answers, truths, failed)
    order = [*exercise.switches, *sorted(seen)]
    return tuple(dict.fromkeys(name for name in order if name in seen))


def _all_seen(
    exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], truths: Sequence[Outputs], on: frozenset[str]
) -> set[str]:
    """What shows in the form of the answers beyond the form that the mistakes `on` give anyway."""
    seen: set[str] = set()
    for case, answer, truth in zip(cases, answers, truths, strict=True):
        expected = truth
        if on and not answer.error:
            try:
                with np.errstate(all="ignore"):
                    expected = exercise.oracle(case.args, on)
            except (ValueError, RuntimeError, IndexError, ZeroDivisionError):
                continue
        seen |= _seen(exercise, case, answer, expected)
    return seen


def _unlike(exercise: Exercise, case: Case, answer: Answer, explained: frozenset[str], loose: bool) -> bool:
    """Is this answer more than what the mistakes already named would give?"""
    if answer.error:
        return True
    with np.errstate(all="ignore"):
        return difference(exercise, case, answer, exercise.oracle(case.args, explained), loose) is not None


def _last_resort(
    exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], truths: Sequence[Outputs], failed: list[int]
) -> set[str]:
    """Shape, NaN: said only when no switch explains the answers."""
    for k in failed:
        if answers[k].error:
            continue
        parted = difference(exercise, cases[k], answers[k], truths[k])
        if parted and parted.what.startswith("shape"):
            return {"wrong_shape"}
        if parted and parted.what.startswith("NaN"):
            return {"not_finite"}
    return set()


def _share(cases: Sequence[Case], right: Sequence[bool]) -> float:
    ordinary = [ok for case, ok in zip(cases, right, strict=True) if case.ordinary]
    rest = [ok for case, ok in zip(cases, right, strict=True) if not case.ordinary]
    if not all(ordinary):
        return 0.0
    return 0.5 + 0.5 * sum(rest) / len(rest) if rest else 1.0


def _clause(parted: Difference) -> str:
    if parted.what == "wrong values":
        return f"{parted.output} is off by up to {parted.size:.2g}, most at index {parted.index}"
    if parted.what.startswith("NaN"):
        return f"{parted.output} holds NaN or infinity at index {parted.index}"
    return f"{parted.output} has {parted.what}" if parted.what.startswith("shape") else f"{parted.output} is {parted.what}"


def _message(
    exercise: Exercise,
    cases: Sequence[Case],
    answers: Sequence[Answer],
    faults: Sequence[str | None],
    failed: list[int],
    mistakes: tuple[str, ...],
) -> str:
    from bnlib.oracle import SWITCHES

    first = failed[0]
    hidden = "the hidden case " if cases[first].hard else ""
    where = f"First seen on {hidden}“{cases[first].title}”: {faults[first]}."
    if mistakes:
        said = " Also: ".join(SWITCHES[name].message for name in mistakes)
        if set(mistakes) & {"not_implemented", "returns_none"}:
            return said
        return f"{said} {where}"
    broken = [p.message for k in failed if not answers[k].error for p in exercise.properties
              if not p.holds(cases[k].args, tuple(v for v in answers[k].values if v is not None))]
    return f"{where} {broken[0]}" if broken else where
