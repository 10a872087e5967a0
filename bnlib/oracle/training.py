"""Training loops in PyTorch, statistics over several devices, half precision: with the mistakes people make in them.

`train_epoch(on)`, `evaluate(on)` and `batchnorm_mixed_precision(on)` give the *function* of someone who makes these
mistakes: what it does to a model is read from outside, by the same driver that reads a student's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.switches import Switch

SWITCHES = (
    Switch("train_mode_forgotten", "You never call model.train(): a network that comes from an evaluation goes on with "
           "its running statistics, and they stand still.", "train mode"),
    Switch("zero_grad_forgotten", "You never clear the gradients: backward() adds to what is there, so each step also "
           "takes all the steps before it again. Call optimizer.zero_grad() for every batch.", "gradient order"),
    Switch("weights_unmoved", "The weights never move: zero_grad(), then backward(), then step(). Another order lets "
           "step() see no gradient.", "gradient order"),
    Switch("step_after_loop", "You step once, after all batches: step() stands inside the loop, after each batch's "
           "backward().", "step place"),
    Switch("gradient_summed", "You go down the *sum* of the losses of a batch: the step grows with the batch. Take "
           "cross_entropy's mean.", "reduction"),
    Switch("softmax_twice", "cross_entropy takes the scores as they are: it does the softmax itself.", "scores"),
    Switch("loss_last_batch", "You return the loss of the last batch only.", "loss"),
    Switch("loss_first_batch", "You stop after the first batch: does the return stand inside the loop?", "loss"),
    Switch("loss_by_batches", "You divide a sum over the examples by the number of batches: divide it by the number of "
           "examples.", "loss"),
    Switch("loss_batches_averaged", "A small last batch counts as much as a full one: weigh each batch's loss by its "
           "number of examples.", "loss"),
    Switch("loss_divided_twice", "cross_entropy has divided by the batch size already: multiply it by the size before "
           "you divide by the number of examples.", "loss"),
    Switch("loss_not_divided", "You return a sum of losses: divide it, for the mean over the examples.", "loss"),
    Switch("loss_keeps_graph", "Your loss still holds the graph of every batch, and with it all their activations: add "
           "up loss.item().", "graph"),
    Switch("loss_after_step", "You measured the loss anew after the step: the one that backward() started from is "
           "asked for, and it costs nothing.", "graph"),
    Switch("batch_not_moved", "You did not move the batch to the device: x = x.to(device), y = y.to(device). to() "
           "gives a moved copy and leaves x where it was.", "device"),
    Switch("eval_forgotten", "You measure in train mode: the batch's statistics are used, and the test data change the "
           "running ones. Call model.eval() first.", "eval mode"),
    Switch("mode_not_restored", "You leave the model in eval mode: the caller had not asked for that. Put back what "
           "was there.", "restore"),
    Switch("mode_always_train", "You end with model.train() whatever the mode was before: a model that came in eval "
           "mode leaves in train mode.", "restore"),
    Switch("mode_of_the_whole", "You restore one mode for the whole model: a layer that was frozen in eval mode wakes "
           "up. Remember the mode of every module.", "restore"),
    Switch("no_grad_forgotten", "You build a graph that nobody needs: measure inside `with torch.no_grad():`.",
           "no grad"),
    Switch("grad_left_off", "You switch gradients off and never on again: `with torch.no_grad():` puts them back.",
           "no grad"),
    Switch("accuracy_batches_averaged", "A small last batch counts as much as a full one: count the right answers, and "
           "divide once, by the number of examples.", "accuracy"),
    Switch("accuracy_first_batch", "You return the accuracy of the first batch only: does the return stand inside the "
           "loop?", "accuracy"),
    Switch("accuracy_last_batch", "You return the accuracy of the last batch only.", "accuracy"),
    Switch("accuracy_not_divided", "You return how many are right: divide by the number of examples.", "accuracy"),
    Switch("accuracy_by_batches", "You divide by the number of batches: divide by the number of examples.",
           "accuracy"),
    Switch("accuracy_in_percent", "You return per cent: an accuracy lies between 0 and 1.", "accuracy unit"),
    Switch("moments_mean_unweighted", "A small group counts as much as a large one in your mean: weigh the means by "
           "the counts.", "moments mean"),
    Switch("moments_between_forgotten", "The spread between the groups' means is missing from m2.", "moments between"),
    Switch("moments_between_unweighted", "The squared distance of each group's mean counts once for each of its rows: "
           "multiply by the count.", "moments between"),
    Switch("moments_m2_as_variance", "You took the m2s for variances: they are sums already, do not multiply them by "
           "the counts.", "moments within"),
    Switch("moments_m2_averaged", "You averaged the m2s: they are sums, and sums add up.", "moments within"),
    Switch("moments_returns_variance", "You return a variance: m2 is the sum of squared deviations, not divided.",
           "moments result"),
    Switch("sync_local", "Each shard is normalized by its own statistics: that is batch norm without the "
           "synchronization.", "sync scope"),
    Switch("sync_first_shard", "The statistics of the first shard are used for all: combine them first.", "sync scope"),
    Switch("sync_averaged", "You averaged the shards' means and variances: a small shard then counts as much as a "
           "large one, and the spread between their means is missing.", "sync scope"),
    Switch("sync_mean_unweighted", "A small shard counts as much as a large one in your mean: weigh by the number of "
           "rows.", "sync mean"),
    Switch("sync_between_forgotten", "You averaged the variances: the spread between the shards' means is missing.",
           "sync between"),
    Switch("sync_variances_passed", "You took a shard's variance for its sum of squared deviations: multiply it by the "
           "shard's number of rows.", "sync within"),
    Switch("sync_shard_ddof", "You divided by N − 1 within a shard, and by N for the whole: a shard's variance is the "
           "biased one, or a shard of one row has none.", "sync within"),
    Switch("sync_undivided", "You normalize by the sum of squared deviations: divide it by the number of all rows "
           "first.", "ddof"),
    Switch("mixed_statistics_low", "You subtract and square in half precision: a mean of three digits, and squares "
           "that overflow. Convert x to float32 first.", "mixed precision"),
    Switch("mixed_statistics_rounded", "The mean or the variance that you use is rounded to 16 bits, or overflown. "
           "mean() and var() of a 16-bit x come back so: convert x to float32 first, and leave both there.",
           "mixed precision"),
    Switch("mixed_overflow", "Your variance overflows: float16 ends at 65504, and squares get there soon. Square in "
           "float32.", "observed", True),
    Switch("mixed_rounded_twice", "You round before the end: σ, x̂, γ, β or γ·x̂ goes to 16 bits before y does. Stay in "
           "float32 until y is done.", "observed", True),
    Switch("mixed_output_float32", "Your result is float32: give it back in x's dtype, or the saving of memory is "
           "gone.", "mixed output"),
    Switch("mixed_input_changed", "You changed the caller's x: work on a copy, not in place.", "mixed input"),
)


def train_epoch(on: frozenset[str]) -> Callable[..., Any]:
    """One epoch: (model, loader, optimizer, device) -> mean cross-entropy over the examples, before each step."""
    from torch.nn import functional as F

    def epoch(model: Any, loader: Any, optimizer: Any, device: Any) -> Any:
        if "train_mode_forgotten" not in on:
            model.train()
        sums, losses, sizes = [], [], []
        for x, y in loader:
            if "batch_not_moved" not in on:
                x, y = x.to(device), y.to(device)
            scores = model(x).softmax(dim=1) if "softmax_twice" in on else model(x)
            loss = F.cross_entropy(scores, y, reduction="sum" if "gradient_summed" in on else "mean")
            _descend(loss, optimizer, on)
            if "loss_after_step" in on:
                again = model(x).softmax(dim=1) if "softmax_twice" in on else model(x)
                loss = F.cross_entropy(again, y, reduction="sum" if "gradient_summed" in on else "mean")
            kept = loss if "loss_keeps_graph" in on else loss.item()
            losses.append(kept)
            sums.append(kept if "gradient_summed" in on else kept * len(y))
            sizes.append(len(y))
            if "loss_first_batch" in on:
                return losses[0]
        if "step_after_loop" in on and "weights_unmoved" not in on:
            optimizer.step()
        if "loss_last_batch" in on:
            return losses[-1]
        if "loss_batches_averaged" in on:
            return sum(losses) / len(losses)
        if "loss_divided_twice" in on:
            return sum(losses) / sum(sizes)
        if "loss_by_batches" in on:
            return sum(sums) / len(sums)
        return sum(losses) if "loss_not_divided" in on else sum(sums) / sum(sizes)

    return epoch


def _descend(loss: Any, optimizer: Any, on: frozenset[str]) -> None:
    if "zero_grad_forgotten" not in on:
        optimizer.zero_grad()
    loss.backward()
    if not {"weights_unmoved", "step_after_loop"} & on:
        optimizer.step()


def evaluate(on: frozenset[str]) -> Callable[..., Any]:
    """(model, loader, device) -> accuracy over the examples, in eval mode; every module's mode as it was."""
    import torch

    def measure(model: Any, loader: Any, device: Any) -> float:
        was = [(module, module.training) for module in model.modules()]
        if "eval_forgotten" not in on:
            model.eval()
        right, sizes = [], []
        with torch.set_grad_enabled("no_grad_forgotten" in on):
            for x, y in loader:
                if "batch_not_moved" not in on:
                    x, y = x.to(device), y.to(device)
                right.append(int((model(x).argmax(dim=1) == y).sum()))
                sizes.append(len(y))
        if "grad_left_off" in on:
            torch.set_grad_enabled(False)
        if "mode_always_train" in on:
            model.train()
        elif "mode_of_the_whole" in on:
            model.train(was[0][1])
        elif "mode_not_restored" not in on:
            for module, mode in was:
                module.training = mode
        return _share(right, sizes, on) * (100 if "accuracy_in_percent" in on else 1)

    return measure


