"""Lesson 01: feature scaling."""

from __future__ import annotations

import numpy as np

from bnlib.check.model import Case, Exercise, Property
from bnlib.oracle import scaling

LESSON = "01_feature_scaling"
STATISTICS = ("axis_1", "one_for_all", "ddof_1", "uncentred_var", "square_outside")
HUGE = 1e9  # a condition number that only a matrix without inverse has, here
GRADIENT = ("slope_halved", "gradient_sum", "db_sum", "bias_forgotten")
LOSS = ("half_loss", "loss_root", "loss_sum", "loss_absolute", "mean_before_square")


def statistics_cases(rng: np.random.Generator) -> list[Case]:
    """Of anything with a mean and a spread for each feature: lesson 03 asks for them again."""
    return [
        Case("x = [[1, 2], [3, 8]]", (np.array([[1.0, 2.0], [3.0, 8.0]]),)),
        *(Case("N = D = 5, offset 3", (3 + 2 * rng.normal(size=(5, 5)),)) for _ in range(2)),
        Case("N = 7, D = 3", (rng.normal(size=(7, 3)) * (0.1, 1, 10),)),
        Case("N = 2, D = 3", (3 + rng.normal(size=(2, 3)),)),
        Case("an offset of 1e8", (1e8 + rng.normal(size=(6, 6)),), rtol=1e-7, atol=1e-6, blame="cancellation"),
        Case("integers", (rng.integers(0, 9, size=(6, 4)),), blame="integer_cast"),
    ]


def _standardize_cases(rng: np.random.Generator) -> list[Case]:
    def case(title: str, rows: int, features: int) -> Case:
        x = 3 + rng.normal(size=(rows, features))
        return Case(title, (x, rng.uniform(1.5, 4, features), rng.uniform(0.3, 2.5, features)))

    worked = (np.array([[1.0, 200.0], [5.0, 500.0]]), np.array([3.0, 300.0]), np.array([2.0, 100.0]))
    constant = np.array([[1.0, 7.0], [6.0, 7.0]])
    whole = rng.integers(0, 9, size=(3, 3))
    return [
        Case("x = [[1, 200], [5, 500]], mean = [3, 300], std = [2, 100]", worked),
        *(case("N = D = 5, statistics of other data", 5, 5) for _ in range(2)),
        case("N = 7, D = 3, statistics of other data", 7, 3),
        case("N = 2, D = 4, statistics of other data", 2, 4),
        Case("a constant feature", (constant, np.array([3.0, 7.0]), np.array([2.0, 0.0])), blame="constant_nan"),
        Case("integers", (whole, rng.uniform(1, 4, 3), rng.uniform(0.5, 2, 3)), blame="integer_cast"),
    ]


def _problem(rng: np.random.Generator, rows: int, features: int) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    x = 0.5 + rng.normal(size=(rows, features))
    return rng.normal(size=features), float(rng.uniform(1, 2)), x, 3 + rng.normal(size=rows)


def _gradient_cases(rng: np.random.Generator) -> list[Case]:
    worked = (np.array([1.0, 2.0]), 1.0, np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1.0, 5.0]))
    return [
        Case("w = [1, 2], b = 1, x = [[1, 0], [0, 1]], y = [1, 5]", worked, rtol=1e-6),
        *(Case("N = D = 5", _problem(rng, 5, 5), rtol=1e-6) for _ in range(2)),
        Case("N = 7, D = 3", _problem(rng, 7, 3), rtol=1e-6),
        Case("N = 2, D = 4", _problem(rng, 2, 4), rtol=1e-6),
        Case("N = 3, D = 2", _problem(rng, 3, 2), rtol=1e-6),
    ]


def _descent_cases(rng: np.random.Generator) -> list[Case]:
    worked = (np.array([0.0]), 0.0, np.array([[1.0], [-1.0]]), np.array([3.0, 1.0]), 0.25, 2)
    return [
        Case("w = [0], b = 0, x = [[1], [-1]], y = [3, 1], lr = 0.25, steps = 2", worked, rtol=1e-6),
        *(Case("N = D = 4, lr = 0.05, 5 steps", (*_problem(rng, 4, 4), 0.05, 5), rtol=1e-6) for _ in range(2)),
        Case("N = 7, D = 3, lr = 0.04, 6 steps", (*_problem(rng, 7, 3), 0.04, 6), rtol=1e-6),
        Case("N = 2, D = 3, lr = 0.03, 1 step", (*_problem(rng, 2, 3), 0.03, 1), rtol=1e-6),
    ]


