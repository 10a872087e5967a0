"""Drop-in means: in whatever PyTorch does with a layer, ours can stand where torch.nn's stood."""

from __future__ import annotations

import copy
import io
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from bnlib.reference import nn as ours
from bnlib.reference.nn import compiled, functional

F64 = torch.float64
KINDS = ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d")
Layer = Callable[[torch.Tensor], torch.Tensor]


def randn(*shape: int, seed: int = 0, dtype: torch.dtype = F64) -> torch.Tensor:
    return torch.randn(shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


def both(name: str = "BatchNorm1d", **arguments: object) -> tuple[nn.Module, nn.Module]:
    """Ours and torch.nn's, in one state that is not the first."""
    theirs = getattr(nn, name)(3, **{"dtype": F64, **arguments})
    with torch.no_grad():
        for k, tensor in enumerate([*theirs.parameters(), *theirs.buffers()]):
            if tensor.is_floating_point():
                tensor.copy_(randn(*tensor.shape, seed=k).abs() + 0.5)
    mine = getattr(ours, name)(3, **{"dtype": F64, **arguments})
    mine.load_state_dict(theirs.state_dict())
    return mine, theirs


def agree(mine: object, theirs: object, tolerance: float = 1e-10) -> None:
    torch.testing.assert_close(mine, theirs, rtol=tolerance, atol=tolerance)


def shape_of(name: str, rng: np.random.Generator) -> tuple[int, ...]:
    rank = {"BatchNorm1d": rng.integers(2), "BatchNorm2d": 2, "BatchNorm3d": 3}[name]
    return (int(rng.integers(1, 7)), 3, *rng.integers(1, 6, size=rank).tolist())


def laid_out(x: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """x, or the same numbers lying otherwise in memory."""
    last = {4: torch.channels_last, 5: torch.channels_last_3d}.get(x.dim(), torch.contiguous_format)
    return [x, x.to(memory_format=last), x.transpose(0, -1).contiguous().transpose(0, -1),
            x.repeat_interleave(2, dim=-1)[..., ::2], x[:1].expand(max(2, len(x)), *x.shape[1:])][rng.integers(5)]


def life(layer: nn.Module, steps: list[tuple[bool, torch.Tensor]]) -> list[object]:
    """All that two or three steps in train or eval mode leave to see; an error counts as its type."""
    found: list[object] = []
    for training, given in steps:
        layer.train(training).zero_grad()
        x = given.detach().requires_grad_()
        try:
            y = layer(x)
        except ValueError as error:
            found.append(type(error).__name__ + str(error))
            continue
        if y.requires_grad:
            y.backward(torch.linspace(-1, 2, y.numel(), dtype=y.dtype).reshape(y.shape))
        found += [y.detach(), x.grad, *(p.grad for p in layer.parameters())]
        found += [b.clone() for name, b in layer.named_buffers() if name != "num_batches_tracked"]
    return found


@pytest.mark.parametrize("seed", range(60))
def test_any_layer_on_any_input_does_what_torchs_does(seed: int) -> None:
    rng = np.random.default_rng(seed)
    name = KINDS[rng.integers(3)]
    narrow = rng.random() < 0.3
    dtype = (torch.float32, torch.bfloat16, torch.float16)[rng.integers(3)] if narrow else F64
    momentum = (0.1, 0.0, 1.0, None, rng.random())[rng.integers(5)]
    mine, theirs = both(name, momentum=momentum, eps=(1e-5, 1e-3, 0.5)[rng.integers(3)],
                        dtype=torch.float32 if narrow else F64, affine=bool(rng.random() < 0.8),
                        bias=bool(rng.random() < 0.7), track_running_stats=bool(rng.random() < 0.8))
    for frozen in ("weight", "bias"):
        if getattr(mine, frozen) is not None and rng.random() < 0.2:
            for layer in (mine, theirs):
                getattr(layer, frozen).requires_grad_(False)
    steps = [(bool(rng.random() < 0.7), laid_out((5 * rng.random() + randn(*shape_of(name, rng), seed=seed)).to(dtype),
                                                 rng)) for _ in range(3)]
    found, expected = life(mine, steps), life(theirs, steps)
    for got, wanted in zip(found, expected, strict=True):
        if got is None or isinstance(got, str):
            assert got == wanted
        else:
            assert got.dtype == wanted.dtype
            coarse = {torch.bfloat16: 4e-2, torch.float16: 1e-2, torch.float32: 2e-4}.get(dtype, 1e-9)
            size = max(1.0, float(wanted.abs().max())) if wanted.numel() else 1.0
            agree(got.double() / size, wanted.double() / size, coarse)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", KINDS)
def test_what_follows_may_change_the_output_in_place(name: str, training: bool) -> None:
    x = randn(4, 3, *[4] * {"BatchNorm1d": 0, "BatchNorm2d": 2, "BatchNorm3d": 3}[name])
    shapes = [x] if x.dim() != 4 else [x, x.to(memory_format=torch.channels_last)]
    for x in shapes:
        found = []
        for layer in both(name):
            net = nn.Sequential(layer, nn.ReLU(inplace=True)).train(training)
            given = x.clone().requires_grad_()
            net(given).pow(2).sum().backward()
            found.append([given.grad, layer.weight.grad, layer.bias.grad])
        agree(*found)


TRANSFORMS: dict[str, Callable[[Layer, tuple[int, ...]], object]] = {
    "jvp": lambda f, s: torch.func.jvp(f, (randn(*s),), (randn(*s, seed=1),)),
    "jacfwd": lambda f, s: torch.func.jacfwd(f)(randn(*s)),
    "jacrev": lambda f, s: torch.func.jacrev(f)(randn(*s)),
    "hessian": lambda f, s: torch.func.hessian(lambda x: f(x).pow(3).sum())(randn(*s)),
    "vmap": lambda f, s: torch.func.vmap(f, in_dims=1, out_dims=1)(randn(s[0], 2, *s[1:])),
    "vmap of grad": lambda f, s: torch.func.vmap(torch.func.grad(lambda x: f(x).pow(3).sum()))(randn(2, *s)),
    "grad of grad": lambda f, s: torch.func.grad(
        lambda x: torch.func.grad(lambda x: f(x).pow(3).sum())(x).pow(2).sum())(randn(*s)),
    "batched backward": lambda f, s: torch.autograd.functional.jacobian(f, randn(*s), vectorize=True),
}


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 2, 3)])
@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_transform_of_torch_func_goes_through(name: str, shape: tuple[int, ...], training: bool) -> None:
    kind = "BatchNorm1d" if len(shape) == 2 else "BatchNorm2d"
    agree(*(TRANSFORMS[name](layer.train(training), shape)
            for layer in both(kind, track_running_stats=not training)))


