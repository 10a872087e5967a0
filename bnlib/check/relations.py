"""How wrong numbers relate to the right ones: times a factor, off by a number, wrong in one row, too large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

CLOSE = 1e-6  # relative to the largest entry of an output
ENTRIES = 4  # numbers that must agree on a relation, or it may be chance
NUMBERS = 3  # the same for an output that is one number a case


@dataclass(frozen=True)
class Pairing:
    """One output over the cases: what was given and what is right, shapes alike and all finite."""

    name: str
    given: list[NDArray]
    right: list[NDArray]

    @property
    def telling(self) -> bool:
        """Are there numbers enough, and not all the same, for a relation to be more than chance?"""
        every = np.concatenate([right.ravel() for right in self.right])
        return bool(every.size >= (NUMBERS if all(r.ndim == 0 for r in self.right) else ENTRIES) and np.ptp(every) > 0)

    def agrees(self, made: Callable[[NDArray], NDArray]) -> bool:
        """Whether the answer is made(right) in every entry of every case."""
        with np.errstate(all="ignore"):
            return all(near(given, made(right)) for given, right in zip(self.given, self.right, strict=True))

    def right_throughout(self) -> bool:
        return self.agrees(lambda right: right)


def relation(one: Pairing) -> str:
    """What the answer is to the right one, in a sentence; empty when nothing simple."""
    whole = _power(one) or offset(one) if one.telling else ""
    return whole or _place(one) or _slices(one) or _each_case(one) or _constant(one) or _side(one)


def near(given: NDArray, made: NDArray) -> bool:
    """Equal but for rounding, relative to the largest entry."""
    if given.shape != made.shape or not np.isfinite(made).all():
        return False
    return bool(np.abs(given - made).max(initial=0.0) <= CLOSE * float(np.abs(made).max(initial=0.0)) + 1e-12)


def offset(one: Pairing) -> str:
    """Off by one and the same number, which is more than rounding."""
    gaps = np.concatenate([(given - right).ravel() for given, right in zip(one.given, one.right, strict=True)])
    noise = 1e-12 * max(float(np.abs(right).max(initial=0.0)) for right in one.right)
    if not one.telling or abs(gaps[0]) <= 1e3 * noise or np.ptp(gaps) > 1e-3 * abs(gaps[0]) + noise:
        return ""
    return f"{one.name} is off by the same {gaps[0]:.2g} in every {'case' if one.right[0].ndim == 0 else 'entry'}."


def _power(one: Pairing) -> str:
    """A factor, a power, rows for columns."""
    factor = _factor(one.given, one.right)
    if factor is not None and abs(factor + 1) < CLOSE:
        return f"{one.name} has the opposite sign throughout."
    if factor is not None and abs(factor) > CLOSE:
        return f"{one.name} is {factor:.4g} times what it should be, throughout."
    for made, said in (
        (lambda right: right**2, "is the square of what it should be"),
        (np.sqrt, "is the root of what it should be"),
        (lambda right: 1 / right, "is upside down: one over what it should be"),
        (np.log10, "is the logarithm of what it should be"),
        (lambda right: right.T, "has its rows and columns exchanged"),
        (lambda right: right[::-1] if right.ndim else right, "has its order reversed: first for last"),
        (np.abs, "is right but for its sign: it is never negative"),
        (np.zeros_like, "is 0 throughout"),
    ):
        if one.agrees(made) and _moved(one, made) >= NUMBERS:
            return f"{one.name} {said}."
    return ""


def _moved(one: Pairing, made: Callable[[NDArray], NDArray]) -> int:
    """How many right numbers `made` changes: that 1 is the square of 1 says nothing."""
    with np.errstate(all="ignore"):
        return sum(int(np.sum(np.abs(made(right) - right) > CLOSE * np.abs(right))) for right in one.right)


def _factor(given: list[NDArray], right: list[NDArray]) -> float | None:
    """The number that the right answers are multiplied by, the same in all entries."""
    size = sum(float(np.vdot(r, r)) for r in right)
    factor = sum(float(np.vdot(g, r)) for g, r in zip(given, right, strict=True)) / size if size else 0.0
    return factor if size and all(near(g, factor * r) for g, r in zip(given, right, strict=True)) else None


def _place(one: Pairing) -> str:
    """Whether only the first or the last along an axis is wrong, or right, or everything from some entry on."""
    dims = {right.ndim for right in one.right}
    if len(dims) != 1 or dims == {0}:
        return ""
    ndim = dims.pop()
    for axis in range(ndim):
        bad = [_wrong_along(given, right, axis) for given, right in zip(one.given, one.right, strict=True)]
        bad = [mask for mask in bad if mask.size > 1]
        if len(bad) < 2:
            continue
        for at, which in ((0, "the first"), (-1, "the last")):
            here = _entry(one.name, ndim, axis, "0" if at == 0 else "-1")
            rest = [np.delete(mask, at) for mask in bad]
            if all(mask[at] for mask in bad) and not any(mask.any() for mask in rest):
                return f"Only {here}, {which}, is wrong."
            if not any(mask[at] for mask in bad) and all(mask.all() for mask in rest):
                return f"Only {here}, {which}, is right."
        starts = {int(np.argmax(mask)) for mask in bad if mask.any()}
        if ndim == 1 and len(starts) == 1 and starts != {0} and sum(mask.any() for mask in bad) > 1:
            start = starts.pop()
            return f"{one.name} is right up to {one.name}[{start - 1}]; the first that is wrong is {one.name}[{start}]."
    return ""


def _slices(one: Pairing) -> str:
    """Whether each row, column, channel is the right one but for a scale or a shift of its own."""
    dims = {right.ndim for right in one.right}
    ndim = dims.pop() if len(dims) == 1 else 0
    for axis in (1, 0) if ndim in (2, 4) else ():
        pairs = [(given, right) for whole, true in zip(one.given, one.right, strict=True)
                 for given, right in zip(np.moveaxis(whole, axis, 0), np.moveaxis(true, axis, 0), strict=True)
                 if right.size >= 3 and np.ptp(right) > 0]
        if len(pairs) < ENTRIES:
            continue
        each = f"Each {_entry(one.name, ndim, axis, 'k')} is the right one"
        if all(near(given - given.mean(), right - right.mean()) for given, right in pairs):
            return f"{each} but for a number added to it: look at what you add or subtract there."
        if all(_factor([given], [right]) for given, right in pairs):
            if all(_factor([g], [r]) for g, r in zip(one.given, one.right, strict=True)):
                return _each_case(one)
            return f"{each} times a number of its own: look at what you multiply or divide by there."
        if all(_factor([given - given.mean()], [right - right.mean()]) for given, right in pairs):
            return f"{each}, scaled and shifted: the pattern is right, look at the scale and at what is added."
    return ""


def _each_case(one: Pairing) -> str:
    """Whether each case's answer is the right one times one number, another in each case."""
    pairs = [(g, r) for g, r in zip(one.given, one.right, strict=True) if r.size > 1 and np.ptp(r) > 0]
    if len(pairs) < 2 or not all(_factor([g], [r]) for g, r in pairs):
        return ""
    return f"In each case {one.name} is the right one times one number: look at the number you divide or multiply by."


