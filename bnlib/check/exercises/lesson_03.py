"""Lesson 03: batch norm forward."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bnlib.check.exercises.lesson_01 import STATISTICS, statistics_cases
from bnlib.check.model import Args, Case, Exercise, Outputs, Property
from bnlib.check.probes import Probe
from bnlib.oracle import batchnorm

LESSON = "03_batchnorm_forward"


def _affine(rng: np.random.Generator, features: int) -> tuple[np.ndarray, np.ndarray]:
    """γ and β far from 1 and 0, and from each other."""
    return rng.uniform(1.5, 3, features), rng.uniform(-3, -1, features)


def _forward_cases(rng: np.random.Generator) -> list[Case]:
    def case(title: str, x: np.ndarray, *eps: float) -> Case:
        return Case(title, (x, *_affine(rng, x.shape[1]), *eps))

    worked = (np.array([[1.0, 2.0], [3.0, 8.0]]), np.array([2.0, 1.0]), np.array([0.0, 10.0]), 0.0)
    loud = case("an offset of 1e8", 1e8 + rng.normal(size=(6, 6)), 0.3)
    whole = case("integers", rng.integers(0, 9, size=(6, 4)), 0.3)
    return [
        Case("x = [[1, 2], [3, 8]], gamma = [2, 1], beta = [0, 10], eps = 0", worked),
        *(case("N = D = 5, eps = 0.3, offset 3", 3 + 2 * rng.normal(size=(5, 5)), 0.3) for _ in range(2)),
        case("N = 7, D = 3, eps = 0.5", rng.normal(size=(7, 3)) * (0.5, 1, 4), 0.5),
        case("N = 2, D = 3, eps = 0.1", 3 + rng.normal(size=(2, 3)), 0.1),
        case("eps left at its default", 3 + rng.normal(size=(6, 6))),
        replace(loud, rtol=0.0, atol=1e-5, blame="cancellation"),
        replace(whole, blame="integer_cast"),
    ]


def _influence_cases(rng: np.random.Generator) -> list[Case]:
    # Finite differences carry an error of about 1e-10 / h or h²; whatever step a student takes must pass.
    loose = (1e-4, 1e-5)

    mix = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, -3.0], [4.0, 0.0, 1.0]])

    def mixing(rows: int, features: int, i: int) -> Case:
        probe = Probe("mix_features", (rng.normal(size=(rows, rows)), rng.normal(size=(features, features))))
        return Case(f"rows and features mixed, N = {rows}, D = {features}, i = {i}",
                    (probe, rng.normal(size=(rows, features)), i), *loose)

    return [
        Case("forward(x) = A @ x, N = 3, D = 2, i = 1",
             (Probe("mix_rows", (mix,)), np.zeros((3, 2)), 1), *loose),
        mixing(4, 4, 2), mixing(4, 4, 3), mixing(5, 3, 1),
        Case("softmax over the rows, N = 4, D = 3, i = 2", (Probe("softmax_rows"), rng.normal(size=(4, 3)), 2),
             *loose),
        # Near 0 the slopes of squares are small and their bend is not: one-sided steps show, and a central one of any
        # length is exact.
        Case("A @ x², N = 4, D = 3, i = 0", (Probe("mix_squares", (rng.normal(size=(4, 4)),)),
                                             0.01 * rng.normal(size=(4, 3)), 0), 1e-6, 0.0,
             blame="influence_one_sided"),
    ]


STEP = ("All but right: change the step. The error of a central difference falls as h², and rounding takes over when h "
        "is below about 1e-9.")


def _step_fits(args: Args, out: Outputs) -> bool:
    """Is the matrix right, or so wrong that it is not the step's fault?"""
    truth = batchnorm.influence_matrix(args, frozenset())[0]
    off = float(np.abs(out[0] - truth).max()) if out[0].shape == truth.shape else np.inf
    return not 1e-6 < off / float(np.abs(truth).max()) < 0.02


def _bound_cases(rng: np.random.Generator) -> list[Case]:
    return [Case(f"n = {n}", (n,), rtol=1e-9) for n in (2, 5, 17, *(int(n) for n in rng.integers(30, 1000, size=2)))]


EXERCISES = (
    Exercise(
        "batch_statistics", LESSON, "batch_statistics(x) -> (mean, var)", ("mean", "var"), statistics_cases,
        batchnorm.batch_statistics,
        (*STATISTICS, "std_for_var", "swapped_mean_var", "in_place", "keepdims", "single_precision", "cancellation",
         "integer_cast"),
        properties=(Property(lambda args, out: bool(np.all(out[1] >= 0)), "A variance is never negative."),),
        see="“One mean and one variance per feature”",
    ),
    Exercise(
        "batchnorm_forward", LESSON, "batchnorm_forward(x, gamma, beta, eps=1e-5) -> (y, cache)", ("y", "cache"),
        _forward_cases, batchnorm.batchnorm_forward,
        (*STATISTICS, "axis_1_broadcast", "std_for_var", "divide_by_variance", "eps_outside", "eps_forgotten",
         "eps_hard_coded", "eps_twice", "not_centred", "gamma_forgotten", "beta_forgotten", "gamma_beta_swapped",
         "beta_before_gamma", "gamma_before_normalizing", "in_place", "single_precision", "cancellation",
         "integer_cast"),
        ignored=frozenset({"cache"}),
        properties=(
            Property(lambda args, out: bool(np.allclose(out[0].mean(axis=0), args[2], atol=1e-6)),
                     "Each column of y must have mean β."),
            Property(lambda args, out: bool(np.all(out[0].std(axis=0) <= np.abs(args[1]) * (1 + 1e-6))),
                     "Each column of y must have a standard deviation of at most |γ|."),
        ),
        see="“The forward pass in four lines”",
    ),
    Exercise(
        "influence_matrix", LESSON, "influence_matrix(forward, x, i) -> (N, N)", ("influence",), _influence_cases,
        batchnorm.influence_matrix,
        ("transposed_influence", "own_row_only", "all_features", "summed_outputs", "absolute_influence",
         "step_not_divided", "step_not_halved", "influence_one_array", "wrong_feature", "in_place",
         "influence_one_sided"), shrunk="step_not_divided",
        properties=(Property(_step_fits, STEP),),
        see="“Who moves whom”",
    ),
    Exercise(
        "largest_xhat", LESSON, "largest_xhat(n) -> float", ("bound",), _bound_cases, batchnorm.largest_xhat,
        ("sqrt_n", "root_forgotten", "bound_with_ddof_1", "bound_whole"),
        see="“How far out can one example lie?”",
    ),
)
