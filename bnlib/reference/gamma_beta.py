"""What gamma and beta can do, the layer that holds them, and the step that trains them.

Source: Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3 ("to make sure that the transformation inserted in the
network can represent the identity transform").  Float dtypes are kept, integers and bools become float64.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._validate import Floats, floats, integer, matrix, non_negative, number
from bnlib.reference.backward import batchnorm_backward_fused
from bnlib.reference.forward import Cache, batchnorm_forward, moments


def restoring_parameters(x: ArrayLike, eps: float) -> tuple[Floats, Floats]:
    """x (N, D), eps → gamma, beta (D,), both in units of x, with which batch norm of x gives x back.

    gamma = √(var + eps) with the biased var, beta = mean; eps in squared units of x, the one batch norm uses.

    Raises ValueError unless x is 2-D and not empty and eps ≥ 0 is finite, TypeError unless they are real numbers.
    """
    x, eps = matrix("x", x), non_negative("eps", eps)
    mean, var, _ = moments(x)
    return np.sqrt(var + var.dtype.type(eps)).astype(x.dtype, copy=False), mean.astype(x.dtype, copy=False)


def sgd_step(params: Sequence[ArrayLike], grads: Sequence[ArrayLike], lr: float) -> list[Floats]:
    """params, grads (each pair of one shape), lr → the list of p − lr·g, new arrays in the parameters' dtypes.

    Raises ValueError unless there is one gradient of the same shape for every parameter and lr is finite, TypeError
    unless all hold real numbers.
    """
    lr = number("lr", lr)
    if len(params) != len(grads):
        raise ValueError(f"grads must have one entry per parameter, {len(params)}, not {len(grads)}")
    stepped = []
    for k, (given_p, given_g) in enumerate(zip(params, grads, strict=True)):
        p, g = floats(f"params[{k}]", given_p), floats(f"grads[{k}]", given_g)
        if p.shape != g.shape:
            raise ValueError(f"grads[{k}] must have the shape of params[{k}], {p.shape}, not {g.shape}")
        stepped.append(np.asarray(p - lr * g).astype(p.dtype))
    return stepped


class BatchNormLayer:
    """Batch norm in training as a layer of a network.

    Attributes: params, gamma (ones at first) and beta (zeros), and grads, their gradients of the last backward pass, in
    the same order, (D,) each.  params may be replaced between two forward passes, as `sgd_step` does.
    """

    def __init__(self, num_features: int, eps: float = 1e-5) -> None:
        """Raises ValueError for num_features < 1 or a negative eps."""
        features = integer("num_features", num_features, 1)
        self.eps = non_negative("eps", eps)
        self.params: list[Floats] = [np.ones(features), np.zeros(features)]
        self.grads: list[Floats] = [np.zeros(features), np.zeros(features)]
        self._cache: Cache | None = None

    def forward(self, x: ArrayLike) -> Floats:
        """x (N, D) → y (N, D); remembers what the way back needs.  Raises as `batchnorm_forward` does."""
        y, self._cache = batchnorm_forward(x, self.params[0], self.params[1], self.eps)
        return y

    def backward(self, dy: ArrayLike) -> Floats:
        """dy (N, D) → dx (N, D), by the last forward pass; ValueError when there was none."""
        if self._cache is None:
            raise ValueError("backward follows forward: this layer has seen no batch yet")
        dx, *self.grads = batchnorm_backward_fused(dy, self._cache)
        return dx
