"""What must hold of an answer, whatever its mistake: said when no known mistake explains it.

A rule looks at one call, its arguments and what came back; it is said only where it holds of the right answer.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bnlib.check.model import Args, Outputs, Property

STEP = 1e-3


def _near(a: NDArray | float, b: NDArray | float, tol: float = 1e-6) -> bool:
    scale = float(np.abs(np.asarray(b, np.float64)).max(initial=1.0))
    return bool(np.abs(np.asarray(a, np.float64) - b).max(initial=0.0) <= tol * scale)


def _rule(message: str, holds: Callable[[Args, Outputs], bool]) -> tuple[Property, ...]:
    return (Property(holds, message),)


def _normal(axes: tuple[int, ...], of: str, affine: tuple[int, ...]) -> tuple[Property, ...]:
    """(y − β)/γ has mean 0 and variance σ²/(σ² + ε) over `axes`; γ and β are laid along `affine`."""

    def parts(args: Args, out: Outputs) -> tuple[NDArray, NDArray, float]:
        x, gamma, beta, eps = (np.asarray(a, np.float64) for a in (*args, 1e-5)[:4])
        return x, (out[0] - beta.reshape(affine)) / gamma.reshape(affine), float(eps)

    def spread(args: Args, out: Outputs) -> bool:
        x, xhat, eps = parts(args, out)
        var = x.var(axis=axes)
        return _near(xhat.var(axis=axes), var / (var + eps))

    return (*_rule(f"(y − β)/γ must have mean 0 over each {of}.",
                   lambda args, out: _near(parts(args, out)[1].mean(axis=axes), 0.0)),
            *_rule(f"(y − β)/γ must have the variance σ²/(σ² + ε) over each {of}.", spread))


def _grouped(args: Args, out: Outputs) -> tuple[Args, Outputs]:
    """Images cut into their groups, so that one group is one row: x and (y − β)/γ as (N · groups, rest)."""
    x, groups, gamma, beta, eps = (*args, 1e-5)[:5]
    xhat = (out[0] - np.reshape(beta, (1, -1, 1, 1))) / np.reshape(gamma, (1, -1, 1, 1))
    rows = len(x) * int(groups)
    return (np.reshape(x, (rows, -1)), np.ones(1), np.zeros(1), eps), (xhat.reshape(rows, -1),)


def _by_groups(rule: Property) -> Property:
    return Property(lambda args, out: rule.holds(*_grouped(args, out)), rule.message)


def _step_tells(args: Args, out: Outputs) -> bool:
    """Is a small step along each entry of x answered as the gradient says?"""
    f, x = args[0], np.asarray(args[1], np.float64)
    grad = np.broadcast_to(out[0], x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = STEP
        if not _near((f(x + step) - f(x - step)) / (2 * STEP), grad[index], 1e-3):
            return False
    return True


def _row_step_tells(args: Args, out: Outputs) -> bool:
    forward, x, i = args[0], np.asarray(args[1], np.float64), int(args[2])
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = STEP
        if not _near((forward(x + step) - forward(x - step))[:, i] / (2 * STEP), out[0][:, m], 1e-3):
            return False
    return True


def _along(args: Args, out: Outputs) -> bool:
    (theta, rate), grad = out, args[0]
    return _near(grad[0] * np.cos(theta) + grad[1] * np.sin(theta), rate)


def _pythagoras(args: Args, out: Outputs) -> bool:
    grad, theta = args
    across = grad[1] * np.cos(theta) - grad[0] * np.sin(theta)
    return _near(out[0] ** 2 + across**2, float(np.dot(grad, grad)))


def _share_of_the_way(args: Args, out: Outputs) -> bool:
    old, x, momentum = np.asarray(args[0]), args[2], float((*args, 0.1)[3])
    return _near(out[0] - old, momentum * (x.mean(axis=0) - old))


def _a_line(args: Args, out: Outputs) -> bool:
    """Is y a rising line of x in every feature, the rows in their order?"""
    x, y, gamma = np.concatenate(args[0]), out[0], np.asarray(args[1])
    dx, dy = x - x.mean(axis=0), y - y.mean(axis=0)
    slope = (dx * dy).sum(axis=0) / (dx**2).sum(axis=0)
    return _near(slope * dx, dy) and bool(np.all(slope * gamma >= 0))


def _occurs(args: Args, out: Outputs) -> bool:
    forward, w, k = args
    base = forward(w)
    return bool(np.isclose(np.abs(forward(k * w) - base), out[0] * np.abs(base).max(), rtol=1e-6, atol=1e-9).any())


def _counts_pairs(args: Args, out: Outputs) -> bool:
    labels = np.asarray(args[1])
    halves = 2 * float(out[0]) * np.sum(labels == 1) * np.sum(labels == 0)
    return abs(halves - round(halves)) < 1e-6


def _reaches(args: Args, out: Outputs) -> bool:
    accuracies, target = args
    steps = float(out[0])
    return steps == np.inf or (steps >= 1 and steps == int(steps) and bool(accuracies[int(steps) - 1] >= target))


def _none_before(args: Args, out: Outputs) -> bool:
    accuracies, target = args
    steps = float(out[0])
    return bool(np.all(accuracies[: len(accuracies) if steps == np.inf else max(int(steps) - 1, 0)] < target))


def _change(forward: Callable[[NDArray], NDArray], moved: NDArray, x: NDArray) -> NDArray:
    return np.abs(forward(moved) - forward(x))


def _axes_changed(args: Args, out: Outputs) -> bool:
    forward, x, per_feature, per_example = args
    return (_near(out[2], _change(forward, x + per_feature, x).max())
            and _near(out[3], _change(forward, x + per_example[:, None], x).max()))


def _others_changed(args: Args, out: Outputs) -> bool:
    forward, x, n, step = args
    moved = x.copy()
    moved[n] += step
    return _near(out[2], np.delete(_change(forward, moved, x), n, axis=0).max())


def _row_0_changed(args: Args, out: Outputs) -> bool:
    train, evaluate, x, companions = args
    moved = np.concatenate([x[:1], companions])
    return all(_near(out[k], _change(forward, moved, x)[0].max()) for k, forward in ((2, train), (3, evaluate)))


def _balanced(rows: NDArray, mean: NDArray) -> bool:
    """Is `mean` the mean of the rows, to the digits that numbers of this size have?"""
    return _near((rows - mean).mean(axis=0) / np.abs(rows).max(), 0.0)


_deviations = _rule("The deviations x − mean of each feature must sum to 0.",
                    lambda args, out: _balanced(np.asarray(args[0], np.float64), out[0]))
_layer = _normal((-1,), "row", (-1,))

RULES: dict[str, tuple[Property, ...]] = {
    "feature_statistics": _deviations,
    "batch_statistics": _deviations,
    "standardize": _rule("Undo it: standardized · std + mean must give x back.",
                         lambda args, out: _near(out[0] * args[2] + args[1], np.asarray(args[0], np.float64))),
    "numerical_gradient": _rule("Try it: a step of 0.001 along an entry of x must change f by about 0.001 times that "
                                "entry of grad.", _step_tells),
    "directional_derivative": _rule("The slope along theta and the slope across it, squared, must sum to ‖∇f‖².",
                                    _pythagoras),
    "steepest_ascent": _rule("Along theta the slope must be the rate you return.", _along),
    "influence_matrix": _rule("Try it: a step of 0.001 in x[m, i] must change forward(x)[:, i] by about 0.001 times "
                              "influence[:, m].", _row_step_tells),
    "restoring_parameters": _rule("gamma · x̂ + beta must give x back.", lambda args, out: _near(
        out[0] * (args[0] - args[0].mean(axis=0)) / np.sqrt(args[0].var(axis=0) + args[1]) + out[1], args[0])),
    "sgd_step": _rule("Undo it: what you return + lr · grads must give params back.", lambda args, out: all(
        _near(new + args[2] * grad, old) for new, grad, old in zip(out, args[1], args[0], strict=True))),
    "update_running": _rule("From the old running mean to the batch's mean, the part `momentum` of the way must be "
                            "gone.", _share_of_the_way),
    "population_statistics": _rule("The deviations of all rows from the mean must sum to 0.",
                                   lambda args, out: _balanced(np.concatenate(list(args[0])), out[0])),
    "convert_momentum": _rule("The weights of the old and of the new value must make 1 together.",
                              lambda args, out: _near(out[0] + args[0], 1.0)),
    "batchnorm2d_forward": _normal((0, 2, 3), "channel", (1, -1, 1, 1)),
    "steps_to_accuracy": (*_rule("accuracies[steps − 1] must reach the target.", _reaches),
                          *_rule("No step before it may reach the target.", _none_before)),
    "scale_invariance_gap": _rule("The gap, times the largest |forward(w)|, must be a difference between "
                                  "forward(k·w) and forward(w) that occurs.", _occurs),
    "sync_batchnorm_forward": _rule("Feature by feature, y must lie on a straight line over x, row by row.", _a_line),
    "separability": _rule("The result must be a number of pairs, whole or half, divided by real × fake.",
                          _counts_pairs),
    "evidence_axes": _rule("Each is one number: the largest entry of |forward(x moved) − forward(x)|, all rows and all "
                           "features looked at.", _axes_changed),
    "evidence_coupling": _rule("others is the largest entry of |forward(x moved) − forward(x)| in all rows but n, "
                               "where row n has become x[n] + step.", _others_changed),
    "evidence_prediction": _rule("Row 0 of x stays where it is: compare the outputs of row 0 with the other rows as "
                                 "they are, and with them exchanged.", _row_0_changed),
    "layernorm": _layer,
    "instancenorm": _normal((2, 3), "channel of each image", (1, -1, 1, 1)),
    "groupnorm": tuple(map(_by_groups, _normal((-1,), "group of each image", (-1,)))),
}