def _well_posed(rng: np.random.Generator, rows: int, features: int) -> np.ndarray:
    """x (N, D) with singular values between 1 and 3 times √N, so that its Hessian is far from singular."""
    left, _ = np.linalg.qr(rng.normal(size=(rows, features)))
    right, _ = np.linalg.qr(rng.normal(size=(features, features)))
    return np.sqrt(rows) * (left * np.linspace(3, 1, features)) @ right


def _condition_cases(rng: np.random.Generator) -> list[Case]:
    return [
        # More rows than features: centred, a square x is singular, and the mistake would look like infinity.
        Case("x = [[1, 0], [0, 3], [0, 0]]", (np.array([[1.0, 0.0], [0.0, 3.0], [0.0, 0.0]]),), rtol=1e-6),
        *(Case("N = 6, D = 4", (_well_posed(rng, 6, 4),), rtol=1e-6) for _ in range(2)),
        Case("N = 9, D = 3, scales 1, 2 and 5", (_well_posed(rng, 9, 3) * (1, 2, 5),), rtol=1e-6),
        Case("N = 6, D = 2", (_well_posed(rng, 6, 2),), rtol=1e-6),
    ]


EXERCISES = (
    Exercise(
        "feature_statistics", LESSON, "feature_statistics(x) -> (mean, std)", ("mean", "std"), statistics_cases,
        scaling.feature_statistics,
        (*STATISTICS, "mean_deviation", "var_for_std", "swapped_mean_std", "in_place", "keepdims", "single_precision",
         "cancellation", "integer_cast"),
        properties=(Property(lambda args, out: bool(np.all(out[1] >= 0)), "A standard deviation is never negative."),),
        see="“One mean and one σ per feature”",
    ),
    Exercise(
        "standardize", LESSON, "standardize(x, mean, std) -> (N, D)", ("standardized",), _standardize_cases,
        scaling.standardize,
        ("refit_on_test", "std_squared", "not_scaled", "multiplied_by_std", "not_centred", "scaled_first",
         "centred_backwards", "mean_std_exchanged", "statistics_by_row", "std_eps", "constant_nan", "in_place",
         "single_precision", "integer_cast"),
        see="“Standardizing, with statistics that are given”",
    ),
    Exercise(
        "mse_and_gradient", LESSON, "mse_and_gradient(w, b, x, y) -> (loss, dw, db)", ("loss", "dw", "db"),
        _gradient_cases, scaling.mse_and_gradient,
        (*LOSS, *GRADIENT, "gradient_uphill", "dw_per_example", "x_not_transposed", "in_place"),
        properties=(Property(lambda args, out: bool(np.all(out[0] >= 0)), "A mean of squares is never negative."),),
        see="“The slope along each weight”",
    ),
    Exercise(
        "gradient_descent", LESSON, "gradient_descent(w, b, x, y, lr, steps) -> losses (steps + 1,)", ("losses",),
        _descent_cases, scaling.gradient_descent,
        ("start_ignored", "ascent", "w_frozen", "b_frozen", "never_updated", "first_loss_missing", "last_loss_missing",
         "sequential_update", "lr_ignored", "lr_hard_coded", "stale_gradient", "slope_halved", "gradient_sum",
         "half_loss", "in_place"),
        see="“Walking down”",
    ),
    Exercise(
        "hessian_condition", LESSON, "hessian_condition(x) -> float", ("condition",), _condition_cases,
        scaling.hessian_condition,
        ("cond_of_x", "determinant", "diagonal_only", "largest_only", "inverse_ratio", "centred_hessian",
         "standardized_hessian", "bias_column"),
        properties=(Property(lambda args, out: bool(np.abs(out[0]) < HUGE),
                             "This is as good as infinite: xᵀx is (D, D), but x xᵀ is (N, N), and where N > D some of "
                             "its eigenvalues are 0."),
                    Property(lambda args, out: bool(np.all(out[0] >= 1)), "A condition number is never below 1.")),
        see="“How elongated is the bowl?”",
    ),
)
