"""The NumPy reference's forward pass against PyTorch's, one thread each, float32, in one run."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy and PyTorch read it

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

SHAPES = ((64, 100), (256, 1024), (4096, 512), (32768, 64))


def seconds(calls: tuple[Callable[[], Any], ...], rounds: int = 9, least: float = 0.02) -> list[float]:
    """The median time of each call; the calls take turns, so that a busy machine slows all of them."""
    repeats = []
    for call in calls:
        call()
        start = perf_counter()
        call()
        repeats.append(max(1, int(least / (perf_counter() - start))))
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, repeat, kept in zip(calls, repeats, times, strict=True):
            start = perf_counter()
            for _ in range(repeat):
                call()
            kept.append((perf_counter() - start) / repeat)
    return [median(kept) for kept in times]


def main() -> None:
    """Print one line a shape: both times and their ratio."""
    import torch

    from bnlib.reference import batchnorm_forward

    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    print(f"BLAS threads: OMP_NUM_THREADS={os.environ['OMP_NUM_THREADS']}; PyTorch threads: {torch.get_num_threads()}")
    print(f"{'shape':>12} {'NumPy ms':>9} {'PyTorch ms':>11} {'ratio':>6}")
    for rows, features in SHAPES:
        x = rng.normal(size=(rows, features)).astype(np.float32)
        gamma, beta = rng.normal(size=(2, features)).astype(np.float32)
        tensors = [torch.from_numpy(a) for a in (x, gamma, beta)]

        def ours(x: Any = x, gamma: Any = gamma, beta: Any = beta) -> Any:
            return batchnorm_forward(x, gamma, beta)

        def theirs(x: Any = tensors[0], gamma: Any = tensors[1], beta: Any = tensors[2]) -> Any:
            return torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True)

        numpy_time, torch_time = seconds((ours, theirs))
        print(f"{f'{rows}, {features}':>12} {1e3 * numpy_time:9.3f} {1e3 * torch_time:11.3f} "
              f"{numpy_time / torch_time:6.2f}", flush=True)


if __name__ == "__main__":
    main()
