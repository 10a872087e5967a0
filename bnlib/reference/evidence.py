"""Verdicts on the thirty claims of lesson 12, each with the numbers that decide it.

Every function returns the verdicts as a dict, "T" true, "D" it depends, "F" false, and then its evidence in float64.
A `forward` is any function from (N, D) to (N, D); it is called, never changed, and so are all arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bnlib.reference._validate import integer, matrix, non_negative, number, vector

Array = NDArray[np.float64]
Layer = Callable[[Array], Array]
Verdicts = dict[int, str]


def _rows(name: str, value: ArrayLike, least: int = 2) -> Array:
    """`value` as a new float64 (N, D), N ≥ least."""
    x = matrix(name, value).astype(np.float64)
    if len(x) < least:
        raise ValueError(f"{name} must have at least {least} rows, but has {len(x)}")
    return x


def _vector(name: str, value: ArrayLike, size: int, per: str = "feature") -> Array:
    return vector(name, value, size, per).astype(np.float64)


def _varying(name: str, x: Array) -> Array:
    """The variances (D,) of x; ValueError where a feature is constant."""
    var: Array = x.var(axis=0)
    if np.any(var == 0):
        raise ValueError(f"{name} must vary in every feature, but feature {int(np.argmin(var))} is constant")
    return var


def _normalized(x: Array, eps: float = 1e-5) -> Array:
    centred: Array = x - x.mean(axis=0)
    return centred / np.sqrt(x.var(axis=0) + eps)


def _largest(change: Array) -> float:
    return float(np.abs(change).max())


def _kurtosis(x: Array) -> Array:
    fourth: Array = ((x - x.mean(axis=0)) ** 4).mean(axis=0)
    return fourth / x.var(axis=0) ** 2


def evidence_scale(x: ArrayLike, steps: int) -> tuple[Verdicts, float, float, float]:
    """x (N, D), steps → ratio, left, condition, of a least-squares loss in the weights of centred features.

    ratio: the largest over the smallest curvature along one weight.  left: the part of the error along the flattest
    direction that `steps` steps at the rate 1/λmax leave, (1 − λmin/λmax)^steps.  condition: λmax/λmin of the Hessian
    once the features are standardized; inf where they are collinear.

    Raises ValueError for fewer than two rows, a constant feature or steps < 0.
    """
    x, steps = _rows("x", x), integer("steps", steps, 0)
    var = _varying("x", x)
    centred = x - x.mean(axis=0)
    values = np.maximum(np.linalg.eigvalsh(centred.T @ centred), 0)
    scaled = centred / np.sqrt(var)
    standard = np.maximum(np.linalg.eigvalsh(scaled.T @ scaled), 0)
    with np.errstate(divide="ignore"):
        condition = float(standard[-1] / standard[0])
    left = float((1 - values[0] / values[-1]) ** steps)
    return {1: "T", 2: "T", 3: "D"}, float(var.max() / var.min()), left, condition


def evidence_axes(
    forward: Layer, x: ArrayLike, per_feature: ArrayLike, per_example: ArrayLike
) -> tuple[Verdicts, float, float]:
    """The largest change of forward(x), x (N, D), when per_feature (D,), and when per_example (N,), is added to x."""
    x = _rows("x", x, 1)
    features, rows = _vector("per_feature", per_feature, x.shape[1]), _vector("per_example", per_example, len(x), "row")
    base = forward(x.copy())
    return {4: "F", 5: "F"}, _largest(forward(x + features) - base), _largest(forward(x + rows[:, None]) - base)


def evidence_coupling(forward: Layer, x: ArrayLike, n: int, step: ArrayLike) -> tuple[Verdicts, float, float]:
    """Row n of x (N, D) moves by step (D,): the largest change in the other rows; and in it when it is sent alone.

    Raises ValueError for fewer than two rows or an n that is none of them.
    """
    x, n = _rows("x", x), integer("n", n, 0)
    if n >= len(x):
        raise ValueError(f"n must be one of the rows 0 to {len(x) - 1}, but is {n}")
    moved = x.copy()
    moved[n] += _vector("step", step, x.shape[1])
    change = forward(moved) - forward(x.copy())
    alone = forward(moved[n : n + 1]) - forward(x[n : n + 1].copy())
    return {6: "T", 7: "T"}, _largest(np.delete(change, n, axis=0)), _largest(alone)


def evidence_extremes(x: ArrayLike, far: ArrayLike, row: int) -> tuple[Verdicts, float, Array, Array]:
    """far (D,) takes the place of a row of x (N, D).

    largest: the largest |xhat| of that row in the batch; spread (D,): the standard deviation of the other rows' xhat;
    tested (D,): far normalized as at prediction, by the statistics of x without it.  ε = 1e-5.
    """
    x, row = _rows("x", x), integer("row", row, 0)
    if row >= len(x):
        raise ValueError(f"row must be one of the rows 0 to {len(x) - 1}, but is {row}")
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + 1e-5)
    batch = x.copy()
    batch[row] = _vector("far", far, x.shape[1])
    xhat = _normalized(batch)
    spread = np.delete(xhat, row, axis=0).std(axis=0)
    return {8: "F", 9: "F", 10: "F"}, _largest(xhat[row]), spread, (batch[row] - mean) / std


def evidence_shape(a: ArrayLike, b: ArrayLike) -> tuple[Verdicts, Array, Array, Array, Array]:
    """a, b (N, D) → kurtosis of a before and after normalizing; the largest distance of a's and b's sorted values.

    All (D,).  separate: each batch normalized by itself; together: both in one batch.  ε = 1e-5.

    Raises ValueError unless a and b have one shape and a varies in every feature.
    """
    a, b = _rows("a", a), _rows("b", b)
    if a.shape != b.shape:
        raise ValueError(f"a and b must have one shape, but have {a.shape} and {b.shape}")
    _varying("a", a)
    ahat, bhat, both = _normalized(a), _normalized(b), _normalized(np.concatenate([a, b]))

    def apart(one: Array, two: Array) -> Array:
        gap: Array = np.abs(np.sort(one, axis=0) - np.sort(two, axis=0))
        return gap.max(axis=0)

    return ({11: "F", 12: "F", 13: "D"}, _kurtosis(a), _kurtosis(ahat), apart(ahat, bhat),
            apart(both[: len(a)], both[len(a) :]))


def evidence_gamma_beta(
    x: ArrayLike, gamma: ArrayLike, beta: ArrayLike, eps: float
) -> tuple[Verdicts, Array, Array, Array, Array]:
    """x (N, D), gamma, beta (D,) → gamma_back, beta_back, variance, straight, all (D,).

    The parameters that make batch norm give x back; the variance of gamma·xhat + beta; the share of the variance of
    sigmoid(xhat) that a straight line in xhat explains, 0…1.

    Raises ValueError for wrong shapes, a negative eps or a constant feature.
    """
    x, eps = _rows("x", x), non_negative("eps", eps)
    gamma, beta = _vector("gamma", gamma, x.shape[1]), _vector("beta", beta, x.shape[1])
    back = np.sqrt(_varying("x", x) + eps)
    xhat = (x - x.mean(axis=0)) / back
    out = 1 / (1 + np.exp(-xhat))
    out -= out.mean(axis=0)
    straight = (xhat * out).mean(axis=0) ** 2 / ((xhat**2).mean(axis=0) * (out**2).mean(axis=0))
    return {14: "F", 15: "F", 16: "T"}, back, x.mean(axis=0), (gamma * xhat + beta).var(axis=0), straight


def evidence_invariance(
    forward: Layer, x: ArrayLike, weight: ArrayLike, bias: ArrayLike, k: float
) -> tuple[Verdicts, float, float]:
    """The largest change of forward(x @ weight) when bias (D_out,) is added, and when the weight is multiplied by k."""
    x, w, k = _rows("x", x, 1), matrix("weight", weight).astype(np.float64), number("k", k)
    z = x @ w
    base = forward(z.copy())
    biased = forward(z + _vector("bias", bias, z.shape[1], "output")) - base
    return {17: "T", 18: "T"}, _largest(biased), _largest(forward(x @ (k * w)) - base)


def evidence_runaway(
    forward: Layer, x: ArrayLike, target: ArrayLike, lr: float, steps: int
) -> tuple[Verdicts, Array, float, Array]:
    """Gradient descent on b (D,), from 0, by an optimizer that takes ∂forward(x + b)/∂b for 1 ([BN] §2).

    L = Σ over features of the mean over rows of (forward(x + b) − target)²; x, target (N, D).  Returns b after the
    steps, the change of the loss, and the true slope (D,) of L at b = 0, by central differences of step 1e-5.
    """
    x = _rows("x", x, 1)
    goal, lr, steps = matrix("target", target).astype(np.float64), number("lr", lr), integer("steps", steps, 0)
    if goal.shape != x.shape:
        raise ValueError(f"target must have x's shape {x.shape}, but has {goal.shape}")

    def loss(b: Array) -> float:
        return float(((forward(x + b) - goal) ** 2).mean(axis=0).sum())

    b: Array = np.zeros(x.shape[1])
    start, h = loss(b), 1e-5
    slope = np.array([loss(h * e) - loss(-h * e) for e in np.eye(len(b))]) / (2 * h)
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - goal).mean(axis=0)
    return {19: "T", 20: "T"}, b, loss(b) - start, slope


def evidence_batches(batches: Sequence[ArrayLike]) -> tuple[Verdicts, Array, Array, Array]:
    """batches, each (n, D) → three (D,): |mean of the batch means − mean of all rows|, and, each over the variance of
    all rows, the mean of the batch variances and the squared mean of the batch standard deviations.

    Raises ValueError without a batch, for batches of unlike D, or a feature that is constant over all rows.
    """
    parts = [_rows(f"batches[{k}]", batch, 1) for k, batch in enumerate(batches)]
    if not parts:
        raise ValueError("batches is empty: there are no averages of nothing")
    if len({part.shape[1] for part in parts}) > 1:
        raise ValueError("batches must all have the same number of features")
    rows = np.concatenate(parts)
    var = _varying("the batches together", rows)
    means, stds = np.array([p.mean(axis=0) for p in parts]), np.array([p.std(axis=0) for p in parts])
    off = np.abs(means.mean(axis=0) - rows.mean(axis=0))
    return {21: "D", 22: "F", 23: "T"}, off, (stds**2).mean(axis=0) / var, stds.mean(axis=0) ** 2 / var


def evidence_size(x: ArrayLike, small: int, large: int) -> tuple[Verdicts, float, float, Array]:
    """x (N, D) in batches of consecutive rows → the root mean square error of a batch mean, in σ of all rows, for
    batches of `small` and of `large`; and the kurtosis (D,) of the small batches' means.

    Raises ValueError unless both sizes divide N and every feature varies.
    """
    x = _rows("x", x)
    std = np.sqrt(_varying("x", x))

    def means(name: str, size: int) -> Array:
        if len(x) % integer(name, size, 1):
            raise ValueError(f"{name} must divide the {len(x)} rows, but is {size}")
        return x.reshape(-1, size, x.shape[1]).mean(axis=1)

    small_means, large_means = means("small", small), means("large", large)
    errors = [float(np.sqrt((((m - x.mean(axis=0)) / std) ** 2).mean())) for m in (small_means, large_means)]
    return {24: "T", 25: "D", 26: "F"}, errors[0], errors[1], _kurtosis(small_means)


def evidence_memory(
    record: ArrayLike, means: ArrayLike, truth: ArrayLike, momentum: float
) -> tuple[Verdicts, Array, float, float]:
    """record (3, D): running mean before, mean of a batch, running mean after → the weight (D,) of the batch.

    means (T, D), truth (D,): the largest error, against the truth, of the exponential average from 0 on, in which
    `momentum` weighs the new mean, and of the plain average.

    Raises ValueError for wrong shapes, a momentum outside 0…1, or a batch mean that equals the running one.
    """
    rows, kept, momentum = _rows("record", record), _rows("means", means, 1), number("momentum", momentum)
    if len(rows) != 3:
        raise ValueError(f"record must have three rows, before, batch and after, but has {len(rows)}")
    if not 0 <= momentum <= 1:
        raise ValueError(f"momentum must lie between 0 and 1, but is {momentum}")
    before, batch, after = rows
    if np.any(batch == before):
        raise ValueError("record tells nothing of a feature whose batch mean equals the running mean before")
    goal = _vector("truth", truth, kept.shape[1])
    running = np.zeros_like(goal)
    for mean in kept:
        running = (1 - momentum) * running + momentum * mean
    weight = (after - before) / (batch - before)
    return {27: "F", 28: "T"}, weight, _largest(running - goal), _largest(kept.mean(axis=0) - goal)


def evidence_prediction(
    train: Layer, evaluate: Layer, x: ArrayLike, companions: ArrayLike
) -> tuple[Verdicts, float, float]:
    """The largest change in row 0's output when companions (M, D) take the place of x's other rows, in each mode."""
    x, others = _rows("x", x, 1), _rows("companions", companions, 1)
    exchanged = np.concatenate([x[:1], others])
    changes = [_largest(layer(exchanged.copy())[0] - layer(x.copy())[0]) for layer in (train, evaluate)]
    return {29: "T", 30: "D"}, changes[0], changes[1]
