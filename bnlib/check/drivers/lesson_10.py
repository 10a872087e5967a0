"""Batches that are drawn at random, and PyTorch models with batch norm, reduced to what can be compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bnlib.check.drivers import Reader

if TYPE_CHECKING:
    from torch import nn

EPOCHS = 12  # by chance a right shuffle of a few rows may look unshuffled once, not twelve times
DRAWS = 40
MOST, PIECES = 1_000_000, 20_000  # numbers compared with those given, and batches: more than any answer makes


def _indices(found: NDArray, given: NDArray) -> NDArray:
    """Which row of `given` each row of `found` is; −1 for a row that is none of them."""
    table = np.asarray(given, np.float64).reshape(len(given), -1)
    if found.ndim != 2 or found.shape[1] != table.shape[1]:
        return np.full(len(found), -1)
    if found.size * len(table) > MOST:
        raise ValueError(f"{len(found)} rows came out where {len(table)} went in")
    far = np.abs(found[:, None] - table).max(axis=2)
    return np.where(far.min(axis=1) < 1e-5, far.argmin(axis=1), -1)


def _rows(found: Any, width: int) -> NDArray:
    """(n, width) in float64, a row an example; NaN throughout where the examples have another size."""
    rows = np.array(found, np.float64).reshape(len(found), -1) if len(found) else np.empty((0, width))
    return rows if rows.shape[1] == width else np.full((len(rows), width), np.nan)


def _width(given: Any) -> int:
    """How many numbers one example has."""
    return int(np.prod(np.shape(given)[1:]))


def _cut(whole: NDArray, sizes: NDArray) -> list[NDArray]:
    """`whole` in pieces of these sizes along its first axis; ValueError when they do not make it up."""
    if (sizes.ndim != 1 or sizes.dtype.kind not in "iu" or len(sizes) > PIECES or np.any(sizes < 0)
            or sizes.sum() != len(whole)):
        raise ValueError("pieces that do not make up the whole")
    return np.split(whole, np.cumsum(sizes)[:-1]) if len(sizes) else []


def _shuffled_batches(function: Any, x: NDArray, y: NDArray, batch_size: int, seed: int) -> tuple[Any, ...]:
    """What came in twelve epochs from one generator, and in the first again from a generator like it.

    All examples below one another, all labels, how many of both each batch has, how many batches each epoch.
    """
    copies, rng, width = (x.copy(), y.copy()), np.random.default_rng(seed), _width(x)
    epochs = [_epoch(list(function(x, y, batch_size, rng)), width) for _ in range(EPOCHS)]
    epochs.append(_epoch(list(function(*copies, batch_size, np.random.default_rng(seed))), width))
    rows, labels = zip(*(batch for epoch in epochs for batch in epoch), strict=True)
    return (np.concatenate(rows), np.concatenate(labels), np.array([len(found) for found in rows]),
            np.array([len(found) for found in labels]), np.array([len(epoch) for epoch in epochs]))


def _epoch(batches: Sequence[Any], width: int) -> list[tuple[NDArray, NDArray]]:
    """Rows and labels of each batch, in memory of their own: the next epoch may shuffle the same arrays."""
    for batch in batches:
        if not isinstance(batch, tuple | list) or len(batch) != 2:
            raise ValueError(f"every batch must be a pair (x, y), but one is of type {type(batch).__name__}")
    if not batches:
        raise ValueError("no batch came out")
    return [(_rows(x, width), np.array(y).reshape(-1)) for x, y in batches]


def _read_batches(args: Any, rows: NDArray, labels: NDArray, sizes: NDArray, numbers: NDArray,
                  counts: NDArray) -> tuple[Any, ...]:
    x, y, *_ = args
    batches = _cut(_indices(rows, x), sizes)
    paired = np.array_equal(sizes, numbers) and all(
        np.array_equal(y[batch], found) for batch, found in zip(batches, _cut(labels, numbers), strict=True))
    places = _cut(np.arange(len(batches)), counts)
    if len(places) != EPOCHS + 1 or not all(map(len, places)):
        raise ValueError("no batch came out")
    *epochs, again = [[batches[k] for k in place] for place in places]
    orders = [np.concatenate(epoch) for epoch in epochs]
    first = epochs[0]
    once = all(np.array_equal(np.sort(order), np.arange(len(x))) for order in orders)
    shuffled = any(np.any(np.diff(order) < 0) for order in orders)
    fresh = any(not np.array_equal(order, orders[0]) for order in orders)
    mixed = len(first) < 2 or any(not all(map(_neighbours, epoch)) for epoch in epochs)
    repeats = np.array_equal(np.concatenate(again), orders[0])
    return np.array([len(batch) for batch in first]), once, paired, shuffled, fresh, mixed, repeats


def _neighbours(rows: NDArray) -> bool:
    return len(rows) > 0 and len(set(rows)) == len(rows) == rows.max() - rows.min() + 1


def _discriminator_batch(function: Any, real: NDArray, fake: NDArray, seed: int) -> tuple[Any, ...]:
    """What came in forty batches from one generator, and in the first again from a generator like it.

    All examples below one another, all labels, how many each batch has.
    """
    copies, rng = (real.copy(), fake.copy()), np.random.default_rng(seed)
    drawn = [_labelled(function(real, fake, rng), copies[0]) for _ in range(DRAWS)]
    drawn.append(_labelled(function(*copies, np.random.default_rng(seed)), copies[0]))
    return (np.concatenate([rows for rows, _ in drawn]), np.concatenate([labels for _, labels in drawn]),
            np.array([len(rows) for rows, _ in drawn]))


def _labelled(result: Any, like: NDArray) -> tuple[NDArray, NDArray]:
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise ValueError("two results are expected: x and labels")
    rows, labels = _rows(result[0], _width(like)), np.array(result[1])
    if labels.shape != (len(rows),):
        raise ValueError(f"labels must have shape ({len(rows)},), one for each row of x, not {labels.shape}")
    others = labels[~np.isin(labels, (0, 1))]
    if others.size:
        raise ValueError(f"labels must be 1 for real and 0 for fake, but {others[0]} is among them")
    return rows, labels


def _read_drawn(args: Any, rows: NDArray, labels: NDArray, sizes: NDArray) -> tuple[Any, ...]:
    real, fake, _ = args
    given, n_real = np.concatenate([real, fake]), len(real)
    drawn = list(zip(_cut(_indices(rows, given), sizes), _cut(labels, sizes), strict=True))
    if len(drawn) != DRAWS + 1:
        raise ValueError("no batch came out")
    *drawn, (again, _) = drawn
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
READERS = {"shuffled_batches": Reader(5, _read_batches), "discriminator_batch": Reader(3, _read_drawn)}
