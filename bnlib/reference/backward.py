"""Batch norm's backward pass, node by node and in closed form.

Source: Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3.  The cache is what a forward pass kept: a dict with the keys
xhat (N, D), rstd (D,) and gamma (D,) (others may be there too), or the `Cache` of the reference's own forward pass.
Float dtypes are kept, integers and bools become float64, float16 is computed in float32; arguments are never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._rows import along, blocks, column_sums, side_by_side
from bnlib.reference._validate import Floats, matrix, vector, working
from bnlib.reference.forward import Cache

Kept = Mapping[str, Any] | Cache


class Way(NamedTuple):
    """What the way back needs, checked and in one working dtype: dy, xhat (N, D), rstd, gamma (D,)."""

    dy: Floats
    xhat: Floats
    rstd: Floats
    gamma: Floats


def kept(cache: Kept, name: str) -> Any:
    """The cache's entry `name`; ValueError if it has none."""
    found = cache.get(name) if isinstance(cache, Mapping) else getattr(cache, name, None)
    if found is None:
        raise ValueError(f"cache has no {name!r}: hand over the cache of the forward pass")
    return found


def _way(dy: Floats, cache: Kept) -> Way:
    xhat = matrix("cache['xhat']", kept(cache, "xhat"))
    if dy.shape != xhat.shape:
        raise ValueError(f"dy must have the shape of the forward pass's x, {xhat.shape}, not {dy.shape}")
    rstd, gamma = (vector(f"cache[{name!r}]", kept(cache, name), dy.shape[1]) for name in ("rstd", "gamma"))
    dtype = working(np.empty(0, np.result_type(dy, xhat))).dtype
    return Way(*(part.astype(dtype, copy=False) for part in (dy, xhat, rstd, gamma)))


def _sums(way: Way) -> tuple[Floats, Floats]:
    """dgamma = Σ dy·xhat and dbeta = Σ dy, (D,) each."""
    rows, d = side_by_side(way.dy), way.dy.shape[1]
    return column_sums(rows, d, side_by_side(way.xhat)), column_sums(rows, d)


def _nodes(way: Way) -> tuple[Floats, Floats, Floats]:
    dxhat = way.dy * way.gamma
    along_xhat, total = _sums(way._replace(dy=dxhat))
    return dxhat, -along_xhat * way.rstd**2 / 2, -total * way.rstd


def backward_intermediates(dy: ArrayLike, cache: Kept) -> tuple[Floats, Floats, Floats]:
    """dy (N, D), cache → dxhat (N, D), dvar (D,), dmean (D,), the gradients at the inner nodes of the graph.

    dxhat = dy·gamma; dvar = −½ Σ dxhat·(x − mean)·rstd³, summed over the batch, where (x − mean)·rstd is xhat;
    dmean = −Σ dxhat·rstd, without the path mean → var, whose gradient is 0 as deviations sum to 0.

    Raises ValueError for shapes that do not fit or a cache without an entry, TypeError unless all hold real numbers.
    """
    dy = matrix("dy", dy)
    return _in_dtype(dy, *_nodes(_way(dy, cache)))


def batchnorm_backward(dy: ArrayLike, cache: Kept) -> tuple[Floats, Floats, Floats]:
    """dy (N, D), cache → dx (N, D), dgamma (D,), dbeta (D,), node by node.

    x reaches the loss by three ways: dx = dxhat·rstd + dvar·2(x − mean)/N + dmean/N.  dgamma = Σ dy·xhat and
    dbeta = Σ dy are sums over the batch.  A batch of one has dx = 0: its y is beta whatever x.

    Raises as `backward_intermediates` does.
    """
    dy = matrix("dy", dy)
    way = _way(dy, cache)
    dxhat, dvar, dmean = _nodes(way)
    centred = way.xhat / way.rstd
    dx = dxhat * way.rstd + dvar * 2 * centred / len(dy) + dmean / len(dy)
    return _in_dtype(dy, dx, *_sums(way))


def batchnorm_backward_fused(dy: ArrayLike, cache: Kept) -> tuple[Floats, Floats, Floats]:
    """dy (N, D), cache → dx (N, D), dgamma (D,), dbeta (D,) in closed form.

    dx = gamma·rstd/N · (N·dy − dbeta − xhat·dgamma): dy less its mean and less its part along xhat.

    Raises as `backward_intermediates` does.
    """
    dy = matrix("dy", dy)
    way = _way(dy, cache)
    dgamma, dbeta = _sums(way)
    rows = side_by_side(way.dy)
    share, mean, scale = (along(rows, v) for v in (dgamma / len(dy), dbeta / len(dy), way.gamma * way.rstd))
    dx = np.empty_like(rows)
    for dx_part, dy_part, xhat_part in blocks(dx, rows, side_by_side(way.xhat)):
        np.multiply(xhat_part, share, out=dx_part)
        np.subtract(dy_part, dx_part, out=dx_part)
        dx_part -= mean
        dx_part *= scale
    return _in_dtype(dy, dx.reshape(dy.shape), dgamma, dbeta)


def _in_dtype(dy: Floats, *gradients: Floats) -> tuple[Floats, Floats, Floats]:
    dx, dgamma, dbeta = (gradient.astype(dy.dtype, copy=False) for gradient in gradients)
    return dx, dgamma, dbeta
