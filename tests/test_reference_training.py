"""The reference of lesson 09: loops, statistics over several devices and half precision, against PyTorch's own."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from bnlib.reference import (
    batchnorm_forward,
    batchnorm_mixed_precision,
    combine_moments,
    evaluate,
    sync_batchnorm_forward,
    train_epoch,
)

SEEDS = st.integers(0, 2**32 - 1)


def toy(seed: int = 0, rows: int = 22, batch_size: int = 4) -> tuple[nn.Sequential, DataLoader]:
    """A net with batch norm, and a loader whose last batch is smaller."""
    g = torch.Generator().manual_seed(seed)
    net = nn.Sequential(nn.Linear(3, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 4)).double()
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.randn(p.shape, generator=g))
    x, y = torch.randn(rows, 3, generator=g, dtype=torch.float64), torch.randint(0, 4, (rows,), generator=g)
    return net, DataLoader(TensorDataset(x, y), batch_size=batch_size)


def test_an_epoch_of_one_batch_is_one_step_of_the_optimizer() -> None:
    net, loader = toy(batch_size=22)
    twin = copy.deepcopy(net).train()
    x, y = loader.dataset.tensors
    loss = nn.functional.cross_entropy(twin(x), y)
    loss.backward()
    torch.optim.SGD(twin.parameters(), lr=0.5).step()
    told = train_epoch(net.eval(), loader, torch.optim.SGD(net.parameters(), lr=0.5), "cpu")
    assert told == pytest.approx(loss.item(), rel=1e-12)
    assert all(torch.equal(a, b) for a, b in zip(net.state_dict().values(), twin.state_dict().values(), strict=True))


def test_without_steps_the_loss_is_the_mean_over_the_examples_whatever_the_batches() -> None:
    losses = []
    for batch_size in (22, 4, 5):
        net, loader = toy(batch_size=batch_size)
        net[1] = nn.Identity()  # batch norm's loss depends on the batches
        losses.append(train_epoch(net, loader, torch.optim.SGD(net.parameters(), lr=0.0), "cpu"))
    assert losses == pytest.approx([losses[0]] * 3, rel=1e-12)


def test_gradients_left_by_someone_else_do_not_matter() -> None:
    (clean, loader), (dirty, _) = toy(), toy()
    for p in dirty.parameters():
        p.grad = torch.full_like(p, 7.0)
    for net in (clean, dirty):
        train_epoch(net, loader, torch.optim.SGD(net.parameters(), lr=0.1), "cpu")
    assert torch.equal(clean[0].weight, dirty[0].weight)


def test_an_epoch_ends_in_train_mode() -> None:
    net, loader = toy()
    train_epoch(net.eval(), loader, torch.optim.SGD(net.parameters(), lr=0.1), "cpu")
    assert all(module.training for module in net.modules())


@pytest.mark.parametrize("batch_size", [22, 5, 1])
def test_the_accuracy_does_not_depend_on_the_batches(batch_size: int) -> None:
    net, loader = toy(batch_size=batch_size)
    x, y = loader.dataset.tensors
    assert evaluate(net, loader, "cpu") == (copy.deepcopy(net).eval()(x).argmax(1) == y).double().mean().item()


@given(st.lists(st.booleans(), min_size=5, max_size=5))
@settings(max_examples=20, deadline=None)
def test_a_measurement_changes_nothing(modes: list[bool]) -> None:
    net, loader = toy()
    for module, mode in zip(net.modules(), modes, strict=True):
        module.training = mode
    before = copy.deepcopy(net.state_dict())
    evaluate(net, loader, "cpu")
    assert [module.training for module in net.modules()] == modes
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert torch.is_grad_enabled() and all(p.grad is None for p in net.parameters())


def test_modes_come_back_after_an_error_too() -> None:
    net, _ = toy()
    net[1].eval()
    with pytest.raises(RuntimeError):
        evaluate(net, [(torch.zeros(2, 99, dtype=torch.float64), torch.zeros(2, dtype=torch.int64))], "cpu")
    assert net.training and net[0].training and not net[1].training


def test_an_empty_loader_is_named() -> None:
    net, _ = toy()
    with pytest.raises(ValueError, match="nothing to train on"):
        train_epoch(net, [], torch.optim.SGD(net.parameters(), lr=0.1), "cpu")
    with pytest.raises(ValueError, match="nothing to measure on"):
        evaluate(net, [], "cpu")


def split(rng: np.random.Generator, offset: float = 0.0) -> list[np.ndarray]:
    sizes = rng.integers(1, 9, size=rng.integers(1, 7))
    return [offset + 3 * rng.normal(size=3) + rng.normal(size=(n, 3)) for n in sizes]


def summaries(parts: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (np.array([len(p) for p in parts]), np.array([p.mean(axis=0) for p in parts]),
            np.array([len(p) * p.var(axis=0) for p in parts]))


@given(SEEDS)
@settings(max_examples=50, deadline=None)
def test_moments_combined_are_those_of_all_rows(seed: int) -> None:
    parts = split(np.random.default_rng(seed))
    rows = np.concatenate(parts)
    count, mean, m2 = combine_moments(*summaries(parts))
    assert count == len(rows)
    np.testing.assert_allclose(mean, rows.mean(axis=0), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(m2, len(rows) * rows.var(axis=0), rtol=1e-11, atol=1e-11)


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_combining_in_two_rounds_is_combining_at_once(seed: int) -> None:
    counts, means, m2s = summaries([*split(np.random.default_rng(seed)), *split(np.random.default_rng(seed + 1))])
    at_once = combine_moments(counts, means, m2s)
    first, second = (combine_moments(counts[s], means[s], m2s[s]) for s in (slice(1), slice(1, None)))
    in_two = combine_moments(*(np.array(three) for three in zip(first, second, strict=True)))
    for one, other in zip(at_once, in_two, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


def test_an_offset_costs_no_digits_and_an_empty_group_says_nothing() -> None:
    rng = np.random.default_rng(0)
    parts = split(rng)
    far = combine_moments(*summaries([1e7 + p for p in parts]))
    np.testing.assert_allclose(far[2], combine_moments(*summaries(parts))[2], rtol=1e-7)
    counts, means, m2s = summaries(parts)
    for nothing in (99.0, np.nan):  # NaN is what NumPy calls the mean of no rows
        more = combine_moments([*counts, 0], [*means, np.full(3, nothing)], [*m2s, np.zeros(3)])
        np.testing.assert_allclose(more[1], combine_moments(counts, means, m2s)[1], rtol=1e-12)
        np.testing.assert_allclose(more[2], combine_moments(counts, means, m2s)[2], rtol=1e-12)


@pytest.mark.parametrize(("counts", "said"), [([0, 0], "not all 0"), ([1, -1], "whole numbers"),
                                              ([1.5, 2], "whole numbers"), ([1], "one entry per group")])
def test_counts_that_are_none_are_refused(counts: list, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        combine_moments(counts, np.zeros((2, 3)), np.zeros((2, 3)))


@given(SEEDS)
@settings(max_examples=50, deadline=None)
def test_shards_are_normalized_as_one_big_batch(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = split(rng, offset=5.0)
    gamma, beta = rng.normal(size=3), rng.normal(size=3)
    outputs = sync_batchnorm_forward(parts, gamma, beta, 0.1)
    whole, _ = batchnorm_forward(np.concatenate(parts), gamma, beta, 0.1)
    assert [y.shape for y in outputs] == [p.shape for p in parts]
    np.testing.assert_allclose(np.concatenate(outputs), whole, rtol=1e-12, atol=1e-12)


def test_shards_keep_their_dtype_and_a_constant_feature_gives_beta() -> None:
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=(n, 2)).astype(np.float32) for n in (3, 5)]
    for part in parts:
        part[:, 1] = 4
    outputs = sync_batchnorm_forward(parts, np.ones(2), np.array([0.0, 7.0]), 0.0)
    assert all(y.dtype == np.float32 and np.all(y[:, 1] == 7) for y in outputs)
    with pytest.raises(ValueError, match="shards is empty"):
        sync_batchnorm_forward([], np.ones(2), np.ones(2), 0.1)
    with pytest.raises(ValueError, match=r"shards\[1\] must have 2 features"):
        sync_batchnorm_forward([np.ones((2, 2)), np.ones((2, 3))], np.ones(2), np.ones(2), 0.1)


@pytest.mark.parametrize(("dtype", "ulp"), [(torch.float16, 2**-10), (torch.bfloat16, 2**-7), (torch.float32, 2e-6)])
@pytest.mark.parametrize("offset", [0.0, 50.0])
def test_half_precision_in_is_float32_between_as_in_pytorch(dtype: torch.dtype, ulp: float, offset: float) -> None:
    g = torch.Generator().manual_seed(0)
    x = (offset + torch.randn(64, 5, generator=g)).to(dtype)
    gamma, beta = torch.randn(5, generator=g), torch.randn(5, generator=g)
    y = batchnorm_mixed_precision(x, gamma, beta, 0.1)
    exact = nn.functional.batch_norm(x.double(), None, None, gamma.double(), beta.double(), True, eps=0.1)
    assert y.dtype == dtype
    assert torch.all((y.double() - exact).abs() <= ulp * exact.abs().clamp(min=0.05) + (1e-5 if offset else 1e-6))
    theirs = nn.functional.batch_norm(x, None, None, gamma, beta, True, eps=0.1)
    assert torch.all((y.double() - theirs.double()).abs() <= 2 * ulp * exact.abs().clamp(min=1))


def test_a_variance_beyond_float16_does_no_harm() -> None:
    x = torch.tensor([[-400.0], [400.0]], dtype=torch.float16)  # variance 160 000; float16 ends at 65 504
    assert batchnorm_mixed_precision(x, torch.ones(1), torch.zeros(1), 1e-5).tolist() == [[-1.0], [1.0]]


def test_float64_is_not_cut_down_and_wrong_arguments_are_named() -> None:
    x = torch.randn(9, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) + 1e6
    y = batchnorm_mixed_precision(x, torch.ones(2), torch.zeros(2), 0.0)
    assert y.dtype == torch.float64 and y.std(dim=0, unbiased=False).sub(1).abs().max() < 1e-9
    with pytest.raises(ValueError, match=r"x must be \(N, D\), floats"):
        batchnorm_mixed_precision(x.long(), torch.ones(2), torch.zeros(2), 0.1)
    with pytest.raises(ValueError, match=r"gamma must have shape \(2,\)"):
        batchnorm_mixed_precision(x, torch.ones(3), torch.zeros(2), 0.1)
    with pytest.raises(ValueError, match="eps must not be negative"):
        batchnorm_mixed_precision(x, torch.ones(2), torch.zeros(2), -0.1)