def test_forward_differentiation_of_a_large_batch_is_not_lost_on_the_way() -> None:
    n = compiled.LEAST // 3 + 1
    for layer in both(dtype=torch.float32):
        layer.eval().requires_grad_(False)
        _, slope = torch.func.jvp(layer, (randn(n, 3).float(),), (torch.ones(n, 3),))
        agree(slope[0], layer.weight / torch.sqrt(layer.running_var + layer.eps), 1e-5)


def test_an_ensemble_of_layers_trains_under_vmap() -> None:
    found = []
    for kind in (ours, nn):
        layers = [kind.BatchNorm1d(3, dtype=F64) for _ in range(4)]
        weights, buffers = torch.func.stack_module_state(layers)

        def run(weights: dict, buffers: dict, x: torch.Tensor, layer: nn.Module = layers[0]) -> torch.Tensor:
            return torch.func.functional_call(layer, (weights, buffers), (x,))

        found.append([torch.func.vmap(run)(weights, buffers, randn(4, 5, 3)), buffers["running_var"]])
    agree(*found)


@pytest.mark.parametrize("training", [True, False])
def test_an_exported_layer_takes_batches_of_any_size(training: bool) -> None:
    for name, dims in (("BatchNorm1d", ()), ("BatchNorm2d", (4, 4))):
        found = []
        for layer in both(name):
            sizes = ({0: torch.export.Dim("n", min=2)},)
            exported = torch.export.export(layer.train(training), (randn(4, 3, *dims),), dynamic_shapes=sizes).module()
            found.append(exported(randn(7, 3, *dims)))
        agree(*found)


