"""Weight norm (arXiv 1602.07868) and spectral norm (arXiv 1802.05957), with their mistakes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.switches import Switch

SWITCHES = (
    Switch("weight_norm_eps", "You added a small number to the length, and a short v suffers: divide by ‖v‖ as it is.",
           "weight eps"),
    Switch("weight_norm_per_input", "You took one length per input: each output has its own, over everything but "
           "axis 0.", "weight axes"),
    Switch("weight_norm_one_for_all", "You took one length for the whole array: each output has its own.",
           "weight axes"),
    Switch("weight_norm_last_axis", "You reduced the last axis only: the length of a kernel runs over all its axes.",
           "weight axes"),
    Switch("weight_norm_second_axis", "You reduced axis 1 only: the length of a kernel (O, I, kH, kW) runs over all "
           "its axes but 0.", "weight axes"),
    Switch("weight_norm_not_kept", "The lengths lost their axes and lie along the inputs: keepdims=True.",
           "weight keepdims"),
    Switch("weight_norm_squared", "You divided by the squared length: take the root.", "weight length"),
    Switch("weight_norm_absolute", "You summed absolute values: the length is the root of the sum of squares.",
           "weight length"),
    Switch("weight_norm_largest", "You divided by the largest entry: the length is the root of the sum of squares.",
           "weight length"),
    Switch("weight_norm_root_mean", "You took the root of the mean square: the length has a sum, not a mean.",
           "weight count"),
    Switch("weight_norm_centred", "You subtracted the mean: weight norm only scales v.", "weight centre"),
    Switch("weight_norm_g_forgotten", "g is missing: w = g·v/‖v‖.", "weight g"),
    Switch("weight_norm_g_along_inputs", "g lies along the last axis: it has one entry per output, axis 0.",
           "weight g"),
    Switch("weight_norm_g_two_axes", "g[:, None] is right for (O, I) only: with four axes it must be (O, 1, 1, 1).",
           "weight g"),
    Switch("weight_norm_undivided", "v is not divided by its length: w = g·v/‖v‖.", "weight divide"),
    Switch("spectral_frobenius", "You divided by the Frobenius norm, the root of the sum of squares: σ = uᵀWv.",
           "spectral sigma"),
    Switch("spectral_one_sided", "Your σ = ‖Wᵀu‖ is from the u before the last half step: σ = uᵀWv with the new u.",
           "spectral sigma"),
    Switch("spectral_half_step_more", "Your σ = ‖Wᵀu‖ is half a step ahead of your v: σ = uᵀWv.", "spectral sigma"),
    Switch("spectral_exact", "You divided by the exact singular value: σ = uᵀWv, the estimate of these few steps.",
           "spectral sigma"),
    Switch("spectral_sigma_transposed", "u and v have changed places in σ: it is uᵀWv, not vᵀWu.", "spectral sigma"),
    Switch("spectral_sigma_squared", "You divided by σ²: the eigenvalue of WᵀW is σ², take its root.",
           "spectral power"),
    Switch("spectral_steps_ignored", "You took one step, whatever `steps` says.", "spectral steps"),
    Switch("spectral_one_step_more", "You took a step too many: `steps` times v, then u.", "spectral steps"),
    Switch("spectral_start_ignored", "You did not start from the u you were given.", "spectral start"),
    Switch("spectral_u_not_normalized", "u must have length 1: divide W·v by its length.", "spectral u"),
    Switch("spectral_v_not_normalized", "v must have length 1: divide Wᵀ·u by its length.", "spectral v"),
    Switch("spectral_transposed", "W and Wᵀ have changed places: v = Wᵀu, then u = Wv.", "spectral side"),
    Switch("spectral_not_divided", "The weight is not divided by σ.", "spectral divide"),
    Switch("spectral_multiplied", "You multiplied by σ: divide by it.", "spectral divide"),
    Switch("spectral_u_old", "You gave back the u you were given: the next call starts from the new one.",
           "spectral returned"),
    Switch("spectral_v_returned", "You gave back v: return u, one entry per output.", "spectral returned"),
)


def weight_norm(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """args: v (O, …) and g (O,); w of v's shape whose outputs have lengths |g|."""
    v, g = (np.asarray(a, np.float64) for a in args)
    axes = tuple(range(1, v.ndim))
    if "weight_norm_per_input" in on:
        axes = (0, *range(2, v.ndim))
    elif "weight_norm_one_for_all" in on:
        axes = tuple(range(v.ndim))
    elif "weight_norm_last_axis" in on:
        axes = (v.ndim - 1,)
    elif "weight_norm_second_axis" in on:
        axes = (1,)
    if "weight_norm_centred" in on:
        v = v - v.mean(axis=axes, keepdims=True)
    keep = "weight_norm_not_kept" not in on
    add = np.mean if "weight_norm_root_mean" in on else np.sum
    if "weight_norm_absolute" in on:
        length = add(np.abs(v), axis=axes, keepdims=keep)
    elif "weight_norm_largest" in on:
        length = np.abs(v).max(axis=axes, keepdims=keep)
    else:
        length = add(v**2, axis=axes, keepdims=keep)
        length = length + (1e-5 if "weight_norm_eps" in on else 0.0)
        length = length if "weight_norm_squared" in on else np.sqrt(length)
    scale: Any = g if "weight_norm_g_along_inputs" in on else g.reshape(-1, *([1] * (v.ndim - 1)))
    if "weight_norm_g_two_axes" in on:
        scale = g[:, None]
    if "weight_norm_g_forgotten" in on:
        scale = 1.0
    return (scale * (v if "weight_norm_undivided" in on else v / length),)


def _unit(a: NDArray) -> NDArray:
    return a / np.sqrt((a**2).sum())


def spectral_norm(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """args: weight (O, I), u (O,), steps; (weight/σ, u) after `steps` steps of power iteration."""
    weight, u = (np.asarray(a, np.float64) for a in args[:2])
    start, steps = u, int(args[2])
    steps = 1 if "spectral_steps_ignored" in on else steps + int("spectral_one_step_more" in on)
    if "spectral_start_ignored" in on:
        u = np.ones(len(u))
    to_v, to_u = (weight, weight.T) if "spectral_transposed" in on else (weight.T, weight)
    for _ in range(steps):
        half = to_v @ u / np.sqrt((u**2).sum())  # of length ‖Wᵀu‖ for a u of length 1
        v = to_v @ u if "spectral_v_not_normalized" in on else _unit(to_v @ u)
        u = to_u @ v if "spectral_u_not_normalized" in on else _unit(to_u @ v)
    sigma: Any = u @ to_u @ v
    if "spectral_frobenius" in on:
        sigma = np.sqrt((weight**2).sum())
    elif "spectral_one_sided" in on:
        sigma = np.sqrt((half**2).sum())
    elif "spectral_half_step_more" in on:
        sigma = np.sqrt(((to_v @ u) ** 2).sum())
    elif "spectral_exact" in on:
        sigma = np.linalg.norm(weight, 2)
    elif "spectral_sigma_transposed" in on:
        sigma = v @ to_u @ u
    if "spectral_sigma_squared" in on:
        sigma = sigma**2
    divided = weight if "spectral_not_divided" in on else weight * sigma if "spectral_multiplied" in on \
        else weight / sigma
    returned = start if "spectral_u_old" in on else v if "spectral_v_returned" in on else u
    return divided, returned
