"""The evidence of lesson 12 with its mistakes: what scale, layers and shapes show.

An oracle gives the numbers of a theme; which verdict they speak for is known to the judge's hidden cases alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.switches import Switch

Numbers = tuple[NDArray, ...]

SWITCHES = (
    Switch("signed_change", "You kept the sign: a change downwards is a change, too. Take absolute values.",
           "change sign"),
    Switch("mean_change", "You averaged the changes: one large change drowns among many small ones. Take the largest.",
           "change pooling"),
    Switch("change_length", "You took the length of the change, the root of the sum of squares: take its largest "
           "entry.", "change pooling"),
    Switch("forward_ignored", "You measured batch norm, whatever layer you were given: send x through `forward`.",
           "layer asked"),
    Switch("shifts_added_up", "Your second change came on top of the first: start from x again.", "second shift"),
    Switch("compared_with_input", "You compared the layer's output with its input: compare two outputs, with the "
           "change and without it.", "base"),
    Switch("results_exchanged", "Your numbers are in the wrong order: see the docstring.", "order"),
    Switch("moved_included", "You counted the row that you moved yourself: look at the other rows only.",
           "rows looked at"),
    Switch("scale_not_centred", "You did not subtract the means first: the bias takes care of them, so the slopes of "
           "the weights are those of centred features.", "centring"),
    Switch("left_standardized", "What is left after the steps was computed with standardized features: the claim is "
           "about the raw ones.", "left matrix"),
    Switch("left_one_step", "You took a single step, whatever `steps` says.", "left steps"),
    Switch("left_of_loss", "That is what is left of the loss, which is squared: the error itself is asked for.",
           "left steps"),
    Switch("left_of_curvatures", "What is left goes with the eigenvalues, 1 − λmin/λmax, not with the curvatures "
           "along the weights.", "left matrix"),
    Switch("condition_of_raw", "That is the condition of the raw features: standardize them first.",
           "condition matrix"),
    Switch("ratio_of_eigenvalues", "Your ratio is λmax/λmin: the claim is about the curvature along one weight, H_dd.",
           "ratio power"),
    Switch("ratio_of_scales", "You compared the scales: curvatures go with their square.", "ratio power"),
    Switch("example_along_features", "You added one number a feature where one an example was asked for: "
           "per_example[:, None] lies along the rows.", "example shift"),
    Switch("alone_in_batch", "For the lone example you still sent the whole batch: send that one row by itself.",
           "alone"),
    Switch("alone_flat", "You sent the lone example as a vector (D,): a batch of one is (1, D), x[n : n + 1].",
           "alone"),
    Switch("all_rows_moved", "You moved every row: only row n takes the step.", "row"),
    Switch("step_put_in", "You put the step in the row's place: add it to the row.", "step"),
    Switch("first_row_moved", "You moved row 0, whatever n is.", "row"),
    Switch("far_included", "Your spread is that of a whole batch: normalize with the outlier in its place, then "
           "leave its row out.", "spread rows"),
    Switch("far_added", "You added `far` to the row: put it in the row's place.", "far"),
    Switch("largest_by_training", "In the batch with the outlier, μ and σ are of that batch, outlier included.",
           "largest statistics"),
    Switch("largest_of_batch", "You took the largest of the whole batch: the outlier's own row is asked for.",
           "largest statistics"),
    Switch("spread_of_raw", "That is the spread of the raw rows: take that of their xhat.", "spread of what"),
    Switch("spread_ddof_1", "Your spread divides by the count − 1: divide by the count.", "spread ddof"),
    Switch("tested_without_row", "You left the row out of x: the training statistics are those of x as it was, all of "
           "it.", "tested statistics"),
    Switch("largest_signed", "Take absolute values before the maximum: far out may be far down.", "largest sign"),
    Switch("tested_with_far", "At prediction the statistics come from training, and there x had no outlier.",
           "tested statistics"),
    Switch("excess_kurtosis", "You subtracted 3: the kurtosis asked for is the plain one, 3 for a normal.", "excess"),
    Switch("fourth_moment", "That is the fourth moment: the kurtosis divides it by the squared variance.",
           "fourth moment"),
    Switch("not_sorted", "You compared row by row: sort each feature first, then values can be matched.",
           "sorting"),
    Switch("sorted_along_rows", "np.sort sorts along the last axis: each feature by itself is axis 0.", "sorting"),
    Switch("together_raw", "For `together` you compared the raw values: normalize both in one batch of 2N rows first.",
           "together statistics"),
    Switch("one_s_statistics", "You normalized both batches with the statistics of a: each has its own.",
           "separate statistics"),
)


def largest(change: NDArray, on: frozenset[str], axis: int | None = None) -> NDArray:
    """The largest absolute change, over `axis` or over all entries."""
    size = change if "signed_change" in on else np.abs(change)
    if "change_length" in on:
        return np.sqrt((change**2).sum(axis=axis))
    return size.mean(axis=axis) if "mean_change" in on else size.max(axis=axis)


def normalized(x: NDArray, given: NDArray | None = None) -> NDArray:
    """x (N, D) by its own statistics, or by those of `given`; ε = 1e-5."""
    source = x if given is None else given
    return (x - source.mean(axis=0)) / np.sqrt(source.var(axis=0) + 1e-5)


def kurtosis(x: NDArray, on: frozenset[str]) -> NDArray:
    """The fourth central moment over the squared variance, (D,)."""
    fourth = ((x - x.mean(axis=0)) ** 4).mean(axis=0)
    if "fourth_moment" not in on:
        fourth = fourth / x.var(axis=0) ** 2
    return fourth - 3 if "excess_kurtosis" in on else fourth


def evidence_scale(args: tuple[Any, ...], on: frozenset[str]) -> Numbers:
    """ratio of curvatures, what is left along the flattest direction, condition number when standardized."""
    x, steps = args
    centred = x - x.mean(axis=0)
    used = x if "scale_not_centred" in on else centred
    raw = 2 / len(x) * used.T @ used
    scaled = (x if "not_centred" in on else centred) / x.std(axis=0)
    standard = 2 / len(x) * scaled.T @ scaled
    ratio = np.diag(raw).max() / np.diag(raw).min()
    values = np.linalg.eigvalsh(standard if "left_standardized" in on else raw)
    if "ratio_of_eigenvalues" in on:
        ratio = np.linalg.eigvalsh(raw)[-1] / np.linalg.eigvalsh(raw)[0]
    power = 1 if "left_one_step" in on else 2 * steps if "left_of_loss" in on else steps
    if "left_of_curvatures" in on:
        values = np.sort(np.diag(raw))
    left = (1 - values[0] / values[-1]) ** power
    if "condition_of_raw" in on:
        standard = raw
    values = np.sort(np.diag(standard)) if "diagonal_only" in on else np.linalg.eigvalsh(standard)
    condition = values[-1] / values[0]
    return (np.sqrt(ratio) if "ratio_of_scales" in on else ratio, left,
            np.sqrt(condition) if "cond_of_x" in on else condition)


def evidence_axes(args: tuple[Any, ...], on: frozenset[str]) -> Numbers:
    """The largest change when constants are added to the features, and when they are added to the examples."""
    forward, x, per_feature, per_example = args
    if "forward_ignored" in on:
        forward = normalized
    base = x if "compared_with_input" in on else forward(x)
    rows = per_example if "example_along_features" in on else per_example[:, None]
    again = x + per_feature if "shifts_added_up" in on else x
    found = largest(forward(x + per_feature) - base, on), largest(forward(again + rows) - base, on)
    return found[::-1] if "results_exchanged" in on else found


def evidence_coupling(args: tuple[Any, ...], on: frozenset[str]) -> Numbers:
    """The largest change in other rows when row n moves, and in row n when it moves in a batch of its own."""
    forward, x, n, step = args
    if "forward_ignored" in on:
        forward = normalized
    n = 0 if "first_row_moved" in on else n
    moved, rows = x.copy(), slice(None) if "all_rows_moved" in on else n
    moved[rows] = step if "step_put_in" in on else x[rows] + step
    change = forward(moved) - forward(x)
    row = n if "alone_flat" in on else slice(n, n + 1)
    alone = change[n] if "alone_in_batch" in on else forward(moved[row]) - forward(x[row])
    others = change if "moved_included" in on else np.delete(change, n, axis=0)
    return largest(others, on), largest(alone, on)


def evidence_extremes(args: tuple[Any, ...], on: frozenset[str]) -> Numbers:
    """The largest entry of the outlier, the spread (D,) of the others, and the outlier (D,) at prediction."""
    x, far, row = args
    batch = x.copy()
    batch[row] = x[row] + far if "far_added" in on else far
    xhat = normalized(batch)
    own = normalized(batch[row : row + 1], x)[0] if "largest_by_training" in on else xhat[row]
    if "largest_of_batch" in on:
        own = xhat
    looked_at = batch if "spread_of_raw" in on else xhat
    others = looked_at if "far_included" in on else np.delete(looked_at, row, axis=0)
    var = others.var(axis=0, ddof=int("spread_ddof_1" in on))
    spread = var if "var_for_std" in on else np.sqrt(var)
    training = batch if "tested_with_far" in on else np.delete(x, row, axis=0) if "tested_without_row" in on else x
    biggest = own.max() if "largest_signed" in on else np.abs(own).max()
    return biggest, spread, normalized(far[None], training)[0]


def evidence_shape(args: tuple[Any, ...], on: frozenset[str]) -> Numbers:
    """Kurtosis of a before and after, and how far a and b lie apart, normalized separately and together; all (D,)."""
    a, b = args

    def apart(one: NDArray, two: NDArray) -> NDArray:
        if "not_sorted" not in on:
            axis = 1 if "sorted_along_rows" in on else 0
            one, two = np.sort(one, axis=axis), np.sort(two, axis=axis)
        return largest(one - two, on, axis=0)

    both = np.concatenate([a, b])
    both = both if "together_raw" in on else normalized(both)
    other = normalized(b, a if "one_s_statistics" in on else None)
    return (kurtosis(a, on), kurtosis(normalized(a), on), apart(normalized(a), other),
            apart(both[: len(a)], both[len(a) :]))
