"""Lesson 06: running statistics, inference, folding."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from bnlib.check.model import Case, Exercise
from bnlib.oracle import running, running_layer

LESSON = "06_running_statistics"
UPDATE = ("running_var_biased", "correction_inverted", "correction_twice", "running_mean_corrected",
          "momentum_reversed", "running_overwritten", "running_not_decayed", "running_std_kept",
          "running_std_squared", "running_var_frozen")


def state(rng: np.random.Generator, features: int) -> tuple[np.ndarray, ...]:
    """gamma, beta, running_mean, running_var, all far from where they start."""
    return (rng.uniform(1.5, 3, features), rng.uniform(-3, -1, features), 3 + rng.normal(size=features),
            rng.uniform(2, 5, features))


def _update_cases(rng: np.random.Generator) -> list[Case]:
    def case(title: str, rows: int, features: int, *momentum: float) -> Case:
        _, _, mean, var = state(rng, features)
        return Case(title, (mean, var, 3 + 2 * rng.normal(size=(rows, features)), *momentum))

    return [
        Case("running_mean = [0], running_var = [1], x = [[1], [3]], momentum = 0.5",
             (np.zeros(1), np.ones(1), np.array([[1.0], [3.0]]), 0.5)),
        case("N = D = 5, momentum = 0.3", 5, 5, 0.3), case("N = D = 4, momentum = 0.3", 4, 4, 0.3),
        case("N = 7, D = 3, momentum = 0.8", 7, 3, 0.8), case("momentum left at its default", 6, 6),
        replace(case("a batch of one", 1, 4, 0.3), blame="batch_of_one_taken"),
    ]


def _inference_cases(rng: np.random.Generator) -> list[Case]:
    def case(title: str, rows: int, features: int, *eps: float) -> Case:
        return Case(title, (3 + 2 * rng.normal(size=(rows, features)), *state(rng, features), *eps))

    return [
        Case("x = [[5]], gamma = [3], beta = [2], running_mean = [1], running_var = [3], eps = 1",
             (np.array([[5.0]]), np.array([3.0]), np.array([2.0]), np.array([1.0]), np.array([3.0]), 1.0)),
        case("N = D = 5, eps = 0.3", 5, 5, 0.3), case("N = 7, D = 3, eps = 0.5", 7, 3, 0.5),
        case("eps left at its default", 4, 4),
    ]


def _layer_cases(rng: np.random.Generator) -> list[Case]:
    def case(rows: int, features: int, momentum: float, eps: float) -> Case:
        x: list[Any] = [3 + 2 * rng.normal(size=(rows, features)) for _ in range(3)]
        gamma, beta, _, _ = state(rng, features)
        return Case(f"two batches of {rows}, then eval, momentum = {momentum}, eps = {eps}",
                    (*x, gamma, beta, momentum, eps))

    return [case(5, 5, 0.3, 0.3), case(4, 4, 0.1, 0.5), case(8, 3, 0.6, 0.01)]


def _population_cases(rng: np.random.Generator) -> list[Case]:
    def case(title: str, *sizes: int) -> Case:
        return Case(title, ([2 * rng.normal(size=3) + rng.normal(size=(n, 3)) for n in sizes],), rtol=1e-7, atol=1e-8)

    return [
        Case("batches [[1], [3]] and [[8]]", ([np.array([[1.0], [3.0]]), np.array([[8.0]])],)),
        case("batches of 4, 4 and 4", 4, 4, 4), case("batches of 5, 2 and 7", 5, 2, 7),
        case("batches of 6 and 3", 6, 3),
        Case("256 batches of 20, none of which may be kept", ([rng.normal(size=(20, 16)) for _ in range(256)],),
             atol=1e-8, blame="population_batches_kept"),
    ]


def _momentum_cases(rng: np.random.Generator) -> list[Case]:
    return [Case(f"p = {p}", (p,)) for p in (0.1, 0.99, 0.25, round(float(rng.uniform(0.3, 0.45)), 3))]


def _fold_cases(rng: np.random.Generator) -> list[Case]:
    def case(title: str, inputs: int, outputs: int, eps: float) -> Case:
        weight, bias = rng.normal(size=(inputs, outputs)), 2 + rng.normal(size=outputs)
        return Case(title, (weight, bias, *state(rng, outputs), eps))

    return [case("5 inputs, 5 outputs, eps = 0.3", 5, 5, 0.3), case("4 inputs, 4 outputs, eps = 0.5", 4, 4, 0.5),
            case("3 inputs, 6 outputs, eps = 0.1", 3, 6, 0.1)]


FOLD = ("fold_bias_unshifted", "fold_bias_forgotten", "fold_bias_unscaled", "fold_mean_unscaled", "fold_mean_added",
        "fold_beta_forgotten", "fold_beta_scaled",
        "fold_wrong_axis", "fold_without_eps", "fold_eps_outside", "fold_eps_hard_coded", "fold_not_rooted",
        "fold_gamma_forgotten")
FORM = ("in_place", "keepdims", "single_precision")

EXERCISES = (
    Exercise("update_running", LESSON,
             "update_running(running_mean, running_var, x, momentum=0.1) -> (running_mean, running_var)",
             ("running_mean", "running_var"), _update_cases, running.update_running,
             (*UPDATE, "correction_by_features", "momentum_ignored", "running_axis_1", "running_one_for_all", *FORM,
              "cancellation", "integer_cast", "batch_of_one_taken"),
             driver="refusing", see="“A running estimate”"),
    Exercise("batchnorm_inference", LESSON,
             "batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5) -> y", ("y",), _inference_cases,
             running.batchnorm_inference,
             ("inference_batch_statistics", "inference_batch_mean", "inference_batch_var",
              "inference_without_eps", "inference_eps_outside", "inference_eps_hard_coded", "inference_not_rooted",
              "inference_gamma_forgotten", "inference_beta_forgotten", "inference_not_centred", "in_place",
              "single_precision", "integer_cast"), see="“One example at a time”"),
    Exercise("BatchNorm1d", LESSON, "BatchNorm1d(num_features, eps=1e-5, momentum=0.1)",
             ("trained", "evaluated", "running_mean", "running_var", "restored",
              "restored after the saved arrays changed", "a new layer's y"), _layer_cases, running_layer.batchnorm1d,
             (*UPDATE, "eval_uses_batch", "train_uses_running", "train_uses_new_running", "train_ddof_1",
              "layer_momentum_ignored", "layer_eps_ignored", "train_eps_ignored",
              "eval_eps_ignored", "updated_in_eval", "updated_before_eval", "running_never_updated", "running_of_xhat",
              "running_var_starts_at_0", "arrays_shared", "state_forgets_statistics", "state_forgets_parameters",
              "state_not_copied", "load_not_copied", "new_layer_not_training", "cancellation"),
             driver="batchnorm1d",
             see="“The layer: two modes and a memory”"),
    Exercise("population_statistics", LESSON, "population_statistics(batches) -> (mean, var)", ("mean", "var"),
             _population_cases, running.population_statistics,
             ("population_variances_averaged", "population_std_averaged", "population_spread_subtracted",
              "population_count_early", "population_delta_late", "population_variance_added",
              "population_batches_unbiased", "population_batches_kept", "population_first_batch",
              "population_last_batch", "population_unweighted", "population_unbiased",
              *FORM, "cancellation", "integer_cast"), driver="stream", see="“All batches, one pass”"),
    Exercise("convert_momentum", LESSON, "convert_momentum(p) -> float", ("the result",), _momentum_cases,
             running.convert_momentum, ("momentum_unchanged", "momentum_inverted"), see="“Whose momentum?”"),
    Exercise("fold_batchnorm", LESSON,
             "fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps) -> (weight, bias)",
             ("weight", "bias"), _fold_cases, running.fold_batchnorm, (*FOLD, *FORM), see="“Folding”"),
)
