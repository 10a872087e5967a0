"""Batch norm on images (N, C, H, W), with the mistakes of lesson 07."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    Switch("channels_last", "You reduced axes 0, 1 and 2, as if the channel came last: it is axis 1, reduce 0, 2 and "
           "3.", "image axes"),
    Switch("variances_averaged", "Your variance is the mean of the images' own variances: take it over N, H and W at "
           "once, about the mean of the channel.", "image axes"),
    Switch("home_by_reshape", "y went home by a reshape alone: reshape to (N, H, W, C), then move the last axis back "
           "to place 1.", "image axes"),
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
    Switch("xhat_not_moved", "You moved the channels of dy to the end, but not those of x̂: rearrange both alike.",
           "image count"),
    Switch("dx_home_by_reshape", "dx went home by a reshape alone: reshape to (N, H, W, C), then move the last axis "
           "back to place 1.", "image count"),
    Switch("images_not_flattened", "The (N, D) formulas saw an array (N, C, H, W), where γ and 1/σ lie along W: move C "
           "to the end and merge the rest first.", "image count"),
    Switch("means_per_pixel", "The two means in dx run over N only: they run over N, H and W.", "image count"),
    Switch("means_per_image", "The two means in dx run over H and W only: they run over N, H and W.", "image count"),
    Switch("sums_not_divided", "The two sums in dx are not divided: both are means over the N·H·W values of a "
           "channel.", "image count"),
    Switch("dgamma_per_pixel", "dγ and dβ are sums over N, H and W: one number a channel.", "image sums"),
)

AXES = {"per_pixel": (0,), "per_image": (2, 3), "per_example": (1, 2, 3), "one_for_all_channels": (0, 1, 2, 3),
        "channels_last": (0, 1, 2)}


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
    shape: tuple[int, ...] = (1, 1, 1, -1) if "affine_along_width" in on else (1, -1, 1, 1)
    if "channels_mixed_throughout" in on:
        shape = (1, -1)
    else:
        xhat = xhat.reshape(given)
    gain = np.ones_like(gamma) if "image_gamma_forgotten" in on else gamma
    scaled = gain.reshape(shape) * xhat
    beta = gain * beta if "image_beta_first" in on else beta
    y = scaled if "image_beta_forgotten" in on else scaled + beta.reshape(shape)
    if "home_by_reshape" in on:
        y = np.moveaxis(y, 1, -1)
    return y.reshape(given), np.array(True)


def _moments(x: NDArray, axes: tuple[int, ...], on: frozenset[str]) -> tuple[NDArray, NDArray]:
    mean = x.mean(axis=axes, keepdims=True)
    centre = x.mean(axis=(2, 3), keepdims=True) if "variances_averaged" in on else mean
    squares = ((x - centre) ** 2).sum(axis=axes, keepdims=True)
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
    given, channels = dy.shape, dy.shape[1]
    mean, var = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)
    rstd = 1 / np.sqrt(var + float(cache["eps"]))
    xhat = (x - mean) * rstd
    if "channels_mixed_back" in on:
        dy, x, xhat = (a.reshape(-1, channels) for a in (dy, x, xhat))
    elif "xhat_not_moved" in on:
        x, xhat = (np.moveaxis(a.reshape(*given[::2], given[3], channels), -1, 1) for a in (x, xhat))
    dx, dgamma, dbeta = _way_back(dy, x, xhat, gamma, rstd.ravel(), on)
    if "dgamma_per_pixel" in on:
        dgamma, dbeta = (a.reshape(given).sum(axis=0) for a in _terms(dy, x, xhat, _along(gamma, dy, on), on))
    if "dx_home_by_reshape" in on:
        dx = np.moveaxis(dx, 1, -1)
    dx = dx if "images_not_flattened" in on else dx.reshape(given)
    return -dx if "dx_sign" in on else dx, dgamma, dbeta


def _along(a: NDArray, dy: NDArray, on: frozenset[str]) -> NDArray:
    """`a` (C,) in a shape that lies along the channels of dy, or along its width."""
    return a if "images_not_flattened" in on else a.reshape(1, -1, *(1,) * (dy.ndim - 2))


def _terms(dy: NDArray, x: NDArray, xhat: NDArray, gamma: NDArray, on: frozenset[str]) -> tuple[NDArray, NDArray]:
    """What dgamma and dbeta are sums of."""
    left, right = (dy * gamma if name in on else dy for name in ("dgamma_from_dxhat", "dbeta_from_dxhat"))
    return left * (x if "dgamma_with_x" in on else xhat), right


def _way_back(
    dy: NDArray, x: NDArray, xhat: NDArray, gamma: NDArray, rstd: NDArray, on: frozenset[str]
) -> tuple[NDArray, ...]:
    """dx, dgamma, dbeta in closed form; the channel is axis 1, all other axes are summed over."""
    gamma, rstd = _along(gamma, dy, on), _along(rstd, dy, on)
    channel = (0,) if "images_not_flattened" in on else tuple(k for k in range(dy.ndim) if k != 1)
    means = (0,) if "means_per_pixel" in on else (2, 3) if "means_per_image" in on else channel
    count = np.prod([dy.shape[k] for k in means])
    divisor = 1 if "sums_not_divided" in on else len(dy) if "count_is_n" in on else count
    dxhat = dy if "dxhat_without_gamma" in on else dy * gamma
    summed = dy if "gamma_on_dy_only" in on else dxhat
    level, along = (a.sum(axis=means, keepdims=True) / divisor for a in (summed, summed * xhat))
    level = level * (0.0 if "mean_constant" in on else 1.0)
    along = along * (0.0 if "std_constant" in on else -1.0 if "variance_sign" in on else 1.0)
    dx = (dxhat - level - (1.0 if "xhat_forgotten" in on else xhat) * along) * (gamma if "gamma_twice" in on else 1.0)
    dx = dx * (1.0 if "rstd_forgotten" in on else rstd**2 if "rstd_squared" in on else rstd)
    dgamma, dbeta = (a.sum(axis=channel) for a in _terms(dy, x, xhat, gamma, on))
    values = len(dy) if "count_is_n" in on else np.prod([dy.shape[k] for k in channel])
    return (dx, dgamma / values if "dgamma_averaged" in on else dgamma,
            dbeta / values if "dbeta_averaged" in on else dbeta)
