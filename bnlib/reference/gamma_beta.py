"""What gamma and beta can do, and the step that trains them.

Source: Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3 ("to make sure that the transformation inserted in the
network can represent the identity transform").  Float dtypes are kept, integers and bools become float64.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._validate import Floats, floats, matrix, non_negative, number
from bnlib.reference.forward import moments


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
