"""Functions handed to a student's function: known by name, so that they can be sent as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Probe:
    """A named function with array parameters; call it as f(x)."""

    name: str
    params: tuple[NDArray, ...] = ()

    def __call__(self, x: NDArray) -> Any:
        return PROBES[self.name](np.asarray(x), *self.params)


def _quadratic(x: NDArray, a: NDArray, b: NDArray) -> float:
    """½ xᵀAx + bᵀx over the flattened x; a (n, n), b (n,)."""
    flat = x.reshape(-1)
    return float(0.5 * flat @ a @ flat + b @ flat)


def _waves(x: NDArray, b: NDArray) -> float:
    """Σ sin(b·x) elementwise, b of x's shape."""
    return float(np.sum(np.sin(b * x)))


def _cubes(x: NDArray, b: NDArray) -> float:
    """Σ b x³ elementwise: a one-sided difference misses it by O(h)."""
    return float(np.sum(b * x**3))


def _elementwise_tanh(x: NDArray) -> NDArray:
    """(N, D) → (N, D); no row knows of another."""
    return np.tanh(x)


def _mix_rows(x: NDArray, a: NDArray) -> NDArray:
    """A @ x with a (N, N): row n moves with row m by A[n, m], in every feature."""
    return a @ x


def _mix_squares(x: NDArray, a: NDArray) -> NDArray:
    """A @ x² with a (N, N): central differences of any step are exact, one-sided ones are off by the step."""
    return a @ x**2


def _softmax_rows(x: NDArray) -> NDArray:
    """Softmax over the rows of each feature: (N, D) → (N, D)."""
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def _mix_features(x: NDArray, a: NDArray, b: NDArray) -> NDArray:
    """A @ tanh(x) @ B: rows by a (N, N), features by b (D, D)."""
    return a @ np.tanh(x) @ b


def _normalized(x: NDArray, gamma: NDArray, beta: NDArray) -> NDArray:
    """Batch norm by the batch's own statistics, ε = 1e-5: x (N, D), gamma (D,), beta (D,)."""
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5) + beta


def _normalized_rows(x: NDArray) -> NDArray:
    """Each row by its own mean and variance, ε = 1e-5."""
    return (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)


def _centred(x: NDArray) -> NDArray:
    """Each feature less its mean over the rows."""
    return x - x.mean(axis=0)


def _affine(x: NDArray, scale: NDArray, shift: NDArray) -> NDArray:
    """scale·x + shift, feature by feature: scale (D,), shift (D,)."""
    return scale * x + shift


def _quadratic_slope(x: NDArray, a: NDArray, b: NDArray) -> NDArray:
    """The gradient of `quadratic` for a symmetric A: Ax + b, all (n,)."""
    return a @ x + b


def _waves_slope(x: NDArray, b: NDArray) -> NDArray:
    """The gradient of `waves`, of x's shape."""
    return b * np.cos(b * x)


def _cubes_slope(x: NDArray, b: NDArray) -> NDArray:
    """The gradient of `cubes`, of x's shape."""
    return 3 * b * x**2


def _linear_batchnorm(w: NDArray, x: NDArray, eps: NDArray) -> NDArray:
    """Batch norm (γ = 1, β = 0) of z = x @ w: w (D_in, D_out) → (N, D_out)."""
    z = x @ w
    return (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + eps)


def _linear_tanh(w: NDArray, x: NDArray) -> NDArray:
    """tanh(x @ w): w (D_in, D_out) → (N, D_out); the scale of w does not cancel."""
    return np.tanh(x @ w)


PROBES: dict[str, Callable[..., Any]] = {
    "quadratic": _quadratic,
    "waves": _waves,
    "cubes": _cubes,
    "elementwise_tanh": _elementwise_tanh,
    "mix_rows": _mix_rows,
    "mix_squares": _mix_squares,
    "softmax_rows": _softmax_rows,
    "mix_features": _mix_features,
    "normalized": _normalized,
    "normalized_rows": _normalized_rows,
    "centred": _centred,
    "affine": _affine,
    "quadratic_slope": _quadratic_slope,
    "waves_slope": _waves_slope,
    "cubes_slope": _cubes_slope,
    "linear_batchnorm": _linear_batchnorm,
    "linear_tanh": _linear_tanh,
}
