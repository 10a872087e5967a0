"""Lesson 02: gradients and directions."""

from __future__ import annotations

import numpy as np

from bnlib.check.model import Case, Exercise, Property
from bnlib.check.probes import Probe
from bnlib.oracle import directions

LESSON = "02_gradient_directions"
# Central differences at h = 1e-5 carry a rounding of about 1e-10 and an error of h²: any careful style passes.
NEAR = (1e-6, 1e-7)


def _gradient_cases(rng: np.random.Generator) -> list[Case]:
    def waves(title: str, *shape: int) -> Case:
        return Case(title, (Probe("waves", (rng.uniform(0.5, 2, shape),)), rng.normal(size=shape)), *NEAR)

    a = rng.normal(size=(4, 4))
    # With h = 0.1 the differences of cubes are off by h²: the oracle's own error is part of the answer.
    return [
        Case("f(x) = ½ xᵀx, x = [1, −2]", (Probe("quadratic", (np.eye(2), np.zeros(2))), np.array([1.0, -2.0])), *NEAR),
        waves("a sum of sines, x of shape (3, 2)", 3, 2), waves("a sum of sines, x of shape (5,)", 5),
        Case("a quadratic, x of shape (2, 2)", (Probe("quadratic", (a + a.T, rng.normal(size=4))),
                                                rng.normal(size=(2, 2))), *NEAR),
        Case("a sum of cubes, h = 0.1", (Probe("cubes", (rng.uniform(1, 2, 4),)), rng.normal(size=4), 0.1), *NEAR),
        Case("a sum of cubes, h = 0.3", (Probe("cubes", (rng.uniform(1, 2, (2, 3)),)), rng.normal(size=(2, 3)), 0.3),
             *NEAR),
        Case("x of integers", (Probe("waves", (rng.uniform(0.5, 2, 4),)), rng.integers(-3, 3, size=4)), *NEAR,
             blame="integer_cast"),
    ]


def _slope_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case("grad = [3, 4], theta = 0", (np.array([3.0, 4.0]), 0.0)),
        *(Case(f"grad = [{gx}, {gy}], theta = {theta}", (np.array([gx, gy]), theta))
          for gx, gy, theta in ((-2.0, 1.0, 2.0), (1.5, -3.0, 4.0), (0.5, 2.5, -1.0))),
        Case("theta an array of five angles", (rng.normal(size=2), rng.uniform(0.2, 6, 5))),
        Case("theta of shape (2, 3)", (rng.normal(size=2), rng.uniform(-3, 3, (2, 3)))),
    ]


def _ascent_cases(rng: np.random.Generator) -> list[Case]:
    return [Case(f"grad = [{gx}, {gy}]", (np.array([gx, gy]),)) for gx, gy in
            ((3.0, 4.0), (-1.0, 2.0), (-2.0, -0.5), (1.5, -2.5), *np.round(rng.uniform(0.5, 3, (2, 2)), 3).tolist())]


def _error_cases(rng: np.random.Generator) -> list[Case]:
    def pair(title: str, *shape: int) -> Case:
        return Case(title, (rng.normal(size=shape) - 0.5, rng.normal(size=shape) + 0.5))

    return [
        Case("a = [1, 4], b = [3, 4]", (np.array([1.0, 4.0]), np.array([3.0, 4.0]))),
        Case("a = [3, 4, 2], b = [1, 4, 2.5]", (np.array([3.0, 4.0, 2.0]), np.array([1.0, 4.0, 2.5]))),
        Case("entries of one sign, the worst in the last row",
             (a := rng.uniform(1, 2, (3, 4)), a * np.vstack([rng.uniform(1, 1.5, (2, 4)), rng.uniform(2, 3, 4)]))),
        pair("random, shape (5,)", 5), pair("random, shape (3, 4)", 3, 4),
        Case("entries near 1e-9", (1e-9 * rng.uniform(1, 2, 4), 1e-9 * rng.uniform(-2, -1, 4)),
             blame="tiny_added"),
        Case("an entry that is 0 in both", (np.array([0.0, 1.0]), np.array([0.0, 2.0])), blame="zero_over_zero"),
    ]


EXERCISES = (
    Exercise("numerical_gradient", LESSON, "numerical_gradient(f, x, h=1e-5) -> grad", ("grad",), _gradient_cases,
             directions.numerical_gradient,
             ("one_sided", "backward_sided", "lower_point_is_x", "all_entries_moved", "not_halved", "not_divided",
              "step_unlike_divisor", "h_ignored", "x_not_restored", "flattened", "gradient_sign", "in_place",
              "integer_cast"), see="“Central differences”"),
    Exercise("directional_derivative", LESSON, "directional_derivative(grad, theta) -> rate", ("rate",), _slope_cases,
             directions.directional_derivative,
             ("degrees", "sine_cosine_swapped", "sine_subtracted", "absolute_value", "unit_gradient", "long_direction",
              "one_component", "theta_matmul"),
             properties=(Property(lambda args, out: bool(np.all(np.abs(out[0]) <= np.linalg.norm(args[0]) + 1e-9)),
                                  "No direction climbs faster than ‖∇f‖."),),
             see="“Along any direction”"),
    Exercise("steepest_ascent", LESSON, "steepest_ascent(grad) -> (theta, rate)", ("theta", "rate"), _ascent_cases,
             directions.steepest_ascent,
             ("descent", "quadrant_lost", "arctan2_swapped", "degrees_out", "rate_squared", "rate_summed",
              "rate_largest"), angles=frozenset({"theta"}), see="“The steepest way up”"),
    Exercise("relative_error", LESSON, "relative_error(a, b) -> float", ("error",), _error_cases,
             directions.relative_error,
             ("signed_error", "mean_error", "error_not_divided", "divided_by_first", "divided_by_largest", "sum_below",
              "norm_ratio", "maxima_divided", "zero_over_zero", "tiny_added"),
             properties=(Property(lambda args, out: 0 <= float(out[0]) <= 1 + 1e-12,
                                  "A relative error lies in [0, 1]."),),
             see="“How near is near?”"),
)
