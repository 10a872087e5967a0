"""Lesson 05: γ and β."""

from __future__ import annotations

import numpy as np

from bnlib.check.model import Case, Exercise
from bnlib.oracle import layer, running

LESSON = "05_gamma_beta"


def _restoring_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case("x = [[1, 2], [3, 8]], eps = 0", (np.array([[1.0, 2.0], [3.0, 8.0]]), 0.0)),
        *(Case("N = D = 5, eps = 0.3, offset 3", (3 + 2 * rng.normal(size=(5, 5)), 0.3)) for _ in range(2)),
        Case("N = 7, D = 3, eps = 0.5", (rng.normal(size=(7, 3)), 0.5)),
    ]


def _sgd_cases(rng: np.random.Generator) -> list[Case]:
    def pair() -> list[np.ndarray]:
        return [rng.normal(size=(4, 3)), rng.normal(size=3)]

    return [
        Case("params = [[1, 2], [3]], grads = [[1, -1], [2]], lr = 0.5",
             ([np.array([1.0, 2.0]), np.array([3.0])], [np.array([1.0, -1.0]), np.array([2.0])], 0.5)),
        Case("random, lr = 0.1", (pair(), pair(), 0.1)),
        Case("random, lr = 0.03", (pair(), pair(), 0.03)),
    ]


def layer_case(rng: np.random.Generator, title: str, rows: int, features: int, eps: float) -> Case:
    x, again, dy, dy_again = (scale * rng.normal(size=(rows, features)) for scale in (2, 3, 1, 1))
    gamma, beta = rng.uniform(1.5, 3, features), rng.normal(size=features)
    return Case(title, (3 + x, again - 1, dy, dy_again, gamma, beta, eps), rtol=1e-6, atol=1e-8)


def _layer_cases(rng: np.random.Generator) -> list[Case]:
    return [layer_case(rng, "N = D = 5, eps = 0.3", 5, 5, 0.3), layer_case(rng, "N = 7, D = 3, eps = 0.5", 7, 3, 0.5),
            layer_case(rng, "N = 3, D = 4, eps = 0.1", 3, 4, 0.1)]


EXERCISES = (
    Exercise("restoring_parameters", LESSON, "restoring_parameters(x, eps) -> (gamma, beta)", ("gamma", "beta"),
             _restoring_cases, running.restoring_parameters,
             ("axis_1", "restore_with_variance", "restore_without_eps", "restore_eps_outside", "restore_eps_ignored",
              "restore_inverted", "restore_beta_sign", "restore_swapped", "ddof_1", "in_place", "keepdims",
              "single_precision", "cancellation"),
             see="“γ and β can undo everything”"),
    Exercise("sgd_step", LESSON, "sgd_step(params, grads, lr) -> params", ("first", "second"), _sgd_cases,
             running.sgd_step, ("step_uphill", "step_without_lr", "step_normalized", "in_place", "single_precision"),
             see="“One step”"),
    Exercise("BatchNormLayer", LESSON, "BatchNormLayer(num_features, eps=1e-5)",
             ("params at first", "y", "dx", "dgamma", "dbeta", "y of the second call", "dx of the second call",
              "dgamma of the second call", "dbeta of the second call"), _layer_cases, layer.batchnorm_layer,
             ("cache_shared", "cache_stale", "layer_params_ignored", "layer_eps_ignored", "layer_grads_swapped",
              "layer_grads_added", "layer_grads_forgotten", "layer_takes_steps"),
             driver="two_layers", see="“A layer of your own”"),
)
