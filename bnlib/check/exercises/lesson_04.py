"""Lesson 04: batch norm backward.  Always judged against the reference's forward, never the student's own."""

from __future__ import annotations

from typing import Any

import numpy as np

from bnlib.check.model import Case, Exercise, Property
from bnlib.oracle import backward, fused

LESSON = "04_batchnorm_backward"


def cache_of(x: np.ndarray, gamma: np.ndarray, eps: float, axes: tuple[int, ...] = (0,)) -> dict[str, Any]:
    """What the lessons' forward pass keeps for the way back; mean, var, rstd have gamma's shape."""
    shape = (1, -1) if x.ndim == 2 else (1, -1, 1, 1)
    mean, var = x.mean(axis=axes), x.var(axis=axes)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean.reshape(shape)) * rstd.reshape(shape)
    return {"x": x, "mean": mean, "var": var, "rstd": rstd, "xhat": xhat, "gamma": gamma, "eps": eps}


def case(rng: np.random.Generator, title: str, rows: int, features: int, eps: float, scale: float = 2.0) -> Case:
    x = 3 + scale * rng.normal(size=(rows, features))
    gamma = rng.uniform(1.5, 3, features)
    return Case(title, (rng.normal(size=x.shape), cache_of(x, gamma, eps)), rtol=1e-6, atol=1e-8)


def _cases(rng: np.random.Generator) -> list[Case]:
    x = np.array([[1.0, 2.0], [3.0, 8.0], [5.0, 2.0]])
    dy = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    return [
        Case("x = [[1, 2], [3, 8], [5, 2]], dy = [[1, 0], [0, 1], [0, 0]], gamma = [2, 1], eps = 0.5",
             (dy, cache_of(x, np.array([2.0, 1.0]), 0.5)), rtol=1e-6, atol=1e-8),
        *(case(rng, "N = D = 5, eps = 0.3, offset 3", 5, 5, 0.3) for _ in range(2)),
        case(rng, "N = 7, D = 3, eps = 0.5", 7, 3, 0.5),
        case(rng, "N = 3, D = 4, eps = 1e-5", 3, 4, 1e-5),
    ]


BRANCHES = ("mean_constant", "std_constant", "variance_sign", "missing_two", "variance_not_averaged",
            "mean_not_averaged", "dxhat_without_gamma", "dx_sign")
ROOTS = ("rstd_without_eps", "dx_without_eps", "dgamma_with_x")  # of what the closed form does without
SUMS = ("dgamma_without_xhat", "dgamma_from_dxhat", "dbeta_from_dxhat", "dgamma_averaged", "dbeta_averaged",
        "dgamma_axis_1", "dbeta_axis_1", "dgamma_dbeta_swapped")
NODES = ("variance_term_doubled", "variance_term_power", "mean_term_sign", "mean_term_averaged", "mean_term_not_scaled",
         "straight_by_variance")
INSIDE = ("averaged_dgamma_inside", "averaged_dbeta_inside", "dgamma_without_xhat_inside", "sums_swapped_inside",
          "n_missing", "not_divided_by_n", "rstd_forgotten", "gamma_on_dy_only", "gamma_twice", "xhat_forgotten",
          "divided_by_xhat_squared", "rstd_squared")
FORM = ("in_place", "keepdims", "single_precision")
PROPERTIES = (
    Property(lambda args, out: bool(np.allclose(out[0].sum(axis=0), 0, atol=1e-6)),
             "Columns of dx must sum to 0: shifting a whole column changes nothing."),
    Property(lambda args, out: bool(np.allclose((out[0] * args[1]["xhat"]).sum(axis=0), 0, atol=0.5)),
             "Σ dx·x̂ must nearly vanish: scaling a whole column changes almost nothing."),
)

EXERCISES = (
    Exercise("backward_intermediates", LESSON, "backward_intermediates(dy, cache) -> (dxhat, dvar, dmean)",
             ("dxhat", "dvar", "dmean"), _cases, backward.backward_intermediates,
             ("dxhat_without_gamma", "rstd_without_eps", "rstd_squared", "dvar_power", "dvar_rstd_power",
              "dvar_without_eps", "dvar_with_xhat", "dvar_with_x", "dvar_half", "dvar_sign", "dvar_not_summed",
              "dmean_sign", "dmean_not_scaled", "dmean_averaged", *FORM),
             see="“Back through the graph, node by node”"),
    Exercise("batchnorm_backward", LESSON, "batchnorm_backward(dy, cache) -> (dx, dgamma, dbeta)",
             ("dx", "dgamma", "dbeta"), _cases, backward.batchnorm_backward, (*BRANCHES, *ROOTS, *NODES, *SUMS, *FORM),
             properties=PROPERTIES, see="“Back through the graph, node by node”"),
    Exercise("batchnorm_backward_fused", LESSON, "batchnorm_backward_fused(dy, cache) -> (dx, dgamma, dbeta)",
             ("dx", "dgamma", "dbeta"), _cases, fused.batchnorm_backward_fused,
             (*BRANCHES, *SUMS, *INSIDE, *FORM, "calls_another_answer", "needs_more_of_cache"),
             properties=PROPERTIES, driver="alone", see="“The closed form”"),
)
