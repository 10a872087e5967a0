"""Lesson 12: evidence for and against thirty claims.

The visible cases compare the evidence alone.  Which verdict it speaks for stands nowhere in the students' edition: the
judge's hidden cases know it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.check.drivers.lesson_12 import THEMES
from bnlib.check.model import Args, Case, Exercise, Outputs, Property
from bnlib.check.probes import Probe
from bnlib.oracle import evidence, evidence_training

LESSON = "12_verdicts"
LOOSE = 3e-4  # ε is 1e-5, and whether a student's normalization has one is not the question here
Rng = np.random.Generator


def normalized(rng: Rng, features: int) -> Probe:
    """Batch norm with some γ and β."""
    return Probe("normalized", (rng.uniform(1, 2, features), rng.normal(size=features)))


def downwards(features: int) -> Probe:
    """A layer that answers every rise with a fall."""
    return Probe("affine", (np.full(features, -2.0), np.ones(features)))


def unlike(rng: Rng, rows: int, scales: list[float], tied: float = 0.0) -> NDArray:
    """Features of these scales with means of three times the scale; `tied` mixes a common part in."""
    common = rng.normal(size=(rows, 1))
    x = np.sqrt(1 - tied) * rng.normal(size=(rows, len(scales))) + np.sqrt(tied) * common
    return (3 + x) * np.array(scales)


def _scale_cases(rng: Rng) -> list[Case]:
    square = np.array([[1.0, 10.0], [-1.0, 10.0], [1.0, -10.0], [-1.0, -10.0]]) + np.array([5.0, 20.0])
    return [Case("four points at (5 ± 1, 20 ± 10), 50 steps", (square, 50), LOOSE),
            Case("independent features of scale 1, 3 and 10", (unlike(rng, 40, [1, 3, 10]), 60), LOOSE),
            Case("features of scale 2 and 5 that go together", (unlike(rng, 30, [2, 5], 0.9), 20), LOOSE),
            Case("five features", (unlike(rng, 25, [1, 2, 3, 4, 5], 0.3), 100), LOOSE)]


def _axes_cases(rng: Rng) -> list[Case]:
    def case(title: str, forward: Probe, rows: int, features: int) -> Case:
        return Case(title, (forward, rng.normal(size=(rows, features)), rng.uniform(1, 3, features),
                            rng.uniform(1, 3, rows)))

    mixed = Probe("mix_features", (rng.normal(size=(4, 4)), rng.normal(size=(4, 4))))
    return [case("a layer that only multiplies by −2 and adds 1", downwards(4), 4, 4),
            case("batch norm, N = D = 5", normalized(rng, 5), 5, 5),
            case("a layer that normalizes rows, N = D = 4", Probe("normalized_rows"), 4, 4),
            case("a layer that mixes rows and features", mixed, 4, 4),
            case("batch norm, N = 7, D = 3", normalized(rng, 3), 7, 3)]


def _coupling_cases(rng: Rng) -> list[Case]:
    def case(title: str, forward: Probe, rows: int, features: int, n: int) -> Case:
        return Case(title, (forward, rng.normal(size=(rows, features)), n, rng.uniform(1, 2, features)))

    return [case("a layer that only multiplies by −2 and adds 1", downwards(3), 4, 3, 2),
            case("batch norm, row 3 of 6", normalized(rng, 4), 6, 4, 3),
            case("softmax over the rows, row 1 of 5", Probe("softmax_rows"), 5, 5, 1),
            case("tanh", Probe("elementwise_tanh"), 5, 3, 4),
            case("a layer that normalizes rows", Probe("normalized_rows"), 4, 4, 2)]


def _extremes_cases(rng: Rng) -> list[Case]:
    def case(rows: int, features: int, row: int, away: float) -> Case:
        x = 3 + 2 * rng.normal(size=(rows, features))
        return Case(f"row {row} of {rows} goes to about {away:g}", (x, away * rng.uniform(1, 2, features), row), LOOSE)

    by_hand = np.array([[1.0], [3.0], [1.0], [3.0]])
    return [Case("x = [[1], [3], [1], [3]], far = [9], row 3", (by_hand, np.array([9.0]), 3), LOOSE),
            case(6, 4, 2, 50), case(20, 3, 7, 1000), case(5, 5, 1, -30), case(8, 3, 4, 2)]


def _shape_cases(rng: Rng) -> list[Case]:
    def peaks(rows: int) -> NDArray:
        return np.sign(rng.normal(size=(rows, 3))) + 0.3 * rng.normal(size=(rows, 3))

    return [Case("the same shape, moved and stretched", (rng.normal(size=(12, 2)), 20 + 3 * rng.normal(size=(12, 2))),
                 LOOSE),
            Case("two peaks against one", (peaks(30), 5 + rng.normal(size=(30, 3))), LOOSE),
            Case("skewed against even", (rng.exponential(size=(15, 3)), 8 + 3 * rng.uniform(size=(15, 3))), LOOSE)]


def _gamma_beta_cases(rng: Rng) -> list[Case]:
    def case(rows: int, features: int, eps: float) -> Case:
        x = 3 + 2 * rng.normal(size=(rows, features))
        return Case(f"N = {rows}, D = {features}, eps = {eps}",
                    (x, rng.uniform(3, 6, features), rng.normal(size=features), eps))

    return [Case("x = [[0], [2], [0], [2], [4]], gamma = [3], beta = [1], eps = 0.5",
                 (np.array([[0.0], [2.0], [0.0], [2.0], [4.0]]), np.array([3.0]), np.array([1.0]), 0.5)),
            case(6, 6, 0.3), case(20, 3, 0.1), case(9, 4, 0.5)]


def _invariance_cases(rng: Rng) -> list[Case]:
    def case(title: str, forward: Probe, k: float) -> Case:
        return Case(title, (forward, rng.uniform(0, 1, (6, 3)), rng.uniform(0.5, 1, (3, 4)), rng.uniform(1, 2, 4), k))

    return [case("a layer that only multiplies by −2 and adds 1, k = 3", downwards(4), 3.0),
            case("batch norm, k = 4", normalized(rng, 4), 4.0), case("tanh, k = 2", Probe("elementwise_tanh"), 2.0),
            case("a layer that only centres, k = 5", Probe("centred"), 5.0),
            case("a layer that normalizes rows, k = 2", Probe("normalized_rows"), 2.0)]


def _runaway_cases(rng: Rng) -> list[Case]:
    def case(title: str, forward: Probe, rows: int, steps: int) -> Case:
        return Case(title, (forward, rng.normal(size=(rows, 3)), rng.uniform(0.5, 2, (rows, 3)), 0.1, steps), 1e-4,
                    1e-4)

    half = Probe("affine", (np.full(3, 0.5), np.ones(3)))
    return [case("a layer that centres, 20 steps", Probe("centred"), 6, 20),
            case("a layer that halves and adds 1, 12 steps", half, 5, 12),
            case("tanh, 15 steps", Probe("elementwise_tanh"), 4, 15),
            case("batch norm, 10 steps", normalized(rng, 3), 8, 10)]


def _batches_cases(rng: Rng) -> list[Case]:
    def case(title: str, *sizes: int) -> Case:
        return Case(title, ([2 * rng.normal(size=3) + rng.normal(size=(n, 3)) for n in sizes],))

    return [Case("batches [[8], [6], [4]] and [[1], [3]]",
                 ([np.array([[8.0], [6.0], [4.0]]), np.array([[1.0], [3.0]])],)),
            case("three batches of 4", 4, 4, 4), case("batches of 5, 2 and 9", 5, 2, 9), case("6 and 3", 6, 3)]


def _size_cases(rng: Rng) -> list[Case]:
    def case(title: str, x: NDArray, small: int, large: int) -> Case:
        return Case(title, (3 + 2 * x, small, large))

    return [Case("x = [[0], [2], [4], [10]], batches of 1 and of 2",
                 (np.array([[0.0], [2.0], [4.0], [10.0]]), 1, 2)),
            case("96 normal rows, batches of 2 and 16", rng.normal(size=(96, 3)), 2, 16),
            case("60 skewed rows, batches of 3 and 20", rng.exponential(size=(60, 2)), 3, 20),
            case("40 rows in order of size, batches of 4 and 10", np.sort(rng.normal(size=(40, 2)), axis=0), 4, 10)]


def record(rng: Rng, features: int, weight: float) -> NDArray:
    """A running mean before, the batch's mean, the running mean after: (3, D)."""
    before, batch = rng.normal(size=features), 5 + rng.normal(size=features)
    return np.array([before, batch, (1 - weight) * before + weight * batch])


