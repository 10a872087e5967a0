"""Batch norm whose batch lies in several places: each computes its own moments, and three numbers a feature travel.

Source: Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance", The American Statistician 37.
Float dtypes are kept, integers and bools become float64; arguments are never changed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._validate import Floats, floats, matrix, non_negative, vector, working
from bnlib.reference.forward import moments


def combine_moments(counts: ArrayLike, means: ArrayLike, m2s: ArrayLike) -> tuple[int, Floats, Floats]:
    """counts (K,), means (K, D), m2s (K, D) of K groups → count, mean (D,), m2 (D,) of all their rows together.

    m2 is the sum of squared deviations from the mean: that of the groups, and count · (distance of means)² for each.
    A group may be empty, its mean then NaN or anything.  The order of the groups does not matter but for rounding.

    Raises ValueError for shapes that do not fit, counts that are negative, not whole or all 0, or a negative m2.
    """
    means = matrix("means", means)
    m2s = matrix("m2s", m2s)
    if m2s.shape != means.shape:
        raise ValueError(f"m2s must have the shape of means, {means.shape}, not {m2s.shape}")
    sizes = vector("counts", counts, len(means), "group")
    if np.any(sizes < 0) or np.any(sizes != np.round(sizes)) or not sizes.any():
        raise ValueError(f"counts must be whole numbers of rows, not all 0, but are {sizes}")
    if np.any(m2s < 0):
        raise ValueError(f"m2s are sums of squares and never negative, but the least is {m2s.min()}")
    sizes, means, m2s = (array[sizes > 0] for array in (sizes, means, m2s))  # NaN times no rows would be NaN
    total = sizes.sum()
    # Means are averaged by their distances from one of them: no digits are lost to a common offset.
    near = means[np.argmax(sizes)]
    mean = near + (sizes / total) @ (means - near)
    return int(total), mean, m2s.sum(axis=0) + sizes @ (means - mean) ** 2


def sync_batchnorm_forward(
    shards: Sequence[ArrayLike], gamma: ArrayLike, beta: ArrayLike, eps: float = 1e-5
) -> list[Floats]:
    """shards (n_k, D), gamma, beta (D,) → outputs (n_k, D): those of batch norm on all rows as one batch.

    Each shard gives (n, mean, m2); they are combined, and each shard normalizes its own rows.  Nothing else travels.

    As in `batchnorm_forward`, a feature that is constant over all shards gives beta, with eps = 0 too.

    Raises ValueError without a shard, for an empty one, wrong shapes or a negative eps.
    """
    if not len(shards):
        raise ValueError("shards is empty: there is nothing to normalize")
    rows = [matrix(f"shards[{k}]", shard) for k, shard in enumerate(shards)]
    features = rows[0].shape[1]
    for k, x in enumerate(rows):
        if x.shape[1] != features:
            raise ValueError(f"shards[{k}] must have {features} features as shards[0], not {x.shape[1]}")
    gamma, beta = floats("gamma", vector("gamma", gamma, features)), vector("beta", beta, features)
    eps = non_negative("eps", eps)
    local = [moments(x.astype(np.float64, copy=False))[:2] for x in rows]
    sizes = np.array([len(x) for x in rows])
    count, mean, m2 = combine_moments(sizes, [mean for mean, _ in local],
                                      [var * n for n, (_, var) in zip(sizes, local, strict=True)])
    spread = m2 / count + eps
    scale = gamma / np.sqrt(np.where(spread == 0, 1, spread))
    return [((working(x) - mean) * scale + beta).astype(x.dtype, copy=False) for x in rows]