def _share(right: list[int], sizes: list[int], on: frozenset[str]) -> float:
    if "accuracy_first_batch" in on:
        return right[0] / sizes[0]
    if "accuracy_last_batch" in on:
        return right[-1] / sizes[-1]
    if "accuracy_batches_averaged" in on:
        return float(np.mean([r / n for r, n in zip(right, sizes, strict=True)]))
    if "accuracy_by_batches" in on:
        return sum(right) / len(right)
    return float(sum(right)) if "accuracy_not_divided" in on else sum(right) / sum(sizes)


def combine_moments(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """(count, mean (D,), m2 (D,)) of all rows from counts (K,), means (K, D), m2s (K, D)."""
    counts, means, m2s = (np.asarray(a, np.float64) for a in args)
    total, rows = counts.sum(), counts[:, None]
    mean = means.mean(axis=0) if "moments_mean_unweighted" in on else (rows * means).sum(axis=0) / total
    apart = (means - mean) ** 2
    between = apart if "moments_between_unweighted" in on else rows * apart
    within = rows * m2s if "moments_m2_as_variance" in on else m2s
    m2 = within.mean(axis=0) if "moments_m2_averaged" in on else within.sum(axis=0)
    if "moments_between_forgotten" not in on:
        m2 = m2 + between.sum(axis=0)
    return np.asarray(total), mean, m2 / total if "moments_returns_variance" in on else m2


def sync_batchnorm_forward(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The outputs of all shards below one another, and the shards' sizes: batch norm over the rows of all of them."""
    shards, eps = [np.asarray(shard, np.float64) for shard in args[0]], float(args[3])
    gamma, beta = (np.asarray(a, np.float64) for a in args[1:3])
    sizes = np.array([len(shard) for shard in shards])
    off = 1 if "ddof_1" in on else 0
    if "sync_local" in on:
        moments = [(s.mean(axis=0), s.var(axis=0) * len(s) / (len(s) - off)) for s in shards]
    elif "sync_first_shard" in on:
        moments = [(shards[0].mean(axis=0), shards[0].var(axis=0) * sizes[0] / (sizes[0] - off))] * len(shards)
    elif "sync_averaged" in on:
        variances = [s.var(axis=0) * len(s) / (len(s) - off) for s in shards]
        moments = [(np.mean([s.mean(axis=0) for s in shards], axis=0), np.mean(variances, axis=0))] * len(shards)
    else:
        means = np.array([s.mean(axis=0) for s in shards])
        mean = means.mean(axis=0) if "sync_mean_unweighted" in on else sizes @ means / sizes.sum()
        m2 = _within(shards, on).sum(axis=0)
        if "sync_between_forgotten" not in on:
            m2 = m2 + sizes @ (means - mean) ** 2
        moments = [(mean, m2 / (1 if "sync_undivided" in on else sizes.sum() - off))] * len(shards)
    if "gamma_forgotten" in on:
        gamma = np.ones_like(gamma)
    if "beta_forgotten" in on:
        beta = np.zeros_like(beta)
    outputs = [gamma * (s - mean) / _deviation(var, eps, on) + beta
               for s, (mean, var) in zip(shards, moments, strict=True)]
    return np.concatenate(outputs), sizes


def _within(shards: list[NDArray], on: frozenset[str]) -> NDArray:
    """(K, D): each shard's sum of squared deviations from its own mean."""
    def factor(n: int) -> float:
        if "sync_shard_ddof" in on:
            return n * n / (n - 1) if n > 1 else float("nan")
        return 1.0 if "sync_variances_passed" in on else float(n)

    return np.array([factor(len(s)) * s.var(axis=0) for s in shards])


def _deviation(var: Any, eps: float, on: frozenset[str]) -> Any:
    if "eps_outside" in on:
        return var**0.5 + eps
    return (var + (0.0 if "eps_forgotten" in on else eps)) ** 0.5


def batchnorm_mixed_precision(on: frozenset[str]) -> Callable[..., Any]:
    """(x in half precision, gamma, beta, eps) -> y in x's dtype, everything between in float32."""

    def forward(x: Any, gamma: Any, beta: Any, eps: float) -> Any:
        wide = x if "mixed_statistics_low" in on else x.float()
        over = 1 if "axis_1" in on else (0, 1) if "one_for_all" in on else 0
        mean = wide.mean(dim=over, keepdim=True)
        var = ((wide - mean) ** 2).mean(dim=over, keepdim=True)
        if "mixed_statistics_rounded" in on:
            mean, var = mean.to(x.dtype).float(), var.to(x.dtype).float()
        if "ddof_1" in on:
            count = wide.numel() // mean.numel()
            var = var * (count / (count - 1))
        xhat = (wide - mean) / _deviation(var, eps, on)
        y = xhat if "gamma_forgotten" in on else gamma.to(wide.dtype) * xhat
        y = y if "beta_forgotten" in on else y + beta.to(wide.dtype)
        if "mixed_input_changed" in on:
            x += 1
        return y.float() if "mixed_output_float32" in on else y.to(x.dtype)

    return forward
