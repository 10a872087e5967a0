"""The NumPy reference beside PyTorch on random shapes, dtypes, scales, offsets and memory orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F

from bnlib import reference

SEEDS = range(20)
TOLERANCE = {np.dtype(np.float64): 1e-9, np.dtype(np.float32): 3e-4, np.dtype(np.int64): 1e-9}


def numbers(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[Any]:
    """Numbers of some dtype, scale and offset, lying in memory one way or another."""
    x = 10.0 ** rng.uniform(-1, 2) * (rng.uniform(-5, 5) + rng.normal(size=shape))
    x = x.astype([np.float64, np.float64, np.float32, np.int64][rng.integers(4)])
    return [x, np.asfortranarray(x), np.repeat(x, 2, axis=-1)[..., ::2], x[::-1].copy()[::-1]][rng.integers(4)]


def tensor(x: NDArray[Any]) -> torch.Tensor:
    """The same numbers in float64, to be differentiated."""
    return torch.tensor(np.ascontiguousarray(x), dtype=torch.float64, requires_grad=True)


def agree(mine: Any, theirs: Any, like: NDArray[Any]) -> None:
    theirs = theirs.detach().numpy() if isinstance(theirs, torch.Tensor) else np.asarray(theirs)
    size = max(1.0, float(np.abs(theirs).max(initial=0.0)))
    assert mine.shape == theirs.shape
    assert mine.dtype == (like.dtype if like.dtype.kind == "f" else np.float64)
    np.testing.assert_allclose(mine / size, theirs / size, rtol=0, atol=TOLERANCE[like.dtype])


def vectors(rng: np.random.Generator, d: int) -> tuple[NDArray[Any], ...]:
    """gamma, beta, running_mean, running_var."""
    return rng.normal(size=d), rng.normal(size=d), rng.normal(size=d), rng.uniform(0.1, 4, size=d)


@pytest.mark.parametrize("seed", SEEDS)
def test_batch_norm_and_its_gradients(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rank = int(rng.integers(2)) * 2
    shape = (int(rng.integers(2, 60)), int(rng.integers(1, 9)), *rng.integers(1, 6, size=rank).tolist())
    x, eps = numbers(rng, shape), 10.0 ** rng.uniform(-4, 0)
    gamma, beta, _, _ = vectors(rng, shape[1])
    dy = rng.normal(size=shape).astype(x.dtype if x.dtype.kind == "f" else np.float64)
    forward, backwards = ((reference.batchnorm2d_forward, (reference.batchnorm2d_backward,)) if rank else (
        reference.batchnorm_forward, (reference.batchnorm_backward, reference.batchnorm_backward_fused)))
    given = (tensor(x), tensor(gamma), tensor(beta))
    theirs = F.batch_norm(given[0], None, None, given[1], given[2], True, 0.1, eps)
    gradients = torch.autograd.grad(theirs, given, torch.tensor(dy, dtype=torch.float64))
    before = x.copy(), dy.copy()
    y, cache = forward(x, gamma, beta, eps)
    agree(y, theirs, x)
    for backward in backwards:
        for mine, expected in zip(backward(dy, cache), gradients, strict=True):
            agree(mine, expected, dy)
    assert np.array_equal(x, before[0]) and np.array_equal(dy, before[1])


@pytest.mark.parametrize("seed", SEEDS)
def test_a_layer_over_several_batches_in_both_modes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    d, momentum = int(rng.integers(1, 6)), [None, 0.0, 1.0, rng.random()][rng.integers(4)]
    mine, theirs = reference.BatchNorm1d(d, 1e-3, momentum), nn.BatchNorm1d(d, 1e-3, momentum, dtype=torch.float64)
    for _ in range(5):
        training = bool(rng.random() < 0.7)
        x = numbers(rng, (int(rng.integers(2, 9)), d))
        agree(mine.train(training)(x), theirs.train(training)(tensor(x)), x)
        for name in ("running_mean", "running_var"):
            expected = getattr(theirs, name).numpy()
            scale = max(1.0, float(np.abs(expected).max()))
            np.testing.assert_allclose(getattr(mine, name) / scale, expected / scale, rtol=0, atol=3e-4)
        assert mine.num_batches_tracked == int(theirs.num_batches_tracked)
        theirs.running_mean.copy_(torch.tensor(mine.running_mean))  # rounding in float32 does not add up
        theirs.running_var.copy_(torch.tensor(mine.running_var))


Norm = Callable[[NDArray[Any], NDArray[Any], NDArray[Any], float], Any]
NORMS: dict[str, tuple[Norm, Callable[..., torch.Tensor]]] = {
    "layer": (reference.layernorm, lambda x, g, b, eps: F.layer_norm(x, x.shape[-1:], g, b, eps)),
    "instance": (reference.instancenorm, lambda x, g, b, eps: F.instance_norm(x, weight=g, bias=b, eps=eps)),
    "group": (lambda x, g, b, eps: reference.groupnorm(x, 2, g, b, eps),
              lambda x, g, b, eps: F.group_norm(x, 2, g, b, eps)),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NORMS)
def test_layer_instance_and_group_norm(name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    c = 2 * int(rng.integers(1, 5))
    shape = (int(rng.integers(1, 5)), c, *rng.integers(2, 6, size=2).tolist())
    x = numbers(rng, shape if name != "layer" else (*shape[2:], c))
    gamma, beta, _, _ = vectors(rng, c)
    mine, theirs = NORMS[name]
    agree(mine(x, gamma, beta, 0.01), theirs(tensor(x), tensor(gamma), tensor(beta), 0.01), x)


@pytest.mark.parametrize("seed", SEEDS)
def test_inference_and_folding(seed: int) -> None:
    rng = np.random.default_rng(seed)
    d, outputs = int(rng.integers(1, 6)), int(rng.integers(1, 6))
    gamma, beta, mean, var = vectors(rng, outputs)
    norm = dict(zip(("running_mean", "running_var", "weight", "bias"), map(torch.tensor, (mean, var, gamma, beta)),
                    strict=True))
    x = numbers(rng, (int(rng.integers(1, 9)), outputs))
    agree(reference.batchnorm_inference(x, gamma, beta, mean, var), F.batch_norm(tensor(x), **norm), x)
    bias = rng.normal(size=outputs) if rng.random() < 0.7 else None
    shift = None if bias is None else torch.tensor(bias)
    weight, images = rng.normal(size=(outputs, d, 3, 3)), torch.tensor(rng.normal(size=(2, d, 5, 5)))
    folded = map(torch.tensor, reference.fold_batchnorm2d(weight, bias, gamma, beta, mean, var, 1e-5))
    expected = F.batch_norm(F.conv2d(images, torch.tensor(weight), shift, padding=1), **norm)
    torch.testing.assert_close(F.conv2d(images, *folded, padding=1), expected, rtol=1e-9, atol=1e-9)
    matrix, rows = rng.normal(size=(d, outputs)), torch.tensor(rng.normal(size=(4, d)))
    w, b = map(torch.tensor, reference.fold_batchnorm(matrix, bias, gamma, beta, mean, var, 1e-5))
    expected = F.batch_norm(rows @ torch.tensor(matrix) + (0 if shift is None else shift), **norm)
    torch.testing.assert_close(rows @ w + b, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_batch_in_shards_and_a_stream_of_batches(seed: int) -> None:
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 5))
    x = rng.uniform(-1e3, 1e3) + rng.normal(size=(int(rng.integers(2, 40)), d))
    cuts = np.unique(rng.integers(1, len(x), size=int(rng.integers(0, 4))))
    shards = np.split(x, cuts)
    gamma, beta, _, _ = vectors(rng, d)
    expected = F.batch_norm(torch.tensor(x), None, None, torch.tensor(gamma), torch.tensor(beta), True, 0.1, 0.01)
    agree(np.concatenate(reference.sync_batchnorm_forward(shards, gamma, beta, 0.01)), expected, x)
    mean, var = reference.population_statistics(iter(shards))
    agree(mean, x.mean(axis=0), x)
    agree(var, x.var(axis=0), x)


@pytest.mark.parametrize("seed", SEEDS)
def test_weight_norm_and_spectral_norm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 6)), int(rng.integers(1, 6)), *[3] * (2 * int(rng.integers(2))))
    v, g = numbers(rng, shape) + 1, rng.normal(size=shape[0])
    if not np.abs(v).reshape(shape[0], -1).max(axis=1).all():
        pytest.skip("an output of zeros has no direction")
    agree(reference.weight_norm(v, g), torch._weight_norm(tensor(v), tensor(g).reshape(-1, *[1] * (len(shape) - 1))), v)
    weight, u = rng.normal(size=(shape[0], 4)), rng.normal(size=shape[0])
    normed, _ = reference.spectral_norm(weight, u, 500)
    np.testing.assert_allclose(np.linalg.svd(normed)[1].max(), 1, rtol=1e-4)
