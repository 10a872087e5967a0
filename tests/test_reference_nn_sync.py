"""A batch in parts on several gloo processes is one big batch: outputs, gradients, second derivatives, buffers."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from torch import nn

from bnlib.reference import nn as ours

F64 = torch.float64
# How a batch is shared out.  "two" is a group of its own beside a third process; a part may be one value, or none.
SHARES = {"two": (5, 3), "three": (1, 4, 2), "one empty": (3, 0, 2)}
POOR = {"one value": (1, 0, 0), "nothing": (0, 0, 0)}  # no batch can be made of these, and none may do harm
NAMES = ("y", "dx", "dgamma", "dbeta", "second dx", "second dgamma", "running_mean", "running_var")


def layer_of(kind: type[nn.Module], **arguments: object) -> nn.Module:
    layer = kind(3, eps=0.1, dtype=F64, **arguments)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([1.5, 2, 0.5]))
        layer.bias.copy_(torch.tensor([1, -1, 0.5]))
    return layer


def whole(n: int, dims: tuple[int, ...]) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    x, dy, v = (torch.randn(n, 3, *dims, dtype=F64, generator=generator) for _ in range(3))
    return 3 + 2 * x, dy, v


def step(layer: nn.Module, x: torch.Tensor, dy: torch.Tensor, v: torch.Tensor) -> dict[str, torch.Tensor]:
    """What NAMES says; the second derivatives are those of Σ v·dx²."""
    x = x.clone().requires_grad_()
    y = layer(x)
    dx, dgamma, dbeta = torch.autograd.grad(y, (x, layer.weight, layer.bias), dy, create_graph=True)
    second = torch.autograd.grad((v * dx.square()).sum(), (x, layer.weight))
    values = (y, dx, dgamma, dbeta, *second, layer.running_mean, layer.running_var)
    return {name: value.detach() for name, value in zip(NAMES, values, strict=True)}


def part(rank: int, folder: str) -> None:
    """One process's part of every share-out, written to the folder."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder}/meet", rank=rank, world_size=3)
    for name, sizes in (SHARES | POOR).items():
        group = dist.new_group(range(len(sizes)))
        if rank < len(sizes):
            start = sum(sizes[:rank])
            mine = slice(start, start + sizes[rank])
            for dims in ((), (4,)):
                values = [value[mine] for value in whole(sum(sizes), dims)]
                torch.save(step(layer_of(ours.SyncBatchNorm, process_group=group), *values),
                           f"{folder}/{name}{len(dims)}{rank}.pt")
    dist.destroy_process_group()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("parts")
    torch.multiprocessing.spawn(part, (str(path),), nprocs=3)
    return path


@pytest.mark.parametrize("rank", [2, 3])
@pytest.mark.parametrize("name", SHARES)
def test_uneven_parts_are_one_big_batch(folder: Path, name: str, rank: int) -> None:
    dims = (4,) * (rank - 2)
    sizes = SHARES[name]
    parts = [torch.load(folder / f"{name}{len(dims)}{process}.pt") for process in range(len(sizes))]
    expected = step(layer_of(nn.BatchNorm1d), *whole(sum(sizes), dims))
    for key in NAMES:
        values = [part[key] for part in parts]
        if key.startswith("running"):
            together = values
        elif "gamma" in key or "beta" in key:  # each process keeps its own; whoever averages them adds them up
            together = [torch.stack(values).sum(0)]
        else:
            together = [torch.cat(values)]
        for value in together:
            torch.testing.assert_close(value, expected[key], rtol=1e-10, atol=1e-10, msg=lambda m, k=key: f"{k}: {m}")


@pytest.mark.parametrize("name", POOR)
def test_parts_that_make_no_batch_leave_no_nan_behind(folder: Path, name: str) -> None:
    for process in range(3):
        found = torch.load(folder / f"{name}0{process}.pt")
        assert all(torch.isfinite(value).all() for value in found.values())
        if name == "nothing":
            assert torch.equal(found["running_mean"], torch.zeros(3, dtype=F64))
            assert torch.equal(found["running_var"], torch.ones(3, dtype=F64))


def test_alone_and_in_inference_it_is_batch_norm() -> None:
    values = whole(4, ())
    got, expected = step(layer_of(ours.SyncBatchNorm), *values), step(layer_of(nn.BatchNorm1d), *values)
    for key in NAMES:
        torch.testing.assert_close(got[key], expected[key], rtol=1e-10, atol=1e-10)
    layer = layer_of(ours.SyncBatchNorm)
    assert torch.equal(layer.eval()(values[0]), layer_of(ours.BatchNorm1d).eval()(values[0]))
    with pytest.raises(ValueError, match="more than 1 value per channel"):
        layer.train()(values[0][:1])
    with pytest.raises(ValueError, match="number of input channels should be non-zero"):
        layer(torch.zeros(4, 0))


def test_every_batch_norm_of_a_net_becomes_a_synchronized_one_with_the_same_state() -> None:
    net = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3, bias=False), nn.Sequential(ours.BatchNorm1d(3).eval()))
    renorm = ours.BatchRenorm(3)
    assert ours.SyncBatchNorm.convert_sync_batchnorm(nn.Sequential(renorm))[0] is renorm
    state = net.state_dict()
    converted = ours.SyncBatchNorm.convert_sync_batchnorm(net)
    kinds = [type(module) for module in converted.modules()]
    assert kinds.count(ours.SyncBatchNorm) == 2 and not {nn.BatchNorm1d, ours.BatchNorm1d} & set(kinds)
    assert converted[1].training and not converted[2][0].training
    assert str(nn.SyncBatchNorm.convert_sync_batchnorm(copy.deepcopy(net))) == str(converted)
    assert all(value.data_ptr() == converted.state_dict()[key].data_ptr() for key, value in state.items())