def _constant(one: Pairing) -> str:
    """Whether one and the same number comes back whatever is given."""
    every = np.concatenate([given.ravel() for given in one.given])
    if not one.telling or np.ptp(every) > 0:
        return ""
    return f"{one.name} is {every[0]:.4g} in every case, whatever the function is given."


def _side(one: Pairing) -> str:
    """Whether everything that is wrong is too large, or too small."""
    gaps = np.concatenate([(given - right).ravel() for given, right in zip(one.given, one.right, strict=True)])
    scale = max(float(np.abs(right).max(initial=0.0)) for right in one.right)
    gaps = gaps[np.abs(gaps) > CLOSE * scale + 1e-12]
    if gaps.size < NUMBERS or (gaps > 0).any() == (gaps < 0).any():
        return ""
    return f"Where {one.name} is wrong it is always too {'large' if gaps[0] > 0 else 'small'}."


def _entry(name: str, ndim: int, axis: int, index: str) -> str:
    """A slice as one writes it in NumPy: "column y[:, k]"."""
    word = {(2, 0): "row ", (2, 1): "column "}.get((ndim, axis), "")
    here = f"[{':, ' * axis}{index}]"
    return f"{word}{name}{here}" if name.isidentifier() else f"{word}{here} of {name}"


def _wrong_along(given: NDArray, right: NDArray, axis: int) -> NDArray:
    scale = float(np.abs(right).max(initial=0.0))
    bad = np.abs(given - right) > CLOSE * scale + 1e-12
    return np.asarray(bad.any(axis=tuple(k for k in range(right.ndim) if k != axis)))
