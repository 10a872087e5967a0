"""Feature scaling and least squares by gradient descent, with a switch for every known mistake.

Shapes: x (N, D), y (N,), w (D,), b a number.  The loss is L = 1/N Σ (x·w + b − y)², its Hessian in w
is 2/N xᵀx (D, D).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.statistics import statistics
from bnlib.oracle.switches import Switch

Array = NDArray[np.float64]

SWITCHES = (
    Switch("mean_deviation", "That is the mean of |x − μ|: square, take the mean, and only then the root.",
           "variance"),
    Switch("swapped_mean_std", "The results are in the wrong order: the mean comes first, then the std.", "order"),
    Switch("refit_on_test", "You computed fresh statistics from x. Use the mean and std you are given: test data are "
           "standardized with the training statistics.", "source"),
    Switch("std_squared", "You divided by the variance: divide by the standard deviation.", "scale"),
    Switch("not_scaled", "You only centred: divide by std as well.", "scale"),
    Switch("multiplied_by_std", "You multiplied by std: divide by it.", "scale"),
    Switch("scaled_first", "You divided x by std and then subtracted the mean: centre first, then divide.",
           "numerator"),
    Switch("centred_backwards", "You computed mean − x: the sign is the wrong way round.", "numerator"),
    Switch("mean_std_exchanged", "You subtracted std and divided by the mean: it is the other way round.", "exchange"),
    Switch("statistics_by_row", "You matched the statistics with the rows: mean[d] and std[d] belong to column d.",
           "axis"),
    Switch("constant_nan", "A constant feature has std 0, and 0/0 is NaN: make its column 0, keep it, and standardize "
           "the other columns as ever.",
           "observed", True),
    Switch("std_eps", "You added a small number to std, and features of small spread suffer: treat std = 0 apart.",
           "observed", True),
    Switch("half_loss", "Your loss is half of the mean squared error: there is no ½ in this definition.", "loss"),
    Switch("loss_root", "You took the root of the loss: the mean squared error has none.", "loss"),
    Switch("loss_sum", "You added the squared errors: take their mean, so that the loss does not grow with N.",
           "loss"),
    Switch("loss_absolute", "You averaged |error|: square the errors instead.", "loss"),
    Switch("mean_before_square", "You squared the mean error: square each error first, then take the mean.", "loss"),
    Switch("slope_halved", "The gradient is half of what it should be: the derivative of e² is 2e.", "factor"),
    Switch("gradient_sum", "Your gradient is a sum over the examples: the loss is a mean, so divide by N.", "count"),
    Switch("db_sum", "db is a sum over the examples: the loss is a mean, so divide by N.", "count"),
    Switch("gradient_uphill", "The gradient has the wrong sign: with error = prediction − y it points uphill.", "sign"),
    Switch("bias_forgotten", "b is missing from the prediction x·w + b.", "prediction"),
    Switch("dw_per_example", "dw has one entry per example: average over the examples, axis 0, so that one per "
           "feature is left.", "axis"),
    Switch("x_not_transposed", "dw is xᵀ·error: you took x·error, which only runs because N = D.", "axis"),
    Switch("start_ignored", "You start from w = 0 and b = 0: start from the w and b you are given.", "start"),
    Switch("ascent", "You stepped uphill: subtract lr times the gradient.", "sign"),
    Switch("w_frozen", "w is never updated.", "frozen"),
    Switch("b_frozen", "b is never updated.", "frozen"),
    Switch("never_updated", "The losses stay what the first was, as if neither w nor b were updated.", "frozen"),
    Switch("first_loss_missing", "The loss before the first step is missing: steps + 1 losses in all.", "record"),
    Switch("last_loss_missing", "The loss after the last step is missing: steps + 1 losses in all.", "record"),
    Switch("sequential_update", "You updated w before you computed db: take both gradients at the same point.",
           "sequence"),
    Switch("lr_ignored", "The learning rate is missing: step by lr times the gradient.", "lr"),
    Switch("lr_hard_coded", "You ignore the lr argument and always take 0.1.", "lr"),
    Switch("stale_gradient", "You computed the gradient once, at the start: compute it anew at every step.",
           "gradient"),
    Switch("cond_of_x", "That is the condition number of x. The Hessian holds xᵀx: it is the square.", "power"),
    Switch("determinant", "You took the determinant: the condition number is the largest over the smallest "
           "eigenvalue.", "measure"),
    Switch("diagonal_only", "You compared the diagonal entries: correlated features need the eigenvalues.",
           "measure"),
    Switch("largest_only", "You returned the largest eigenvalue: divide it by the smallest.", "measure"),
    Switch("inverse_ratio", "Your ratio is upside down: the largest eigenvalue over the smallest, at least 1.",
           "ratio"),
    Switch("centred_hessian", "You centred x first: the Hessian of this loss is 2/N xᵀx of x as it is.", "matrix"),
    Switch("standardized_hessian", "That is the Hessian for standardized x: here it is 2/N xᵀx of x as it is.",
           "matrix"),
    Switch("bias_column", "You added a column of ones: the Hessian asked for is that in w alone, (D, D).", "matrix"),
)


def feature_statistics(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """(mean, std) of x, each (D,)."""
    mean, var = statistics(np.asarray(args[0], np.float64), on)
    std = var if "var_for_std" in on else np.sqrt(var)
    if "mean_deviation" in on:
        x, axis = np.asarray(args[0], np.float64), 1 if "axis_1" in on else None if "one_for_all" in on else 0
        std = np.abs(x - x.mean(axis=axis, keepdims=True)).mean(axis=axis)
    return (std, mean) if "swapped_mean_std" in on else (mean, std)


def standardize(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """(x − mean) / std, (N, D); a feature with std 0 becomes 0."""
    x, mean, std = (np.asarray(a, np.float64) for a in args)
    if "refit_on_test" in on:
        mean, std = x.mean(axis=0), x.std(axis=0)
    if "mean_std_exchanged" in on:
        mean, std = std, mean
    if "statistics_by_row" in on:
        mean, std = mean[:, None], std[:, None]
    divisor = std**2 if "std_squared" in on else 1 / std if "multiplied_by_std" in on else std
    divisor = np.where(std == 0, 1.0, divisor)
    if "not_scaled" in on:
        divisor = np.ones_like(std)
    if "not_centred" in on:
        result = x / divisor
    elif "scaled_first" in on:
        result = x / divisor - mean
    elif "centred_backwards" in on:
        result = (mean - x) / divisor
    else:
        result = (x - mean) / divisor
    return (result,)


def loss_and_gradient(w: Array, b: float, x: Array, y: Array, on: frozenset[str]) -> tuple[float, Array, float]:
    """The mean squared error and its gradient, as mse_and_gradient's switches have it."""
    error = x @ w + (0.0 if "bias_forgotten" in on else b) - y  # (N,)
    factor = (1 if "slope_halved" in on else 2) * (-1 if "gradient_uphill" in on else 1)
    rows = len(y)
    if "dw_per_example" in on:
        total, count = x.sum(axis=1) * error, x.shape[1]
    else:
        total, count = (x if "x_not_transposed" in on else x.T) @ error, rows
    dw = factor * total / (1 if "gradient_sum" in on else count)
    db = factor * error.sum() / (1 if on & {"gradient_sum", "db_sum"} else rows)
    loss = np.mean(error**2)
    if "half_loss" in on:
        loss = loss / 2
    elif "loss_root" in on:
        loss = np.sqrt(loss)
    elif "loss_sum" in on:
        loss = loss * rows
    elif "loss_absolute" in on:
        loss = np.mean(np.abs(error))
    elif "mean_before_square" in on:
        loss = np.mean(error) ** 2
    return float(loss), dw, float(db)


