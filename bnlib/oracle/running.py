"""Running statistics, inference and folding, with the mistakes people make in them (lessons 05 and 06)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.statistics import statistics
from bnlib.oracle.switches import Switch

SWITCHES = (
    Switch("restore_with_variance", "γ must be the standard deviation √(σ² + ε), not the variance.", "gamma root"),
    Switch("restore_eps_outside", "You added ε to σ: γ is √(σ² + ε), with ε inside the root.", "gamma eps"),
    Switch("restore_without_eps", "ε is missing from γ: batch norm divides by √(σ² + ε), so γ must undo just that.",
           "gamma eps"),
    Switch("restore_eps_ignored", "You ignore the eps argument: γ is √(σ² + eps), not √(σ² + 1e-5).", "gamma eps"),
    Switch("restore_inverted", "γ is upside down: it multiplies by √(σ² + ε), it does not divide by it again.",
           "gamma inverse"),
    Switch("restore_beta_sign", "β has the wrong sign: it puts the mean back, β = μ.", "restored beta"),
    Switch("restore_swapped", "γ and β are swapped: the scale comes first.", "restored order"),
    Switch("step_uphill", "You went uphill: subtract the gradient.", "step sign"),
    Switch("step_without_lr", "The learning rate is missing.", "step size"),
    Switch("step_normalized", "You divided the gradient by its length: plain SGD takes it as it is.", "step length"),
    Switch("running_var_biased", "The running variance takes N/(N−1): it estimates the population's.", "unbiased"),
    Switch("correction_inverted", "The factor is upside down: N/(N−1), not (N−1)/N.", "unbiased"),
    Switch("correction_twice", "You corrected twice: ddof=1 divides by N − 1 already.", "unbiased"),
    Switch("correction_by_features", "Your factor counts features: N is the number of rows, len(x).", "unbiased"),
    Switch("running_mean_corrected", "Only the variance takes N/(N−1): a batch mean is unbiased as it is.",
           "mean correction"),
    Switch("momentum_reversed", "Momentum the wrong way round: 0.1 weighs the *new* batch.", "momentum"),
    Switch("momentum_ignored", "You ignore momentum and always take 0.1.", "momentum value"),
    Switch("running_overwritten", "You overwrote the running statistics: keep (1 − momentum) of the old.", "momentum"),
    Switch("running_not_decayed", "The old value is not scaled by (1 − momentum): it never decays.", "momentum"),
    Switch("running_std_kept", "You averaged σ: keep the running *variance*, σ².", "running root"),
    Switch("running_std_squared", "You averaged σ and squared it: average σ² itself, which gives a larger number.",
           "running root"),
    Switch("running_var_frozen", "The running variance was never updated.", "running var"),
    Switch("running_axis_1", "Your statistics have one entry per example: reduce over axis 0.", "running axis"),
    Switch("running_one_for_all", "You used a single mean and variance for all features: reduce over axis 0 only.",
           "running axis"),
    Switch("inference_batch_statistics", "A row's output changes with its neighbours: use the running statistics.",
           "inference statistics"),
    Switch("inference_batch_mean", "You subtract the batch's mean: at prediction the running mean takes its place.",
           "inference mean"),
    Switch("inference_batch_var", "You divide by the batch's spread: at prediction the running variance takes its "
           "place.", "inference var"),
    Switch("inference_without_eps", "ε is missing at inference: √(running_var + ε), as in training.", "inference eps"),
    Switch("inference_eps_outside", "You added ε to σ: it goes inside the root, √(running_var + ε).", "inference eps"),
    Switch("inference_eps_hard_coded", "You ignore the eps argument: 1e-5 is only its default.", "inference eps"),
    Switch("inference_not_rooted", "You divided by the running variance: take its root.", "inference root"),
    Switch("inference_gamma_forgotten", "γ is missing at inference.", "inference gamma"),
    Switch("inference_beta_forgotten", "β is missing at inference.", "inference beta"),
    Switch("inference_not_centred", "The running mean is not subtracted.", "inference mean"),
    Switch("population_variances_averaged", "The spread between batch means is missing from the variance.",
           "population variance"),
    Switch("population_std_averaged", "You averaged σ and squared it: the mean of σ is too small, and the spread "
           "between batch means is missing.", "population variance"),
    Switch("population_spread_subtracted", "The spread between batch means is added, not subtracted.",
           "population variance"),
    Switch("population_count_early", "Your n_a counts the new batch already: add its rows after the term with δ².",
           "population variance"),
    Switch("population_delta_late", "Your δ starts from the new mean: take it from the old one, before you move that.",
           "population variance"),
    Switch("population_variance_added", "You added the batch's variance: M adds up sums of squares, n_b times that.",
           "population batch"),
    Switch("population_batches_unbiased", "You divided within the batches by N − 1: their sums of squares are added as "
           "they are.", "population batch"),
    Switch("population_last_batch", "Only the last batch counts in your result.", "population"),
    Switch("population_first_batch", "Only the first batch counts in your result: does the return stand in the loop?",
           "population"),
    Switch("population_unweighted", "A small batch counts as much as a large one: weigh by the number of rows.",
           "population weights"),
    Switch("population_unbiased", "You divided by N − 1: the population's own variance divides by N.",
           "population ddof"),
    Switch("momentum_unchanged", "The two conventions differ: one weighs the new value, the other the old.",
           "convert"),
    Switch("momentum_inverted", "The conventions are related by 1 − p, not by 1/p.", "convert"),
    Switch("fold_bias_unshifted", "The running mean is missing from the folded bias: it is subtracted from all of z.",
           "fold bias"),
    Switch("fold_bias_forgotten", "The old bias is missing: it goes through batch norm with the rest of z.",
           "fold bias"),
    Switch("fold_bias_unscaled", "The old bias is not scaled: batch norm scales all of z, b included.", "fold bias"),
    Switch("fold_mean_unscaled", "The running mean is not scaled: it is subtracted before the division.", "fold bias"),
    Switch("fold_mean_added", "The running mean is added: batch norm subtracts it.", "fold bias"),
    Switch("fold_beta_forgotten", "β is missing from the folded bias.", "fold beta"),
    Switch("fold_beta_scaled", "β is scaled as well: it is added last.", "fold beta"),
    Switch("fold_wrong_axis", "You scaled the wrong axis of the weight: the output features are scaled.", "fold axis"),
    Switch("fold_along_width", "A scale of shape (O,) beside a kernel (O, I, kH, kW) lies along kW: give it the shape "
           "(O, 1, 1, 1).", "fold axis"),
    Switch("fold_without_eps", "ε is missing from the folded scale.", "fold eps"),
    Switch("fold_eps_outside", "You added ε to σ: it goes inside the root, √(running_var + ε).", "fold eps"),
    Switch("fold_eps_hard_coded", "You ignore the eps argument and put 1e-5 in its place.", "fold eps"),
    Switch("fold_not_rooted", "You divided by the running variance: take its root.", "fold root"),
    Switch("fold_gamma_forgotten", "γ is missing from the folded scale.", "fold gamma"),
)


def restoring_parameters(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """gamma, beta (D,) that make batch norm of x (N, D) the identity: [BN] section 3."""
    x, eps = np.asarray(args[0], np.float64), float(args[1])
    mean, var = statistics(x, on)
    inside = 1e-5 if "restore_eps_ignored" in on else eps
    var = var + (0.0 if on & {"restore_without_eps", "restore_eps_outside"} else inside)
    gamma = var if "restore_with_variance" in on else np.sqrt(var)
    gamma = gamma + (eps if "restore_eps_outside" in on else 0.0)
    gamma = 1 / gamma if "restore_inverted" in on else gamma
    beta = mean * (-1.0 if "restore_beta_sign" in on else 1.0)
    return (beta, gamma) if "restore_swapped" in on else (gamma, beta)


def sgd_step(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """p − lr·g for each of the parameters (a list of arrays)."""
    params, grads, lr = args
    sign, rate = (1.0 if "step_uphill" in on else -1.0), (1.0 if "step_without_lr" in on else lr)
    length = [np.linalg.norm(g) if "step_normalized" in on else 1.0 for g in grads]
    return tuple(np.asarray(p + sign * rate * g / n) for p, g, n in zip(params, grads, length, strict=True))


def update_running(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """What the driver `refusing` reads: the new (running_mean, running_var), the old ones where x is a batch of one."""
    if len(args[2]) == 1:
        return np.asarray(args[0], np.float64), np.asarray(args[1], np.float64)
    return updated(args, on)


def updated(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The new (running_mean, running_var), both (D,); momentum weighs the new batch, as in PyTorch."""
    running_mean, running_var, x = (np.asarray(a, np.float64) for a in args[:3])
    momentum = float(args[3]) if len(args) > 3 and "momentum_ignored" not in on else 0.1
    if "running_one_for_all" in on:
        x = x.reshape(-1, 1)
    axis = 1 if "running_axis_1" in on else 0
    n = x.shape[axis]
    mean, var = x.mean(axis=axis), x.var(axis=axis)
    if "running_mean_corrected" in on:
        mean = mean * n / (n - 1)
    if "correction_inverted" in on:
        var = var * (n - 1) / n
    elif "correction_by_features" in on:
        var = var * np.divide(x.shape[1], x.shape[1] - 1)
    elif "running_var_biased" not in on:
        var = var * n / (n - 1)
    if "correction_twice" in on:
        var = var * n / (n - 1)
    if "running_std_kept" in on:
        var = np.sqrt(var)
    old, new = 1 - momentum, momentum
    if "momentum_reversed" in on:
        old, new = new, old
    if "running_overwritten" in on:
        old, new = 0.0, 1.0
    if "running_not_decayed" in on:
        old = 1.0
    new_var = running_var if "running_var_frozen" in on else old * running_var + new * var
    if "running_std_squared" in on and "running_var_frozen" not in on:
        new_var = (old * np.sqrt(running_var) + new * np.sqrt(var)) ** 2
    return old * running_mean + new * mean, new_var


