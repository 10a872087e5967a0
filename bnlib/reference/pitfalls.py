"""Batches that batch norm can live with, and measures of what goes wrong when it cannot.

Sources: Wu & Johnson 2021 (arXiv 2105.07576), section 3 for micro-batches; the area under the ROC curve as a
probability: Hanley & McNeil 1982, Radiology 143.  Arguments are never changed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bnlib.reference._validate import floats, integer, matrix, working

EPS = 1e-5


def shuffled_batches(
    x: ArrayLike, y: ArrayLike, batch_size: int, rng: np.random.Generator
) -> list[tuple[NDArray, NDArray]]:
    """x (N, …), y (N, …) → one epoch as a list of (x, y): every row once, in an order drawn from `rng`.

    Batches have batch_size rows; what is left over makes a smaller last batch, but a single row joins the batch
    before it, since batch norm cannot train on one example.  Dtypes are kept; the batches are copies.

    Raises ValueError for fewer than two rows, unequal lengths or a batch_size below 2.
    """
    x, y, batch_size = np.asarray(x), np.asarray(y), integer("batch_size", batch_size, 2)
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(f"x and y must have equally many rows, not shapes {x.shape} and {y.shape}")
    if len(x) < 2:
        raise ValueError("at least two rows are needed: batch norm cannot train on one example")
    order = rng.permutation(len(x))
    cuts = np.arange(batch_size, len(x) - 1, batch_size)  # no cut before the last row: it is never alone
    return [(x[rows], y[rows]) for rows in np.split(order, cuts)]


def discriminator_batch(
    real: ArrayLike, fake: ArrayLike, rng: np.random.Generator
) -> tuple[NDArray, NDArray[np.float64]]:
    """real (R, …), fake (F, …) → x (2n, …) with n = min(R, F) rows of each, shuffled, and labels (2n,): 1 real, 0 fake.

    The rows of the longer one are drawn without replacement.

    Raises ValueError for rows of unlike shape or an empty side.
    """
    parts = [np.asarray(part) for part in (real, fake)]
    shapes = [part.shape for part in parts]
    if 0 in (len(shape) for shape in shapes) or shapes[0][1:] != shapes[1][1:]:
        raise ValueError(f"real and fake must have rows of one shape, not shapes {shapes[0]} and {shapes[1]}")
    n = min(len(part) for part in parts)
    if n == 0:
        raise ValueError("real and fake must hold at least one row each")
    x = np.concatenate([part[rng.choice(len(part), size=n, replace=False)] for part in parts])
    order = rng.permutation(2 * n)
    return x[order], (order < n).astype(np.float64)


def separability(scores: ArrayLike, labels: ArrayLike) -> float:
    """scores (N,), labels (N,) of 1 (real) and 0 (fake) → the probability that a real one scores above a fake one.

    Ties count one half.  1: perfectly apart, 0.5: nothing is seen, 0: perfectly the wrong way round; the area under
    the ROC curve.

    Raises ValueError for wrong shapes, NaN, labels that are neither 0 nor 1, or one kind only.
    """
    scores, labels = floats("scores", scores), np.asarray(labels)
    if scores.ndim != 1 or labels.shape != scores.shape:
        raise ValueError(f"scores and labels must be vectors of one length, not {scores.shape} and {labels.shape}")
    if np.isnan(scores).any():
        raise ValueError("scores hold NaN: there is no order to count")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError("labels must be 1 (real) or 0 (fake)")
    real, fake = scores[labels == 1], np.sort(scores[labels == 0])
    if 0 in (len(real), len(fake)):
        raise ValueError("labels must hold real and fake ones: one kind alone cannot be told apart")
    below, not_above = (np.searchsorted(fake, real, side=side).sum() for side in ("left", "right"))
    return float((below + not_above) / 2 / (len(real) * len(fake)))


def accumulation_gap(x: ArrayLike, micro_batch: int) -> float:
    """x (N, D) → the largest |x̂ of the whole batch − x̂ of its micro-batches|, ε = 1e-5, biased variances.

    Micro-batches are `micro_batch` consecutive rows, the last one possibly fewer.

    Raises ValueError for an x that is not (N, D) or a micro_batch below 1.
    """
    x, micro_batch = working(matrix("x", x)), integer("micro_batch", micro_batch, 1)

    def normalized(part: NDArray) -> NDArray:
        centred = part - part.mean(axis=0)
        return np.asarray(centred / np.sqrt(np.mean(centred**2, axis=0) + EPS))

    pieces = np.split(x, np.arange(micro_batch, len(x), micro_batch))
    return float(np.abs(normalized(x) - np.concatenate([normalized(piece) for piece in pieces])).max())
