"""Feature scaling and gradient descent on a linear model: lesson 01."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._validate import Floats, matrix, vector, wide


def feature_statistics(x: ArrayLike) -> tuple[Floats, Floats]:
    """Mean and standard deviation (D,) of each feature of x (N, D), dividing by N.

    Two passes in float64, returned in x's dtype (integers: float64).  ValueError for another rank or
    an empty x.
    """
    data = matrix("x", x)
    mean = wide(data).mean(axis=0)
    std = np.sqrt(np.square(wide(data) - mean).mean(axis=0))
    return mean.astype(data.dtype), std.astype(data.dtype)


def standardize(x: ArrayLike, mean: ArrayLike, std: ArrayLike) -> Floats:
    """(x − mean) / std, x (N, D), mean and std (D,); a feature with std 0 becomes 0, without a warning.

    `mean` and `std` come from the training set, also when x does not.  ValueError when shapes differ.
    """
    data = matrix("x", x)
    center = vector("mean", mean, data.shape[1], "per feature")
    spread = vector("std", std, data.shape[1], "per feature")
    if np.any(spread < 0):
        raise ValueError("std must not be negative")
    constant = spread == 0
    scaled = (data - center) / np.where(constant, 1, spread)
    return np.where(constant, 0, scaled).astype(np.result_type(data, center, spread), copy=False)


def mse_and_gradient(w: ArrayLike, b: float, x: ArrayLike, y: ArrayLike) -> tuple[float, Floats, float]:
    """Mean squared error of x @ w + b against y, and its gradient: (loss, dw (D,), db).

    loss = 1/N Σ (xₙ·w + b − yₙ)², dw = 2/N xᵀr, db = 2/N Σ r with r the residuals.  x (N, D), y (N,), w (D,).
    """
    data = wide(matrix("x", x))
    weight = wide(vector("w", w, data.shape[1], "per feature"))
    target = wide(vector("y", y, data.shape[0], "per example"))
    residual = data @ weight + float(b) - target
    return float(np.mean(residual**2)), 2 * data.T @ residual / len(data), float(2 * residual.mean())


def gradient_descent(w: ArrayLike, b: float, x: ArrayLike, y: ArrayLike, lr: float, steps: int) -> Floats:
    """Losses (steps + 1,) of plain gradient descent on the mean squared error: before each step, and after the last.

    The arguments are left as they are.  ValueError for a negative number of steps.
    """
    if steps < 0:
        raise ValueError(f"steps must be 0 or more, not {steps}")
    weight: Any = np.array(w, np.float64)
    bias = float(b)
    losses = []
    for _ in range(steps):
        loss, dw, db = mse_and_gradient(weight, bias, x, y)
        losses.append(loss)
        weight, bias = weight - lr * dw, bias - lr * db
    losses.append(mse_and_gradient(weight, bias, x, y)[0])
    return np.array(losses)


def hessian_condition(x: ArrayLike) -> float:
    """Largest over smallest eigenvalue of the Hessian 2/N xᵀx of the mean squared error in w; x (N, D).

    It is the square of x's own condition number, and infinite when features are linearly dependent.
    """
    singular = np.linalg.svd(wide(matrix("x", x)), compute_uv=False)
    rows, columns = np.shape(x)
    # Below this a singular value is rounding: the rule of numpy.linalg.matrix_rank.
    tiny = singular[0] * max(rows, columns) * np.finfo(np.float64).eps
    if rows < columns or singular[-1] <= tiny:
        return float("inf")
    return float((singular[0] / singular[-1]) ** 2)
