"""Many small networks trained at once: one of each is a seed, or a setting, and all go through the same loop.

Every array has the network first, (M, …), so a step of M networks is one batched matrix product.  Networks of one
crowd share their form; learning rates, scales of the first weights, seeds and weight decay are their own.
Everything is float64, so that what is printed does not hang on a machine's rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "linear": lambda z: z,
}
NORMS = ("none", "batch", "noisy", "l1", "l2", "linf")
EPS, MOMENTUM = 1e-5, 0.1


@dataclass(frozen=True)
class Form:
    """What all networks of a crowd have in common.

    `group`: statistics of a batch are taken over groups of so many rows (None: all of it).  `skip` adds a hidden
    layer's input to its output, where the widths agree.
    """

    activation: str = "relu"
    norm: str = "none"
    depth: int = 3
    width: int = 50
    inputs: int = 64
    classes: int = 10
    group: int | None = None
    skip: bool = False

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation {self.activation!r} is not one of {', '.join(ACTIVATIONS)}")
        if self.norm not in NORMS:
            raise ValueError(f"norm {self.norm!r} is not one of {', '.join(NORMS)}")

    @property
    def widths(self) -> list[int]:
        return [self.inputs, *[self.width] * self.depth, self.classes]


@dataclass
class Crowd:
    """M networks of one form.  Weights (M, D_in, D_out); biases, γ and β (M, 1, D); running statistics (M, 1, D)."""

    form: Form
    seeds: Sequence[int]
    scales: Sequence[float] | None = None  # std of the first weights times √D_in; None: √2 for ReLU, else 1
    weights: list[Tensor] = field(init=False)
    shifts: list[Tensor] = field(init=False)
    gammas: list[Tensor] = field(init=False)
    running: list[tuple[Tensor, Tensor]] = field(init=False)

    def __post_init__(self) -> None:
        form, count = self.form, len(self.seeds)
        gain = 2**0.5 if form.activation == "relu" else 1.0
        scales = torch.tensor([gain] * count if self.scales is None else list(self.scales), dtype=torch.float64)
        draws = [np.random.default_rng([seed, 1]) for seed in self.seeds]
        self.weights = [torch.from_numpy(np.stack([rng.normal(size=size) for rng in draws])) / size[0] ** 0.5
                        * scales[:, None, None] for size in pairwise(form.widths)]
        self.shifts = [torch.zeros(count, 1, width, dtype=torch.float64) for width in form.widths[1:]]
        hidden = form.widths[1:-1] if form.norm != "none" else []
        self.gammas = [torch.ones(count, 1, width, dtype=torch.float64) for width in hidden]
        self.running = [(torch.zeros(count, 1, w, dtype=torch.float64), torch.ones(count, 1, w, dtype=torch.float64))
                        for w in hidden]
        self._noise = np.random.default_rng(list(self.seeds))

    @property
    def params(self) -> list[Tensor]:
        """All that is learned: weights, biases (β where there is a norm), γ."""
        return [*self.weights, *self.shifts, *self.gammas]

    def forward(self, x: Tensor, training: bool = True, keep: list[Tensor] | None = None) -> Tensor:
        """Scores (M, N, classes) of x (M, N, D) or (N, D); appends what enters each activation to `keep`."""
        a = x.expand(len(self.seeds), *x.shape[-2:])
        last = len(self.weights) - 1
        for k, (weight, shift) in enumerate(zip(self.weights, self.shifts, strict=True)):
            z = a @ weight
            if k < last and self.form.norm != "none":
                z = self.gammas[k] * self._normalized(z, k, training)
            z = z + shift
            if k < last and self.form.norm == "noisy" and training:
                z = self._noisy(z)
            if keep is not None:
                keep.append(z)
            if k == last:
                return z
            out = ACTIVATIONS[self.form.activation](z)
            a = out + a if self.form.skip and out.shape == a.shape else out
        raise AssertionError("a network has a last layer")

    def _normalized(self, z: Tensor, layer: int, training: bool) -> Tensor:
        """(z − mean) / size with size the std (batch), or the mean ℓ1, ℓ2 or the largest ℓ∞ size of z, per unit."""
        if not training:
            mean, square = self.running[layer]
            return (z - mean) * torch.rsqrt(square + EPS)
        m, n, width = z.shape
        parts = z.reshape(m, -1, self.form.group or n, width)
        now = parts.mean(dim=2, keepdim=True)
        centred = parts - now
        if self.form.norm in ("batch", "noisy"):
            square = (centred * centred).mean(dim=2, keepdim=True)
        elif self.form.norm == "l2":
            square = (parts * parts).mean(dim=2, keepdim=True)
        else:
            size = parts.abs()
            square = (size.mean(dim=2, keepdim=True) if self.form.norm == "l1" else size.amax(dim=2, keepdim=True)) ** 2
        unbiased = parts.shape[2] / (parts.shape[2] - 1) if self.form.norm in ("batch", "noisy") else 1.0
        with torch.no_grad():
            mean, kept = self.running[layer]
            self.running[layer] = (mean + MOMENTUM * (now.mean(dim=1) - mean),
                                   kept + MOMENTUM * (unbiased * square.mean(dim=1) - kept))
        return (centred * torch.rsqrt(square + EPS)).reshape(m, n, width)

    def _noisy(self, z: Tensor) -> Tensor:
        """Another mean and scale for every unit at every step, and some of both for every example ([SM] appendix A)."""
        m, n, width = z.shape
        shift = self._noise.uniform(-0.5, 0.5, (m, 1, width)) + self._noise.uniform(-0.1, 0.1, (m, n, width))
        scale = self._noise.uniform(1, 1.25, (m, 1, width)) + 0.1 * self._noise.normal(size=(m, n, width))
        return torch.from_numpy(scale) * z + torch.from_numpy(shift)
