"""The crowds of lesson 08: each network is an ordinary one, and what is measured is what is said."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from bnlib import experiments
from bnlib.experiments import Crowd, Form
from bnlib.experiments.training import accuracies, gradients, losses_of, tensors, train

DIGITS = experiments.load("digits")
X, Y, X_TEST, Y_TEST = tensors(DIGITS)


@pytest.fixture(autouse=True)
def no_earlier_runs(monkeypatch):
    monkeypatch.setenv("BNLIB_CACHE", "off")


def torch_net(crowd: Crowd, k: int) -> nn.Sequential:
    """Network k of a crowd with ReLUs, built of PyTorch's own layers."""
    modules: list[nn.Module] = []
    last = len(crowd.weights) - 1
    for layer, (weight, shift) in enumerate(zip(crowd.weights, crowd.shifts, strict=True)):
        linear = nn.Linear(*weight.shape[1:], dtype=torch.float64)
        norm = crowd.form.norm == "batch" and layer < last
        linear.weight.data, linear.bias.data = weight[k].T.clone(), torch.zeros_like(shift[k, 0])
        modules.append(linear)
        if norm:
            modules.append(nn.BatchNorm1d(weight.shape[2], dtype=torch.float64))
        else:
            linear.bias.data = shift[k, 0].clone()
        if layer < last:
            modules.append(nn.ReLU())
    return nn.Sequential(*modules)


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_a_network_of_a_crowd_trains_as_pytorch_s_does(norm):
    crowd = Crowd(Form("relu", norm, 2, 12), [3, 4])
    net = torch_net(crowd, 1)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.2)

    def watch(step: int, crowd: Crowd, x: Tensor, y: Tensor) -> None:
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x[1]), y[1]).backward()
        optimizer.step()

    train(crowd, DIGITS, [0.1, 0.2], 8, batch_size=32, every=8, watch=watch)
    net.eval()
    with torch.no_grad():
        torch.testing.assert_close(crowd.forward(X_TEST, training=False)[1], net(X_TEST), rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("norm", ["none", "batch", "l1", "l2", "linf"])
def test_a_network_is_the_same_alone_and_in_a_crowd(norm):
    alone, among = Crowd(Form("relu", norm, 2, 10), [1]), Crowd(Form("relu", norm, 2, 10), [0, 1, 1])
    first = train(alone, DIGITS, [0.3], 5, every=5)
    second = train(among, DIGITS, [100.0, 0.3, 0.1], 5, every=5)
    np.testing.assert_allclose(first["loss"][:, 0], second["loss"][:, 1], rtol=1e-9)
    assert not np.allclose(second["loss"][:, 1], second["loss"][:, 2])


def test_statistics_over_groups_are_those_of_each_group_alone():
    whole, grouped = (Crowd(Form("relu", "batch", 1, 10, group=group), [0]) for group in (None, 16))
    parts = torch.cat([whole.forward(X[start : start + 16]) for start in range(0, 64, 16)], dim=1)
    torch.testing.assert_close(grouped.forward(X[:64]), parts)
    assert not torch.allclose(whole.forward(X[:64]), parts)


def test_noise_is_there_in_training_only():
    crowd = Crowd(Form("relu", "noisy", 1, 10), [0])
    assert not torch.equal(crowd.forward(X[:32]), crowd.forward(X[:32]))
    assert torch.equal(crowd.forward(X[:32], training=False), crowd.forward(X[:32], training=False))


def test_the_same_sweep_gives_the_same_numbers_without_a_cache():
    form = Form("tanh", "batch", 1, 8)
    first = experiments.sweep(form, (0.1, 0.3), 6, seeds=(0, 1), every=3)
    experiments.sweep.cache_clear()
    second = experiments.sweep(form, (0.1, 0.3), 6, seeds=(0, 1), every=3)
    assert first["accuracy"].shape == (2, 2, 2) and first["loss"].shape == (2, 2, 6)
    assert first["step"].tolist() == [3, 6]
    for name, values in first.items():
        np.testing.assert_array_equal(values, second[name])


def test_weight_decay_shortens_the_weights():
    free, decayed = (experiments.sweep(Form("relu", "batch", 1, 8), (0.1,), 20, seeds=(0,), decay=decay)
                     for decay in (0.0, 0.5))
    assert np.all(decayed["weights"] < free["weights"])


def test_nothing_shifts_at_rate_0():
    still = experiments.covariate_shift(Form("relu", "batch", 2, 8), 0.0, 3, seeds=(0,), every=1)
    assert np.all(still["shift"] == 0)
    np.testing.assert_allclose(still["cosine"], 1)


def test_measuring_the_shift_leaves_the_training_as_it_is():
    form = Form("relu", "batch", 2, 8)
    shift = experiments.covariate_shift(form, 0.3, 6, seeds=(0, 1), every=2)
    plain = experiments.sweep(form, (0.3,), 6, seeds=(0, 1), every=2)
    np.testing.assert_array_equal(shift["accuracy"], plain["accuracy"][0])
    looked = experiments.unit_inputs(form, 0.3, 6, seeds=(0, 1), every=2)
    np.testing.assert_array_equal(looked["accuracy"], plain["accuracy"][0])


def test_a_place_knows_its_loss_and_its_gradient():
    place = experiments.places(Form("tanh", "batch", 1, 6), 0.1, (1, 4), seeds=(0,))[1]
    assert (place.step, place.seed) == (4, 0)
    np.testing.assert_allclose(place.grad_fn(place.params), place.grads)
    direction = np.random.default_rng(0).normal(size=place.params.size)
    h = 1e-5
    slope = (place.loss_fn(place.params + h * direction) - place.loss_fn(place.params - h * direction)) / (2 * h)
    np.testing.assert_allclose(slope, place.grads @ direction, rtol=1e-5)


def test_gradients_of_a_deep_plain_sigmoid_net_vanish():
    norms = experiments.gradient_norms(Form("sigmoid", "none", 8, 20), seeds=(0, 1))["norm"]
    assert norms.shape == (2, 9) and np.all(norms[:, 0] < 1e-3 * norms[:, -1])


def test_losses_and_accuracies_are_per_network():
    crowd = Crowd(Form("relu", "none", 1, 8), [0, 1])
    losses, grads = gradients(crowd, X[:32], Y[:32])
    each = [nn.functional.cross_entropy(crowd.forward(X[:32])[k], Y[:32]) for k in (0, 1)]
    torch.testing.assert_close(losses, torch.stack(each))
    assert grads[0].shape == crowd.weights[0].shape
    assert accuracies(crowd, X_TEST, Y_TEST).shape == losses_of(crowd.forward(X_TEST), Y_TEST).shape == (2,)


def test_wrong_labels_are_wrong_in_training_only():
    wrong = experiments.load("wrong labels")
    share = np.mean(wrong.y_train != DIGITS.y_train[:600])
    assert 0.2 < share < 0.3  # one in ten of the 30 % is right by chance
    np.testing.assert_array_equal(wrong.y_test, DIGITS.y_test)


@pytest.mark.parametrize("call, sentence", [
    (lambda: Form("gelu"), "activation 'gelu' is not one of relu"),
    (lambda: Form(norm="layer"), "norm 'layer' is not one of none, batch"),
    (lambda: experiments.load("mnist"), "there are no data called 'mnist'"),
    (lambda: experiments.sweep(Form(), (0.1, 0.2), 1, scales=(1.0,)), "2 learning rates and 1 scales"),
])
def test_bad_settings_are_refused_in_one_clear_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
