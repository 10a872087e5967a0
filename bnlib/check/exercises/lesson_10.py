"""Lesson 10: batches, discriminators, and what is done to a model's batch norm from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.check.drivers import all_drivers, all_readers
from bnlib.check.model import Args, Case, Exercise, Outputs
from bnlib.oracle import pitfalls, surgery

LESSON = "10_pitfalls"
KEPT = 2000  # results of driven oracles to remember: naming a mistake asks for the same ones again and again


def driven(driver: str, function: Callable[..., Any]) -> Callable[[Args, frozenset[str]], Outputs]:
    """The oracle that lets `function`, with switches as its last argument, be driven as a student's would be."""
    known: dict[tuple[Any, frozenset[str]], Outputs] = {}

    def oracle(args: Args, on: frozenset[str]) -> Outputs:
        key = (_key(args), on)
        if key not in known:
            if len(known) >= KEPT:
                known.clear()
            outputs = all_drivers()[driver](lambda *given: function(*given, on), *args)
            if driver in all_readers():
                outputs = all_readers()[driver].read(args, *outputs)
            known[key] = tuple(np.asarray(output) for output in outputs)
        return known[key]

    return oracle


def _key(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, value.tobytes()
    return tuple(_key(part) for part in value) if isinstance(value, list | tuple) else value


def seed_of(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))


def _batch_cases(rng: np.random.Generator) -> list[Case]:
    def case(title: str, rows: int, batch_size: int) -> Case:
        y = np.sort(rng.integers(0, 3, size=rows))  # the classes one after another
        return Case(title, (rng.normal(size=(rows, 3)), y, batch_size, seed_of(rng)))

    return [case("20 rows in batches of 5", 20, 5), case("21 rows in batches of 5: one is left over", 21, 5),
            case("23 rows in batches of 5: three are left over", 23, 5),
            case("17 rows in batches of 4: one is left over", 17, 4)]


def _gan_cases(rng: np.random.Generator) -> list[Case]:
    def case(title: str, real: int, fake: int) -> Case:
        return Case(title, (3 + rng.normal(size=(real, 2)), rng.normal(size=(fake, 2)), seed_of(rng)))

    return [case("6 real, 6 fake", 6, 6), case("8 real, 8 fake", 8, 8), case("12 real, 5 fake", 12, 5),
            case("4 real, 9 fake", 4, 9)]


def scored(rng: np.random.Generator, real: int, fake: int, steps: int) -> Args:
    """Scores in steps (so that ties occur), mixed, the real ones a little higher, with their labels."""
    scores = np.concatenate([rng.integers(1, steps + 1, real), rng.integers(0, steps, fake)]) / steps
    order = rng.permutation(real + fake)
    return scores[order], np.concatenate([np.ones(real), np.zeros(fake)])[order]


def _auc_cases(rng: np.random.Generator) -> list[Case]:
    backwards = scored(rng, 6, 8, 7)
    return [
        Case("scores = [2, 1, 1, 0], labels = [1, 0, 1, 0]", (np.array([2.0, 1, 1, 0]), np.array([1.0, 0, 1, 0]))),
        Case("7 real, 5 fake, with ties", scored(rng, 7, 5, 6)),
        Case("12 real, 9 fake, with ties", scored(rng, 12, 9, 10)),
        Case("the fakes score higher", (1 - backwards[0], backwards[1])),
    ]


def _gap_cases(rng: np.random.Generator) -> list[Case]:
    def case(title: str, rows: int, features: int, micro_batch: int) -> Case:
        trend = np.linspace(0, 3, rows)[:, None] * rng.choice([-1, 1], features)  # pieces differ from the whole
        return Case(title, (3 + trend + rng.normal(size=(rows, features)), micro_batch))

    return [
        Case("x = [[0], [2], [4], [8]], micro_batch = 2", (np.array([[0.0], [2.0], [4.0], [8.0]]), 2)),
        case("N = 12, D = 5, micro_batch = 4", 12, 5, 4), case("N = D = 6, micro_batch = 2", 6, 6, 2),
        case("N = D = 9, micro_batch = 3", 9, 9, 3), case("N = 16, D = 3, micro_batch = 4", 16, 3, 4),
        Case("N = 14, D = 3, micro_batch = 4: a rest of two rows", (far_rest(rng, 14, 3, 2), 4)),
    ]


def far_rest(rng: np.random.Generator, rows: int, features: int, rest: int) -> NDArray:
    """x (rows, features) whose last `rest` rows lie far from the others: the largest gap is theirs."""
    x = rng.normal(size=(rows, features))
    x[-rest:] += 20 * rng.choice([-1, 1], features)
    return x


def adapted(rng: np.random.Generator, title: str, sizes: tuple[int, ...], momentum: float, dropout: float,
            mode: str, pixels: tuple[int, ...] = ()) -> Case:
    level = (4, *(1 for _ in pixels))
    batches: list[NDArray] = [1 + 2 * rng.normal(size=(n, 4, *pixels)) + rng.normal(size=level) for n in sizes]
    return Case(title, (batches, seed_of(rng), momentum, dropout, mode))


