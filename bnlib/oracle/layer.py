"""A layer with forward, backward, params and grads, and the ways in which its memory goes wrong (lesson 05)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.backward import backward
from bnlib.oracle.switches import Switch

SWITCHES = (
    Switch("cache_shared", "Two of your layers share one cache: the second one's forward pass overwrote what the "
           "first one's backward pass needs. Keep it in self.", "cache"),
    Switch("cache_stale", "Your backward pass uses a stale cache, that of the first call: store it anew at every "
           "forward pass.", "cache"),
    Switch("layer_params_ignored", "Your forward pass does not use self.params: what the optimizer learns is lost.",
           "params"),
    Switch("layer_eps_ignored", "Your layer ignores its eps and always takes 1e-5.", "eps"),
    Switch("layer_grads_swapped", "grads is in the wrong order: dγ, dβ, as params is γ, β.", "grads order"),
    Switch("layer_grads_added", "Your grads add up from call to call: they are those of the last backward pass alone.",
           "grads store"),
    Switch("layer_takes_steps", "Your layer changes its own params: to take a step is the optimizer's, sgd_step's.",
           "observed", True),
    Switch("layer_grads_forgotten", "Your backward pass does not store dγ and dβ in self.grads.", "grads store"),
)
Kept = tuple[NDArray, NDArray]  # the x and the gamma that a backward pass starts from


def batchnorm_layer(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """What the driver `two_layers` reads from a layer with these mistakes."""
    first, second, dy_first, dy_second, gamma, beta = (np.asarray(a, np.float64) for a in args[:6])
    eps = 1e-5 if "layer_eps_ignored" in on else float(args[6])
    ones, zeros = np.ones_like(gamma), np.zeros_like(beta)
    ignored = "layer_params_ignored" in on

    def forward(x: NDArray, gamma: NDArray, beta: NDArray) -> tuple[NDArray, Kept]:
        gamma, beta = (ones, zeros) if ignored else (gamma, beta)
        return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta, (x, gamma)

    y, kept = forward(first, gamma, beta)
    used = (second, ones) if "cache_shared" in on else kept
    dx, *grads = backward(dy_first, used[0], used[1], eps, frozenset())
    y_again, kept_again = forward(second, 2 * gamma, -beta)
    used = kept if "cache_stale" in on else kept_again
    dx_again, *grads_again = backward(dy_second, used[0], used[1], eps, frozenset())
    if "layer_grads_added" in on:
        grads_again = [a + b for a, b in zip(grads, grads_again, strict=True)]
    if "layer_grads_forgotten" in on:
        grads = grads_again = [zeros, zeros]
    if "layer_grads_swapped" in on:
        grads, grads_again = grads[::-1], grads_again[::-1]
    return np.stack([ones, zeros]), y, dx, *grads, y_again, dx_again, *grads_again
