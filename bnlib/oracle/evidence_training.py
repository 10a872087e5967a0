"""The evidence of lesson 12 with its mistakes: what parameters, batches and memory show."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.evidence import Numbers, kurtosis, largest, normalized
from bnlib.oracle.switches import Switch

SWITCHES = (
    Switch("straight_of_x", "You sent x itself through the sigmoid: what reaches it is x̂.", "sigmoid's input"),
    Switch("straight_with_parameters", "You used γ and β before the sigmoid: the claim is about γ = 1, β = 0.",
           "sigmoid's input"),
    Switch("variance_assumed", "γ² is what one expects, not what comes out: measure the variance of gamma·xhat + "
           "beta.", "root"),
    Switch("default_eps_inside", "Your xhat has ε = 1e-5: give normalize the eps you were given.", "xhat eps"),
    Switch("correlation_not_squared", "That is the correlation: the share of the variance is its square.",
           "explained share"),
    Switch("both_at_once", "You added the bias while you scaled the weights: change one thing at a time.", "scaled"),
    Switch("output_scaled", "You multiplied the layer's output by k: multiply the weight.", "scaled"),
    Switch("gradient_halved", "The 2 is missing from your gradient.", "gradient factor"),
    Switch("bias_behind", "You added b behind the layer: it is added to x, before.", "where b is"),
    Switch("loss_averaged", "You averaged the loss over the features: L sums over d.", "loss"),
    Switch("slope_at_end", "Your slope is that at the last b: it is asked for at b = 0.", "slope"),
    Switch("start_moved", "Your change of the loss is 0: `b -= …` moved the b that you had kept as the start, too.",
           "loss change"),
    Switch("slope_followed", "You stepped along the true slope: this optimizer has only the gradient that it believes "
           "in.", "gradient"),
    Switch("slope_of_belief", "That is the slope that the optimizer believes in: change b a little and see what the "
           "loss does.", "slope"),
    Switch("change_backwards", "Your change of the loss has the wrong sign: L(b) − L(0) is negative where the loss "
           "has fallen.", "loss change"),
    Switch("weighted_by_size", "You weighed the batches by their size: the claim speaks of the plain average.",
           "batch weights"),
    Switch("not_squared_back", "You compared the mean σ with a variance: square it first.", "mean std"),
    Switch("squares_averaged", "You squared each σ and averaged then: average σ first, then square.", "mean std"),
    Switch("ratio_missing", "Your results are variances: divide them by the variance of all rows.", "ratio"),
    Switch("ratio_upside_down", "Your ratios are upside down: divide by the variance of all rows.", "ratio"),
    Switch("errors_cancel", "You averaged errors with their signs, and they cancel: square them first.", "error"),
    Switch("roots_averaged", "You took a root for each feature and averaged the roots: one mean square over batches "
           "and features, then the root.", "error"),
    Switch("size_interleaved", "Your batches take every k-th row: take consecutive rows.", "batch rows"),
    Switch("size_counted", "You cut x into m batches: cut it into batches of m rows.", "batch rows"),
    Switch("error_absolute", "You averaged |error|: the root of the mean square is asked for.", "error"),
    Switch("error_squared", "You left out the root of the mean square.", "error"),
    Switch("error_in_units", "Your errors are in the units of the data: divide by σ of all rows.", "error unit"),
    Switch("kurtosis_of_data", "That is the kurtosis of the data: the claim speaks of the batch means.",
           "whose kurtosis"),
    Switch("weight_of_old", "That is the weight of the old value: the claim asks what the new one weighs.",
           "read weight"),
    Switch("weight_assumed", "That is `momentum`: read the weight from the record, whatever it was called there.",
           "read weight"),
    Switch("start_corrected", "You divided out the start from zeros: the running mean itself is asked for.",
           "running start"),
    Switch("plain_last", "You took the last batch: the plain average is over all of them.", "plain"),
    Switch("worst_on_the_way", "You took the largest error on the way: compare the running mean that has taken in "
           "every row.", "running when"),
    Switch("memory_reversed", "The wrong way round: `momentum` is what each new row weighs.", "momentum"),
    Switch("memory_fixed", "Each of your rows weighs 0.1, whatever `momentum` says.", "momentum"),
    Switch("starts_with_first", "You started from the first batch's mean: start from zeros.", "running start"),
    Switch("companions_counted", "You compared rows that were exchanged, too: look at row 0 alone.", "rows looked at"),
    Switch("modes_compared", "You compared the two functions with each other: compare each with itself, in two "
           "batches.",
           "base"),
    Switch("compared_with_alone", "You compared the batch with row 0 by itself: compare two batches.",
           "second batch"),
)


def evidence_gamma_beta(args: tuple[Any, ...], on: frozenset[str]) -> Numbers:
    """The γ and β that give x back, the output's variance, the straight line's share behind a sigmoid; all (D,)."""
    x, gamma, beta, eps = args
    mean, var = x.mean(axis=0), x.var(axis=0)
    inside = var if "restore_without_eps" in on else var + eps
    back = inside if "restore_with_variance" in on else np.sqrt(inside)
    xhat = (x - mean) / np.sqrt(var + (1e-5 if "default_eps_inside" in on else eps))
    y = gamma * xhat + beta
    spread = y.std(axis=0) if "std_for_var" in on else gamma**2 if "variance_assumed" in on else y.var(axis=0)
    z = x if "straight_of_x" in on else y if "straight_with_parameters" in on else xhat
    out = 1 / (1 + np.exp(-z))
    share = np.array([np.corrcoef(z[:, d], out[:, d])[0, 1] for d in range(x.shape[1])])
    if "correlation_not_squared" not in on:
        share = share**2
    return (mean, back, spread, share) if "restore_swapped" in on else (back, mean, spread, share)


def evidence_invariance(args: tuple[Any, ...], on: frozenset[str]) -> Numbers:
    """The largest change of the output when a bias is added, and when the weights are multiplied by k."""
    forward, x, weight, bias, k = args
    if "forward_ignored" in on:
        forward = normalized
    z = x @ weight
    base = z if "compared_with_input" in on else forward(z)
    scaled = forward(k * z + bias if "both_at_once" in on else k * z)
    if "output_scaled" in on:
        scaled = k * forward(z)
    found = largest(forward(z + bias) - base, on), largest(scaled - base, on)
    return found[::-1] if "results_exchanged" in on else found


def evidence_runaway(args: tuple[Any, ...], on: frozenset[str]) -> Numbers:
    """b (D,) after the steps of an optimizer that ignores the layer, the change of the loss, its true slope (D,)."""
    forward, x, target, lr, steps = args

    def output(b: NDArray) -> NDArray:
        out: NDArray = forward(x) + b if "bias_behind" in on else forward(x + b)
        return out

    def believed(b: NDArray) -> NDArray:
        error = output(b) - target
        if "slope_followed" in on:
            return central(b)
        factor = 1 if "gradient_halved" in on else 2
        return factor * (error.sum(axis=0) if "gradient_sum" in on else error.mean(axis=0))

    def loss(b: NDArray) -> NDArray:
        square = ((output(b) - target) ** 2).mean(axis=0)
        return np.asarray(square.mean() if "loss_averaged" in on else square.sum())

    def central(b: NDArray) -> NDArray:
        return np.array([loss(b + e) - loss(b - e) for e in 1e-5 * np.eye(len(b))]) / 2e-5

    start = np.zeros(x.shape[1])
    b, first = start, believed(start)
    for _ in range(steps):
        step = lr * (first if "stale_gradient" in on else believed(b))
        b = b + step if "ascent" in on else b - step
    change = loss(start) - loss(b) if "change_backwards" in on else loss(b) - loss(start)
    if "start_moved" in on:
        change = 0 * change
    slope = central(b if "slope_at_end" in on else start)
    return b, change, first if "slope_of_belief" in on else slope


def evidence_batches(args: tuple[Any, ...], on: frozenset[str]) -> Numbers:
    """How far the mean of means is off, and mean variance and squared mean σ in units of the variance; all (D,)."""
    (batches,) = args
    rows = np.concatenate(batches)
    sizes = np.array([len(batch) for batch in batches], float)
    weights = (sizes if "weighted_by_size" in on else np.ones(len(sizes)))[:, None]
    ddof = 1 if "ddof_1" in on else 0
    variances = np.array([batch.var(axis=0, ddof=ddof) for batch in batches])
    means = np.array([batch.mean(axis=0) for batch in batches])
    off = (weights * means).sum(axis=0) / weights.sum() - rows.mean(axis=0)
    variance = (weights * variances).sum(axis=0) / weights.sum()
    std = (weights * np.sqrt(variances)).sum(axis=0) / weights.sum()
    unit = 1.0 if "ratio_missing" in on else rows.var(axis=0)
    squared = variance if "squares_averaged" in on else std if "not_squared_back" in on else std**2
    pair = variance / unit, squared / unit
    if "ratio_upside_down" in on:
        pair = 1 / pair[0], 1 / pair[1]
    return (off if "signed_change" in on else np.abs(off), *pair)


def evidence_size(args: tuple[Any, ...], on: frozenset[str]) -> Numbers:
    """The error of a batch mean in σ, for small and for large batches, and the kurtosis (D,) of the small ones."""
    x, small, large = args

    def means(m: int) -> NDArray:
        if "size_interleaved" in on:
            return np.asarray(x.reshape(m, -1, x.shape[1]).mean(axis=0))
        if "size_counted" in on:
            return np.asarray(x.reshape(m, -1, x.shape[1]).mean(axis=1))
        return np.asarray(x.reshape(-1, m, x.shape[1]).mean(axis=1))

    def error(m: int) -> NDArray:
        off = means(m) - x.mean(axis=0)
        if "error_in_units" not in on:
            off = off / x.std(axis=0)
        if "errors_cancel" in on:
            return off.mean()
        if "roots_averaged" in on:
            return np.sqrt((off**2).mean(axis=0)).mean()
        if "error_absolute" in on:
            return np.abs(off).mean()
        return (off**2).mean() if "error_squared" in on else np.sqrt((off**2).mean())

    return error(small), error(large), kurtosis(x if "kurtosis_of_data" in on else means(small), on)


def evidence_memory(args: tuple[Any, ...], on: frozenset[str]) -> Numbers:
    """The new value's weight (D,) in a record, and the largest errors of an exponential and of a plain average."""
    record, means, truth, momentum = args
    weight = (record[2] - record[0]) / (record[1] - record[0])
    running = means[0] if "starts_with_first" in on else np.zeros_like(truth)
    new = 1 - momentum if "memory_reversed" in on else 0.1 if "memory_fixed" in on else momentum
    on_the_way = []
    for mean in means:
        running = (1 - new) * running + new * mean
        on_the_way.append(largest(running - truth, on))
    if "start_corrected" in on:
        running = running / (1 - (1 - new) ** len(means))
    if "weight_assumed" in on:
        weight = np.full_like(weight, momentum)
    plain = means[-1] if "plain_last" in on else means.mean(axis=0)
    exponential = max(on_the_way) if "worst_on_the_way" in on else largest(running - truth, on)
    return 1 - weight if "weight_of_old" in on else weight, exponential, largest(plain - truth, on)


def evidence_prediction(args: tuple[Any, ...], on: frozenset[str]) -> Numbers:
    """The largest change in row 0's output when the other rows are exchanged, in train mode and in eval mode."""
    train, evaluate, x, companions = args
    other = x[:1] if "compared_with_alone" in on else np.concatenate([x[:1], companions])
    rows = slice(None) if "companions_counted" in on else slice(0, 1)
    if "modes_compared" in on:
        found = [largest(train(batch)[rows] - evaluate(batch)[rows], on) for batch in (x, other)]
    else:
        found = [largest(layer(other)[rows] - layer(x)[rows], on) for layer in (train, evaluate)]
    return (found[1], found[0]) if "results_exchanged" in on else (found[0], found[1])
