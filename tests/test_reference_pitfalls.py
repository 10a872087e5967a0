"""The reference of lesson 10: batches, discriminators, and surgery on PyTorch models."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from torch import nn

from bnlib.check.drivers.lesson_10 import network
from bnlib.reference import (
    accumulation_gap,
    adapt_statistics,
    batchnorm_forward,
    discriminator_batch,
    freeze_batchnorm,
    parameter_groups,
    separability,
    shuffled_batches,
)

SEEDS = st.integers(0, 2**32 - 1)


@settings(deadline=None)
@given(seed=SEEDS, n=st.integers(2, 60), batch_size=st.integers(2, 70))
def test_an_epoch_holds_every_row_once_with_its_label_and_no_batch_of_one(seed, n, batch_size):
    x, y = np.arange(2 * n).reshape(n, 2), np.arange(n)
    batches = shuffled_batches(x, y, batch_size, np.random.default_rng(seed))
    assert sorted(np.concatenate([b for _, b in batches])) == list(range(n))
    assert all(np.array_equal(a, x[b]) for a, b in batches)
    sizes = [len(a) for a, _ in batches]
    assert min(sizes) >= 2 and max(sizes) <= batch_size + 1
    assert all(size == batch_size for size in sizes[:-1])


def test_epochs_differ_and_equal_generators_repeat():
    x, y, rng = np.arange(40.0)[:, None], np.arange(40), np.random.default_rng(0)
    first, second = (shuffled_batches(x, y, 8, rng) for _ in range(2))
    again = shuffled_batches(x, y, 8, np.random.default_rng(0))
    assert not np.array_equal(first[0][1], second[0][1])
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(first, again, strict=True))


@settings(deadline=None)
@given(seed=SEEDS, real=st.integers(1, 20), fake=st.integers(1, 20))
def test_a_discriminator_s_batch_is_half_and_half_and_rightly_labelled(seed, real, fake):
    given_real, given_fake = 1.0 + np.arange(real)[:, None], -1.0 - np.arange(fake)[:, None]
    x, labels = discriminator_batch(given_real, given_fake, np.random.default_rng(seed))
    assert len(x) == 2 * min(real, fake) and 2 * labels.sum() == len(x)
    assert np.array_equal(labels == 1, x[:, 0] > 0) and len(np.unique(x)) == len(x)


@settings(deadline=None)
@given(seed=SEEDS, steps=st.integers(1, 30))
def test_separability_is_scikit_learn_s_area_under_the_roc_curve(seed, steps):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat([0, 1], [7, 12]))
    scores = rng.integers(0, steps + 1, size=19)
    assert separability(scores, labels) == pytest.approx(roc_auc_score(labels, scores), abs=1e-12)
    assert separability(-scores, labels) == pytest.approx(1 - separability(scores, labels), abs=1e-12)


@settings(deadline=None)
@given(seed=SEEDS, micro_batch=st.integers(1, 15))
def test_the_gap_is_that_of_two_forward_passes(seed, micro_batch):
    x = 5 * np.random.default_rng(seed).normal(size=(12, 3))
    one, zero = np.ones(3), np.zeros(3)
    whole, _ = batchnorm_forward(x, one, zero)
    pieces = [batchnorm_forward(x[k : k + micro_batch], one, zero)[0] for k in range(0, 12, micro_batch)]
    assert accumulation_gap(x, micro_batch) == pytest.approx(np.abs(whole - np.concatenate(pieces)).max(), abs=1e-12)
    assert accumulation_gap(x, 12) == 0


def loader_of(rng, sizes):
    return [(torch.from_numpy(2 + 3 * rng.normal(size=(n, 4))), torch.zeros(n)) for n in sizes]


def test_adapted_statistics_of_one_batch_are_its_own_and_eval_then_equals_train():
    """But for the variance's N/(N − 1), taken back here."""
    model = network(0, 4)
    (x, y), = loader_of(np.random.default_rng(1), [50])
    adapt_statistics(model.eval(), [(x, y)])
    expected = copy.deepcopy(model).train()(x)
    for layer in (model[1], model[4][1]):
        layer.running_var.mul_(49 / 50)
    torch.testing.assert_close(model(x), expected, rtol=1e-6, atol=1e-6)


