"""The NumPy reference forward and backward against PyTorch's, one thread each, float32, in one run."""

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
    """Print one line a shape: times of forward and of forward + backward, and their ratios."""
    import torch

    from bnlib.reference import batchnorm_backward_fused, batchnorm_forward

    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    print(f"BLAS threads: OMP_NUM_THREADS={os.environ['OMP_NUM_THREADS']}; PyTorch threads: {torch.get_num_threads()}")
    print(f"{'shape':>12} {'forward: NumPy ms':>18} {'PyTorch ms':>11} {'ratio':>6} {'+ backward: NumPy ms':>21} "
          f"{'PyTorch ms':>11} {'ratio':>6}")
    native, native_back = torch.ops.aten.native_batch_norm, torch.ops.aten.native_batch_norm_backward
    for rows, features in SHAPES:
        x, dy = rng.normal(size=(2, rows, features)).astype(np.float32)
        gamma, beta = rng.normal(size=(2, features)).astype(np.float32)
        tx, tdy, tgamma, tbeta = (torch.from_numpy(a) for a in (x, dy, gamma, beta))

        def ours(x: Any = x, gamma: Any = gamma, beta: Any = beta) -> Any:
            return batchnorm_forward(x, gamma, beta)

        def ours_both(x: Any = x, dy: Any = dy, gamma: Any = gamma, beta: Any = beta) -> Any:
            return batchnorm_backward_fused(dy, batchnorm_forward(x, gamma, beta)[1])

        def theirs(x: Any = tx, gamma: Any = tgamma, beta: Any = tbeta) -> Any:
            return native(x, gamma, beta, None, None, True, 0.1, 1e-5)

        def theirs_both(x: Any = tx, dy: Any = tdy, gamma: Any = tgamma, beta: Any = tbeta) -> Any:
            _, mean, rstd = native(x, gamma, beta, None, None, True, 0.1, 1e-5)
            return native_back(dy, x, gamma, None, None, mean, rstd, True, 1e-5, [True, True, True])

        a, b, c, d = (1e3 * t for t in seconds((ours, theirs, ours_both, theirs_both)))
        print(f"{f'{rows}, {features}':>12} {a:18.3f} {b:11.3f} {a / b:6.2f} {c:21.3f} {d:11.3f} {c / d:6.2f}",
              flush=True)


if __name__ == "__main__":
    main()
