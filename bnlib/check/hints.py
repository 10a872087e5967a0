"""What wrong numbers have in common, for mistakes that nobody listed: a factor, an exchange, one row.

A hint says how the answer relates to the right one over all ordinary cases; it is said only when the relation
holds in every entry of every one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bnlib.check.model import Answer, Case, Exercise, Outputs

CLOSE = 1e-6  # relative to the largest entry of an output
ENTRIES = 4  # numbers that must agree on a relation, or it may be chance


@dataclass(frozen=True)
class Pairing:
    """One output over the cases: what was given and what is right, shapes alike and all finite."""

    name: str
    given: list[NDArray]
    right: list[NDArray]

    def agrees(self, made: Callable[[NDArray], NDArray]) -> bool:
        """Whether the answer is made(right) in every entry of every case."""
        with np.errstate(all="ignore"):
            return all(_near(given, made(right)) for given, right in zip(self.given, self.right, strict=True))


def hint(exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], truths: Sequence[Outputs]) -> str:
    """A sentence or two on how the answers relate to the right ones; empty when nothing simple does."""
    outputs = _pairings(exercise, cases, answers, truths)
    wrong = [one for one in outputs if not one.agrees(lambda right: right)]
    if not wrong:
        return ""
    said = _exchange(wrong) or relation(wrong[0]) or _place(wrong[0]) or _slices(wrong[0])
    fine = [one.name for one in outputs if one not in wrong]
    if fine:
        said += f" {' and '.join(fine)} {'is' if len(fine) == 1 else 'are'} right."
    return said.strip()


def shifted(exercise: Exercise, cases: Sequence[Case], answers: Sequence[Answer], truths: Sequence[Outputs]) -> bool:
    """Whether some output is off in one simple way throughout, which rounding never is."""
    outputs = _pairings(exercise, cases, answers, truths)
    return any(bool(_offset(one)) for one in outputs)


def relation(one: Pairing) -> str:
    """One output against the right one: a factor, a shift, a power, rows for columns."""
    if sum(right.size for right in one.right) < ENTRIES:
        return ""
    factor = _factor(one)
    if factor is not None and abs(factor + 1) < CLOSE:
        return f"{one.name} has the opposite sign throughout."
    if factor is not None and abs(factor) > CLOSE:
        return f"{one.name} is {factor:.4g} times what it should be, in every entry."
    for made, said in (
        (lambda right: right**2, "is the square of what it should be"),
        (np.sqrt, "is the root of what it should be"),
        (lambda right: 1 / right, "is upside down: one over what it should be"),
        (lambda right: right.T, "has its rows and columns exchanged"),
        (np.abs, "is right but for its sign: it is never negative"),
        (np.zeros_like, "is 0 throughout"),
    ):
        if one.agrees(made):
            return f"{one.name} {said}."
    return _offset(one)


def _offset(one: Pairing) -> str:
    gaps = np.concatenate([(given - right).ravel() for given, right in zip(one.given, one.right, strict=True)])
    noise = 1e-12 * max(float(np.abs(right).max(initial=0.0)) for right in one.right)
    if gaps.size < ENTRIES or abs(gaps[0]) <= 1e3 * noise or np.ptp(gaps) > 1e-3 * abs(gaps[0]) + noise:
        return ""
    return f"{one.name} is off by the same {gaps[0]:.2g} in every entry."


def _factor(one: Pairing) -> float | None:
    """The number that the right answer is multiplied by, the same in all entries of all cases."""
    biggest = max(one.right, key=lambda right: float(np.abs(right).max(initial=0.0)))
    k = next(i for i, right in enumerate(one.right) if right is biggest)
    at = np.unravel_index(int(np.argmax(np.abs(biggest))), biggest.shape)
    if not biggest[at]:
        return None
    factor = float(one.given[k][at] / biggest[at])
    return factor if one.agrees(lambda right: factor * right) else None


def _exchange(wrong: Sequence[Pairing]) -> str:
    for one in wrong:
        for other in wrong:
            if one is other or any(g.shape != r.shape for g, r in zip(one.given, other.right, strict=True)):
                continue
            swapped = Pairing(one.name, one.given, other.right)
            if sum(right.size for right in other.right) >= ENTRIES and swapped.agrees(lambda right: right):
                return f"What you return as {one.name} is {other.name}."
    return ""


def _place(one: Pairing) -> str:
    """Whether only the first, or only the last, entry along an axis is wrong, or right."""
    dims = {right.ndim for right in one.right}
    if len(dims) != 1 or dims == {0}:
        return ""
    for axis in range(dims.pop()):
        bad = [_wrong_along(given, right, axis) for given, right in zip(one.given, one.right, strict=True)]
        bad = [mask for mask in bad if mask.size > 1]
        name = f"along axis {axis} of {one.name}"
        if len(bad) < 2:
            continue
        for at, which in ((0, "first"), (-1, "last")):
            rest = [np.delete(mask, at) for mask in bad]
            if all(mask[at] for mask in bad) and not any(mask.any() for mask in rest):
                return f"Only the {which} entry {name} is wrong."
            if not any(mask[at] for mask in bad) and all(mask.all() for mask in rest):
                return f"Only the {which} entry {name} is right."
    return ""


def _slices(one: Pairing) -> str:
    """Whether each column (row, channel, image) is the right one but for a scale or a shift of its own."""
    dims = {right.ndim for right in one.right}
    names = {2: ("row", "column"), 4: ("image", "channel")}.get(dims.pop() if len(dims) == 1 else 0, ())
    for axis in (1, 0) if names else ():
        pairs = [(given, right) for whole, true in zip(one.given, one.right, strict=True)
                 for given, right in zip(np.moveaxis(whole, axis, 0), np.moveaxis(true, axis, 0), strict=True)
                 if right.size >= 3 and np.ptp(right) > 0]
        if len(pairs) < ENTRIES:
            continue
        each = f"Each {names[axis]} of {one.name} is the right one"
        if all(_near(given - given.mean(), right - right.mean()) for given, right in pairs):
            return f"{each} but for a number added to it: look at what you add or subtract there."
        factors = [float(np.vdot(given, right) / np.vdot(right, right)) for given, right in pairs]
        if all(f and _near(given, f * right) for f, (given, right) in zip(factors, pairs, strict=True)):
            return f"{each} times a number of its own: look at what you multiply or divide by there."
        flat = [(given - given.mean(), right - right.mean()) for given, right in pairs]
        factors = [float(np.vdot(given, right) / np.vdot(right, right)) for given, right in flat]
        if all(f and _near(given, f * right) for f, (given, right) in zip(factors, flat, strict=True)):
            return f"{each}, scaled and shifted: the pattern is right, look at the scale and at what is added."
    return ""


def _wrong_along(given: NDArray, right: NDArray, axis: int) -> NDArray:
    scale = float(np.abs(right).max(initial=0.0))
    bad = np.abs(given - right) > CLOSE * scale + 1e-12
    return np.asarray(bad.any(axis=tuple(k for k in range(right.ndim) if k != axis)))


def _near(given: NDArray, made: NDArray) -> bool:
    if given.shape != made.shape or not np.isfinite(made).all():
        return False
    return bool(np.abs(given - made).max(initial=0.0) <= CLOSE * float(np.abs(made).max(initial=0.0)) + 1e-12)


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
        given = [np.asarray(value, dtype=np.float64) for value in values if value is not None]
        right = [np.asarray(truth[k], dtype=np.float64) for _, _, truth in usable]
        alike = len(given) == len(right) and all(g.shape == r.shape for g, r in zip(given, right, strict=True))
        if alike and all(np.isfinite(array).all() for array in (*given, *right)):
            found.append(Pairing(name, given, right))
    return found
