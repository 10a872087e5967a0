"""The closed form of batch norm's backward pass, written out with a switch on every place where a slip is easy.

dx = gamma·rstd·(dy − dbeta/N − xhat·dgamma/N), Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3, simplified.  A wrong
dgamma or dbeta may stand in the result alone, or be used inside the bracket too (the switches ending in `_inside`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.switches import Switch

SWITCHES = (
    Switch("averaged_dgamma_inside", "dγ is averaged, and used in dx: it is a sum over the batch, and the closed form "
           "divides it by N once.", "dgamma sum"),
    Switch("averaged_dbeta_inside", "dβ is averaged, and used in dx: it is a sum over the batch, and the closed form "
           "divides it by N once.", "dbeta sum"),
    Switch("dgamma_without_xhat_inside", "dγ lacks x̂, also where dx uses it: dγ is the sum of dy·x̂, dβ that of dy.",
           "dgamma factor"),
    Switch("sums_swapped_inside", "dγ and dβ changed places from the start: dγ = Σ dy·x̂, dβ = Σ dy.", "order"),
    Switch("n_missing", "N is missing before dy: N·dy − dβ − x̂·dγ, all over N.", "bracket"),
    Switch("not_divided_by_n", "dx is N times too large: the closed form is divided by N.", "bracket"),
    Switch("rstd_forgotten", "1/√(σ² + ε) is missing from dx.", "rstd"),
    Switch("gamma_on_dy_only", "γ multiplies dy only: it belongs before the whole bracket.", "dxhat"),
    Switch("gamma_twice", "γ stands in dx twice: the sums are already taken with dy·γ.", "dxhat"),
    Switch("xhat_forgotten", "The last term lacks x̂: it is x̂·dγ/N.", "variance branch"),
    Switch("divided_by_xhat_squared", "You divided dγ by Σx̂²: the closed form divides by N, and ε keeps the two apart.",
           "variance branch"),
)


def batchnorm_backward_fused(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise of lesson 04: dy (N, D) and the reference forward's cache → dx, dgamma, dbeta."""
    dy, cache = args
    dy, x, mean, var, gamma = (np.asarray(a, np.float64) for a in (
        dy, cache["x"], cache["mean"], cache["var"], cache["gamma"]))
    n, eps = len(dy), float(cache["eps"])
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    slope = {"rstd_forgotten": np.ones_like(rstd), "rstd_squared": rstd**2}
    front = next((slope[name] for name in slope if name in on), rstd)

    true_dgamma, true_dbeta = (dy * xhat).sum(axis=0), dy.sum(axis=0)
    inner_dgamma, inner_dbeta = true_dgamma, true_dbeta
    if "dgamma_without_xhat_inside" in on:
        inner_dgamma = true_dbeta
    if "averaged_dgamma_inside" in on:
        inner_dgamma = inner_dgamma / n
    if "averaged_dbeta_inside" in on:
        inner_dbeta = inner_dbeta / n
    if "sums_swapped_inside" in on:
        inner_dgamma, inner_dbeta = inner_dbeta, inner_dgamma

    along = {"std_constant": 0.0, "variance_sign": -1.0, "missing_two": 0.5, "variance_not_averaged": float(n),
             "divided_by_xhat_squared": n / (xhat**2).sum(axis=0)}
    share = next((along[name] for name in along if name in on), 1.0)
    first = dy / n if "n_missing" in on else dy
    total = inner_dbeta / n * (0.0 if "mean_constant" in on else n if "mean_not_averaged" in on else 1.0)
    last = (1.0 if "xhat_forgotten" in on else xhat) * inner_dgamma / n * share
    weight = np.ones_like(gamma) if "dxhat_without_gamma" in on else gamma
    if "gamma_on_dy_only" in on:
        bracket = gamma * first - total - last
    elif "gamma_twice" in on:
        bracket = gamma * gamma * (first - total - last)
    else:
        bracket = weight * (first - total - last)
    dx = bracket * front * (n if "not_divided_by_n" in on else 1)
    dx = -dx if "dx_sign" in on else dx
    return dx, *_parameters(dy, xhat, gamma, on)


def _parameters(dy: NDArray, xhat: NDArray, gamma: NDArray, on: frozenset[str]) -> tuple[NDArray, NDArray]:
    """dgamma and dbeta as they are handed back."""
    factor = 1.0 if on & {"dgamma_without_xhat", "dgamma_without_xhat_inside"} else xhat
    dgamma = ((dy * gamma if "dgamma_from_dxhat" in on else dy) * factor).sum(axis=1 if "dgamma_axis_1" in on else 0)
    dbeta = (dy * gamma if "dbeta_from_dxhat" in on else dy).sum(axis=1 if "dbeta_axis_1" in on else 0)
    if on & {"dgamma_averaged", "averaged_dgamma_inside"}:
        dgamma = dgamma / len(dy)
    if on & {"dbeta_averaged", "averaged_dbeta_inside"}:
        dbeta = dbeta / len(dy)
    return (dbeta, dgamma) if on & {"dgamma_dbeta_swapped", "sums_swapped_inside"} else (dgamma, dbeta)
