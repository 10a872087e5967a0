"""Batch norm's backward pass by autograd, with a switch on every branch of the graph.

A switch scales the gradient that flows through one node: 0 cuts the branch, −1 turns its sign, N forgets
the 1/N of a mean.  All off: Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3, equal to PyTorch's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.switches import Switch

SWITCHES = (
    Switch("mean_constant", "Columns of dx must sum to 0: the branch through μ is missing.", "mean branch"),
    Switch("std_constant", "The branch through the variance is missing: σ depends on every x.", "variance branch"),
    Switch("variance_sign", "The term through the variance has the wrong sign: the power −1/2 brings a minus.",
           "variance branch"),
    Switch("missing_two", "A factor 2 is missing: ∂(x−μ)² = 2(x−μ).", "variance branch"),
    Switch("variance_not_averaged", "The 1/N of the variance is missing: var is a mean over the batch.",
           "variance branch"),
    Switch("mean_not_averaged", "The 1/N of the mean is missing: each x moves μ by 1/N.", "mean branch"),
    Switch("variance_term_doubled", "The term through the variance is twice too large: the −1/2 of dvar lost its half.",
           "variance branch"),
    Switch("variance_term_power", "The power in dvar is −3/2, and yours −1/2: the derivative of (σ² + ε) to the −1/2.",
           "variance branch"),
    Switch("mean_term_sign", "The term through the mean has the wrong sign: μ is subtracted.", "mean branch"),
    Switch("mean_term_averaged", "The term through the mean is N times too small: dmean is a sum, and 1/N comes once.",
           "mean branch"),
    Switch("mean_term_not_scaled", "The term through the mean lacks 1/√(σ² + ε).", "mean branch"),
    Switch("straight_by_variance", "You divided dx̂ by σ² + ε where its root belongs: the straight term is dx̂·rstd.",
           "rstd"),
    Switch("dxhat_without_gamma", "γ is missing on the way back through y = γx̂ + β: dx̂ = dy·γ.", "dxhat"),
    Switch("dx_sign", "dx has the wrong sign.", "dx"),
    Switch("dgamma_with_x", "dγ is taken with x: use x̂, which is what γ multiplies.", "dgamma factor"),
    Switch("dgamma_without_xhat", "dγ lacks x̂: it is the sum of dy·x̂. The sum of dy alone is dβ.", "dgamma factor"),
    Switch("dgamma_from_dxhat", "dγ is taken with dx̂ = dy·γ: take dy itself, γ belongs in dx only.", "dgamma source"),
    Switch("dbeta_from_dxhat", "dβ is the sum of dx̂ = dy·γ: sum dy itself, γ belongs in dx only.", "dbeta source"),
    Switch("dgamma_averaged", "dγ is averaged: parameter gradients add up over the batch.", "dgamma sum"),
    Switch("dbeta_averaged", "dβ is averaged: parameter gradients add up over the batch.", "dbeta sum"),
    Switch("dgamma_axis_1", "dγ has one entry per example: sum over axis 0, one entry per feature.", "dgamma sum"),
    Switch("dbeta_axis_1", "dβ has one entry per example: sum over axis 0, one entry per feature.", "dbeta sum"),
    Switch("dgamma_dbeta_swapped", "dγ and dβ are swapped: the order is dx, dγ, dβ.", "order"),
    Switch("rstd_without_eps", "ε is missing from the backward pass: use the same 1/√(σ² + ε) as forward.", "rstd"),
    Switch("dx_without_eps", "ε is missing from dx, though x̂ has it: dx takes the same 1/√(σ² + ε).", "rstd"),
    Switch("rstd_squared", "You divided by σ² + ε where its root belongs.", "rstd"),
    Switch("dvar_power", "The power in dvar is −3/2: the derivative of (σ² + ε) to the −1/2.", "dvar power"),
    Switch("dvar_rstd_power", "The power of rstd in dvar is 3: rstd is (σ² + ε)^(−1/2), and you need (σ² + ε)^(−3/2).",
           "dvar power"),
    Switch("dvar_without_eps", "ε is missing from dvar: the power −3/2 is that of σ² + ε.", "rstd"),
    Switch("dvar_with_xhat", "dvar is taken with x̂: dr takes c = x − μ, which r multiplies.", "dvar factor"),
    Switch("dvar_with_x", "dvar is taken with x: dr takes c = x − μ, which r multiplies.", "dvar factor"),
    Switch("dvar_half", "The factor −1/2 in dvar lost its half.", "dvar half"),
    Switch("dvar_sign", "dvar has the wrong sign: the power −1/2 brings a minus.", "dvar sign"),
    Switch("dvar_not_summed", "dvar must be summed over the batch: one number a feature.", "dvar sum"),
    Switch("dmean_sign", "dmean has the wrong sign: μ is subtracted.", "dmean sign"),
    Switch("dmean_not_scaled", "dmean lacks 1/√(σ² + ε).", "dmean scale"),
    Switch("dmean_averaged", "dmean is averaged: sum over the batch, the 1/N comes with the next step.", "dmean sum"),
)


def through(node: Any, factor: Any) -> Any:
    """`node` itself, through which `factor` times the gradient flows back."""
    return node * factor + (node * (1 - factor)).detach()


def normalize(x: Any, eps: float, axes: tuple[int, ...], count: int, on: frozenset[str]) -> Any:
    """xhat of x, statistics over `axes`, the branches of the graph scaled as the switches say."""
    mean = x.mean(dim=axes, keepdim=True)
    # The variance's own branch through μ is zero, so it is built on a mean of its own.
    var = ((x - x.mean(dim=axes, keepdim=True)) ** 2).mean(dim=axes, keepdim=True)
    if "rstd_without_eps" in on:
        eps = 0.0
    square = (var + eps).detach()
    mean_factors = {"mean_constant": 0.0, "mean_not_averaged": float(count), "mean_term_sign": -1.0,
                    "mean_term_averaged": 1 / count, "mean_term_not_scaled": square**0.5}
    var_factors = {"std_constant": 0.0, "variance_sign": -1.0, "missing_two": 0.5, "variance_term_doubled": 2.0,
                   "variance_not_averaged": float(count), "variance_term_power": square}
    rstd = (through(var, _chosen(var_factors, on)) + eps) ** -0.5
    straight = through(x, square**-0.5) if "straight_by_variance" in on else x
    return (straight - through(mean, _chosen(mean_factors, on))) * rstd


def _chosen(factors: dict[str, Any], on: frozenset[str]) -> Any:
    return next((factors[name] for name in factors if name in on), 1.0)


def backward(dy: NDArray, x: NDArray, gamma: NDArray, eps: float, on: frozenset[str]) -> tuple[NDArray, ...]:
    """dx, dgamma, dbeta for x and dy of (N, D) or (N, C, H, W)."""
    import torch

    axes = (0,) if x.ndim == 2 else (0, 2, 3)
    shape = (1, -1) if x.ndim == 2 else (1, -1, 1, 1)
    count = x.size // x.shape[1]
    tx, tdy = torch.from_numpy(x.copy()).requires_grad_(), torch.from_numpy(dy)
    xhat = normalize(tx, eps, axes, count, on)
    kept = xhat.detach().numpy()  # what the cache holds
    if "dx_without_eps" in on:
        xhat = normalize(tx, 0.0, axes, count, on)
    weight = torch.ones(1, dtype=tx.dtype) if "dxhat_without_gamma" in on else torch.from_numpy(gamma).reshape(shape)
    (dx,) = torch.autograd.grad((weight * xhat * tdy).sum(), tx)
    factor = x if "dgamma_with_x" in on else np.ones_like(x) if "dgamma_without_xhat" in on else kept
    rows = tuple(k for k in range(x.ndim) if k != 0)
    through_gamma = dy * gamma.reshape(shape)
    product = (through_gamma if "dgamma_from_dxhat" in on else dy) * factor
    dgamma = product.sum(axis=rows if "dgamma_axis_1" in on else axes)
    dbeta = (through_gamma if "dbeta_from_dxhat" in on else dy).sum(axis=rows if "dbeta_axis_1" in on else axes)
    if "dgamma_averaged" in on:
        dgamma = dgamma / count
    if "dbeta_averaged" in on:
        dbeta = dbeta / count
    if "dgamma_dbeta_swapped" in on:
        dgamma, dbeta = dbeta, dgamma
    return (-dx if "dx_sign" in on else dx).numpy(), dgamma, dbeta


def batchnorm_backward(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise of lesson 04: args are dy and the reference forward's cache (a dict)."""
    dy, cache = args
    dy, x, gamma = (np.asarray(a, np.float64) for a in (dy, cache["x"], cache["gamma"]))
    return backward(dy, x, gamma, float(cache["eps"]), on)