def test_only_the_statistics_change_when_they_are_adapted():
    model = network(0, 4, momentum=0.3, dropout=0.5).train()
    model[4].eval()
    before = copy.deepcopy(model)
    adapt_statistics(model, loader_of(np.random.default_rng(1), [8, 8, 8, 8]))
    assert [m.training for m in model.modules()] == [m.training for m in before.modules()]
    assert model[1].momentum == model[4][1].momentum == 0.3
    for (name, now), (_, then) in zip(model.state_dict().items(), before.state_dict().items(), strict=True):
        assert torch.equal(now, then) != ("running" in name or "tracked" in name), name


def broken():
    yield torch.ones(4, 4, dtype=torch.float64), None
    raise OSError("no more data")


@pytest.mark.parametrize(("loader", "error"), [(broken, OSError), (list, ValueError)])
def test_everything_is_as_before_when_the_loader_fails(loader, error):
    model = network(0, 4, momentum=0.3)
    model(torch.arange(16.0, dtype=torch.float64).reshape(4, 4))
    before = copy.deepcopy(model.eval().state_dict())
    with pytest.raises(error):
        adapt_statistics(model, loader())
    assert not model[1].training and model[1].momentum == 0.3
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_frozen_layers_hold_still_while_the_others_learn():
    model = network(0, 4)
    freeze_batchnorm(model)
    before = copy.deepcopy(model.state_dict())
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for x, _ in loader_of(np.random.default_rng(0), [6, 6]):
        model(x).square().mean().backward()
        optimizer.step()
    for name, now in model.state_dict().items():
        norm = name.startswith(("1.", "4.1."))
        assert torch.equal(now, before[name]) == norm, name
    assert model[3].training


def test_a_frozen_model_can_be_copied_and_pickled_and_its_copies_are_frozen_themselves():
    model = network(0, 4)
    freeze_batchnorm(model)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        layer = other.train()[1]
        assert not layer.training and layer.train() is layer and layer is not model[1]


def test_groups_hold_each_parameter_once_and_decay_what_has_two_axes():
    model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4, 3), nn.LayerNorm(3))
    decayed, free = parameter_groups(model, 0.1)
    assert [p.ndim for p in decayed["params"]] == [4, 2] and decayed["weight_decay"] == 0.1
    assert len(free["params"]) == 6 and free["weight_decay"] == 0
    optimizer = torch.optim.SGD([decayed, free], lr=1.0)
    for p in model.parameters():
        p.grad = torch.zeros_like(p)
    gamma, kernel = model[1].weight.clone(), model[0].weight.clone()
    optimizer.step()
    assert torch.equal(model[1].weight, gamma)
    torch.testing.assert_close(model[0].weight, 0.9 * kernel)


def test_a_shared_weight_stands_in_one_group_once():
    model = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    model[1].weight = model[0].weight
    assert [len(group["params"]) for group in parameter_groups(model, 0.1)] == [1, 2]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda rng: shuffled_batches(np.ones((3, 2)), np.ones(4), 2, rng), "equally many rows"),
        (lambda rng: shuffled_batches(np.ones((1, 2)), np.ones(1), 2, rng), "at least two rows"),
        (lambda rng: shuffled_batches(np.ones((3, 2)), np.ones(3), 1, rng), "batch_size must be at least 2"),
        (lambda rng: discriminator_batch(np.ones((3, 2)), np.ones((3, 1)), rng), "rows of one shape"),
        (lambda rng: discriminator_batch(np.ones((0, 2)), np.ones((3, 2)), rng), "at least one row each"),
        (lambda rng: separability([1, 2], [1, 1]), "one kind alone"),
        (lambda rng: separability([1, np.nan], [1, 0]), "NaN"),
        (lambda rng: separability([1, 2], [1, 3]), "1 .real. or 0 .fake."),
        (lambda rng: accumulation_gap(np.ones(3), 1), "2-D"),
        (lambda rng: accumulation_gap(np.ones((3, 1)), 0), "micro_batch must be at least 1"),
        (lambda rng: adapt_statistics(nn.Linear(1, 1), []), "no batch norm layer"),
        (lambda rng: adapt_statistics(nn.BatchNorm1d(1), []), "loader is empty"),
        (lambda rng: parameter_groups(nn.Linear(1, 1), -1.0), "must not be negative"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(call, said):
    with pytest.raises(ValueError, match=said):
        call(np.random.default_rng(0))