def _memory_cases(rng: Rng) -> list[Case]:
    def case(title: str, weight: float, means: NDArray, momentum: float) -> Case:
        return Case(title, (record(rng, means.shape[1], weight), means, means[-1] + 0.5 + rng.uniform(size=3),
                            momentum))

    rising = np.linspace(0, 6, 25)[:, None] * rng.uniform(1, 2, 3) + rng.normal(size=(25, 3))
    return [case("means that rise, momentum = 0.2", 0.1, rising, 0.2),
            case("means that stand still, momentum = 0.3", 0.9, 2 + rng.normal(size=(12, 3)), 0.3),
            case("three batches, momentum = 0.4", 0.25, rng.normal(size=(3, 3)), 0.4)]


def _prediction_cases(rng: Rng) -> list[Case]:
    def case(title: str, train: Probe, evaluate: Probe, rows: int) -> Case:
        return Case(title, (train, evaluate, rng.uniform(0, 1, (rows, 3)), 2 + rng.uniform(0, 1, (rows - 1, 3))))

    fixed = Probe("affine", (rng.uniform(1, 2, 3), rng.normal(size=3)))
    subtract = Probe("mix_rows", (np.array([[1.0, -1.0, -1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),))
    return [Case("row 0 less the other rows, against batch norm",
                 (subtract, normalized(rng, 3), rng.uniform(0, 1, (3, 3)), 2 + rng.uniform(0, 1, (2, 3)))),
            case("batch norm in both modes", normalized(rng, 3), fixed, 6),
            case("someone forgot eval()", normalized(rng, 3), normalized(rng, 3), 5),
            case("softmax over the rows, and tanh", Probe("softmax_rows"), Probe("elementwise_tanh"), 4)]


CHANGE = ("signed_change", "mean_change", "change_length")
Oracle = Callable[[Args, frozenset[str]], Outputs]


def _exercise(name: str, arguments: str, cases: Callable[[Rng], list[Case]], oracle: Oracle, switches: tuple[str, ...],
              see: str, properties: tuple[Property, ...] = ()) -> Exercise:
    """A theme as an exercise: its verdicts are outputs that only hidden cases compare."""
    theme = THEMES[name]
    verdicts = tuple(f"claim {claim}" for claim in theme.claims)

    def with_verdicts(args: Args, on: frozenset[str]) -> Outputs:
        numbers: tuple[Any, ...] = oracle(args, on)
        return (*(np.array(0),) * len(verdicts), *map(np.asarray, numbers))

    return Exercise(name, LESSON, f"{name}({arguments}) -> (verdicts, {', '.join(theme.evidence)})",
                    (*verdicts, *theme.evidence), cases, with_verdicts,
                    (*switches, *(f"verdict_{claim}" for claim in theme.claims)), frozenset(verdicts), driver=name,
                    see=f"“{see}”", properties=properties)


EXERCISES = (
    _exercise("evidence_scale", "x, steps", _scale_cases, evidence.evidence_scale,
              ("scale_not_centred", "not_centred", "left_standardized", "left_one_step", "left_of_loss",
               "left_of_curvatures", "condition_of_raw", "ratio_of_scales", "ratio_of_eigenvalues",
               "diagonal_only", "cond_of_x"), "Scale",
              (Property(lambda args, out: bool(0 <= out[4] <= 1 and out[5] >= 1),
                        "left is between 0 and 1, condition at least 1: λmax is the largest eigenvalue, λmin the "
                        "smallest, and np.linalg.eig gives them in no order."),)),
    _exercise("evidence_axes", "forward, x, per_feature, per_example", _axes_cases, evidence.evidence_axes,
              (*CHANGE, "forward_ignored", "shifts_added_up", "compared_with_input", "results_exchanged",
               "example_along_features"), "Whose mean?"),
    _exercise("evidence_coupling", "forward, x, n, step", _coupling_cases, evidence.evidence_coupling,
              (*CHANGE, "forward_ignored", "moved_included", "alone_in_batch", "alone_flat", "first_row_moved",
               "all_rows_moved", "step_put_in", "in_place"), "Company"),
    _exercise("evidence_extremes", "x, far, row", _extremes_cases, evidence.evidence_extremes,
              ("far_included", "far_added", "largest_by_training", "largest_of_batch", "largest_signed",
               "tested_with_far", "tested_without_row", "var_for_std", "spread_ddof_1", "spread_of_raw", "in_place"),
              "Far out"),
    _exercise("evidence_shape", "a, b", _shape_cases, evidence.evidence_shape,
              (*CHANGE, "excess_kurtosis", "fourth_moment", "not_sorted", "sorted_along_rows", "one_s_statistics",
               "together_raw"), "Shape"),
    _exercise("evidence_gamma_beta", "x, gamma, beta, eps", _gamma_beta_cases, evidence_training.evidence_gamma_beta,
              ("restore_without_eps", "restore_with_variance", "restore_swapped", "std_for_var", "variance_assumed",
               "default_eps_inside", "straight_of_x",
               "straight_with_parameters", "correlation_not_squared"), "γ and β"),
    _exercise("evidence_invariance", "forward, x, weight, bias, k", _invariance_cases,
              evidence_training.evidence_invariance,
              (*CHANGE, "forward_ignored", "compared_with_input", "results_exchanged", "both_at_once",
               "output_scaled"), "What cancels"),
    _exercise("evidence_runaway", "forward, x, target, lr, steps", _runaway_cases, evidence_training.evidence_runaway,
              ("ascent", "gradient_sum", "gradient_halved", "stale_gradient", "bias_behind", "loss_averaged",
               "slope_followed", "slope_of_belief", "slope_at_end", "change_backwards", "start_moved"),
              "An optimizer that does not know"),
    _exercise("evidence_batches", "batches", _batches_cases, evidence_training.evidence_batches,
              ("signed_change", "weighted_by_size", "ddof_1", "not_squared_back", "squares_averaged",
               "ratio_upside_down", "ratio_missing"),
              "Averages of averages"),
    _exercise("evidence_size", "x, small, large", _size_cases, evidence_training.evidence_size,
              ("errors_cancel", "error_absolute", "error_squared", "roots_averaged", "size_interleaved", "size_counted",
               "error_in_units", "excess_kurtosis", "kurtosis_of_data"),
              "How large is large enough?"),
    _exercise("evidence_memory", "record, means, truth, momentum", _memory_cases, evidence_training.evidence_memory,
              (*CHANGE, "memory_reversed", "memory_fixed", "worst_on_the_way", "weight_of_old", "weight_assumed",
               "plain_last", "starts_with_first", "start_corrected"), "Memory"),
    _exercise("evidence_prediction", "train, evaluate, x, companions", _prediction_cases,
              evidence_training.evidence_prediction,
              (*CHANGE, "companions_counted", "compared_with_alone", "modes_compared",
               "results_exchanged"), "In service"),
)