def _problem(args: tuple[Any, ...]) -> tuple[Array, float, Array, Array]:
    w, b, x, y = args[:4]
    return np.asarray(w, np.float64), float(b), np.asarray(x, np.float64), np.asarray(y, np.float64)


def mse_and_gradient(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """(loss, dw, db): numbers and (D,)."""
    loss, dw, db = loss_and_gradient(*_problem(args), on)
    return np.asarray(loss), dw, np.asarray(db)


def gradient_descent(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The losses before the first and after every step, (steps + 1,)."""
    w, b, x, y = _problem(args)
    lr, steps = float(args[4]), int(args[5])
    if "start_ignored" in on:
        w, b = np.zeros_like(w), 0.0
    lr = 1.0 if "lr_ignored" in on else 0.1 if "lr_hard_coded" in on else lr
    if "ascent" in on:
        lr = -lr
    move_w = not on & {"w_frozen", "never_updated"}
    move_b = not on & {"b_frozen", "never_updated"}
    loss, dw, db = loss_and_gradient(w, b, x, y, on)
    losses = [loss]
    for _ in range(steps):
        if move_w:
            w = w - lr * dw
        if "sequential_update" in on and "stale_gradient" not in on:
            db = loss_and_gradient(w, b, x, y, on)[2]
        if move_b:
            b = b - lr * db
        loss, new_dw, new_db = loss_and_gradient(w, b, x, y, on)
        if "stale_gradient" not in on:
            dw, db = new_dw, new_db
        losses.append(loss)
    if "first_loss_missing" in on:
        losses = losses[1:]
    elif "last_loss_missing" in on:
        losses = losses[:-1]
    return (np.array(losses),)


def hessian_condition(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """λ_max / λ_min of 2/N xᵀx."""
    x = np.asarray(args[0], np.float64)
    if "centred_hessian" in on:
        x = x - x.mean(axis=0)
    elif "standardized_hessian" in on:
        x = (x - x.mean(axis=0)) / x.std(axis=0)
    elif "bias_column" in on:
        x = np.hstack([x, np.ones((len(x), 1))])
    hessian = 2 / len(x) * x.T @ x
    if "determinant" in on:
        value = np.linalg.det(hessian)
    else:
        values = np.diag(hessian) if "diagonal_only" in on else np.linalg.eigvalsh(hessian)
        value = values.max() if "largest_only" in on else values.max() / values.min()
    if "inverse_ratio" in on:
        value = 1 / value
    if "cond_of_x" in on:
        value = np.sqrt(value)
    return (np.asarray(value),)
