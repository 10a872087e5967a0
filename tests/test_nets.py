"""The small networks of the demonstrations, and the layer made of a student's own function."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bnlib import data, nets


def batch_norm(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta, None


def test_a_right_function_gives_pytorchs_values_and_gradients() -> None:
    x = torch.from_numpy(np.random.default_rng(0).normal(3, 2, size=(6, 4)))
    upstream = torch.from_numpy(np.random.default_rng(1).normal(size=(6, 4)))
    results = []
    for layer in (nets.StudentBatchNorm(batch_norm, 4).double(), torch.nn.BatchNorm1d(4).double()):
        given = x.clone().requires_grad_()
        y = layer(given)
        (y * upstream).sum().backward()
        assert given.grad is not None
        results.append([y.detach(), given.grad, *(p.grad for p in layer.parameters())])
    for ours, theirs in zip(*results, strict=True):
        torch.testing.assert_close(ours, theirs)


def test_a_wrong_functions_values_reach_the_network() -> None:
    x = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    wrong = nets.StudentBatchNorm(lambda x, gamma, beta, eps: (x + 1, None), 3)
    torch.testing.assert_close(wrong(x), x + 1)


def test_a_student_cannot_change_the_networks_arrays() -> None:
    def in_place(x, gamma, beta, eps):
        x += 7
        gamma *= 0
        return x, None

    layer, x = nets.StudentBatchNorm(in_place, 3).double(), torch.ones(4, 3, dtype=torch.float64)
    layer(x)
    assert torch.all(x == 1) and torch.all(layer.gamma == 1)


def test_a_result_of_the_wrong_shape_is_named() -> None:
    with pytest.raises(ValueError, match=r"returned shape \(3,\) for x of shape \(4, 3\)"):
        nets.StudentBatchNorm(lambda x, gamma, beta, eps: (beta, None), 3)(torch.ones(4, 3))


@pytest.mark.parametrize("norm", [None, "before", "after"])
def test_norm_stands_where_it_is_asked_for(norm) -> None:
    names = [type(module).__name__ for module in nets.mlp([8, 5, 3], "relu", norm)]
    middle = {None: ["ReLU"], "before": ["BatchNorm1d", "ReLU"], "after": ["ReLU", "BatchNorm1d"]}[norm]
    assert names == ["Linear", *middle, "Linear"]


def test_unknown_names_are_refused_with_the_way_out() -> None:
    with pytest.raises(ValueError, match="relu, sigmoid, tanh"):
        nets.mlp([8, 3], "swish")
    with pytest.raises(ValueError, match="None, 'before' or 'after'"):
        nets.mlp([8, 3], "relu", "between")  # type: ignore[arg-type]


def test_training_learns_repeats_itself_and_leaves_the_mode_alone() -> None:
    split = data.load_digits()
    models = [nets.mlp([64, 50, 10], "relu", "before", seed=0) for _ in range(2)]
    first, second = (nets.train(model, split, 0.1, 60, 64, seed=0, every=30) for model in models)
    assert first == second
    assert first["step"] == [30, 60] and len(first["loss"]) == 60 and first["accuracy"][-1] > 0.8
    model = nets.mlp([64, 10], "relu")
    nets.accuracy(model, split)
    assert model.training
