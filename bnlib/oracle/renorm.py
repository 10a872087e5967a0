"""Batch renormalization's forward pass (Ioffe 2017, arXiv 1702.03275, algorithm 1), with its mistakes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.norms import affine, given
from bnlib.oracle.switches import Switch

SWITCHES = (
    Switch("renorm_per_example", "Your statistics have one entry per example: reduce over axis 0.", "norm axes"),
    Switch("renorm_of_rows", "You normalized each example by itself, as layer norm does: reduce over axis 0.",
           "norm axes"),
    Switch("renorm_as_inference", "Without limits this is what inference computes: keep r within [1/r_max, r_max] and "
           "d within [−d_max, d_max].", "renorm r limits"),
    Switch("renorm_r_forgotten", "r is missing: x̂ = (x − μ_B)/σ_B · r + d.", "renorm r"),
    Switch("renorm_r_inverted", "r is upside down: r = σ_B/running_std.", "renorm r"),
    Switch("renorm_r_without_eps", "ε is missing from r: its σ_B = √(var + ε) is the one x is divided by.", "renorm r"),
    Switch("renorm_r_unlimited", "r is not limited: clip it to [1/r_max, r_max].", "renorm r limits"),
    Switch("renorm_r_upper_only", "r has a lower limit, too: 1/r_max.", "renorm r limits"),
    Switch("renorm_d_forgotten", "d is missing: x̂ = (x − μ_B)/σ_B · r + d.", "renorm d"),
    Switch("renorm_d_not_divided", "d is in units of running_std: d = (μ_B − running_mean)/running_std.",
           "renorm d scale"),
    Switch("renorm_d_by_batch_std", "You divided d by the batch's σ: divide it by running_std.", "renorm d scale"),
    Switch("renorm_d_sign", "d has the wrong sign: d = (μ_B − running_mean)/running_std.", "renorm d sign"),
    Switch("renorm_d_unlimited", "d is not limited: clip it to [−d_max, d_max].", "renorm d limits"),
    Switch("renorm_d_upper_only", "d has a lower limit, too: −d_max.", "renorm d limits"),
    Switch("renorm_d_before_r", "You added d before multiplying by r: d is added last, then come γ and β.",
           "renorm order"),
    Switch("renorm_limits_swapped", "r_max and d_max are swapped.", "renorm limits"),
    Switch("renorm_not_rooted", "You took the batch's variance for its σ: σ_B = √(var + ε).", "root"),
    Switch("renorm_std_rooted", "running_std is a standard deviation already: do not take its root.",
           "renorm running"),
    Switch("renorm_eps_in_running", "ε is in running_std already: it enters with σ_B = √(var + ε) only.",
           "renorm running"),
)


def batch_renorm(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """args: x (N, D), gamma, beta, running_mean, running_std (D,), r_max, d_max and, if given, eps; y (N, D)."""
    r_max, d_max = float(args[5]), float(args[6])
    (x, gamma, beta, running_mean, running_std), eps = given((*args[:5], *args[7:]), 5)
    if "renorm_limits_swapped" in on:
        r_max, d_max = d_max, r_max
    rows = "renorm_of_rows" in on
    axis = int(rows or "renorm_per_example" in on)
    mean = x.mean(axis=axis, keepdims=rows)
    centred = x - x.mean(axis=axis, keepdims=True)
    var = (centred**2).sum(axis=axis, keepdims=rows) / np.float64(x.shape[axis] - int("norm_ddof_1" in on))
    std = var + (0.0 if on & {"eps_forgotten", "eps_outside"} else eps)
    std = (std if "renorm_not_rooted" in on else np.sqrt(std)) + (eps if "eps_outside" in on else 0.0)
    if "renorm_std_rooted" in on:
        running_std = np.sqrt(running_std)
    if "renorm_eps_in_running" in on:
        running_std = np.sqrt(running_std**2 + eps)
    r, d = (np.sqrt(var) if "renorm_r_without_eps" in on else std) / running_std, mean - running_mean
    if "renorm_r_inverted" in on:
        r = 1 / r
    if "renorm_d_sign" in on:
        d = -d
    if "renorm_d_by_batch_std" in on:
        d = d / std
    elif "renorm_d_not_divided" not in on:
        d = d / running_std
    if not on & {"renorm_r_unlimited", "renorm_as_inference"}:
        r = np.clip(r, 0.0 if "renorm_r_upper_only" in on else 1 / r_max, r_max)
    if not on & {"renorm_d_unlimited", "renorm_as_inference"}:
        d = np.clip(d, -np.inf if "renorm_d_upper_only" in on else -d_max, d_max)
    if "renorm_r_forgotten" in on:
        r = np.ones_like(r)
    if "renorm_d_forgotten" in on:
        d = np.zeros_like(d)
    hat = (x - mean) / std
    hat = (hat + d) * r if "renorm_d_before_r" in on else hat * r + d
    return (affine(hat, gamma, beta, (-1,), on),)
