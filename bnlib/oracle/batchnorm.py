"""Batch norm's forward pass in PyTorch, with a switch for every known mistake.

All switches off: Ioffe & Szegedy 2015 (arXiv 1502.03167), algorithm 1, equal to PyTorch's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.statistics import moments, statistics
from bnlib.oracle.switches import Switch

DEFAULT_EPS = 1e-5

SWITCHES = (
    Switch("eps_outside", "You added ε to σ: it goes inside the root, √(σ² + ε).", "eps"),
    Switch("eps_forgotten", "ε is missing: divide by √(σ² + ε).", "eps"),
    Switch("eps_hard_coded", "You ignore the eps argument and always take 1e-5.", "eps"),
    Switch("eps_twice", "ε is added twice, inside the root and outside: inside is enough.", "eps"),
    Switch("divide_by_variance", "You divided by the variance: divide by the standard deviation, √(σ² + ε).", "root"),
    Switch("not_centred", "You divided x without subtracting its mean first.", "numerator"),
    Switch("gamma_forgotten", "γ is missing: y = γ·x̂ + β.", "gamma"),
    Switch("beta_forgotten", "β is missing: y = γ·x̂ + β.", "beta"),
    Switch("gamma_beta_swapped", "γ and β are swapped: γ multiplies, β is added.", "affine"),
    Switch("beta_before_gamma", "You computed γ·(x̂ + β): add β after scaling.", "affine"),
    Switch("gamma_before_normalizing", "You scaled by γ before normalizing, which takes it out again: scale x̂.",
           "affine"),
    Switch("transposed_influence", "Your matrix is transposed: rows are outputs n, columns are inputs m.", "transpose"),
    Switch("own_row_only", "You looked at each row's own input only: every output row can move with every input row.",
           "entries"),
    Switch("all_features", "You moved every feature of the row: move feature i alone.", "feature"),
    Switch("summed_outputs", "You summed the outputs over all features: read feature i alone.", "read"),
    Switch("absolute_influence", "You took absolute values: an influence has a sign.", "sign"),
    Switch("step_not_divided", "You did not divide by the step: a derivative is a change per unit.", "step"),
    Switch("step_not_halved", "Your matrix is twice too large: two steps lie between x − h and x + h, divide by 2h.",
           "step"),
    Switch("influence_one_array", "Your matrix is 0: are x + h and x − h one and the same array? Give each its own "
           "copy of x.", "entries"),
    Switch("wrong_feature", "You looked at feature 0 whatever i is.", "feature"),
    Switch("sqrt_n", "The bound is √(N−1), not √N: the example's own value is part of its mean.", "bound"),
    Switch("bound_whole", "You rounded the root down to a whole number: √(N−1) is a float.", "bound"),
    Switch("influence_one_sided", "You stepped to one side only: central differences step up and down, and divide by "
           "2h.", "observed", True),
    Switch("root_forgotten", "You forgot the root: the bound is √(N−1).", "bound"),
    Switch("bound_with_ddof_1", "You divided the variance by N − 1: batch norm divides by N.", "bound"),
)


def forward_torch(x: Any, gamma: Any, beta: Any, eps: float = DEFAULT_EPS, on: frozenset[str] = frozenset()) -> Any:
    """y (N, D) from tensors x (N, D), gamma (D,), beta (D,); differentiable in all three."""
    if "gamma_before_normalizing" in on:
        x = gamma * x
    mean, var = moments(x, on)
    if "eps_hard_coded" in on:
        eps = DEFAULT_EPS
    outside = eps if on & {"eps_outside", "eps_twice"} else 0.0
    inside = 0.0 if on & {"eps_outside", "eps_forgotten"} else eps
    if "std_for_var" in on:
        var = var.sqrt()
    denominator = var + inside if "divide_by_variance" in on else (var + inside).sqrt()
    xhat = (x if "not_centred" in on else x - mean) / (denominator + outside)
    if "gamma_beta_swapped" in on:
        gamma, beta = beta, gamma
    if on & {"gamma_forgotten", "gamma_before_normalizing"}:
        gamma = gamma * 0 + 1
    if "beta_forgotten" in on:
        beta = beta * 0
    return gamma * (xhat + beta) if "beta_before_gamma" in on else gamma * xhat + beta


def batchnorm_forward(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise of lesson 03: args are x, gamma, beta and, if given, eps."""
    import torch

    x, gamma, beta = (torch.from_numpy(np.asarray(a, np.float64)) for a in args[:3])
    eps = float(args[3]) if len(args) > 3 else DEFAULT_EPS
    return (forward_torch(x, gamma, beta, eps, on).numpy(), np.array(0.0))


def batch_statistics(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise of lesson 03: (mean, var), biased."""
    mean, var = statistics(np.asarray(args[0], np.float64), on)
    if "std_for_var" in on:
        var = np.sqrt(var)
    return (var, mean) if "swapped_mean_var" in on else (mean, var)


def influence_matrix(args: tuple[Any, ...], on: frozenset[str], h: float = 1e-5) -> tuple[NDArray, ...]:
    """The exercise of lesson 03: J[n, m] = ∂forward(x)[n, i] / ∂x[m, i], by central differences."""
    forward, x, i = args
    x, i = np.array(x, np.float64), int(i)
    if "wrong_feature" in on:
        i = 0
    rows = len(x)
    influence = np.zeros((rows, rows))
    for m in range(rows):
        step = np.zeros_like(x)
        step[m, slice(None) if "all_features" in on else i] = h
        change = np.asarray(forward(x + step)) - np.asarray(forward(x - step))
        influence[:, m] = change.sum(axis=1) if "summed_outputs" in on else change[:, i]
    if "step_not_divided" not in on:
        influence /= h if "step_not_halved" in on else 2 * h
    if "influence_one_array" in on:
        influence = 0 * influence
    if "own_row_only" in on:
        influence = np.diag(np.diag(influence))
    if "absolute_influence" in on:
        influence = np.abs(influence)
    return (influence.T if "transposed_influence" in on else influence,)


def largest_xhat(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise of lesson 03: √(n−1), reached when one example stands apart from n−1 equal ones."""
    n = float(args[0])
    if "sqrt_n" in on:
        return (np.sqrt(np.asarray(n)),)
    if "root_forgotten" in on:
        return (np.asarray(n - 1),)
    if "bound_whole" in on:
        return (np.floor(np.sqrt(np.asarray(n - 1))),)
    if "bound_with_ddof_1" in on:
        return (np.asarray((n - 1) / np.sqrt(n)),)
    return (np.sqrt(np.asarray(n - 1)),)
