"""The layer with two modes and a memory, with the mistakes people make in it (lesson 06)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.oracle.running import updated
from bnlib.oracle.switches import Switch

Pair = tuple[NDArray, NDArray]

SWITCHES = (
    Switch("eval_uses_batch", "In eval mode your layer still uses the batch's statistics: a row's output changes with "
           "its neighbours.", "eval statistics"),
    Switch("train_uses_running", "In training your layer normalizes with the running statistics: use the batch's own.",
           "train statistics"),
    Switch("train_uses_new_running", "In training your layer normalizes with the running statistics that it has just "
           "updated: use the batch's own.", "train statistics"),
    Switch("train_ddof_1", "In training your layer divides by N − 1: the batch's own variance is divided by N, only "
           "the running one by N − 1.", "train statistics"),
    Switch("layer_momentum_ignored", "Your layer ignores its momentum and always takes 0.1.", "layer momentum"),
    Switch("train_eps_ignored", "In training your layer takes 1e-5 for ε: hand its own eps on.", "eps"),
    Switch("eval_eps_ignored", "In eval mode your layer takes 1e-5 for ε: hand its own eps on.", "eps"),
    Switch("running_never_updated", "The running statistics never change: store in self what you compute.", "recorded"),
    Switch("updated_in_eval", "Your layer updates its running statistics in eval mode: one request changed your model.",
           "eval update"),
    Switch("updated_before_eval", "Your layer updates its running statistics whatever its mode, and then predicts with "
           "them: one request changed your model.", "eval update"),
    Switch("running_of_xhat", "Your running statistics are those of x̂, which are always 0 and nearly 1: record x.",
           "recorded"),
    Switch("running_var_starts_at_0", "The running variance must start at 1, not at 0.", "start"),
    Switch("arrays_shared", "γ and running_var, or β and running_mean, are one and the same array: make each its own.",
           "start"),
    Switch("state_forgets_statistics", "The running statistics are missing from the saved state.", "state"),
    Switch("state_forgets_parameters", "γ and β do not come back with the saved state: all four arrays are saved, and "
           "loaded.", "state parameters"),
    Switch("state_not_copied", "The saved state changes when training goes on: state_dict hands out copies, .copy().",
           "state copy"),
    Switch("load_not_copied", "Your layer keeps the very arrays of the saved state, and moves with them: load copies.",
           "load copy"),
    Switch("new_layer_not_training", "A new layer must be in train mode, whatever mode another one is in.",
           "new layer"),
)


def batchnorm1d(args: tuple[Any, ...], on: frozenset[str]) -> tuple[NDArray, ...]:
    """What the driver of the same name reads from a layer with these mistakes."""
    first, second, other, gamma, beta = (np.asarray(a, np.float64) for a in args[:5])
    momentum, own_eps = 0.1 if "layer_momentum_ignored" in on else float(args[5]), float(args[6])
    plain: Pair = (np.ones_like(gamma), np.zeros_like(beta))
    start: Pair = (np.zeros_like(gamma), (np.zeros_like if "running_var_starts_at_0" in on else np.ones_like)(gamma))

    def normalized(x: NDArray, statistics: Pair, affine: Pair, mode: str = "train") -> NDArray:
        eps = 1e-5 if on & {"layer_eps_ignored", f"{mode}_eps_ignored"} else own_eps
        return affine[0] * (x - statistics[0]) / np.sqrt(statistics[1] + eps) + affine[1]

    def batch(x: NDArray) -> Pair:
        return x.mean(axis=0), x.var(axis=0)

    def recorded(x: NDArray, statistics: Pair, running: Pair) -> Pair:
        if "running_never_updated" in on:
            return running
        seen = normalized(x, statistics, plain) if "running_of_xhat" in on else x
        return updated((*running, seen, momentum), on)  # type: ignore[return-value]

    def trained(x: NDArray, running: Pair, affine: Pair) -> tuple[NDArray, Pair]:
        """y in train mode, and the running statistics after it."""
        used = running if "train_uses_running" in on else batch(x)
        if "train_ddof_1" in on:
            used = used[0], used[1] * len(x) / (len(x) - 1)
        running = recorded(x, used, running)
        return normalized(x, running if "train_uses_new_running" in on else used, affine), running

    def asked(x: NDArray, running: Pair, affine: Pair) -> tuple[NDArray, Pair]:
        """y in eval mode, and the running statistics after it."""
        used = batch(x) if "eval_uses_batch" in on else running
        after = recorded(x, used, running) if on & {"updated_in_eval", "updated_before_eval"} else running
        if "updated_before_eval" in on and "eval_uses_batch" not in on:
            used = after
        return normalized(x, used, affine, "eval"), after

    def loaded(moved: int, times: int) -> NDArray:
        """y when it is asked for that many times, after `moved` was added to what state and layer share."""
        kept = start if "state_forgets_statistics" in on else (running[0] + moved, running[1] + moved)
        affine = plain if "state_forgets_parameters" in on else (gamma + moved, beta + moved)
        for _ in range(times):
            y, kept = asked(other, kept, affine)
        return y

    _, running = trained(first, (beta, gamma) if "arrays_shared" in on else start, (gamma, beta))
    y, running = trained(second, running, (gamma, beta))
    evaluated, running = asked(other, running, (gamma, beta))
    begun, _ = (asked if "new_layer_not_training" in on else trained)(first, start, plain)  # as it is made
    shared = int("state_not_copied" in on)
    return (y, evaluated, *running, loaded(shared, 1), loaded(shared + int("load_not_copied" in on), 2), begun)
