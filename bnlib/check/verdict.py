"""From answers to a verdict: right or wrong, which mistakes, and one plain message."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bnlib.check.calls import NOTHING, UNWRITTEN, WRONG_COUNT
from bnlib.check.compare import Difference, difference
from bnlib.check.diagnosis import mistakes_of, seen_in
from bnlib.check.hints import hint
from bnlib.check.model import Answer, Case, Exercise, Outputs, Property, Verdict
from bnlib.check.search import NONE

SILENT = {"not_implemented", "returns_none", "calls_another_answer"}  # nothing to add, where every case shows it
SMALL = 14  # numbers given to a function that one can follow on paper


def judge(exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer]) -> Verdict:
    """Judge answers[k] to cases[k] and name the mistakes behind the wrong ones."""
    with np.errstate(all="ignore"):
        truths = [exercise.expected(case, NONE) for case in cases]
        faults = [_fault(exercise, *three) for three in zip(cases, answers, truths, strict=True)]
    right = [fault is None for fault in faults]
    tried = tuple(case.title for case in cases)
    share = _share(cases, right)
    if all(right):
        return Verdict(exercise.name, True, tried, share=1.0)
    failed = [k for k, ok in enumerate(right) if not ok]
    mistakes = mistakes_of(exercise, cases, answers, truths, failed)
    message = _message(exercise, cases, answers, truths, faults, failed, mistakes)
    return Verdict(exercise.name, False, tried, tuple(cases[k].title for k in failed), mistakes, message, share)


def _fault(exercise: Exercise, case: Case, answer: Answer, truth: Outputs) -> str | None:
    """What is wrong with one answer, in a clause; None if nothing is."""
    if answer.error:
        return answer.error if answer.error.startswith("it ") else f"it raised {answer.error.rstrip('.')}"
    parted = difference(exercise, case, answer, truth)
    if parted and parted.what.startswith("shape") and len(exercise.outputs) == 1 and answer.kinds == ("tuple",):
        return f"it returned {len(np.atleast_1d(np.asarray(answer.values[0])))} results instead of 1"
    if parted:
        return _clause(parted)
    if answer.mutated:
        return "it changed its arguments"
    seen = seen_in(exercise, case, answer, truth)
    return _form(exercise, answer, truth) if seen else None


def _form(exercise: Exercise, answer: Answer, truth: Outputs) -> str:
    """What is wrong with an answer whose numbers are right: a shape, or else a precision."""
    parts = [(name, value, right) for name, value, right in zip(exercise.outputs, answer.values, truth, strict=True)
             if name not in exercise.ignored and value is not None]
    for name, value, right in parts:
        if value.shape != right.shape:
            return f"{name} has shape {value.shape} instead of {right.shape}"
    precise = [(value.dtype.kind != "f", value.dtype.itemsize, name, value.dtype) for name, value, _ in parts]
    *_, name, dtype = min(precise, key=lambda one: one[:2])
    return f"{name} is {dtype}"


def _share(cases: Sequence[Case], right: Sequence[bool]) -> float:
    judged = list(zip(cases, right, strict=True))
    if not all(ok for case, ok in judged if case.ordinary):
        return 0.0
    known = [ok for case, ok in judged if case.known]
    rest = [ok for case, ok in judged if not case.ordinary and not case.known]
    return (0.5 + 0.5 * _part(rest)) * _part(known)


def _part(right: Sequence[bool]) -> float:
    """The right ones as a part of all; 1 if there are none."""
    return sum(right) / len(right) if right else 1.0


def _clause(parted: Difference) -> str:
    if parted.output.startswith("“"):  # a statement, not a quantity
        return f"{parted.output} is not as it should be"
    if parted.what == "wrong values":
        if not parted.index:
            return f"{parted.output} is off by {parted.size:.2g}"
        return f"{parted.output} is off by up to {parted.size:.2g}, most at {_entry(parted)}"
    if parted.what.startswith("NaN"):
        return f"{_entry(parted)} is NaN or infinite"
    return f"{_entry(parted)} {'has' if parted.what.startswith('shape') else 'is'} {parted.what}"


def _entry(parted: Difference) -> str:
    """The entry as one writes it in NumPy: "y[0, 2]"; a number is just "y"."""
    where = ", ".join(map(str, parted.index))
    if parted.index and " " in parted.output:
        return f"entry {where} of {parted.output}"
    return parted.output + (f"[{where}]" if parted.index else "")


def _message(
    exercise: Exercise,
    cases: Sequence[Case],
    answers: Sequence[Answer],
    truths: Sequence[Outputs],
    faults: Sequence[str | None],
    failed: list[int],
    mistakes: tuple[str, ...],
) -> str:
    from bnlib.oracle import SWITCHES

    first = failed[0]
    if mistakes == ("wrong_shape",):  # a square case may hide it
        first = next((k for k in failed if "shape" in str(faults[k])), first)
    if "wrong_count" in mistakes:  # rows of one array may pass for as many results
        first = next((k for k in failed if str(faults[k]).startswith(WRONG_COUNT)), first)
    hidden = "the hidden case " if cases[first].hard else ""
    where = f"First seen on {hidden}“{cases[first].title}”: {faults[first]}."
    if mistakes:
        said = "\nAlso: ".join(SWITCHES[name].message for name in mistakes)
        told = str(faults[first]).startswith((f"{NOTHING} from", f"it raised {UNWRITTEN} in"))  # which method
        if len(failed) == len(cases) and set(mistakes) & SILENT and not told:
            return said
        rule = _broken(exercise, cases, answers, truths, failed) if mistakes == ("not_finite",) else []
        return "\n".join([said, where, *rule])
    rule = _broken(exercise, cases, answers, truths, failed)
    helpful = [text for text in (hint(exercise, cases, answers, truths), *rule) if text]
    return "\n".join([where, *(helpful or _by_hand(cases, answers, failed))])


def _broken(
    exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], truths: Sequence[Outputs], failed: list[int]
) -> list[str]:
    """The first rule that the wrong answers break, if any."""
    plain = [k for k in failed if cases[k].ordinary] or failed  # in extreme cases rounding may break a rule
    return [p.message for k in plain for p in exercise.properties
            if breaks(p, cases[k], answers[k], truths[k])][:1]


def _by_hand(cases: Sequence[Case], answers: Sequence[Answer], failed: list[int]) -> list[str]:
    """Where nothing can be said: the case that a student can work out on paper."""
    for k in failed:
        if cases[k].ordinary and not answers[k].error and _numbers(cases[k].args) <= SMALL:
            return [f"“{cases[k].title}” is small enough to work out by hand: print what you have after each line, "
                    "and find the first that differs."]
    return []


def _numbers(args: object) -> int:
    """How many numbers these arguments hold."""
    if isinstance(args, dict):
        args = list(args.values())
    return sum(map(_numbers, args)) if isinstance(args, (list, tuple)) else int(np.size(np.asarray(args)))


def breaks(rule: Property, case: Case, answer: Answer, truth: Outputs) -> bool:
    """Does this answer break the rule?  Not when it has no numbers of the right form to hold against it.

    Nor where the rule, which may be a near one, does not hold of the truth either.
    """
    if answer.error or any(value is None for value in answer.values[:1]):
        return False
    if any(np.isnan(value).any() for value in answer.values if value is not None and value.dtype.kind == "f"):
        return False  # nothing holds of NaN, and that is another thing to say
    try:
        given = tuple(np.zeros(0) if value is None else value for value in answer.values)
        return bool(rule.holds(case.args, truth)) and not rule.holds(case.args, given)
    except (ValueError, IndexError, TypeError):
        return False