def backward_intermediates(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """The exercise of lesson 04: dxhat (N, D), dvar (D,), dmean (D,), node by node."""
    dy, cache = args
    dy = np.asarray(dy, np.float64)
    x, gamma, mean, var = (np.asarray(cache[name], np.float64) for name in ("x", "gamma", "mean", "var"))
    shifted = var if "rstd_without_eps" in on else var + cache["eps"]
    rstd = shifted ** (-1.0 if "rstd_squared" in on else -0.5)
    dxhat = dy if "dxhat_without_gamma" in on else dy * gamma
    factor = (x - mean) * rstd if "dvar_with_xhat" in on else x if "dvar_with_x" in on else x - mean
    terms = dxhat * factor * (1.0 if "dvar_half" in on else 0.5) * (1.0 if "dvar_sign" in on else -1.0)
    root = var**-0.5 if "dvar_without_eps" in on else rstd
    terms = terms * root ** (1.0 if "dvar_power" in on else 1.5 if "dvar_rstd_power" in on else 3.0)
    dvar = terms if "dvar_not_summed" in on else terms.sum(axis=0)
    total = dxhat.mean(axis=0) if "dmean_averaged" in on else dxhat.sum(axis=0)
    dmean = total * (1.0 if "dmean_sign" in on else -1.0)
    return dxhat, dvar, dmean if "dmean_not_scaled" in on else dmean * rstd
