"""Batches that are drawn at random, and PyTorch models with batch norm, reduced to what can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import nn

EPOCHS = 12  # by chance a right shuffle of a few rows may look unshuffled once, not twelve times
DRAWS = 40


def _indices(found: Any, given: NDArray) -> NDArray:
    """Which row of `given` each row of `found` is; −1 for a row that is none of them."""
    rows, table = (np.asarray(a, np.float64).reshape(len(a), -1) for a in (found, given))
    if rows.size == 0 or rows.shape[1] != table.shape[1]:
        return np.full(len(rows), -1)
    far = np.abs(rows[:, None] - table).max(axis=2)
    return np.where(far.min(axis=1) < 1e-5, far.argmin(axis=1), -1)


def _epoch(batches: Iterable[Any], x: NDArray, y: NDArray) -> tuple[list[NDArray], bool]:
    """The row numbers of each batch, and whether every row has its own label."""
    order, paired = [], True
    for batch in batches:
        if not isinstance(batch, tuple | list) or len(batch) != 2:
            raise ValueError(f"every batch must be a pair (x, y), but one is of type {type(batch).__name__}")
        found_x, found_y = batch
        rows, labels = _indices(found_x, x), np.asarray(found_y).reshape(-1)
        paired &= len(rows) == len(labels) and bool(np.all(y[rows] == labels))
        order.append(rows)
    if not order:
        raise ValueError("no batch came out")
    return order, paired


def _neighbours(rows: NDArray) -> bool:
    return len(rows) > 0 and len(set(rows)) == len(rows) == rows.max() - rows.min() + 1


def _shuffled_batches(function: Any, x: NDArray, y: NDArray, batch_size: int, seed: int) -> tuple[Any, ...]:
    """Twelve epochs from one generator, and the first again from a generator like it."""
    given_x, given_y, rng = x.copy(), y.copy(), np.random.default_rng(seed)
    epochs = [_epoch(list(function(x, y, batch_size, rng)), given_x, given_y) for _ in range(EPOCHS)]
    again, _ = _epoch(list(function(given_x.copy(), given_y.copy(), batch_size, np.random.default_rng(seed))),
                      given_x, given_y)
    orders = [np.concatenate(batches) for batches, _ in epochs]
    first = epochs[0][0]
    once = all(np.array_equal(np.sort(order), np.arange(len(given_x))) for order in orders)
    shuffled = any(np.any(np.diff(order) < 0) for order in orders)
    fresh = any(not np.array_equal(order, orders[0]) for order in orders)
    mixed = len(first) < 2 or any(not all(_neighbours(rows) for rows in batches) for batches, _ in epochs)
    repeats = np.array_equal(np.concatenate(again), orders[0])
    return (np.array([len(rows) for rows in first]), once, all(paired for _, paired in epochs), shuffled, fresh, mixed,
            repeats)


def _discriminator_batch(function: Any, real: NDArray, fake: NDArray, seed: int) -> tuple[Any, ...]:
    """Forty batches from one generator, and the first again from a generator like it."""
    given, n_real, rng = np.concatenate([real, fake]), len(real), np.random.default_rng(seed)
    copies = real.copy(), fake.copy()
    drawn = [_labelled(function(real, fake, rng), given) for _ in range(DRAWS)]
    again, _ = _labelled(function(*copies, np.random.default_rng(seed)), given)
    kinds = [rows < n_real for rows, _ in drawn]
    balanced = all(2 * kind.sum() == len(kind) for kind in kinds)
    right = all(np.array_equal(labels, kind) for (_, labels), kind in zip(drawn, kinds, strict=True))
    reversed_ = all(np.array_equal(labels, ~kind) for (_, labels), kind in zip(drawn, kinds, strict=True))
    mixed = (any(np.sum(kind[1:] != kind[:-1]) > 1 for kind in kinds)
             and any(not np.array_equal(kind, kinds[0]) for kind in kinds))
    once = all(len(set(rows)) == len(rows) and -1 not in rows for rows, _ in drawn)
    everyone = len(set(np.concatenate([rows for rows, _ in drawn]))) == len(given)
    fewest = min(len(rows) for rows, _ in drawn)
    return fewest, balanced, once, everyone, right, reversed_, mixed, np.array_equal(again, drawn[0][0])


def _labelled(result: Any, given: NDArray) -> tuple[NDArray, NDArray]:
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise ValueError("two results are expected: x and labels")
    rows, labels = _indices(result[0], given), np.asarray(result[1])
    if labels.shape != (len(rows),):
        raise ValueError(f"labels must have shape ({len(rows)},), one for each row of x, not {labels.shape}")
    others = labels[~np.isin(labels, (0, 1))]
    if others.size:
        raise ValueError(f"labels must be 1 for real and 0 for fake, but {others[0]} is among them")
    return rows, labels


def network(
    seed: int, features: int, momentum: float = 0.1, dropout: float = 0.0, images: bool = False
) -> nn.Sequential:
    """A net for (N, features), or for images (N, features, H, W), with a batch norm at the top level and another inside
    a block; all numbers follow from `seed`."""
    import torch
    from torch import nn

    rng = np.random.default_rng(seed)
    norm = nn.BatchNorm2d if images else nn.BatchNorm1d

    def linear(inputs: int, outputs: int) -> nn.Module:
        return nn.Conv2d(inputs, outputs, 1) if images else nn.Linear(inputs, outputs)

    end = [nn.AdaptiveAvgPool2d(1), nn.Flatten()] if images else []
    block = nn.Sequential(linear(6, 5), norm(5, momentum=momentum), nn.Tanh(), *end)
    model = nn.Sequential(linear(features, 6), norm(6, momentum=momentum), nn.Tanh(), nn.Dropout(dropout), block,
                          nn.Linear(5, 3)).double()
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.from_numpy(rng.uniform(0.5, 1.5, p.shape) * rng.choice([-1, 1], p.shape)))
        norms: list[Any] = [model[1], block[1]]
        for layer in norms:
            layer.running_mean.copy_(torch.from_numpy(rng.normal(size=layer.num_features)))
            layer.running_var.copy_(torch.from_numpy(rng.uniform(2, 5, layer.num_features)))
            layer.num_batches_tracked.fill_(3)
    return model


def _adapt_statistics(function: Any, batches: list[NDArray], seed: int, momentum: float, dropout: float,
                      mode: str) -> tuple[Any, ...]:
    """Statistics, parameters, momenta and modes after the call; mode "mixed": training, but the last norm is not."""
    import torch

    model = network(seed, batches[0].shape[1], momentum, dropout, images=batches[0].ndim == 4)
    model.train(mode != "eval")
    norms: list[Any] = [model[1], model[4][1]]  # type: ignore[index]
    if mode == "mixed":
        norms[1].eval()
    loader = [(torch.from_numpy(x.copy()), torch.zeros(len(x), dtype=torch.int64)) for x in batches]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        function(model, loader)
    statistics = [s.detach().double().numpy().copy() for m in norms for s in (m.running_mean, m.running_var)]
    parameters = np.concatenate([p.detach().double().numpy().reshape(-1) for p in model.parameters()])
    momenta = np.array([-1.0 if m.momentum is None else m.momentum for m in norms])  # None: a plain average
    return (*statistics, parameters, momenta, np.array([m.training for m in model.modules()]))


def _freeze_batchnorm(function: Any, batches: list[NDArray], targets: list[NDArray], seed: int) -> tuple[Any, ...]:
    """Outputs straight after the call, those after model.train() and a few steps of training, who may learn, the modes
    of the other layers after model.eval() and after model.train(), and whether each layer's train() returns it."""
    import torch

    model = network(seed, batches[0].shape[1], images=batches[0].ndim == 4)
    others = [model[0], model[3], model[4][0], model[5]]  # type: ignore[index]  # linear layers and the dropout
    model.train()
    function(model)
    first = torch.from_numpy(batches[0].copy())
    with torch.no_grad():
        straight = model(first).numpy().copy()
    model.train()
    model.eval()
    resting = np.array([not layer.training for layer in others])
    model.train()
    active = np.array([layer.training for layer in others])
    learning = [p for p in model.parameters() if p.requires_grad]
    for x, target in zip(batches, targets, strict=True):
        y = model(torch.from_numpy(x.copy()))
        if learning:
            loss = ((y - torch.from_numpy(target.copy())) ** 2).mean()
            for p, gradient in zip(learning, torch.autograd.grad(loss, learning, allow_unused=True), strict=True):
                with torch.no_grad():
                    p.sub_(0.1 * (torch.zeros_like(p) if gradient is None else gradient))
    model.eval()
    with torch.no_grad():
        served = model(first).numpy().copy()
    returned = all(layer.train() is layer for layer in model.modules())
    return straight, served, sum(p.numel() for p in learning), active, resting, returned


