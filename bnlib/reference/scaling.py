"""Feature scaling, and the linear regression that shows why it matters.

Source: LeCun, Bottou, Orr & Müller 1998, "Efficient BackProp", §4.3 (normalizing the inputs) and §5 (the Hessian's
condition sets the speed).  Float dtypes are kept, integers and bools become float64; arguments are never changed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bnlib.reference._validate import Floats, integer, matrix, number, vector, working
from bnlib.reference.forward import moments


def feature_statistics(x: ArrayLike) -> tuple[Floats, Floats]:
    """x (N, D) → mean (D,) and std (D,), both in units of x; std divides by N.

    A constant feature has a std of exactly 0.  Raises ValueError unless x is 2-D and not empty.
    """
    x = matrix("x", x)
    mean, var, _ = moments(x)
    return mean.astype(x.dtype, copy=False), np.sqrt(var).astype(x.dtype, copy=False)


def standardize(x: ArrayLike, mean: ArrayLike, std: ArrayLike) -> Floats:
    """x (N, D), mean (D,), std (D,) → (x − mean)/std (N, D), without units, in x's dtype.

    A feature whose std is 0 becomes 0: it was constant in the training set and tells nothing.  mean and std are the
    training set's, for the test set too.

    Raises ValueError for wrong shapes, an empty x or a negative std.
    """
    x = matrix("x", x)
    mean, std = (vector(name, value, x.shape[1]) for name, value in (("mean", mean), ("std", std)))
    if np.any(std < 0):
        raise ValueError(f"std must not be negative, but feature {int(np.argmax(std < 0))} has {std.min()}")
    wide = np.result_type(x, mean, std, np.float32)
    z = (x.astype(wide) - mean) / np.where(std == 0, 1, std)
    return np.where(std == 0, 0, z).astype(x.dtype)


def mse_and_gradient(w: ArrayLike, b: float, x: ArrayLike, y: ArrayLike) -> tuple[float, Floats, float]:
    """w (D,), b a number, x (N, D), y (N,) → loss, dw (D,), db of the mean squared error of x @ w + b.

    loss = mean(r²) with r = x @ w + b − y, in squared units of y; dw = 2/N xᵀr and db = 2·mean(r).

    Raises ValueError for shapes that do not fit: y (N, 1) is refused, since it would broadcast to (N, N).
    """
    w, b, x, y = _regression(w, b, x, y)
    loss, dw, db = _loss(w, b, x, y)
    return loss, dw, db


def gradient_descent(w: ArrayLike, b: float, x: ArrayLike, y: ArrayLike, lr: float, steps: int) -> Floats:
    """The losses (steps+1,) of plain gradient descent on the mean squared error: before each step, and after the last.

    w (D,), b, x (N, D), y (N,) as in `mse_and_gradient`; lr > 0 suits, any finite number is taken.  When lr is too
    large the losses grow to infinity, without a warning.

    Raises ValueError for shapes that do not fit or steps < 0, TypeError unless steps is a whole number.
    """
    w, b, x, y = _regression(w, b, x, y)
    lr, steps = number("lr", lr), integer("steps", steps, 0)
    losses = np.empty(steps + 1, x.dtype)
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps + 1):
            losses[step], dw, db = _loss(w, b, x, y)
            w, b = w - lr * dw, b - lr * db
    return losses


def hessian_condition(x: ArrayLike) -> float:
    """x (N, D) → λmax/λmin ≥ 1 of 2/N xᵀx, the Hessian of the mean squared error in w (without the bias).

    Any scale of the loss gives the same number; infinity when the Hessian is singular, as it is for N < D.  Taken from
    the singular values of x, since forming xᵀx would square the rounding too.

    Raises ValueError unless x is 2-D, not empty and finite.
    """
    x = matrix("x", x)
    if not np.all(np.isfinite(x)):
        raise ValueError("x must be finite: NaN or infinity leaves no Hessian")
    values = np.linalg.svd(x.astype(np.float64), compute_uv=False)
    rounding = max(x.shape) * np.finfo(np.float64).eps * values[0]
    if x.shape[0] < x.shape[1] or values[-1] <= rounding:
        return float("inf")
    return float((values[0] / values[-1]) ** 2)


def _regression(w: ArrayLike, b: float, x: ArrayLike, y: ArrayLike) -> tuple[Floats, float, Floats, Floats]:
    """The checked arguments of a linear regression, all in one working dtype."""
    x = matrix("x", x)
    w, y = vector("w", w, x.shape[1]), vector("y", y, len(x), "example")
    dtype = working(np.empty(0, np.result_type(x, w, y))).dtype
    return w.astype(dtype), number("b", b), x.astype(dtype, copy=False), y.astype(dtype, copy=False)


def _loss(w: Floats, b: float, x: Floats, y: Floats) -> tuple[float, Floats, float]:
    r = x @ w + b - y
    return float(np.mean(r**2)), 2 / len(x) * (x.T @ r), float(2 * np.mean(r))
