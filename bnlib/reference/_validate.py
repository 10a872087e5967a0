"""What every function asks of its arguments, and the sentences said when they do not comply."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]


def floats(name: str, value: ArrayLike) -> Floats:
    """`value` as an array of floats, any shape: float dtypes are kept, integers and bools become float64."""
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must be a rectangular array of real numbers: its rows differ in length") from error
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, not dtype {array.dtype}: convert it to float first")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def matrix(name: str, value: ArrayLike) -> Floats:
    """`value` as floats of shape (N, D), both positive."""
    array = floats(name, value)
    if array.ndim != 2:
        raise ValueError(f"{name} must be 2-D, (N, D), not of shape {array.shape}: reshape it to one row an example")
    if 0 in array.shape:
        raise ValueError(f"{name} is empty, shape {array.shape}: it needs at least one example and one feature")
    return array


def vector(name: str, value: ArrayLike, size: int, per: str = "feature") -> Floats:
    """`value` as floats of shape (size,)."""
    array = floats(name, value)
    if array.shape != (size,):
        raise ValueError(f"{name} must have one entry per {per}, shape ({size},), not {array.shape}")
    return array


def number(name: str, value: Any) -> float:
    """`value` as a finite Python float."""
    array = floats(name, value)
    if array.ndim != 0 or not np.isfinite(array):
        raise ValueError(f"{name} must be one finite number, not {value!r}")
    return float(array)


def non_negative(name: str, value: Any) -> float:
    """`value` as a finite Python float ≥ 0."""
    result = number(name, value)
    if result < 0:
        raise ValueError(f"{name} must not be negative, but is {value!r}")
    return result


def positive(name: str, value: Any) -> float:
    """`value` as a finite Python float > 0."""
    result = number(name, value)
    if result <= 0:
        raise ValueError(f"{name} must be greater than 0, but is {value!r}")
    return result


def integer(name: str, value: Any, least: int) -> int:
    """`value` as a Python int ≥ least; 3.0 is refused, NumPy's integers are not."""
    try:
        result = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, not {value!r}") from None
    if result < least:
        raise ValueError(f"{name} must be at least {least}, but is {result}")
    return result


def working(array: Floats) -> Floats:
    """`array` in the precision that is computed in: float16 becomes float32, the others stay."""
    return array.astype(np.promote_types(array.dtype, np.float32), copy=False)