def _adapt_cases(rng: np.random.Generator) -> list[Case]:
    return [adapted(rng, "three batches of 5, a model in eval mode", (5, 5, 5), 0.3, 0.0, "eval"),
            adapted(rng, "four batches of 6, a model in train mode", (6,) * 4, 0.1, 0.0, "train"),
            adapted(rng, "three batches of 8, a model with dropout, in eval mode", (8,) * 3, 0.2, 0.5, "eval"),
            adapted(rng, "a model in train mode with one layer in eval mode", (7, 7), 0.1, 0.0, "mixed"),
            adapted(rng, "convolutions, three batches of 5 images, a model in eval mode", (5, 5, 5), 0.3, 0.0, "eval",
                    (2, 3))]


def frozen(rng: np.random.Generator, title: str, rows: int, steps: int, pixels: tuple[int, ...] = ()) -> Case:
    batches = [2 * rng.normal(size=(rows, 4, *pixels)) for _ in range(steps)]
    return Case(title, (batches, [rng.normal(size=(rows, 3)) for _ in range(steps)], seed_of(rng)), rtol=1e-6)


def _freeze_cases(rng: np.random.Generator) -> list[Case]:
    return [frozen(rng, "model.train(), then two steps on batches of 5", 5, 2),
            frozen(rng, "model.train(), then three steps on batches of 6", 6, 3),
            frozen(rng, "model.train(), then four steps on batches of 8", 8, 4),
            frozen(rng, "convolutions: model.train(), then two steps on batches of 5 images", 5, 2, (2, 3))]


def _group_cases(rng: np.random.Generator) -> list[Case]:
    return [Case(f"{words}, weight_decay = {decay}", (kind, decay)) for kind, words, decay in (
        ("linear", "linear layers and batch norm", 0.1), ("images", "convolutions and batch norm", 0.01),
        ("layer norm", "a layer norm as well", 0.05))]


def _switches(module: Any, prefix: str) -> tuple[str, ...]:
    return tuple(switch.name for switch in module.SWITCHES if switch.name.startswith(prefix))


EXERCISES = (
    Exercise("shuffled_batches", LESSON, "shuffled_batches(x, y, batch_size, rng) -> list of (x, y)",
             ("sizes", "every_row_once", "labels_with_their_rows", "order_shuffled", "new_order_each_epoch",
              "batches_mixed", "repeats_with_equal_rng"), _batch_cases,
             driven("shuffled_batches", pitfalls.shuffled_batches), (*_switches(pitfalls, "batches_"), "in_place"),
             driver="shuffled_batches", see="“Sorted data”"),
    Exercise("accumulation_gap", LESSON, "accumulation_gap(x, micro_batch) -> float", ("gap",), _gap_cases,
             pitfalls.accumulation_gap, (*_switches(pitfalls, "gap_"), "in_place"), see="“Cut into pieces”"),
    Exercise("separability", LESSON, "separability(scores, labels) -> float", ("separability",), _auc_cases,
             pitfalls.separability, (*_switches(pitfalls, "auc_"), "in_place"),
             see="“The discriminator that sees nothing”"),
    Exercise("discriminator_batch", LESSON, "discriminator_batch(real, fake, rng) -> (x, labels)",
             ("rows", "half_and_half", "no_row_twice", "every_row_has_a_chance", "labels_right", "labels_reversed",
              "order_mixed", "repeats_with_equal_rng"), _gan_cases,
             driven("discriminator_batch", pitfalls.discriminator_batch), (*_switches(pitfalls, "gan_"), "in_place"),
             driver="discriminator_batch", see="“The discriminator that sees nothing”"),
    Exercise("adapt_statistics", LESSON, "adapt_statistics(model, loader)",
             ("running_mean", "running_var", "inner_running_mean", "inner_running_var", "parameters", "momentum",
              "mode"), _adapt_cases, driven("adapt_statistics", surgery.adapt_statistics),
             _switches(surgery, "adapt_"), driver="adapt_statistics", torch=True, see="“Another distribution”"),
    Exercise("freeze_batchnorm", LESSON, "freeze_batchnorm(model)",
             ("output_at_once", "output_after_training", "numbers_that_learn", "other_layers_in_train_mode",
              "other_layers_in_eval_mode", "train_returns_the_layer"),
             _freeze_cases, driven("freeze_batchnorm", surgery.freeze_batchnorm), _switches(surgery, "freeze_"),
             driver="freeze_batchnorm", torch=True, see="“Fine-tuning”"),
    Exercise("parameter_groups", LESSON, "parameter_groups(model, weight_decay) -> list of groups",
             ("times_in_a_group", "weight_decay"), _group_cases, driven("parameter_groups", surgery.parameter_groups),
             _switches(surgery, "groups_"), driver="parameter_groups", torch=True, see="“Weight decay”"),
)
