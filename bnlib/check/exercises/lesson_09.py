"""Lesson 09: training loops, statistics over several devices, half precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bnlib.check.drivers import all_drivers
from bnlib.check.model import Args, Case, Exercise, Outputs, Property
from bnlib.oracle import training

LESSON = "09_gpu_training"
KEPT = 1000  # results of an oracle, some kilobytes each
Switched = Callable[[frozenset[str]], Callable[..., Any]]


def driven(driver: str, switched: Switched) -> Callable[[Args, frozenset[str]], Outputs]:
    """The oracle of an exercise whose function of someone with these mistakes is `switched(on)`.

    A search asks for the same case and switches again and again, and an epoch takes milliseconds: results are kept,
    beside the arguments themselves, so that an id stands for one object only.
    """
    known: dict[tuple[int, frozenset[str]], tuple[Args, Outputs]] = {}

    def oracle(args: Args, on: frozenset[str]) -> Outputs:
        key = id(args), on
        if key not in known:
            if len(known) >= KEPT:
                known.clear()
            known[key] = args, all_drivers()[driver](switched(on), *args)
        return known[key][1]

    return oracle


def network(rng: np.random.Generator, inputs: int = 4, hidden: int = 5, classes: int = 3) -> list[np.ndarray]:
    """weight (inputs, hidden), bias, gamma, beta, weight (hidden, classes), bias."""
    return [rng.normal(size=(inputs, hidden)), rng.normal(size=hidden), rng.uniform(0.5, 2, hidden),
            rng.normal(size=hidden), rng.normal(size=(hidden, classes)), rng.normal(size=classes)]


def epoch(rng: np.random.Generator, title: str, rows: int, batch_size: int, training_mode: bool,
          lr: float = 0.3) -> Case:
    """A case of train_epoch."""
    args = (network(rng), 1 + 2 * rng.normal(size=(rows, 4)), rng.integers(0, 3, size=rows), batch_size, lr,
            training_mode)
    return Case(title, args, rtol=1e-6, atol=1e-7)


def _epoch_cases(rng: np.random.Generator) -> list[Case]:
    return [
        epoch(rng, "8 examples in batches of 4, the model in train mode", 8, 4, True),
        epoch(rng, "8 examples in batches of 4, the model in eval mode", 8, 4, False),
        epoch(rng, "11 examples in batches of 4: the last has 3, the model in eval mode", 11, 4, False),
        epoch(rng, "14 examples in batches of 6: the last has 2, the model in train mode", 14, 6, True),
    ]


def measurement(rng: np.random.Generator, title: str, rows: int, batch_size: int, modes: str) -> Case:
    """A case of evaluate: in full batches all answers but one are right, in the last one only the first is.

    `modes` are those of the whole, linear, norm, ReLU, linear: t (train) or e (eval).
    """
    params, x = network(rng), 1 + 2 * rng.normal(size=(rows, 4))
    running = [rng.normal(size=5), rng.uniform(1, 4, 5)]
    z = x @ params[0] + params[1]
    a = np.maximum(params[2] * (z - running[0]) / np.sqrt(running[1] + 1e-5) + params[3], 0)
    y = (a @ params[4] + params[5]).argmax(axis=1)
    wrong = np.zeros(rows, bool)
    wrong[rng.integers(0, batch_size)] = True
    last = rows - (rows % batch_size or batch_size)
    wrong[last + 1 :] = True
    args = (params, running, x, np.where(wrong, (y + rng.integers(1, 3, rows)) % 3, y), batch_size,
            [int(mode == "t") for mode in modes])
    return Case(title, args, rtol=1e-6, atol=1e-7)


def _measurement_cases(rng: np.random.Generator) -> list[Case]:
    return [
        measurement(rng, "8 examples in batches of 4, the model in train mode", 8, 4, "ttttt"),
        measurement(rng, "11 examples in batches of 4: the last has 3, the model in train mode", 11, 4, "ttttt"),
        measurement(rng, "11 examples in batches of 4, the model in eval mode", 11, 4, "eeeee"),
        measurement(rng, "13 examples in batches of 5, in train mode but for a frozen batch norm", 13, 5, "ttett"),
    ]


def groups(rng: np.random.Generator, title: str, count: int, features: int) -> Case:
    """A case of combine_moments."""
    return Case(title, (rng.permutation(count) + rng.integers(2, 9), 3 * rng.normal(size=(count, features)),
                        rng.uniform(5, 30, size=(count, features))))


def _moments_cases(rng: np.random.Generator) -> list[Case]:
    offset = (np.array([5, 3, 9]), 1e8 + 3 * rng.normal(size=(3, 3)), rng.uniform(5, 30, size=(3, 3)))
    return [
        Case("counts = [2, 1], means = [[2], [8]], m2s = [[2], [0]]",
             (np.array([2, 1]), np.array([[2.0], [8.0]]), np.array([[2.0], [0.0]]))),
        groups(rng, "4 groups, 4 features", 4, 4), groups(rng, "3 groups, 3 features", 3, 3),
        groups(rng, "6 groups, 2 features", 6, 2),
        Case("an offset of 1e8", offset, rtol=1e-7, atol=1e-5, blame="cancellation"),
    ]


def shards(rng: np.random.Generator, title: str, sizes: tuple[int, ...], features: int, eps: float) -> Case:
    """A case of sync_batchnorm_forward: each shard has a mean of its own."""
    parts = [3 * rng.normal(size=features) + 2 * rng.normal(size=(n, features)) for n in sizes]
    return Case(title, (parts, rng.uniform(1.5, 3, features), rng.uniform(-3, -1, features), eps))


def _sync_cases(rng: np.random.Generator) -> list[Case]:
    offset = shards(rng, "", (5, 3), 3, 0.3)
    loud = ([1e8 + part for part in offset.args[0]], *offset.args[1:])
    return [
        Case("shards [[1], [3]] and [[8]], gamma = [2], beta = [1], eps = 1/3",
             ([np.array([[1.0], [3.0]]), np.array([[8.0]])], np.array([2.0]), np.array([1.0]), 1 / 3)),
        shards(rng, "shards of 4, 4 and 4 rows, D = 4, eps = 0.3", (4, 4, 4), 4, 0.3),
        shards(rng, "shards of 5 and 2 rows, D = 3, eps = 0.5", (5, 2), 3, 0.5),
        shards(rng, "shards of 2, 6 and 3 rows, D = 3, eps = 0.1", (2, 6, 3), 3, 0.1),
        Case("an offset of 1e8", loud, rtol=0.0, atol=1e-5, blame="cancellation"),
    ]


# Between 1024 and 2048 the numbers of each format lie this far apart, and results carry these errors.
SPACING = {"float16": 1.0, "bfloat16": 8.0}
ROUNDING = {"float16": 4e-3, "bfloat16": 1.6e-2}


def halves(rng: np.random.Generator, dtype: str, features: int, blocks: int = 1) -> Case:
    """A case of batchnorm_mixed_precision: 8 rows a block near 1536, whose mean is no number of the format.

    x is 1536 + spacing·k with whole k; in each feature and block the k add up to 3 or −5, so that a mean rounded to
    the format is off by 3/8 of a spacing.  eps is of the size of the variance, so that it shows.
    """
    k = rng.integers(-3, 4, size=(8, features))
    while np.any((k.sum(axis=0) % 8) != 3) or np.any(k.var(axis=0) < 2):
        bad = ((k.sum(axis=0) % 8) != 3) | (k.var(axis=0) < 2)
        k[:, bad] = rng.integers(-3, 4, size=(8, int(bad.sum())))
    unit = SPACING[dtype]
    args = (1536 + unit * np.tile(k, (blocks, 1)).astype(float), rng.uniform(1.5, 3, features),
            rng.uniform(-3, -1, features), 2 * unit**2, dtype)
    return Case(f"{dtype}, N = {8 * blocks}, D = {features}, x near 1536, eps = {2 * unit**2:g}", args,
                rtol=ROUNDING[dtype], atol=0.0)


def small(rng: np.random.Generator, dtype: str, features: int) -> Case:
    """A case of batchnorm_mixed_precision: β is nearly −γ·x̂ in one row, so that what was rounded before y shows there.

    x holds seven whole numbers, and no format holds their mean, σ or x̂.  No y lies near the middle between two numbers
    of the format, so a right answer is the same number whatever its order of operations, and the tolerance may be
    smaller than a step of the format.
    """
    k, step = np.array([-4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 5.0]), SPACING[dtype] / 512  # from 2 to 4
    std = 3 + step * float(rng.integers(0, 8) + 3 / 8)
    xhat = (k - k.mean()) / std
    gamma, beta = np.empty(features), np.empty(features)
    pending = np.ones(features, bool)
    while pending.any():
        gamma[pending] = rng.uniform(2, 3, pending.sum())
        beta[pending] = rng.uniform(0.03, 0.06, pending.sum()) - gamma[pending] * xhat[5]
        y = np.abs(gamma * xhat[:, None] + beta)
        steps = y / (SPACING[dtype] * np.exp2(np.floor(np.log2(y)) - 10))
        pending = np.any(np.abs(steps % 1 - 0.5) < 0.1, axis=0)
    x = 2 + np.array([rng.permutation(k) for _ in range(features)]).T
    return Case(f"{dtype}, where γ·x̂ + β is small", (x, gamma, beta, std**2 - float(k.var()), dtype),
                rtol=2e-5 * SPACING[dtype], atol=0.0, blame="mixed_rounded_twice")


def _mixed_cases(rng: np.random.Generator) -> list[Case]:
    signs = rng.permuted(np.tile([[1.0], [-1.0]], (3, 4)), axis=0)
    wide = signs * rng.uniform(300, 500, size=(6, 4))
    return [
        halves(rng, "float16", 3), halves(rng, "bfloat16", 3), halves(rng, "float16", 8), halves(rng, "bfloat16", 5),
        Case("float16, values of several hundreds: their squares are beyond its range",
             (wide, rng.uniform(1.5, 3, 4), rng.uniform(-3, -1, 4), 1.0, "float16"), rtol=ROUNDING["float16"],
             atol=0.0, blame="mixed_overflow"),
        small(rng, "float16", 5),
    ]


def _far_or_right(args: Args, out: Outputs) -> bool:
    """Not the error that digits lost on the way make: near the truth everywhere, and not at it."""
    truth = training.batchnorm_mixed_precision(frozenset())
    y = all_drivers()["mixed_precision"](truth, *args)[0]
    gap = float(np.max(np.abs(out[0] - y))) if out[0].shape == y.shape else np.inf
    return gap <= ROUNDING.get(args[4], 1e-5) * float(np.max(np.abs(y))) or gap > 0.2


NEAR = ("So small an error is one of lost digits: all between in float32, and no E[x²] − E[x]², which subtracts two "
        "huge numbers. Centre first, then square.")
LOOP = (
    Property(lambda args, out: bool(out[4]), "Move the batch to the device: x = x.to(device), y = y.to(device)."),
    Property(lambda args, out: bool(out[5]), "Add up loss.item(), not the loss."),
)
TRACES = (
    Property(lambda args, out: bool(np.array_equal(out[1], args[5])), "The modes of the modules afterwards are not "
             "those before: remember each module's mode, and put it back."),
    Property(lambda args, out: bool(np.allclose(out[2:4], args[1])), "The running statistics have moved: measure in "
             "eval mode."),
    Property(lambda args, out: not out[4], "A graph was built: measure inside `with torch.no_grad():`."),
    Property(lambda args, out: bool(out[5]), "Gradients are still off afterwards: `with torch.no_grad():` puts them "
             "back."),
    Property(lambda args, out: 0 <= float(out[0]) <= 1, "An accuracy is a share of the examples, between 0 and 1."),
)
FORM = ("in_place", "keepdims", "single_precision")

EXERCISES = (
    Exercise("train_epoch", LESSON, "train_epoch(model, loader, optimizer, device) -> float",
             ("the loss", "the vector of all weights", "running_mean", "running_var", "“batch on the device”",
              "“loss without a graph”"),
             _epoch_cases, driven("train_epoch", training.train_epoch),
             ("train_mode_forgotten", "zero_grad_forgotten", "weights_unmoved", "step_after_loop", "gradient_summed",
              "softmax_twice", "loss_first_batch", "loss_last_batch", "loss_batches_averaged", "loss_by_batches",
              "loss_divided_twice", "loss_not_divided", "loss_keeps_graph", "loss_after_step", "batch_not_moved"),
             properties=LOOP, driver="train_epoch", torch=True, see="“One epoch”"),
    Exercise("evaluate", LESSON, "evaluate(model, loader, device) -> float",
             ("the accuracy", "the list of modes", "running_mean", "running_var", "“a graph was built”",
              "“gradients are on afterwards”", "“batch on the device”"),
             _measurement_cases, driven("evaluate", training.evaluate),
             ("eval_forgotten", "mode_not_restored", "mode_always_train", "mode_of_the_whole", "no_grad_forgotten",
              "grad_left_off", "accuracy_batches_averaged", "accuracy_first_batch", "accuracy_last_batch",
              "accuracy_not_divided", "accuracy_by_batches", "accuracy_in_percent", "batch_not_moved"),
             properties=TRACES, driver="evaluate", torch=True, see="“A measurement must leave no trace”"),
    Exercise("combine_moments", LESSON, "combine_moments(counts, means, m2s) -> (count, mean, m2)",
             ("count", "mean", "m2"), _moments_cases, training.combine_moments,
             ("moments_mean_unweighted", "moments_between_forgotten", "moments_between_unweighted",
              "moments_m2_as_variance", "moments_m2_averaged", "moments_returns_variance", *FORM, "cancellation"),
             torch=True, see="“Three numbers travel”"),
    Exercise("sync_batchnorm_forward", LESSON, "sync_batchnorm_forward(shards, gamma, beta, eps) -> list of outputs",
             ("y", "the number of rows of each output"), _sync_cases, training.sync_batchnorm_forward,
             ("sync_local", "sync_first_shard", "sync_averaged", "sync_mean_unweighted", "sync_between_forgotten",
              "sync_variances_passed", "sync_shard_ddof", "sync_undivided", "ddof_1", "eps_forgotten", 
              "eps_outside", "gamma_forgotten", "beta_forgotten", "in_place", "single_precision", "cancellation"),
             driver="sync_batchnorm", torch=True, see="“One batch on several devices”"),
    Exercise("batchnorm_mixed_precision", LESSON, "batchnorm_mixed_precision(x, gamma, beta, eps) -> y",
             ("y", "“y has x's dtype”", "“x is as it was”"), _mixed_cases,
             driven("mixed_precision", training.batchnorm_mixed_precision),
             ("mixed_statistics_low", "mixed_statistics_rounded", "mixed_overflow", "mixed_rounded_twice",
              "mixed_output_float32", "mixed_input_changed", "axis_1", "one_for_all", "ddof_1", "eps_forgotten",
              "eps_outside", "gamma_forgotten", "beta_forgotten"),
             properties=(Property(lambda args, out: bool(out[1]), "Give the result back in x's own dtype: "
                                  "y.to(x.dtype)."), Property(_far_or_right, NEAR),
                         Property(lambda args, out: bool(out[2]), "x has changed. Of a float32 x, x.float() is x "
                                  "itself: make a new array instead of changing it in place.")),
             driver="mixed_precision", torch=True, see="“Sixteen bits”"),
)