def _model(kind: str) -> nn.Module:
    """A fresh model of one of three kinds: "linear", "images" or "layer norm"."""
    from torch import nn

    if kind == "images":
        block = nn.Sequential(nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
        return nn.Sequential(nn.Conv2d(1, 4, 3, bias=False), nn.BatchNorm2d(4), block, nn.Flatten(), nn.Linear(4, 3))
    norm = nn.LayerNorm(5) if kind == "layer norm" else nn.BatchNorm1d(5)
    block = nn.Sequential(nn.Linear(6, 5), norm, nn.ReLU())
    return nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), block, nn.Linear(5, 3, bias=False))


def _parameter_groups(function: Any, kind: str, weight_decay: float) -> tuple[Any, ...]:
    """For each parameter of the model how often it stands in the groups, and how strongly it is decayed.

    As in PyTorch's optimizers, a group may hold parameters or pairs (name, parameter).
    """
    model = _model(kind)
    groups = [([p[1] if isinstance(p, tuple) else p for p in group["params"]], float(group.get("weight_decay", 0.0)))
              for group in function(model, weight_decay)]
    parameters = list(model.parameters())
    times = [sum(p is q for members, _ in groups for q in members) for p in parameters]
    decay = [max([rate for members, rate in groups if any(p is q for q in members)], default=0.0) for p in parameters]
    return np.array(times), np.array(decay)


DRIVERS: dict[str, Callable[..., Any]] = {
    "shuffled_batches": _shuffled_batches,
    "discriminator_batch": _discriminator_batch,
    "adapt_statistics": _adapt_statistics,
    "freeze_batchnorm": _freeze_batchnorm,
    "parameter_groups": _parameter_groups,
}