def batchnorm_inference(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """y (N, D) by the running statistics: a fixed affine map of each row ([BN] algorithm 2)."""
    x, gamma, beta, mean, var = (np.asarray(a, np.float64) for a in args[:5])
    eps = float(args[5]) if len(args) > 5 else 1e-5
    if "inference_eps_hard_coded" in on:
        eps = 1e-5
    if "inference_batch_statistics" in on:
        mean, var = x.mean(axis=0), x.var(axis=0)
    if "inference_batch_mean" in on:
        mean = x.mean(axis=0)
    if "inference_batch_var" in on:
        var = x.var(axis=0)
    if "inference_not_centred" in on:
        mean = 0 * mean
    inside = 0.0 if on & {"inference_without_eps", "inference_eps_outside"} else eps
    scale = var + inside if "inference_not_rooted" in on else np.sqrt(var + inside)
    scale = scale + (eps if "inference_eps_outside" in on else 0.0)
    gamma = np.ones_like(gamma) if "inference_gamma_forgotten" in on else gamma
    beta = np.zeros_like(beta) if "inference_beta_forgotten" in on else beta
    return (gamma * (x - mean) / scale + beta,)


def population_statistics(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """Mean and biased variance (D,) of all rows of a list of batches."""
    batches = [np.asarray(b, np.float64) for b in args[0]]
    if "population_last_batch" in on:
        batches = batches[-1:]
    if "population_first_batch" in on:
        batches = batches[:1]
    counts = np.array([1.0 if "population_unweighted" in on else len(b) for b in batches])
    means, variances = np.array([b.mean(axis=0) for b in batches]), np.array([b.var(axis=0) for b in batches])
    if "population_batches_unbiased" in on:
        variances = variances * np.array([[len(b) / (len(b) - 1) if len(b) > 1 else np.nan] for b in batches])
    total = counts.sum()
    weights = np.ones_like(counts) if "population_variance_added" in on else counts
    var, spread = weights @ variances / total, _spread(counts, means, on) / total
    if "population_std_averaged" in on:
        var = (weights @ np.sqrt(variances) / total) ** 2
    elif "population_spread_subtracted" in on:
        var = var - spread
    elif "population_variances_averaged" not in on:
        var = var + spread
    rows = sum(len(b) for b in batches)
    return counts @ means / total, var * rows / (rows - 1) if "population_unbiased" in on else var


def _spread(counts: NDArray, means: NDArray, on: frozenset[str]) -> NDArray:
    """What the batches' means add to the sum of squares, batch by batch: Chan, Golub & LeVeque 1983."""
    seen, mean, spread = 0.0, np.zeros(means.shape[1:]), np.zeros(means.shape[1:])
    for count, new in zip(counts, means, strict=True):
        moved = mean + (new - mean) * count / (seen + count)
        delta = new - (moved if "population_delta_late" in on else mean)
        before = seen + count if "population_count_early" in on else seen
        spread = spread + delta**2 * before * count / (seen + count)
        seen, mean = seen + count, moved
    return spread


def convert_momentum(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """1 − p: from the weight of the new value to the weight of the old, and back."""
    p = float(args[0])
    return (np.asarray(p if "momentum_unchanged" in on else 1 / p if "momentum_inverted" in on else 1 - p),)


def fold_batchnorm(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """(weight, bias) of the layer that equals z = x @ weight + bias followed by batch norm at inference.

    weight is (D_in, D_out), or (O, I, kH, kW) for a convolution.
    """
    weight, bias, gamma, beta, mean, var = (np.asarray(a, np.float64) for a in args[:6])
    eps = 1e-5 if "fold_eps_hard_coded" in on else float(args[6])
    outside = eps if "fold_eps_outside" in on else 0.0
    shifted = var + (0.0 if on & {"fold_without_eps", "fold_eps_outside"} else eps)
    scale = 1 / ((shifted if "fold_not_rooted" in on else np.sqrt(shifted)) + outside)
    if "fold_gamma_forgotten" not in on:
        scale = scale * gamma
    out_axis = 1 if weight.ndim == 2 else 0
    shape = [1] * weight.ndim
    shape[-1 if "fold_along_width" in on else 1 - out_axis if "fold_wrong_axis" in on else out_axis] = -1
    folded = weight * scale.reshape(shape)
    if "fold_bias_unshifted" in on:
        new_bias = bias * scale
    elif "fold_bias_forgotten" in on:
        new_bias = -mean * scale
    elif "fold_bias_unscaled" in on:
        new_bias = bias - mean * scale
    elif "fold_mean_unscaled" in on:
        new_bias = bias * scale - mean
    elif "fold_mean_added" in on:
        new_bias = (bias + mean) * scale
    else:
        new_bias = (bias - mean) * scale
    if "fold_beta_scaled" in on:
        return folded, new_bias + beta * scale
    return folded, new_bias if "fold_beta_forgotten" in on else new_bias + beta
