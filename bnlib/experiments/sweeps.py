"""Sweeps: one form of network at several settings, each for all seeds, in one loop."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch

from bnlib.data import Split, load_digits
from bnlib.experiments.crowd import Crowd, Form
from bnlib.experiments.store import Result, experiment
from bnlib.experiments.training import accuracies, losses_of, tensors, train

SEEDS = (0, 1, 2, 3, 4)


@cache
def load(name: str) -> Split:
    """The data of an experiment: "digits", "wrong labels" or "clusters"."""
    digits = load_digits()
    if name == "digits":
        return digits
    if name == "wrong labels":
        return wrong_labels(digits)
    if name == "clusters":
        return clusters()
    raise ValueError(f"there are no data called {name!r}: take 'digits', 'wrong labels' or 'clusters'")


def wrong_labels(split: Split, count: int = 600, share: float = 0.3, seed: int = 0) -> Split:
    """The first `count` training examples, a `share` of them with a class drawn at random; the test set as it is."""
    rng = np.random.default_rng(seed)
    y = split.y_train[:count].copy()
    wrong = rng.random(count) < share
    y[wrong] = rng.integers(0, 10, size=int(wrong.sum()))
    return Split(split.x_train[:count], y, split.x_test, split.y_test)


def clusters(size: float = 10.0, seed: int = 0) -> Split:
    """Ten clusters N(centre, 1) in 20 dimensions, centres N(0, size²); 1000 points to train on, 500 to test."""
    rng = np.random.default_rng(seed)
    centres = size * rng.normal(size=(10, 20))
    y = rng.integers(0, 10, size=1500)
    x = centres[y] + rng.normal(size=(1500, 20))
    return Split(x[:1000], y[:1000], x[1000:], y[1000:])


@experiment
def sweep(
    form: Form,
    lrs: tuple[float, ...],
    steps: int,
    *,
    scales: tuple[float, ...] | None = None,
    seeds: tuple[int, ...] = SEEDS,
    data: str = "digits",
    batch_size: int = 64,
    every: int = 10,
    decay: float = 0.0,
) -> Result:
    """Train one network for every setting (lr and, if given, scale of the first weights) and seed.

    Returns arrays with the setting first and the seed second: "loss" (S, seeds, steps) on the batches; "accuracy"
    (S, seeds, K) on the test set at "step" (K,); at the end, in eval mode, "train accuracy", "train loss" and
    "test loss" (S, seeds); "weights" (S, seeds, layers), the length of each layer's weights at the end.
    """
    if scales is not None and len(scales) != len(lrs):
        raise ValueError(f"there are {len(lrs)} learning rates and {len(scales)} scales: give one of each a setting")
    split = load(data)
    shape = len(lrs), len(seeds)
    crowd = Crowd(form, [seed for _ in lrs for seed in seeds],
                  None if scales is None else [scale for scale in scales for _ in seeds])
    record = train(crowd, split, [lr for lr in lrs for _ in seeds], steps, batch_size, every, decay)
    x, y, x_test, y_test = tensors(split)
    with torch.no_grad():
        ends = [losses_of(crowd.forward(images, training=False), labels).numpy().reshape(shape)
                for images, labels in ((x, y), (x_test, y_test))]
    return {
        "step": record["step"],
        "loss": record["loss"].T.reshape(*shape, -1),
        "accuracy": record["accuracy"].T.reshape(*shape, -1),
        "train accuracy": accuracies(crowd, x, y).reshape(shape),
        "train loss": ends[0],
        "test loss": ends[1],
        "weights": np.stack([w.norm(dim=(1, 2)).numpy().reshape(shape) for w in crowd.weights], axis=-1),
    }
