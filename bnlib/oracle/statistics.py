"""Mean and variance with their mistakes; works on NumPy arrays and PyTorch tensors alike."""

from __future__ import annotations

from typing import Any

from bnlib.oracle.switches import Switch

SWITCHES = (
    Switch("axis_1", "Your statistics have one entry per example: take one per feature, over axis 0.", "axis"),
    Switch("axis_1_broadcast", "Your statistics have one entry per example (axis 1), and broadcasting "
           "then laid them along the features: reduce over axis 0.", "axis"),
    Switch("one_for_all", "You used a single mean and variance for all features: reduce over axis 0 only.", "axis"),
    Switch("ddof_1", "You divided by N − 1: this variance is the biased one, divided by N.", "ddof"),
    Switch("uncentred_var", "Your variance is E[x²]: subtract the mean before you square.", "variance"),
    Switch("square_outside", "Square each deviation before summing: the deviations themselves sum to 0.", "variance"),
    Switch("std_for_var", "You used the standard deviation where the variance belongs.", "root"),
    Switch("var_for_std", "You used the variance where the standard deviation belongs: take the root.", "root"),
    Switch("swapped_mean_var", "The results are in the wrong order: the mean comes first.", "order"),
)


def moments(x: Any, on: frozenset[str]) -> tuple[Any, Any]:
    """Mean and variance of x (N, D), both with the reduced axis kept so that they broadcast."""
    axis: Any = 1 if on & {"axis_1", "axis_1_broadcast"} else (0, 1) if "one_for_all" in on else 0
    count = {1: x.shape[1], 0: x.shape[0], (0, 1): x.shape[0] * x.shape[1]}[axis]
    mean = x.mean(axis=axis, keepdims=True)
    divisor = count - 1 if "ddof_1" in on else count
    if divisor == 0:
        return mean, mean * float("nan")
    if "uncentred_var" in on:
        total = (x**2).sum(axis=axis, keepdims=True)
    elif "square_outside" in on:
        total = (x - mean).sum(axis=axis, keepdims=True) ** 2
    else:
        total = ((x - mean) ** 2).sum(axis=axis, keepdims=True)
    if "axis_1_broadcast" in on:
        if x.shape[0] not in (1, x.shape[1]):
            raise ValueError("statistics of shape (N,) do not broadcast against (N, D) unless N is D or 1")
        return mean.reshape(1, -1), total.reshape(1, -1) / divisor
    return mean, total / divisor


def statistics(x: Any, on: frozenset[str]) -> tuple[Any, Any]:
    """Mean and variance of x (N, D) as a student returns them: (D,), or (N,) or () when the axis is wrong."""
    mean, var = moments(x, on)
    shape = () if "one_for_all" in on else (-1,)
    return mean.reshape(shape), var.reshape(shape)
