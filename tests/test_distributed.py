"""Batch norm over two processes is batch norm of one big batch, forward and backward."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from bnlib import distributed

WIDTHS = (4, 6, 3)


@pytest.fixture(scope="module")
def both() -> tuple[list[Any], dict[str, Any]]:
    """What two processes found on 7 and 3 rows, and one process on the 10 rows together."""
    g = torch.Generator().manual_seed(0)
    x, y = 2 + torch.randn(10, 4, generator=g, dtype=torch.float64), torch.randint(0, 3, (10,), generator=g)
    net = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 3)).double()
    state = {name: value.clone() for name, value in net.state_dict().items()}
    shards = [(x[:7], y[:7]), (x[7:], y[7:])]
    found = distributed.in_processes(distributed.step, 2, shards, WIDTHS, state)
    scores = net(x)
    nn.functional.cross_entropy(scores, y).backward()
    one = {"scores": scores.detach(), "gradient": torch.cat([p.grad.flatten() for p in net.parameters()]),
           "running_mean": net[1].running_mean, "running_var": net[1].running_var}
    return found, one


def test_synchronized_processes_are_one_big_batch(both) -> None:
    found, one = both
    torch.testing.assert_close(torch.cat([f["sync"]["scores"] for f in found]), one["scores"], rtol=1e-12, atol=1e-12)
    for f in found:
        for name in ("gradient", "running_mean", "running_var"):
            torch.testing.assert_close(f["sync"][name], one[name], rtol=1e-12, atol=1e-12)


def test_local_statistics_are_not(both) -> None:
    found, one = both
    assert (torch.cat([f["local"]["scores"] for f in found]) - one["scores"]).abs().max() > 1e-2
    assert (found[0]["local"]["gradient"] - one["gradient"]).abs().max() > 1e-3
    assert not torch.equal(found[0]["local"]["running_mean"], found[1]["local"]["running_mean"])


def test_alone_and_in_eval_mode_it_is_pytorch_s_layer() -> None:
    x = torch.randn(5, 6, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    ours, theirs = distributed.SyncBatchNorm1d(6).double(), nn.BatchNorm1d(6).double()
    assert torch.equal(ours(x), theirs(x)) and torch.equal(ours.eval()(x), theirs.eval()(x))
    assert ours.state_dict().keys() == theirs.state_dict().keys()


def test_what_goes_wrong_in_a_process_is_told() -> None:
    with pytest.raises(torch.multiprocessing.ProcessRaisedException, match="IndexError"):
        distributed.in_processes(distributed.step, 2, [], WIDTHS, {})
