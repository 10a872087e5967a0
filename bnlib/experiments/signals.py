"""What runs through the layers: inputs of a sigmoid over time, gradients by depth, the shift between two updates."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from bnlib.experiments.crowd import Crowd, Form
from bnlib.experiments.store import Result, experiment
from bnlib.experiments.sweeps import SEEDS, load
from bnlib.experiments.training import Array, gradients, tensors, train


@experiment
def unit_inputs(form: Form, lr: float, steps: int, seeds: tuple[int, ...] = SEEDS, every: int = 10) -> Result:
    """Train, and watch what enters the last hidden activation when 200 test digits pass in training mode.

    Returns "looked" (K,), the steps of looking; "percentiles" (K, 3, seeds, width) at 15, 50 and 85 %; "first" and
    "last" (seeds, 200, width), all that entered at the first and at the last look; and, as a sweep does, "step" (K',)
    and "accuracy" (seeds, K').
    """
    split = load("digits")
    probe = tensors(split)[2][:200]
    looked: list[int] = []
    found: list[Array] = []
    whole: list[Array] = []

    def watch(step: int, crowd: Crowd, x: Tensor, y: Tensor) -> None:
        if step % every and step != 1:
            return
        running = list(crowd.running)  # looking must not move the running statistics
        kept: list[Tensor] = []
        crowd.forward(probe, keep=kept)
        crowd.running = running
        entering = kept[form.depth - 1].numpy()
        looked.append(step)
        found.append(np.quantile(entering, [0.15, 0.5, 0.85], axis=1))
        whole[1:] = [entering]

    record = train(Crowd(form, seeds), split, [lr] * len(seeds), steps, every=every, watch=watch)
    return {"looked": np.array(looked), "percentiles": np.array(found), "first": whole[0], "last": whole[-1],
            "step": record["step"], "accuracy": record["accuracy"].T}


@experiment
def gradient_norms(form: Form, seeds: tuple[int, ...] = SEEDS, batch_size: int = 128) -> Result:
    """‖∂L/∂W‖ of every layer before training, on one batch of digits: "norm" (seeds, layers)."""
    x, y, _, _ = tensors(load("digits"))
    _, grads = gradients(Crowd(form, seeds), x[:batch_size], y[:batch_size])
    return {"norm": np.array([grad.norm(dim=(1, 2)).numpy() for grad in grads[: form.depth + 1]]).T}


@experiment
def covariate_shift(
    form: Form, lr: float, steps: int, seeds: tuple[int, ...] = SEEDS, every: int = 10
) -> Result:
    """Internal covariate shift as Santurkar et al. measure it (§2.2, definition 2.1).

    For a layer: G is the gradient to its weights; G' is the same after all layers *before* it have made their step of
    SGD, on the same batch.  Returns "step" (K,), "shift" = ‖G − G'‖, "relative" = ‖G − G'‖ / ‖G‖ and "cosine" of the
    angle between G and G', each (K, hidden layers without the first and the output, seeds); "accuracy" (seeds, K').
    """
    found: dict[str, list[Array]] = {"step": [], "shift": [], "relative": [], "cosine": []}

    def watch(step: int, crowd: Crowd, x: Tensor, y: Tensor) -> None:
        if step % every and step != 1:
            return
        running = list(crowd.running)  # looking must not move the running statistics
        weights, shifts, gammas = crowd.weights, crowd.shifts, crowd.gammas
        _, grads = gradients(crowd, x, y)
        moved = [p.clone().sub_(lr * g) for p, g in zip(crowd.params, grads, strict=True)]
        count = len(weights)
        rows: list[list[Array]] = [[], [], []]
        for layer in range(1, count):
            crowd.weights = [*moved[:layer], *weights[layer:]]
            crowd.shifts = [*moved[count : count + layer], *shifts[layer:]]
            crowd.gammas = [*moved[2 * count : 2 * count + layer], *gammas[layer:]] if gammas else []
            _, after = gradients(crowd, x, y)
            first, second = grads[layer].flatten(1), after[layer].flatten(1)
            gap, size = (first - second).norm(dim=1), first.norm(dim=1)
            rows[0].append(gap.numpy())
            rows[1].append((gap / size).numpy())
            rows[2].append(torch.nn.functional.cosine_similarity(first, second).numpy())
        crowd.running, crowd.weights, crowd.shifts, crowd.gammas = running, weights, shifts, gammas
        for name, row in zip(("shift", "relative", "cosine"), rows, strict=True):
            found[name].append(np.array(row))
        found["step"].append(np.array(step, np.float64))

    record = train(Crowd(form, seeds), load("digits"), [lr] * len(seeds), steps, every=every, watch=watch)
    return {**{name: np.array(values) for name, values in found.items()}, "accuracy": record["accuracy"].T}
