"""Running statistics, inference, the layer with its two modes, and folding.

Source: Ioffe & Szegedy 2015 (arXiv 1502.03167), section 3.1 and algorithm 2; the momentum is PyTorch's, the weight of
the new batch.  Float dtypes are kept, integers and bools become float64; arguments are never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bnlib.reference._validate import Floats, floats, integer, matrix, non_negative, number, vector, working
from bnlib.reference.forward import batchnorm_forward, moments


def _weight(name: str, value: Any) -> float:
    """`value` as a float from 0 to 1."""
    result = number(name, value)
    if not 0 <= result <= 1:
        raise ValueError(f"{name} must lie between 0 and 1, but is {value!r}")
    return result


def _variance(name: str, value: ArrayLike, size: int, per: str = "feature") -> Floats:
    var = vector(name, value, size, per)
    if np.any(var < 0):
        raise ValueError(f"{name} must not be negative, but {per} {int(np.argmax(var < 0))} has {var.min()}")
    return var


def update_running(
    running_mean: ArrayLike, running_var: ArrayLike, x: ArrayLike, momentum: float = 0.1
) -> tuple[Floats, Floats]:
    """running_mean, running_var (D,), x (N, D) → their new values (D,), in their own dtypes.

    (1 − momentum)·old + momentum·new, where the new variance is unbiased, divided by N − 1: it estimates the
    population's.  momentum lies between 0 (keep the old) and 1 (keep only this batch).

    Raises ValueError for wrong shapes, a batch of one (it has no unbiased variance) or a momentum outside 0…1.
    """
    x, momentum = matrix("x", x), _weight("momentum", momentum)
    running_mean = vector("running_mean", running_mean, x.shape[1])
    running_var = _variance("running_var", running_var, x.shape[1])
    if len(x) < 2:
        raise ValueError("x must have at least two rows: one row has no unbiased variance")
    mean, var, _ = moments(x)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * (var * (len(x) / (len(x) - 1)))
    return new_mean.astype(running_mean.dtype, copy=False), new_var.astype(running_var.dtype, copy=False)


def _affine(
    gamma: ArrayLike, running_mean: ArrayLike, running_var: ArrayLike, eps: float, size: int, per: str = "feature"
) -> tuple[Floats, Floats]:
    """mean and scale = gamma/√(running_var + eps), each (size,)."""
    mean = vector("running_mean", running_mean, size, per)
    spread = _variance("running_var", running_var, size, per) + non_negative("eps", eps)
    if np.any(spread == 0):
        raise ValueError(f"running_var + eps is 0 for {per} {int(np.argmin(spread))}: choose an eps greater than 0")
    return mean, vector("gamma", gamma, size, per) / np.sqrt(spread)


def batchnorm_inference(
    x: ArrayLike,
    gamma: ArrayLike,
    beta: ArrayLike,
    running_mean: ArrayLike,
    running_var: ArrayLike,
    eps: float = 1e-5,
) -> Floats:
    """x (N, D) and four vectors (D,) → y = gamma·(x − running_mean)/√(running_var + eps) + beta (N, D) in x's dtype.

    Each row by itself, a fixed affine map: its neighbours in the batch change nothing.

    Raises ValueError for wrong shapes, a negative running_var or eps, or a feature where both are 0.
    """
    x = matrix("x", x)
    mean, scale = _affine(gamma, running_mean, running_var, eps, x.shape[1])
    y = (working(x) - mean) * scale + vector("beta", beta, x.shape[1])
    return y.astype(x.dtype, copy=False)


class BatchNorm1d:
    """Batch norm over (N, D) with running statistics, as torch.nn.BatchNorm1d: gamma is its weight, beta its bias.

    Attributes: gamma, beta, running_mean, running_var (D,) in float64; training (True at first), num_batches_tracked.
    momentum=None keeps the plain average over all batches seen instead of an exponential one.  y has x's dtype.
    """

    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1) -> None:
        """Raises ValueError for num_features < 1, a negative eps or a momentum outside 0…1."""
        self.num_features = integer("num_features", num_features, 1)
        self.eps = non_negative("eps", eps)
        self.momentum = None if momentum is None else _weight("momentum", momentum)
        self.gamma: Floats = np.ones(self.num_features)
        self.beta: Floats = np.zeros(self.num_features)
        self.running_mean: Floats = np.zeros(self.num_features)
        self.running_var: Floats = np.ones(self.num_features)
        self.num_batches_tracked = 0
        self.training = True

    def train(self, mode: bool = True) -> BatchNorm1d:
        """Normalize by the batch and update the running statistics (mode=False: as `eval`); returns the layer."""
        self.training = bool(mode)
        return self

    def eval(self) -> BatchNorm1d:
        """Normalize by the running statistics and leave them alone; returns the layer."""
        return self.train(False)

    def forward(self, x: ArrayLike) -> Floats:
        """x (N, D) → y (N, D).  Raises ValueError for another rank or D, or in training for a batch of one."""
        x = matrix("x", x)
        if x.shape[1] != self.num_features:
            raise ValueError(f"x must have {self.num_features} features, one per column, but has shape {x.shape}")
        if not self.training:
            return batchnorm_inference(x, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
        if len(x) == 1:
            raise ValueError(f"Expected more than 1 value per channel when training, got input size {x.shape}")
        y, _ = batchnorm_forward(x, self.gamma, self.beta, self.eps)
        self.num_batches_tracked += 1
        momentum = 1 / self.num_batches_tracked if self.momentum is None else self.momentum
        self.running_mean, self.running_var = update_running(self.running_mean, self.running_var, x, momentum)
        return y

    __call__ = forward

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Copies of everything the layer has learned, by name; NumPy's savez stores them as they are."""
        state: dict[str, NDArray[Any]] = {name: np.array(getattr(self, name)) for name in self.STATE}
        return {**state, "num_batches_tracked": np.array(self.num_batches_tracked)}

    def load_state_dict(self, state: Mapping[str, ArrayLike]) -> None:
        """Take over a `state_dict`.  Raises ValueError, and changes nothing, if names or shapes do not fit."""
        wanted = {*self.STATE, "num_batches_tracked"}
        if set(state) != wanted:
            missing, extra = sorted(wanted - set(state)), sorted(set(state) - wanted)
            raise ValueError(f"the state does not fit this layer: missing {missing}, not known {extra}")
        loaded = {name: vector(name, state[name], self.num_features).astype(np.float64) for name in self.STATE}
        _variance("running_var", loaded["running_var"], self.num_features)
        tracked = integer("num_batches_tracked", np.asarray(state["num_batches_tracked"]).item(), 0)
        for name, value in loaded.items():
            setattr(self, name, value)
        self.num_batches_tracked = tracked


