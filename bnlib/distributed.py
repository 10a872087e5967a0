"""Several processes, each with a part of the batch: how to start them, and a batch norm that spans them.

A notebook cannot start processes that run functions defined in its cells, so the functions are here.  The processes
talk over gloo, PyTorch's backend for CPUs, which comes with it and needs no GPU.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

SECONDS = 60  # a process that waits longer for another raises


def in_processes(function: Callable[..., Any], count: int, *args: Any) -> list[Any]:
    """[function(rank, *args) for every rank below `count`], each in its own process, all in one process group.

    `function` is one of a module's, and returns tensors, numbers, lists or dictionaries of them.  An exception in one
    of the processes ends all and is raised here.
    """
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.spawn(_process, args=(count, folder, function, args), nprocs=count)
        return [torch.load(Path(folder) / f"{rank}.pt", weights_only=True) for rank in range(count)]


def _process(rank: int, count: int, folder: str, function: Callable[..., Any], args: Sequence[Any]) -> None:
    torch.set_num_threads(1)
    if Path("/sys/class/net/lo").exists():
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")  # all on this machine, whatever its name and network
    meeting = (Path(folder) / "meeting").as_uri()
    dist.init_process_group("gloo", meeting, timedelta(seconds=SECONDS), rank=rank, world_size=count)
    try:
        torch.save(function(rank, *args), Path(folder) / f"{rank}.pt")
        dist.barrier()
    finally:
        dist.destroy_process_group()


class Everyone(torch.autograd.Function):
    """(K,) in each process → (processes, K) in all; backward, each gets what all have to say about its own part."""

    @staticmethod
    def forward(ctx: Any, sent: Tensor) -> Tensor:
        """Row r is what process r sent."""
        received = [torch.empty_like(sent) for _ in range(dist.get_world_size())]
        dist.all_gather(received, sent.contiguous())
        return torch.stack(received)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        """Every process used every row: their gradients add up."""
        total = grads[0].clone(memory_format=torch.contiguous_format)
        dist.all_reduce(total)
        return total[dist.get_rank()]


class SyncBatchNorm1d(nn.BatchNorm1d):
    """Batch norm over the rows (n, D) of all processes; n may differ.  In eval mode, or alone, it is BatchNorm1d.

    PyTorch's own nn.SyncBatchNorm does the same on GPUs and refuses a CPU.  Each process sends 2·D + 1 numbers, its
    count, means and sums of squared deviations; the exchange is part of the graph, so gradients come back over it.
    """

    def forward(self, x: Tensor) -> Tensor:
        """x (n, D), this process's rows → y (n, D)."""
        if not (self.training and dist.is_initialized()):
            return super().forward(x)
        mine = x.mean(dim=0)  # (D,)
        sent = torch.cat([x.new_tensor([len(x)]), mine, (x - mine).square().sum(dim=0)])  # (1 + 2 D,)
        everyone = Everyone.apply(sent)  # (processes, 1 + 2 D)
        counts, means, m2s = everyone.split([1, x.shape[1], x.shape[1]], dim=1)
        count = counts.sum()
        mean = (counts * means).sum(dim=0) / count
        m2 = (m2s + counts * (means - mean).square()).sum(dim=0)
        self._track(mean.detach(), (m2 / (count - 1)).detach())
        return self.weight * (x - mean) * (m2 / count + self.eps).rsqrt() + self.bias

    @torch.no_grad()
    def _track(self, mean: Tensor, unbiased: Tensor) -> None:
        if self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        self.num_batches_tracked += 1
        weight = 1 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean.lerp_(mean, weight)
        self.running_var.lerp_(unbiased, weight)


def network(sync: bool, widths: Sequence[int], state: dict[str, Tensor]) -> nn.Sequential:
    """Linear, batch norm (over all processes if `sync`), ReLU, linear in float64, with the weights of `state`."""
    inputs, hidden, classes = widths
    norm = SyncBatchNorm1d(hidden) if sync else nn.BatchNorm1d(hidden)
    net = nn.Sequential(nn.Linear(inputs, hidden), norm, nn.ReLU(), nn.Linear(hidden, classes)).double()
    net.load_state_dict(state)
    return net


def step(rank: int, shards: Sequence[tuple[Tensor, Tensor]], widths: Sequence[int], state: dict[str, Tensor]) -> Any:
    """One step of data-parallel training on shards[rank], without and with synchronized statistics.

    The shards (x (n, D), y (n,)) are parts of one batch.  Returns {"local": …, "sync": …}, each with the scores of this
    process's rows, the gradients summed over the processes in one vector, and the running statistics; and "moments",
    count, mean and m2 of this process's rows before the first batch norm.
    """
    x, y = shards[rank]
    total = sum(len(labels) for _, labels in shards)
    found: dict[str, Any] = {}
    for name in ("local", "sync"):
        net = network(name == "sync", widths, state)
        scores = net(x)
        # Divided by the rows of all processes, so that the sum of these losses is the mean over the big batch.
        (nn.functional.cross_entropy(scores, y, reduction="sum") / total).backward()
        gradient = torch.cat([p.grad.flatten() for p in net.parameters() if p.grad is not None])
        dist.all_reduce(gradient)  # what DistributedDataParallel does during backward()
        found[name] = {"scores": scores.detach(), "gradient": gradient,
                       "running_mean": net.state_dict()["1.running_mean"],
                       "running_var": net.state_dict()["1.running_var"]}
        if name == "local":
            z = net[0](x).detach()
            found["moments"] = {"count": len(z), "mean": z.mean(dim=0), "m2": (z - z.mean(dim=0)).square().sum(dim=0)}
    return found
