"""The PyTorch layers: what torch.nn's do, to rounding; gradients by finite differences; batch renorm by its paper."""

from __future__ import annotations

import copy
import itertools

import numpy as np
import pytest
import torch
from torch import nn

from bnlib.reference import batch_renorm
from bnlib.reference import nn as ours
from bnlib.reference.nn import compiled, formulas, functional

PAIRS = {"BatchNorm1d": (4, 3), "BatchNorm2d": (4, 3, 5, 2), "BatchNorm3d": (2, 3, 2, 3, 2)}
F64 = torch.float64


def pair(name: str, **arguments: object) -> tuple[nn.Module, nn.Module]:
    """Our layer and PyTorch's with the same arguments and the same state, away from where it starts."""
    theirs, mine = getattr(nn, name)(3, **arguments), getattr(ours, name)(3, **arguments)
    with torch.no_grad():
        for tensor in itertools.chain(theirs.parameters(), theirs.buffers()):
            if tensor.dtype.is_floating_point:
                tensor.copy_(torch.rand(tensor.shape, generator=torch.Generator().manual_seed(1)) + 0.5)
    mine.load_state_dict(copy.deepcopy(theirs.state_dict()))
    return mine, theirs


def run(layer: nn.Module, x: torch.Tensor) -> list[torch.Tensor]:
    """y, dx, parameter gradients and buffers after one step forward and back."""
    x = x.clone().requires_grad_()
    y = layer(x)
    weights = torch.linspace(-1, 2, y.numel(), dtype=torch.float64).reshape(y.shape)
    (y.double() * weights).sum().backward()
    return [y.detach(), x.grad, *(p.grad for p in layer.parameters()), *(b.clone() for b in layer.buffers())]


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("arguments", [
    {}, {"bias": False}, {"momentum": None}, {"momentum": 0.7, "eps": 0.3}, {"affine": False},
    {"track_running_stats": False}, {"affine": False, "track_running_stats": False}])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-5)])