@pytest.mark.filterwarnings("ignore:`torch.jit.:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
def test_a_traced_layer_takes_batches_of_any_size() -> None:
    for name, dims in (("BatchNorm1d", ()), ("BatchNorm2d", (4, 4))):
        agree(*(torch.jit.trace(layer.eval(), (randn(4, 3, *dims),))(randn(7, 3, *dims)) for layer in both(name)))


def test_one_compiled_layer_takes_batches_of_any_size_and_output_changed_in_place() -> None:
    found = []
    for layer in both("BatchNorm2d"):
        net = torch.compile(nn.Sequential(layer, nn.ReLU(inplace=True)), backend="aot_eager", fullgraph=True,
                            dynamic=True)
        for n in (4, 7):
            x = randn(n, 3, 4, 4).requires_grad_()
            net(x).pow(2).sum().backward()
        found.append([x.grad, layer.weight.grad, layer.running_var])
    agree(*found)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("dtype", [torch.int64, torch.bool, torch.complex64])
def test_what_is_no_float_is_refused(dtype: torch.dtype, training: bool) -> None:
    for layer in both(dtype=torch.float32):
        with pytest.raises(NotImplementedError, match='"batch_norm" not implemented for'):
            layer.train(training)(torch.ones(4, 3).to(dtype))


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("eps", [0.0, -1.0])
def test_an_eps_that_cannot_be_is_refused_in_the_words_of_torch(eps: float, training: bool) -> None:
    said = []
    for layer in both(eps=eps):
        try:
            said.append(layer.train(training)(randn(4, 3)).shape)
        except ValueError as error:
            said.append(str(error))
    assert said[0] == said[1]


@pytest.mark.parametrize("momentum", [1.0, None])
@pytest.mark.parametrize("kind", [ours.BatchNorm1d, nn.BatchNorm1d, ours.BatchRenorm])
def test_small_statistics_survive_large_ones_before(kind: type[nn.Module], momentum: float | None) -> None:
    layer = kind(3, momentum=momentum, eps=1e-12)
    layer.running_mean.fill_(1e8), layer.running_var.fill_(1e8)
    x = 1e-5 * randn(8, 3).float()
    layer(x)
    agree(layer.running_mean, x.mean(0), 1e-6)
    agree(layer.running_var / x.var(0, correction=kind is not ours.BatchRenorm), torch.ones(3), 1e-4)


def test_a_variance_never_falls_below_zero() -> None:
    for eps in (0.003, 0.02, 0.1):  # √eps squared is rounded to less than the first two
        layer = ours.BatchRenorm(1, momentum=1.0, eps=eps)
        layer(torch.ones(4, 1))
        assert layer.running_var.item() >= 0


@pytest.mark.parametrize("kind", [ours.BatchNorm2d, ours.BatchRenorm, ours.SyncBatchNorm])
def test_a_layer_can_be_copied_pickled_and_saved(kind: type[nn.Module]) -> None:
    layer, file = kind(3), io.BytesIO()
    layer(randn(4, 3, 2, 2).float())
    torch.save(layer.state_dict(), file)
    file.seek(0)
    fresh = kind(3)
    fresh.load_state_dict(torch.load(file, weights_only=True))
    for other in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer)), fresh):
        assert repr(other) == repr(layer) and other.state_dict()._metadata == layer.state_dict()._metadata
        agree(dict(other.state_dict()), dict(layer.state_dict()), 0)


def test_what_torch_folds_into_a_convolution_it_folds_too() -> None:
    x = randn(2, 1, 4, 4)
    conv = nn.Conv2d(1, 3, 3, dtype=F64).eval()
    for layer in both("BatchNorm2d"):
        agree(nn.utils.fuse_conv_bn_eval(conv, layer.eval())(x), layer(conv(x)))


def test_importing_the_layers_does_not_wait_for_the_compiler() -> None:
    code = "import sys; import bnlib.reference.nn; print('torch._dynamo' in sys.modules)"
    root = Path(__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=120)
    assert done.stdout == "False\n", done.stderr


@pytest.mark.skipif(not compiled._has_compiler(), reason="no C++ compiler")
def test_a_tensor_that_only_looks_like_one_does_not_turn_the_compiler_off() -> None:
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode():
        layer = ours.BatchNorm1d(3)
        x = torch.zeros(compiled.LEAST, 3)
        assert functional.engine(x) is not compiled and layer(x).shape == x.shape
    assert compiled._state["works"]
