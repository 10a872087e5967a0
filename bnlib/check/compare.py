"""Is this answer the expected one, and if not, where does it part from it?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bnlib.check.model import Answer, Case, Exercise, Outputs

# Tolerance against single-precision results: float32 keeps 7 digits, a few are lost on the way.
LOOSE = 3e-5
NOT_NUMBERS = "not an array of numbers"


@dataclass(frozen=True)
class Difference:
    """The first output that is wrong: its name, what is wrong, by how much and where."""

    output: str
    what: str
    size: float = float("nan")
    index: tuple[int, ...] = ()


def difference(
    exercise: Exercise, case: Case, answer: Answer, truth: Outputs, loose: float = 0.0
) -> Difference | None:
    """The first difference between an answer and the truth, or None if they agree.

    The tolerance is relative to the largest entry of the output, so that no entry near zero is
    held to more digits than arithmetic can give.  `loose` is a tolerance to use where it is the larger one.
    """
    for name, value, kind, expected in zip(exercise.outputs, answer.values, answer.kinds, truth, strict=True):
        if name in exercise.ignored and name not in case.known:
            continue
        if value is None:
            nothing = kind == "NoneType"
            return Difference(name, "None (is a return missing?)" if nothing else f"{NOT_NUMBERS}, but {kind}")
        value = without_unit_axes(value, expected)
        if value.shape != expected.shape:
            return Difference(name, f"shape {value.shape} instead of {expected.shape}")
        found = _numbers_differ(name, value, expected, case, loose, name in exercise.angles)
        if found is not None:  # by how much would give away what only the case knows
            return Difference(name, "not what the numbers say") if name in case.known else found
    return None


def without_unit_axes(value: NDArray, expected: NDArray) -> NDArray:
    """`value` in the shape of `expected` when they differ by axes of length 1 only."""
    same = [n for n in value.shape if n != 1] == [n for n in expected.shape if n != 1]
    return value.reshape(expected.shape) if same else value


def _numbers_differ(
    name: str, value: NDArray, expected: NDArray, case: Case, loose: float, angle: bool
) -> Difference | None:
    yes_or_no = expected.dtype.kind == "b"
    value, expected = value.astype(np.float64), expected.astype(np.float64)
    with np.errstate(invalid="ignore"):  # inf − inf
        gap = np.abs(value - expected)
    if angle:
        gap = np.abs((gap + np.pi) % (2 * np.pi) - np.pi)
    gap = np.where((np.isnan(value) & np.isnan(expected)) | (value == expected), 0.0, gap)
    finite = np.abs(expected[np.isfinite(expected)])
    scale = float(finite.max()) if finite.size else 0.0
    rtol, atol = max(case.rtol, loose), max(case.atol, loose)
    bad = ~(gap <= atol + rtol * scale)  # NaN is bad
    if not bad.any():
        return None
    worst = np.unravel_index(int(np.argmax(np.where(np.isnan(gap), np.inf, gap))), gap.shape)
    index = tuple(int(k) for k in worst)
    if not np.isfinite(value[worst]) and np.isfinite(expected[worst]):
        return Difference(name, "NaN or infinity", index=index)
    if yes_or_no:
        return Difference(name, f"{bool(value[worst])} instead of {bool(expected[worst])}", index=index)
    if np.isfinite(value[worst]) and np.isinf(expected[worst]):
        return Difference(name, f"finite instead of {expected[worst]:g}", index=index)
    return Difference(name, "wrong values", float(gap[worst]), index)
