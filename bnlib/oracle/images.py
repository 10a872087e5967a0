"""Batch norm on images (N, C, H, W), with the mistakes of lesson 07."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.backward import backward
from bnlib.oracle.switches import Switch

SWITCHES = (
    Switch("per_pixel", "You kept a mean for every pixel: reduce over N, H and W, one mean per channel.", "image axes"),
    Switch("per_image", "You normalized each image by itself: the batch axis N is reduced as well.", "image axes"),
    Switch("per_example", "That is layer norm: each example by itself over C, H and W. Reduce over N, H and W.",
           "image axes"),
    Switch("one_for_all_channels", "You used one mean and variance for all channels: keep axis 1.", "image axes"),
    Switch("channels_mixed", "You mixed channels: a reshape does not move axes, transpose C to the end first.",
           "image axes"),
    Switch("channels_mixed_throughout", "A reshape alone mixes channels, and γ and β with them: move C to the end, "
           "then reshape, and go back the same way.", "image axes"),
    Switch("image_channels_last", "You took the last axis for the channels: in (N, C, H, W) they are axis 1.",
           "image axes"),
    Switch("statistics_along_width", "Your μ and σ lie along W: reshape them to (1, C, 1, 1).", "image axes"),
    Switch("affine_along_width", "γ and β lie along W: reshape them to (1, C, 1, 1).", "image affine"),
    Switch("image_ddof_1", "You divided by N·H·W − 1: training divides by N·H·W.", "image ddof"),
    Switch("image_eps_forgotten", "ε is missing: divide by √(σ² + ε).", "image eps"),
    Switch("image_eps_outside", "You added ε to σ: it goes inside the root.", "image eps"),
    Switch("image_eps_ignored", "You ignore the eps argument and always take 1e-5.", "image eps"),
    Switch("image_by_variance", "You divided by the variance: divide by the standard deviation, √(σ² + ε).",
           "image root"),
    Switch("image_not_centred", "You divided x without subtracting its mean first.", "image numerator"),
    Switch("image_gamma_beta_swapped", "γ and β are swapped: γ multiplies, β is added.", "image order"),
    Switch("image_beta_first", "You computed γ·(x̂ + β): add β after scaling.", "image order"),
    Switch("image_gamma_forgotten", "γ is missing: y = γ·x̂ + β.", "image gamma"),
    Switch("image_beta_forgotten", "β is missing: y = γ·x̂ + β.", "image beta"),
    Switch("cache_unlike", "The cache is not as the docstring has it: a dict with x and xhat (N, C, H, W); mean, var, "
           "rstd and gamma (C,); eps. The way back reads it so.", "observed", True),
    Switch("count_is_n", "You divided by N: a channel has N·H·W values.", "image count"),
    Switch("channels_mixed_back", "A reshape alone mixes channels: move C to the end of dy and x̂, then reshape, and go "
           "back the same way.", "image count"),
    Switch("dgamma_per_pixel", "dγ and dβ are sums over N, H and W: one number a channel.", "image sums"),
)

AXES = {"per_pixel": (0,), "per_image": (2, 3), "per_example": (1, 2, 3), "one_for_all_channels": (0, 1, 2, 3),
        "image_channels_last": (0, 1, 2)}


def batchnorm2d_forward(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """y (N, C, H, W), statistics per channel over N, H, W: [BN] section 3.2."""
    x, gamma, beta = (np.asarray(a, np.float64) for a in args[:3])
    eps = float(args[3]) if len(args) > 3 and not isinstance(args[3], str) else 1e-5
    axes = next((AXES[name] for name in AXES if name in on), (0, 2, 3))
    given = x.shape
    if on & {"channels_mixed", "channels_mixed_throughout"}:
        x, axes = x.reshape(-1, given[1]), (0,)
    mean, var = _moments(x, axes, on)
    if "statistics_along_width" in on:
        mean, var = mean.ravel(), var.ravel()
    xhat = (x if "image_not_centred" in on else x - mean) / _scale(var, eps, on)
    if "image_gamma_beta_swapped" in on:
        gamma, beta = beta, gamma
    shape: tuple[int, ...] = (1, 1, 1, -1) if on & {"affine_along_width", "image_channels_last"} else (1, -1, 1, 1)
    if "channels_mixed_throughout" in on:
        shape = (1, -1)
    else:
        xhat = xhat.reshape(given)
    gain = np.ones_like(gamma) if "image_gamma_forgotten" in on else gamma
    scaled = gain.reshape(shape) * xhat
    beta = gain * beta if "image_beta_first" in on else beta
    y = scaled if "image_beta_forgotten" in on else scaled + beta.reshape(shape)
    return y.reshape(given), np.array(True)


def _moments(x: NDArray, axes: tuple[int, ...], on: frozenset[str]) -> tuple[NDArray, NDArray]:
    mean = x.mean(axis=axes, keepdims=True)
    squares = ((x - mean) ** 2).sum(axis=axes, keepdims=True)
    count = x.size // mean.size - int("image_ddof_1" in on)
    return mean, squares / count if count else np.full_like(mean, np.nan)


def _scale(var: NDArray, eps: float, on: frozenset[str]) -> NDArray:
    inside = 0.0 if on & {"image_eps_forgotten", "image_eps_outside"} else 1e-5 if "image_eps_ignored" in on else eps
    spread = var + inside
    return (spread if "image_by_variance" in on else np.sqrt(spread)) + (eps if "image_eps_outside" in on else 0.0)


def batchnorm2d_backward(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """dx (N, C, H, W), dgamma and dbeta (C,); args are dy and the reference forward's cache."""
    dy, cache = args
    dy, x, gamma = (np.asarray(a, np.float64) for a in (dy, cache["x"], cache["gamma"]))
    if "count_is_n" in on:
        return _closed_form(dy, x, gamma, float(cache["eps"]), x.shape[0], on)
    if "channels_mixed_back" in on:
        return _mixed_back(dy, x, gamma, float(cache["eps"]), on)
    dx, dgamma, dbeta = backward(dy, x, gamma, float(cache["eps"]), on)
    if "dgamma_per_pixel" in on:
        xhat = (x - x.mean(axis=(0, 2, 3), keepdims=True)) / np.sqrt(
            x.var(axis=(0, 2, 3), keepdims=True) + float(cache["eps"]))
        dgamma, dbeta = (dy * xhat).sum(axis=0), dy.sum(axis=0)
    return dx, dgamma, dbeta