def population_statistics(batches: Iterable[ArrayLike]) -> tuple[Floats, Floats]:
    """batches, each (n, D), n may differ → mean (D,) and var (D,) of all their rows; var is divided by N, all rows.

    One pass: each batch's moments are merged into those so far (Chan, Golub & LeVeque 1983, "Algorithms for computing
    the sample variance"), in float64, so that no batch need stay in memory.  The result has the batches' dtype.

    Raises ValueError without a batch, for a batch that is empty or not 2-D, or one with another number of features.
    """
    count, dtype = 0, np.dtype(np.float16)
    mean: Floats = np.zeros(0)
    squares: Floats = np.zeros(0)
    for k, given in enumerate(batches):
        batch = matrix(f"batches[{k}]", given)
        dtype = np.result_type(dtype, batch)
        new_mean, new_var, _ = moments(batch.astype(np.float64, copy=False))
        if not count:
            count, mean, squares = len(batch), new_mean, new_var * len(batch)
            continue
        if new_mean.shape != mean.shape:
            raise ValueError(f"batches[{k}] must have {mean.size} features as those before it, not {new_mean.size}")
        total = count + len(batch)
        apart = new_mean - mean
        mean = mean + apart * (len(batch) / total)
        squares = squares + new_var * len(batch) + apart**2 * (count * len(batch) / total)
        count = total
    if not count:
        raise ValueError("batches is empty: there are no statistics of nothing")
    return mean.astype(dtype, copy=False), (squares / count).astype(dtype, copy=False)


def convert_momentum(p: float) -> float:
    """The weight of the old value from that of the new one, or back: 1 − p.

    PyTorch's 0.1 and Keras's 0.9 say the same.  Raises ValueError unless p lies between 0 and 1.
    """
    return 1 - _weight("p", p)


def fold(
    weight: Floats, bias: ArrayLike | None, gamma: ArrayLike, beta: ArrayLike, running_mean: ArrayLike,
    running_var: ArrayLike, eps: float, out_axis: int
) -> tuple[Floats, Floats]:
    """weight with its outputs along `out_axis`, and bias, with the affine map of inference multiplied in."""
    size = weight.shape[out_axis]
    mean, scale = _affine(gamma, running_mean, running_var, eps, size, "output")
    shift = vector("bias", np.zeros(size) if bias is None else bias, size, "output") - mean
    shape = [1] * weight.ndim
    shape[out_axis] = size
    folded = working(weight) * scale.reshape(shape)
    new_bias = shift * scale + vector("beta", beta, size, "output")
    return folded.astype(weight.dtype, copy=False), new_bias.astype(weight.dtype, copy=False)


def fold_batchnorm(
    weight: ArrayLike, bias: ArrayLike | None, gamma: ArrayLike, beta: ArrayLike, running_mean: ArrayLike,
    running_var: ArrayLike, eps: float
) -> tuple[Floats, Floats]:
    """weight (D_in, D_out), bias (D_out,) or None, four vectors (D_out,) → weight, bias of one layer that does it all.

    z = x @ weight + bias followed by batch norm at inference equals x @ folded weight + folded bias, with
    scale = gamma/√(running_var + eps): weight·scale along the outputs, and (bias − running_mean)·scale + beta.

    Raises ValueError for wrong shapes, a negative running_var or eps, or an output where both are 0.
    """
    weight = floats("weight", weight)
    if weight.ndim != 2:
        raise ValueError(f"weight must be (D_in, D_out), not of shape {weight.shape}: see fold_batchnorm2d for images")
    return fold(weight, bias, gamma, beta, running_mean, running_var, eps, 1)
