"""Batches, a discriminator's food and how well it tells them apart, with the mistakes people make (lesson 10)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.switches import Switch

Pairs = list[tuple[NDArray, NDArray]]

SWITCHES = (
    Switch("batches_not_shuffled", "The rows are not shuffled: permute them with the rng, anew in every epoch.",
           "batch order"),
    Switch("batches_same_order", "Every epoch has the same order: draw a new permutation from the rng you are given.",
           "batch order"),
    Switch("batches_rng_ignored", "Equal generators give different batches: draw from the rng you are given, not from "
           "another source.", "batch order"),
    Switch("batches_as_blocks", "You shuffled within or among the batches, but each still holds neighbours: permute "
           "the rows first, cut afterwards.", "batch order"),
    Switch("batches_with_replacement", "Some rows come twice and others never: permute the rows, do not draw them with "
           "replacement.", "batch order"),
    Switch("batches_labels_left", "Rows and labels were parted: index both with the same permutation.",
           "batch labels"),
    Switch("batches_remainder_dropped", "The rows left over at the end are lost: they make a smaller last batch.",
           "batch remainder"),
    Switch("batches_one_dropped", "The single row left over is lost: it joins the batch before it.",
           "batch remainder"),
    Switch("batches_of_one", "A batch of one is left: let the single row join the batch before it.",
           "batch remainder"),
    Switch("batches_remainder_merged", "Two rows or more left over make a batch of their own; only a single row joins "
           "the batch before it.", "batch remainder"),
    Switch("batches_evened", "You spread the rows evenly: all batches have batch_size rows, and what is left over "
           "makes a smaller last one.", "batch remainder"),
    Switch("gan_pure", "Your batch is all real or all fake: put both into one batch, half and half.", "gan rows"),
    Switch("gan_unbalanced", "Real and fake are not half and half: take as many rows of each as the shorter has.",
           "gan rows"),
    Switch("gan_halved", "Rows are missing: take n of each kind, n the number of rows of the shorter.", "gan rows"),
    Switch("gan_cut_after_mixing", "You mixed all rows and cut then, so the halves are unequal: take n of each kind "
           "first.", "gan rows"),
    Switch("gan_first_rows", "The longer one's last rows never get a turn: choose its rows at random.", "gan rows"),
    Switch("gan_with_replacement", "Some rows come twice: draw them without replacement.", "gan rows"),
    Switch("gan_not_mixed", "Real and fake come in a fixed order: shuffle the batch, or a cut may make pure pieces.",
           "gan order"),
    Switch("gan_rng_ignored", "Equal generators give different results: draw from the rng you are given.",
           "gan order"),
    Switch("gan_labels_left", "Rows and labels were parted in shuffling: one permutation for both.",
           "gan labels"),
    Switch("gan_labels_swapped", "The labels are the wrong way round: 1 is real, 0 is fake.", "gan labels"),
    Switch("auc_reversed", "You counted the pairs where the *fake* scores higher: real above fake.", "auc sense"),
    Switch("auc_folded", "You returned the larger of A and 1 − A: a discriminator that has it backwards must show.",
           "auc sense"),
    Switch("auc_ties_lost", "Ties count for nothing in your result: each counts one half.", "auc ties"),
    Switch("auc_ties_whole", "Ties count fully in your result: each counts one half.", "auc ties"),
    Switch("auc_all_pairs", "You divided by the square of the number of scores: divide by real × fake pairs.",
           "auc pairs"),
    Switch("auc_first_half_real", "You took the first rows for real: the labels say which are.", "auc split"),
    Switch("auc_accuracy", "That is the accuracy at a threshold: compare every real score with every fake one.",
           "auc pairs"),
    Switch("auc_not_divided", "That is a number of pairs: divide it by real × fake.", "auc pairs"),
    Switch("auc_one_partner", "You compared each real score with one fake score: compare it with all of them.",
           "auc pairs"),
    Switch("gap_signed", "Only positive differences count in your result: take absolute values first.", "gap size"),
    Switch("gap_averaged", "You averaged the differences: return the largest.", "gap size"),
    Switch("gap_per_feature", "You gave one gap per feature: the largest over all entries is a single number.",
           "gap size"),
    Switch("gap_eps_forgotten", "ε is missing: divide by √(σ² + ε) with ε = 1e-5.", "gap eps"),
    Switch("gap_unbiased", "You divided by N − 1: in training batch norm divides by N.", "gap ddof"),
    Switch("gap_first_only", "You compared the first micro-batch only: compare all of them.", "gap rows"),
    Switch("gap_last_only", "You compared the last micro-batch only: compare all of them.", "gap rows"),
    Switch("gap_pieces_counted", "You took micro_batch for the number of pieces: it is the number of rows in each.",
           "gap rows"),
    Switch("gap_rest_dropped", "The rows left over at the end are left out: they are a smaller micro-batch.",
           "gap rows"),
    Switch("gap_interleaved", "Your micro-batches take every k-th row: take consecutive rows.", "gap rows"),
    Switch("gap_statistics_averaged", "You averaged the statistics of the micro-batches: each is normalized by its "
           "own.", "gap statistics"),
    Switch("gap_unnormalized", "You compared means: compare the normalized values.", "gap statistics"),
    Switch("gap_one_mean", "You took one mean over all entries: each feature has its own, axis 0.", "gap rows"),
    Switch("gap_axis_1", "Your gap is always 0, as with one mean and variance per example: per feature (axis 0) they "
           "depend on the batch.", "gap rows"),
)


def shuffled_batches(x: NDArray, y: NDArray, batch_size: int, rng: np.random.Generator, on: frozenset[str]) -> Pairs:
    """One epoch as a list of (x, y): batch_size rows each, a smaller rest; a rest of one row joins its predecessor."""
    n = len(x)
    order = rng.permutation(n)
    if "batches_not_shuffled" in on or "batches_as_blocks" in on:
        order = np.arange(n)
    elif "batches_same_order" in on:
        order = np.random.default_rng(0).permutation(n)
    elif "batches_rng_ignored" in on:
        order = np.random.default_rng().permutation(n)
    elif "batches_with_replacement" in on:
        order = rng.integers(n, size=n)
    labels = np.arange(n) if "batches_labels_left" in on else order
    cuts = [*range(0, n, batch_size), n]
    rest = cuts[-1] - cuts[-2]
    if rest < batch_size and len(cuts) > 2:
        if "batches_remainder_dropped" in on or ("batches_one_dropped" in on and rest == 1):
            del cuts[-1]
        elif (rest == 1 and "batches_of_one" not in on) or "batches_remainder_merged" in on:
            del cuts[-2]
    if "batches_evened" in on:
        count = max(1, n // batch_size)
        cuts = [0, *np.cumsum([n // count + (k < n % count) for k in range(count)])]
    found = [(x[order[a:b]], y[labels[a:b]]) for a, b in pairwise(cuts)]
    if "batches_as_blocks" in on:
        body = [found[k] for k in rng.permutation(len(found) - 1)]
        return [*body, found[-1]]  # the odd one stays last
    return found


def discriminator_batch(real: NDArray, fake: NDArray, rng: np.random.Generator,
                        on: frozenset[str]) -> tuple[NDArray, NDArray]:
    """n rows of each, n the shorter's length, in one shuffled batch x (2n, …) with labels (2n,), 1 real and 0 fake."""
    n = min(len(real), len(fake))
    if "gan_rng_ignored" in on:
        rng = np.random.default_rng()
    if "gan_pure" in on:
        chosen = [real, fake[:0]] if rng.random() < 0.5 else [real[:0], fake]
    elif on & {"gan_unbalanced", "gan_cut_after_mixing"}:
        chosen = [real, fake]
    elif "gan_halved" in on:
        chosen = [part[rng.permutation(len(part))[: max(1, n // 2)]] for part in (real, fake)]
    elif "gan_first_rows" in on:
        chosen = [real[:n], fake[:n]]
    elif "gan_with_replacement" in on:
        chosen = [part[rng.integers(len(part), size=n)] for part in (real, fake)]
    else:
        chosen = [part[rng.permutation(len(part))[:n]] for part in (real, fake)]
    x = np.concatenate(chosen)
    labels = np.concatenate([np.ones(len(chosen[0])), np.zeros(len(chosen[1]))])
    if "gan_labels_swapped" in on:
        labels = 1 - labels
    order = np.arange(len(x)) if "gan_not_mixed" in on else rng.permutation(len(x))
    if "gan_cut_after_mixing" in on:
        order = order[: 2 * n]
    return x[order], labels[: len(order)] if "gan_labels_left" in on else labels[order]


def separability(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """Share of the (real, fake) pairs in which real scores higher, ties one half: the area under the ROC curve."""
    scores, labels = np.asarray(args[0], np.float64), np.asarray(args[1])
    if "auc_first_half_real" in on:
        labels = np.arange(len(labels)) < np.sum(labels == 1)
    real, fake = scores[labels == 1], scores[labels == 0]
    if "auc_accuracy" in on:
        area = np.mean((scores > 0.5) == (labels == 1))
    else:
        table = real[:, None] - fake
        if "auc_one_partner" in on:
            table = np.diagonal(table)
        above, ties = np.sum(table > 0), np.sum(table == 0)
        tie = 0.0 if "auc_ties_lost" in on else 1.0 if "auc_ties_whole" in on else 0.5
        pairs = len(scores) ** 2 if "auc_all_pairs" in on else 1 if "auc_not_divided" in on else table.size
        if "auc_reversed" in on:
            above = table.size - above - ties
        area = (above + tie * ties) / pairs
    return (np.asarray(max(area, 1 - area) if "auc_folded" in on else area),)


def accumulation_gap(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """max |x̂ of the whole batch − x̂ of its micro-batches|, ε = 1e-5; x (N, D), consecutive rows, the rest last."""
    x, size = np.asarray(args[0], np.float64), int(args[1])
    axis = 1 if "gap_axis_1" in on else None if "gap_one_mean" in on else 0
    ddof, eps = (1 if "gap_unbiased" in on else 0), (0.0 if "gap_eps_forgotten" in on else 1e-5)
    if "gap_interleaved" in on:
        count = -(-len(x) // size)
        pieces = [np.arange(k, len(x), count) for k in range(count)]
    elif "gap_pieces_counted" in on:
        pieces = np.array_split(np.arange(len(x)), min(size, len(x)))
    else:
        pieces = [np.arange(k, min(k + size, len(x))) for k in range(0, len(x), size)]
    if "gap_rest_dropped" in on and len(x) % size and len(pieces) > 1:
        pieces = pieces[:-1]

    def moments(part: NDArray) -> tuple[NDArray, NDArray]:
        mean = part.mean(axis=axis, keepdims=True)
        count = part.size if axis is None else part.shape[axis]
        return mean, ((part - mean) ** 2).sum(axis=axis, keepdims=True) / np.float64(count - ddof)

    def normalized(part: NDArray, mean: NDArray, var: NDArray) -> NDArray:
        return np.asarray(mean + 0 * part if "gap_unnormalized" in on else (part - mean) / np.sqrt(var + eps))

    whole, each = normalized(x, *moments(x)), [moments(x[rows]) for rows in pieces]
    if "gap_statistics_averaged" in on and axis != 1:
        each = [(np.mean([m for m, _ in each], axis=0), np.mean([v for _, v in each], axis=0))] * len(pieces)
    gaps = [whole[rows] - normalized(x[rows], *own) for rows, own in zip(pieces, each, strict=True)]
    gaps = gaps[:1] if "gap_first_only" in on else gaps[-1:] if "gap_last_only" in on else gaps
    gap = np.concatenate(gaps)
    if "gap_signed" in on:
        return (np.asarray(gap.max()),)
    if "gap_per_feature" in on:
        return (np.abs(gap).max(axis=0),)
    return (np.asarray(np.abs(gap).mean() if "gap_averaged" in on else np.abs(gap).max()),)