def _mixed_back(dy: NDArray, x: NDArray, gamma: NDArray, eps: float, on: frozenset[str]) -> tuple[NDArray, ...]:
    """dy and xhat reshaped to (N·H·W, C) without moving C first, and the formulas for (N, D)."""
    xhat = (x - x.mean(axis=(0, 2, 3), keepdims=True)) / np.sqrt(x.var(axis=(0, 2, 3), keepdims=True) + eps)
    rstd = 1 / np.sqrt(x.var(axis=(0, 2, 3)) + eps)
    flat_dy, flat_x, flat_xhat = (a.reshape(-1, x.shape[1]) for a in (dy, x, xhat))
    dxhat = flat_dy if "dxhat_without_gamma" in on else flat_dy * gamma
    through_mean = 0.0 if "mean_constant" in on else dxhat.mean(axis=0)
    through_std = 0.0 if "std_constant" in on else flat_xhat * (dxhat * flat_xhat).mean(axis=0)
    dx = (rstd * (dxhat - through_mean - through_std)).reshape(x.shape)
    factor = flat_x if "dgamma_with_x" in on else flat_xhat
    dgamma, dbeta = (flat_dy * factor).sum(axis=0), flat_dy.sum(axis=0)
    if "dgamma_per_pixel" in on:
        dgamma, dbeta = (dy * (x if "dgamma_with_x" in on else xhat)).sum(axis=0), dy.sum(axis=0)
    if "dgamma_averaged" in on:
        dgamma = dgamma / len(flat_dy)
    if "dbeta_averaged" in on:
        dbeta = dbeta / len(flat_dy)
    return -dx if "dx_sign" in on else dx, dgamma, dbeta


def _closed_form(
    dy: NDArray, x: NDArray, gamma: NDArray, eps: float, count: int, on: frozenset[str]
) -> tuple[NDArray, ...]:
    """The fused formula with a wrong count of values."""
    axes = (0, 2, 3)
    rstd = 1 / np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    xhat = (x - x.mean(axis=axes, keepdims=True)) * rstd
    dxhat = dy if "dxhat_without_gamma" in on else dy * gamma.reshape(1, -1, 1, 1)
    means = [(term.sum(axis=axes, keepdims=True) / count) for term in (dxhat, dxhat * xhat)]
    if "mean_constant" in on:
        means[0] = 0 * means[0]
    if "std_constant" in on:
        means[1] = 0 * means[1]
    sums = (0,) if "dgamma_per_pixel" in on else axes
    dgamma, dbeta = (dy * (x if "dgamma_with_x" in on else xhat)).sum(axis=sums), dy.sum(axis=sums)
    if "dgamma_averaged" in on:
        dgamma = dgamma / count
    if "dbeta_averaged" in on:
        dbeta = dbeta / count
    dx = rstd * (dxhat - means[0] - xhat * means[1])
    return -dx if "dx_sign" in on else dx, dgamma, dbeta
