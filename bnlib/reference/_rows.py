"""Sums over the rows of a matrix, and vectors along them, fast also where rows are short or the matrix is large.

NumPy pays for every row when it repeats a (D,) vector over (N, D): dear where D is small.  Large matrices are therefore
read k rows at a time, as (N/k, k·D), with the vector k times side by side.  And it pays with a journey to memory for
every operation on an array that the cache cannot hold: a chain of operations goes through it block by block.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

import numpy as np

from bnlib.reference._validate import Floats

SMALL = 1 << 15  # numbers: below, laying out costs more than it saves
WIDE = 1 << 13  # numbers in one row: longer ones gain nothing, and the vector must stay in the cache
BLOCK = 1 << 17  # numbers in one block: two arrays of float32 fit into a megabyte of cache


def side_by_side(matrix: Floats) -> Floats:
    """(N, D) → (N/k, k·D), a view if `matrix` is contiguous; k is a power of two that divides N, 1 for small ones."""
    n, d = matrix.shape
    k = 1 if matrix.size < SMALL else gcd(n, 1 << (max(1, WIDE // d).bit_length() - 1))
    return matrix if k == 1 else matrix.reshape(n // k, k * d)


def along(rows: Floats, vector: Floats) -> Floats:
    """A vector (D,), repeated to the length of the rows that `side_by_side` made."""
    k = rows.shape[1] // len(vector)
    return vector if k == 1 else np.tile(vector, k)


def blocks(*arrays: Floats) -> Iterator[tuple[Floats, ...]]:
    """Arrays of one shape (N, D) → views of a few rows of each, together, from the first row to the last."""
    step = max(1, BLOCK // arrays[0].shape[1])
    for start in range(0, len(arrays[0]), step):
        yield tuple(array[start : start + step] for array in arrays)


def column_sums(rows: Floats, d: int, other: Floats | None = None) -> Floats:
    """Rows of `side_by_side` → Σ rows or Σ rows·other over the batch, (D,): by BLAS and einsum, no temporary.

    Both add in an order that rounds less than adding row after row, and k partial sums round less still.
    """
    sums = np.ones(len(rows), rows.dtype) @ rows if other is None else np.einsum("nd,nd->d", rows, other)
    return sums if len(sums) == d else sums.reshape(-1, d).sum(axis=0)
