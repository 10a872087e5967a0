"""Lesson 08: why it works."""

from __future__ import annotations

import numpy as np

from bnlib.check.model import Case, Exercise, Property
from bnlib.check.probes import Probe
from bnlib.oracle import landscape

LESSON = "08_why_it_works"
WALK = ("walk_uphill", "walk_accumulated", "walk_unit")


def curve(rng: np.random.Generator, steps: int, exact: bool) -> tuple[np.ndarray, float]:
    """Accuracies that climb over a target, dip below it again and climb on; `exact`: first reached to the digit."""
    target, first = round(float(rng.uniform(0.7, 0.8)), 3), int(rng.integers(steps // 4, steps // 2))
    accuracies = np.concatenate([np.sort(rng.uniform(0.1, target - 0.01, first)),
                                 rng.uniform(target + 0.03, 0.95, steps - first)])
    dips = rng.choice(np.arange(first + 2, steps - 2), size=3, replace=False)
    accuracies[dips] = target - rng.uniform(0.015, 0.03, 3)
    accuracies[first] = target if exact else target + 0.03
    accuracies[rng.integers(steps - 4, steps - 2)] = 0.97  # the best is neither the first nor the last
    accuracies[first - 1] = target - 0.005  # nearest to the target, and below it
    return accuracies, target


def walk(rng: np.random.Generator, kind: str, size: int, steps: list[float], slope: bool) -> tuple[object, ...]:
    """(function, params, grads, step_sizes) on one of the probes; grads is the gradient at params."""
    params = rng.uniform(0.4, 1.4, size)
    if kind == "quadratic":
        a = rng.normal(size=(size, size))
        constants: tuple[np.ndarray, ...] = (a @ a.T / size + np.eye(size), rng.normal(size=size))
    else:
        constants = (rng.uniform(0.7, 1.6, size),)
    gradient = Probe(f"{kind}_slope", constants)
    return gradient if slope else Probe(kind, constants), params, gradient(params), np.array(steps)


def _steps_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case("accuracies = [0.1, 0.5, 0.8, 0.7, 0.9], target = 0.8", (np.array([0.1, 0.5, 0.8, 0.7, 0.9]), 0.8)),
        Case("40 steps, reached to the digit", curve(rng, 40, True)),
        Case("40 steps, passed over", curve(rng, 40, False)),
        Case("25 steps, reached to the digit", curve(rng, 25, True)),
        Case("reached by the first step", (np.array([0.9, 0.8, 0.95, 0.97]), 0.6)),
        Case("never reached", (rng.uniform(0.1, 0.6, 12), 0.7), blame="steps_never"),
    ]


def _walk_cases(rng: np.random.Generator, slope: bool) -> list[Case]:
    function = Probe("quadratic_slope" if slope else "quadratic", (2 * np.eye(2), np.zeros(2)))
    steps, two = [0.1, 0.25, 0.6, 0.9], [0.25, 0.5 if slope else 0.4]  # 0.5 leads to the lowest point: L = 0, ∇L = 0
    name = "∇L = 2·params" if slope else "L = ‖params‖²"
    return [
        Case(f"{name}, params = [1, 2], step_sizes = {two}",
             (function, np.array([1.0, 2.0]), np.array([2.0, 4.0]), np.array(two))),
        Case("a quadratic in 5 parameters", walk(rng, "quadratic", 5, steps, slope)),
        Case("a quadratic in 4 parameters, 4 steps", walk(rng, "quadratic", 4, steps, slope)),
        Case("a sum of sines in 6 parameters", walk(rng, "waves", 6, [0.2, 0.5, 1.5, 4.0, 2.5], slope)),
        Case("a sum of cubes in 3 parameters", walk(rng, "cubes", 3, [0.05, 0.2, 0.5, 0.3], slope)),
    ]


def batchnorm_of(rng: np.random.Generator, n: int, inputs: int, outputs: int, eps: float) -> tuple[Probe, np.ndarray]:
    """Batch norm behind a linear layer, and weights for it."""
    return (Probe("linear_batchnorm", (1 + rng.normal(size=(n, inputs)), np.array(eps))),
            rng.normal(size=(inputs, outputs)))


def _gap_cases(rng: np.random.Generator) -> list[Case]:
    tanh = Probe("linear_tanh", (rng.normal(size=(6, 4)),))
    return [
        Case("forward(w) = tanh(w), w = [[0.5, −1]], k = 2",
             (Probe("linear_tanh", (np.eye(1),)), np.array([[0.5, -1.0]]), 2.0)),
        *(Case(f"batch norm, eps = 0.5, k = {k}", (*batchnorm_of(rng, 8, 3, 3, 0.5), k)) for k in (3.0, 0.2)),
        Case("tanh without batch norm, k = 0.5", (tanh, 0.5 * rng.normal(size=(4, 3)), 0.5)),
        Case("tanh without batch norm, k = 2.5", (tanh, 0.5 * rng.normal(size=(4, 3)), 2.5)),
    ]


EXERCISES = (
    Exercise("steps_to_accuracy", LESSON, "steps_to_accuracy(accuracies, target) -> steps", ("steps",), _steps_cases,
             landscape.steps_to_accuracy,
             ("steps_from_zero", "steps_strict", "steps_best", "steps_held", "steps_nearest", "steps_counted",
              "steps_gives_up", "steps_sorted", "steps_never"), see="“How many steps?”"),
    Exercise("loss_range", LESSON, "loss_range(loss_fn, params, grads, step_sizes) -> (lowest, highest)",
             ("lowest", "highest"), lambda rng: _walk_cases(rng, False), landscape.loss_range,
             (*WALK, "range_with_start", "range_from_zero", "range_ends", "range_mean_std", "range_relative",
              "range_swapped", "in_place"),
             properties=(Property(lambda args, out: float(out[0]) <= float(out[1]),
                                  "The lowest loss cannot lie above the highest."),),
             see="“Along the step”"),
    Exercise("gradient_predictiveness", LESSON,
             "gradient_predictiveness(grad_fn, params, grads, step_sizes) -> distances", ("distances",),
             lambda rng: _walk_cases(rng, True), landscape.gradient_predictiveness,
             (*WALK, "distance_squared", "distance_l1", "distance_largest", "distance_root_mean",
              "distance_of_lengths", "distance_per_length", "distance_relative", "distance_per_step",
              "distance_from_previous", "distance_from_zero", "in_place"),
             properties=(Property(lambda args, out: bool(np.all(out[0] >= 0)),
                                  "A distance is not negative: take the length of the difference of the gradients."),),
             see="“Along the step”"),
    Exercise("scale_invariance_gap", LESSON, "scale_invariance_gap(forward, w, k) -> gap", ("gap",), _gap_cases,
             landscape.scale_invariance_gap,
             ("gap_not_relative", "gap_by_scaled", "gap_by_signed", "gap_by_mean", "gap_by_entry", "gap_change_signed",
              "gap_mean", "gap_norm", "gap_of_sizes", "gap_divided", "gap_shifted", "gap_homogeneous", "in_place"),
             properties=(Property(lambda args, out: float(out[0]) >= 0, "A gap is not negative."),),
             see="“The scale that cancels”"),
)