def test_values_gradients_and_buffers_are_those_of_torch(
    name: str, arguments: dict, training: bool, dtype: torch.dtype, tolerance: float
) -> None:
    mine, theirs = pair(name, dtype=dtype, **arguments)
    mine.train(training), theirs.train(training)
    x = 3 + 2 * torch.randn(PAIRS[name], dtype=dtype, generator=torch.Generator().manual_seed(0))
    for _ in range(2):  # the second step starts from moved buffers
        for got, expected in zip(run(mine, x), run(theirs, x), strict=True):
            assert got.dtype == expected.dtype
            torch.testing.assert_close(got, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("training", [True, False])
def test_first_and_second_derivatives_by_finite_differences(name: str, training: bool) -> None:
    mine, _ = pair(name, dtype=F64, eps=0.1)
    mine.train(training)
    x = torch.randn(PAIRS[name], dtype=F64, generator=torch.Generator().manual_seed(0), requires_grad=True)

    def f(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(mine, {"weight": weight, "bias": bias}, (x,))

    inputs = (x, mine.weight.detach().requires_grad_(), mine.bias.detach().requires_grad_())
    assert torch.autograd.gradcheck(f, inputs) and torch.autograd.gradgradcheck(f, inputs)


def test_the_transforms_of_torch_func_go_through() -> None:
    x = torch.randn(4, 3, dtype=F64, generator=torch.Generator().manual_seed(0))
    found = []
    for layer in pair("BatchNorm1d", dtype=F64, track_running_stats=False):
        def loss(weights: dict, layer: nn.Module = layer) -> torch.Tensor:
            return torch.func.functional_call(layer, weights, (x,)).pow(3).sum()

        found.append(torch.func.grad(loss)({name: p.detach() for name, p in layer.named_parameters()}))
    torch.testing.assert_close(*found, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_inputs_keep_their_type_and_have_float32_statistics(dtype: torch.dtype) -> None:
    mine = ours.BatchNorm2d(3)
    x = (100 + torch.randn(8, 3, 5, 5, generator=torch.Generator().manual_seed(0))).to(dtype)
    y = mine(x)
    exact = nn.BatchNorm2d(3).double()(x.double())
    assert y.dtype == dtype and mine.running_mean.dtype == torch.float32
    torch.testing.assert_close(y.double(), exact, rtol=0, atol=0.02)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        net = nn.Sequential(nn.Linear(3, 3), ours.BatchNorm1d(3))
        assert net(torch.randn(6, 3)).dtype == torch.bfloat16


@pytest.mark.parametrize("shape", [(64, 3), (16, 3, 4, 5)])
@pytest.mark.parametrize("mean", [1e4, 1e6])
def test_a_large_mean_costs_no_digits(shape: tuple[int, ...], mean: float) -> None:
    x = mean + torch.randn(shape, generator=torch.Generator().manual_seed(0))
    mine = ours.BatchNorm1d(3) if len(shape) == 2 else ours.BatchNorm2d(3)
    exact = copy.deepcopy(mine).double()(x.double())
    # As near as float32 can say where the mean is: two units in its last place.
    assert (mine(x).double() - exact).abs().max() < 2 * np.spacing(np.float32(mean))
    assert (mine.running_var.double() - 0.9 - 0.1 * x.double().transpose(0, 1).flatten(1).var(1)).abs().max() < 1e-6


def test_channels_last_stays_channels_last() -> None:
    x = torch.randn(4, 3, 5, 6).to(memory_format=torch.channels_last).requires_grad_()
    y = ours.BatchNorm2d(3)(x)
    y.square().sum().backward()
    assert y.is_contiguous(memory_format=torch.channels_last)
    assert x.grad.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("name", PAIRS)
def test_an_empty_batch_is_taken_and_teaches_nothing(name: str) -> None:
    for got, expected in zip(*(run(layer, torch.zeros(0, *PAIRS[name][1:])) for layer in pair(name)), strict=True):
        assert torch.equal(got, expected)


def refusal(layer: nn.Module, x: torch.Tensor) -> tuple[type[Exception], str]:
    with pytest.raises((ValueError, RuntimeError)) as caught:
        layer(x)
    return caught.type, str(caught.value)


@pytest.mark.parametrize("name", PAIRS)
def test_bad_input_is_refused_in_the_words_of_torch(name: str) -> None:
    mine, theirs = pair(name)
    shape = PAIRS[name]
    one = (1, 3, *[1] * (len(shape) - 2))
    for bad in ((3,), (*shape, 2, 2, 2), (4, 5, *shape[2:]), one):
        assert refusal(mine, torch.randn(bad)) == refusal(theirs, torch.randn(bad))
    assert mine.eval()(torch.randn(one)).shape == one
    for layer in pair(name, track_running_stats=False):  # then inference takes the batch's statistics too
        assert "more than 1 value per channel" in refusal(layer.eval(), torch.randn(one))[1]


def test_dtype_and_device_are_where_the_layer_is_made() -> None:
    for layer in (ours.BatchNorm2d(3, dtype=torch.bfloat16), nn.BatchNorm2d(3, dtype=torch.bfloat16)):
        kinds = {name: tensor.dtype for name, tensor in layer.state_dict().items()}
        assert kinds.pop("num_batches_tracked") == torch.long and set(kinds.values()) == {torch.bfloat16}
    assert all(tensor.is_meta for tensor in ours.BatchNorm2d(3, device="meta").state_dict().values())
    x = torch.randn(4, 3, 5, 5, generator=torch.Generator().manual_seed(0)).bfloat16()
    for got, expected in zip(*(run(layer, x) for layer in pair("BatchNorm2d", dtype=torch.bfloat16)), strict=True):
        torch.testing.assert_close(got, expected, rtol=2e-2, atol=2e-2)


def test_torchs_own_tools_find_the_layers() -> None:
    net = nn.Sequential(nn.Linear(3, 3), ours.BatchNorm1d(3))
    x = torch.randn(64, 3, generator=torch.Generator().manual_seed(0))
    torch.optim.swa_utils.update_bn([x[:32], x[32:]], net)
    torch.testing.assert_close(net[1].running_mean, net[0](x).mean(0))


def test_states_go_both_ways_and_old_ones_are_read() -> None:
    mine, theirs = pair("BatchNorm2d")
    theirs.load_state_dict(mine.state_dict())
    assert list(mine.state_dict()) == list(theirs.state_dict())
    old = {key: value for key, value in theirs.state_dict().items() if key != "num_batches_tracked"}
    mine.load_state_dict(old)
    assert repr(mine) == repr(theirs)


@pytest.mark.parametrize("training", [True, False])
def test_torch_compile_takes_the_whole_layer_and_gives_the_same(training: bool) -> None:
    for name in PAIRS:
        mine, theirs = pair(name, momentum=None)
        compiled_layer = torch.compile(mine.train(training), backend="aot_eager", fullgraph=True)
        x = torch.randn(PAIRS[name], generator=torch.Generator().manual_seed(0))
        for got, expected in zip(run(compiled_layer, x), run(theirs.train(training), x), strict=True):
            torch.testing.assert_close(got, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.skipif(not compiled._has_compiler(), reason="no C++ compiler")
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 2e-2)])
def test_large_batches_go_through_compiled_formulas_to_the_same_end(
    monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype, tolerance: float
) -> None:
    x = (3 + 2 * torch.randn(4, 3, 5, 7, generator=torch.Generator().manual_seed(0))).to(dtype)
    if dtype == torch.bfloat16:
        x = x.to(memory_format=torch.channels_last)
    assert functional.engine(x) is formulas and functional.engine(x.expand(compiled.LEAST, *x.shape)) is compiled
    monkeypatch.setattr(compiled, "LEAST", 0)
    layer = ours.BatchNorm2d(3)
    found, expected = run(layer, x), run(nn.BatchNorm2d(3, dtype=torch.float64), x.double())
    assert compiled._state["works"]
    for got, wanted in zip(found, expected, strict=True):
        torch.testing.assert_close(got.double(), wanted.double(), rtol=tolerance, atol=tolerance)
    assert found[0].is_contiguous(memory_format=torch.channels_last) == (dtype == torch.bfloat16)
    assert layer.eval()(x).shape == x.shape


def test_where_compiling_fails_the_formulas_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("Python.h: No such file\nand much more")

    monkeypatch.setattr(compiled.torch, "compile", lambda *_, **__: fails)
    monkeypatch.setitem(compiled._state, "works", True)
    statistics = compiled._compiled(formulas.statistics)
    x = torch.randn(4, 3, 5, generator=torch.Generator().manual_seed(0))
    with pytest.warns(UserWarning, match=r"torch.compile failed, so batch norm goes on without it: Python.h: No such"):
        mean, _ = statistics(x, 1)
    torch.testing.assert_close(mean, x.mean((0, 2)))
    assert not compiled.usable(x.expand(compiled.LEAST, *x.shape))


def renorm_layer() -> ours.BatchRenorm:
    layer = ours.BatchRenorm(3, r_max=1.5, d_max=0.4, momentum=0.2, dtype=F64, eps=0.1)
    with torch.no_grad():
        for tensor, values in ((layer.weight, (1.5, 2, 0.5)), (layer.bias, (1, -1, 0)),
                               (layer.running_mean, (2, 3, 4)), (layer.running_var, (9, 4, 1))):
            tensor.copy_(torch.tensor(values))
    return layer


def test_batch_renorm_is_algorithm_1_of_its_paper_step_by_step() -> None:
    layer, rng = renorm_layer(), np.random.default_rng(0)
    gamma, beta = np.array([1.5, 2, 0.5]), np.array([1, -1, 0])
    mu, sigma = np.array([2.0, 3, 4]), np.sqrt(np.array([9, 4, 1]) + 0.1)
    for _ in range(3):
        x = 3 + 2 * rng.normal(size=(8, 3))
        expected = batch_renorm(x, gamma, beta, mu, sigma, 1.5, 0.4, 0.1)
        np.testing.assert_allclose(layer(torch.from_numpy(x)).detach().numpy(), expected, rtol=1e-12)
        mu += 0.2 * (x.mean(0) - mu)  # α = 0.2
        sigma += 0.2 * (np.sqrt(x.var(0) + 0.1) - sigma)
        np.testing.assert_allclose(layer.running_mean, mu, rtol=1e-12)
        np.testing.assert_allclose(np.sqrt(layer.running_var + 0.1), sigma, rtol=1e-12)
    found = layer.eval()(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(found, gamma * (x - mu) / sigma + beta, rtol=1e-12)


def test_batch_renorm_at_its_limits_is_batch_norm() -> None:
    x = torch.randn(8, 3, 4, 5, dtype=F64, generator=torch.Generator().manual_seed(0))
    plain, norm = ours.BatchRenorm(3, r_max=1, d_max=0, dtype=F64, momentum=0.1), nn.BatchNorm2d(3, dtype=F64)
    y, dx, dgamma, dbeta, running_mean, *_ = run(plain, x)
    for got, wanted in zip((y, dx, dgamma, dbeta, running_mean), run(norm, x), strict=False):
        torch.testing.assert_close(got, wanted, rtol=1e-12, atol=1e-12)
    plain.load_state_dict(norm.state_dict())
    torch.testing.assert_close(plain.eval()(x), norm.eval()(x), rtol=1e-12, atol=1e-12)
    with pytest.raises(ValueError, match="r_max must be at least 1"):
        ours.BatchRenorm(3, r_max=0.5)
    with pytest.raises(ValueError, match=r"expected at least 2D input \(got 1D input\)"):
        plain(x[0, 0, 0])


def test_batch_renorm_has_a_second_derivative() -> None:
    layer = renorm_layer()
    x = torch.randn(6, 3, dtype=F64, generator=torch.Generator().manual_seed(0), requires_grad=True)
    with torch.no_grad():
        var, mean = torch.var_mean(x, 0, correction=0)
        running_std = torch.sqrt(layer.running_var + 0.1)
        r = (torch.sqrt(var + 0.1) / running_std).clamp(1 / 1.5, 1.5)
        d = ((mean - layer.running_mean) / running_std).clamp(-0.4, 0.4)
    # With r and d held it is batch norm with another weight and bias.
    bias = layer.bias + layer.weight * d
    held = nn.functional.batch_norm(x, None, None, layer.weight * r, bias, training=True, eps=0.1)
    found = []
    for y in (layer(x), held):
        (dx,) = torch.autograd.grad(y.pow(3).sum(), x, create_graph=True)
        found.append(torch.autograd.grad(dx.square().sum(), (x, layer.weight)))
    for got, expected in zip(*found, strict=True):
        torch.testing.assert_close(got, expected, rtol=1e-10, atol=1e-10)


def test_renorm_treats_r_and_d_as_constants() -> None:
    layer = ours.BatchRenorm(2, r_max=2, d_max=1, dtype=F64)
    x = torch.randn(6, 2, dtype=F64, generator=torch.Generator().manual_seed(0), requires_grad=True)
    weights = torch.randn(6, 2, dtype=F64, generator=torch.Generator().manual_seed(1))
    std = torch.sqrt(x.detach().var(0, correction=0) + layer.eps)
    r = (std / torch.sqrt(layer.running_var + layer.eps)).clamp(0.5, 2)
    (layer(x) * weights).sum().backward()
    again = x.detach().clone().requires_grad_()
    xhat = (again - again.mean(0)) / torch.sqrt(again.var(0, correction=0) + layer.eps)
    (xhat * r * weights).sum().backward()
    torch.testing.assert_close(x.grad, again.grad, rtol=1e-10, atol=1e-12)


