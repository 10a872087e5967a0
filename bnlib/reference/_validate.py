"""What the reference functions accept, checked in one place, with sentences that name the argument."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]


def floats(name: str, value: ArrayLike) -> Floats:
    """`value` as a float array: floating dtypes are kept, integers and booleans become float64.

    TypeError when it does not hold real numbers.
    """
    array = np.asarray(value)
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    if array.dtype.kind != "f":
        raise TypeError(f"{name} must hold real numbers, not {array.dtype}")
    return array


def matrix(name: str, value: ArrayLike) -> Floats:
    """A float array of shape (N, D) with at least one row and one column, or ValueError."""
    array = floats(name, value)
    if array.ndim != 2:
        raise ValueError(f"{name} must have shape (N, D), got {array.shape}")
    if 0 in array.shape:
        raise ValueError(f"{name} is empty: shape {array.shape}; there must be at least one example and one feature")
    return array


def vector(name: str, value: ArrayLike, length: int, of: str) -> Floats:
    """A float array of shape (length,), or ValueError saying what it should match."""
    array = floats(name, value)
    if array.shape != (length,):
        raise ValueError(f"{name} must have shape ({length},), one entry {of}, got {array.shape}")
    return array


def not_negative(name: str, value: float) -> float:
    """A finite number ≥ 0, or ValueError."""
    if not np.isfinite(value) or value < 0:
        raise ValueError(f"{name} must be a finite number, 0 or more, not {value}")
    return float(value)


def wide(array: Floats) -> Floats:
    """The array in float64, in which sums are taken whatever the dtype of the data."""
    return array.astype(np.float64, copy=False)
