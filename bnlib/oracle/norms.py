"""Normalizing over any axes: layer, instance and group norm, with the mistakes of lesson 11.

All switches off: layer norm arXiv 1607.06450, instance norm 1607.08022, group norm 1803.08494.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.switches import Switch

DEFAULT_EPS = 1e-5

SWITCHES = (
    Switch("axes_complement", "You kept the given axes and reduced the others: `axes` are the ones to reduce.",
           "norm axes"),
    Switch("axes_all", "You reduced every axis, whatever `axes` says.", "norm axes"),
    Switch("axes_first_only", "You reduced the first of the axes only: pass all of them to the mean.", "norm axes"),
    Switch("axes_in_turn", "You normalized over one axis after the other: one mean over all of them together.",
           "norm axes"),
    Switch("axes_negative", "An axis of −1 is not taken for the last: bring axes to 0 … x.ndim − 1 by axis % x.ndim "
           "first.", "observed", True),
    Switch("axes_not_kept", "Your mean lost its axes, and broadcasting laid it along others: keepdims=True.",
           "norm keepdims"),
    Switch("norm_ddof_1", "You divided by the count − 1: divide by how many values share the mean.", "norm ddof"),
    Switch("layer_batch_axis", "You reduced the batch axis: that is batch norm. Each example by itself, axis −1.",
           "norm axes"),
    Switch("layer_one_for_all", "You used one mean for the whole array: every row of D features has its own.",
           "norm axes"),
    Switch("layer_second_axis", "You reduced axis 1. In (N, T, D) the features are the last axis: reduce axis −1.",
           "norm axes"),
    Switch("layer_all_but_first", "You reduced T as well: every position has its own mean over its D features.",
           "norm axes"),
    Switch("layer_rms", "That is RMS norm: layer norm subtracts the mean, in x and in the variance.", "numerator"),
    Switch("beta_scaled", "You multiplied β by γ as well: y = γ·x̂ + β.", "beta"),
    Switch("layer_gamma_inside", "You scaled by γ before normalizing: scale x̂ afterwards.", "affine"),
    Switch("layer_affine_per_row", "γ and β have one entry per feature: let them lie along the last axis.", "affine"),
    Switch("instance_over_batch", "You reduced N too, that is batch norm: each image by itself, over H and W.",
           "norm axes"),
    Switch("instance_over_channels", "You reduced C too, that is layer norm: each channel by itself, over H and W.",
           "norm axes"),
    Switch("instance_width_only", "You reduced W only: a mean runs over H and W.", "norm axes"),
    Switch("instance_channels_last", "You reduced axes 1 and 2, as if the channels came last: H and W are axes 2 and "
           "3.",
           "norm axes"),
    Switch("instance_affine_per_image", "γ and β have one entry per channel, not per image: shape (1, C, 1, 1).",
           "image affine"),
    Switch("groups_interleaved", "Your groups are interleaved: a group is C/G channels that lie next to each other.",
           "norm axes"),
    Switch("groups_are_sizes", "You took `groups` as the channels in a group: it is how many groups there are.",
           "norm axes"),
    Switch("groups_over_batch", "You reduced N too: each image by itself.", "norm axes"),
    Switch("groups_per_pixel", "Every pixel got a mean of its own: reduce H and W together with the group's channels.",
           "norm axes"),
    Switch("groups_pixels_only", "Every channel got a mean of its own, that is instance norm: the channels of a group "
           "share one.", "norm axes"),
    Switch("groups_ignored", "You ignored `groups` and took all channels together: that is layer norm.", "norm axes"),
    Switch("groups_affine_per_group", "You used one γ and β per group: they have one entry per channel.",
           "image affine"),
)


def xhat(x: NDArray, axes: tuple[int, ...], eps: float, on: frozenset[str]) -> NDArray:
    """(x − mean)/√(var + eps) over `axes`."""
    keep = "axes_not_kept" not in on
    count = int(np.prod([x.shape[axis] for axis in axes]))
    mean = x.sum(axis=axes, keepdims=keep) / count
    if "layer_rms" in on:
        numerator, deviations = x, x
    else:
        numerator, deviations = x - mean, x - x.mean(axis=axes, keepdims=True)
    var = (deviations**2).sum(axis=axes, keepdims=keep) / np.float64(count - int("norm_ddof_1" in on))
    return (x if "not_centred" in on else numerator) / _scale(var, eps, on)


def _scale(var: NDArray, eps: float, on: frozenset[str]) -> NDArray:
    if "eps_hard_coded" in on:
        eps = DEFAULT_EPS
    spread = var + (0.0 if on & {"eps_forgotten", "eps_outside"} else eps)
    return (spread if "divide_by_variance" in on else np.sqrt(spread)) + (eps if "eps_outside" in on else 0.0)


def affine(hat: NDArray, gamma: NDArray, beta: NDArray, shape: tuple[int, ...], on: frozenset[str]) -> NDArray:
    """γ·x̂ + β with γ and β reshaped to `shape`."""
    scaled = hat if on & {"gamma_forgotten", "layer_gamma_inside"} else gamma.reshape(shape) * hat
    if "beta_scaled" in on:
        beta = gamma * beta
    return scaled if "beta_forgotten" in on else scaled + beta.reshape(shape)


def given(args: tuple[Any, ...], arrays: int) -> tuple[list[NDArray], float]:
    """The first `arrays` arguments as float64, and eps."""
    eps = float(args[arrays]) if len(args) > arrays else DEFAULT_EPS
    return [np.asarray(a, np.float64) for a in args[:arrays]], eps


def normalize(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """args are x (any shape), axes and, if given, eps."""
    x, axes = np.asarray(args[0], np.float64), tuple(int(axis) % np.ndim(args[0]) for axis in args[1])
    eps = float(args[2]) if len(args) > 2 else DEFAULT_EPS
    if "axes_in_turn" in on:
        for axis in axes:
            x = xhat(x, (axis,), eps, on)
        return (x,)
    if "axes_complement" in on:
        axes = tuple(axis for axis in range(x.ndim) if axis not in axes)
    elif "axes_all" in on:
        axes = tuple(range(x.ndim))
    elif "axes_first_only" in on:
        axes = axes[:1]
    return (xhat(x, axes, eps, on),)


def layernorm(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """args are x (N, D) or (N, T, D), gamma (D,), beta (D,) and, if given, eps."""
    (x, gamma, beta), eps = given(args, 3)
    chosen = {"layer_batch_axis": (0,), "layer_one_for_all": tuple(range(x.ndim)), "layer_second_axis": (1,),
              "layer_all_but_first": tuple(range(1, x.ndim))}
    axes = next((chosen[name] for name in chosen if name in on), (x.ndim - 1,))
    shape = (-1, 1) if "layer_affine_per_row" in on else (-1,)
    return (affine(xhat(x * gamma if "layer_gamma_inside" in on else x, axes, eps, on), gamma, beta, shape, on),)


def _image_affine(hat: NDArray, gamma: NDArray, beta: NDArray, on: frozenset[str]) -> NDArray:
    shape = (1, -1, 1, 1)
    if "affine_along_width" in on:
        shape = (1, 1, 1, -1)
    if "instance_affine_per_image" in on:
        shape = (-1, 1, 1, 1)
    return affine(hat, gamma, beta, shape, on)


def instancenorm(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """args are x (N, C, H, W), gamma (C,), beta (C,) and, if given, eps."""
    (x, gamma, beta), eps = given(args, 3)
    chosen = {"instance_over_batch": (0, 2, 3), "instance_over_channels": (1, 2, 3), "instance_width_only": (3,),
              "instance_channels_last": (1, 2)}
    axes = next((chosen[name] for name in chosen if name in on), (2, 3))
    return (_image_affine(xhat(x, axes, eps, on), gamma, beta, on),)


def groupnorm(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """args are x (N, C, H, W), groups, gamma (C,), beta (C,) and, if given, eps."""
    (x, gamma, beta), eps = given((args[0], *args[2:]), 3)
    groups, (n, c, h, w) = int(args[1]), x.shape
    count = 1 if "groups_ignored" in on else c // groups if "groups_are_sizes" in on else groups
    axes: tuple[int, ...]
    if "groups_interleaved" in on:
        split, axes = (n, c // count, count, h, w), (1, 3, 4)
    else:
        split, axes = (n, count, c // count, h, w), (2, 3, 4)
    if "groups_over_batch" in on:
        axes = (0, *axes)
    if "groups_pixels_only" in on:
        axes = axes[1:]
    if "groups_per_pixel" in on:
        axes = axes[:1]
    hat = xhat(x.reshape(split), axes, eps, on).reshape(x.shape)
    if "groups_affine_per_group" in on:
        gamma, beta = (np.repeat(a[:groups], c // groups) for a in (gamma, beta))
    return (_image_affine(hat, gamma, beta, on),)
