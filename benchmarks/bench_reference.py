"""The NumPy reference's forward and backward pass against PyTorch's, one thread each, float32, in one run.

PyTorch is timed as it is used, batch_norm and autograd, and by its kernels alone, without autograd or checks.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy and PyTorch read it

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

SHAPES = ((64, 100), (256, 1024), (4096, 512), (32768, 64))


def seconds(calls: tuple[Callable[[], Any], ...], rounds: int = 30, least: float = 0.005) -> list[float]:
    """The least time of each call; the calls take turns, so that a busy machine slows all of them.

    Each is called once unmeasured at its turn: what the one before it left in the cache is not its own.
    """
    repeats = []
    for call in calls:
        call()
        start = perf_counter()
        call()
        repeats.append(max(1, int(least / (perf_counter() - start))))
    times = [float("inf")] * len(calls)
    for _ in range(rounds):
        for k, (call, repeat) in enumerate(zip(calls, repeats, strict=True)):
            call()
            start = perf_counter()
            for _ in range(repeat):
                call()
            times[k] = min(times[k], (perf_counter() - start) / repeat)
    return times


def main() -> None:
    """Print one line a shape: times of forward + backward and their ratios."""
    import torch

    from bnlib.reference import batchnorm_backward_fused, batchnorm_forward

    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    print(f"forward + backward; OMP_NUM_THREADS={os.environ['OMP_NUM_THREADS']}, "
          f"PyTorch threads: {torch.get_num_threads()}")
    print(f"{'shape':>12} {'NumPy ms':>9} {'PyTorch ms':>11} {'ratio':>6} {'its kernels ms':>15} {'ratio':>6}")
    native, native_back = torch.ops.aten.native_batch_norm, torch.ops.aten.native_batch_norm_backward
    for rows, features in SHAPES:
        x, dy = rng.normal(size=(2, rows, features)).astype(np.float32)
        gamma, beta = rng.normal(size=(2, features)).astype(np.float32)
        tensors = [torch.from_numpy(a) for a in (x, gamma, beta)]
        leaves = [tensor.clone().requires_grad_() for tensor in tensors]
        tdy = torch.from_numpy(dy)

        def ours(x: Any = x, dy: Any = dy, gamma: Any = gamma, beta: Any = beta) -> Any:
            return batchnorm_backward_fused(dy, batchnorm_forward(x, gamma, beta)[1])

        def theirs(leaves: Any = leaves, dy: Any = tdy) -> Any:
            x, gamma, beta = leaves
            y = torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True)
            return torch.autograd.grad(y, leaves, dy)

        def kernels(tensors: Any = tensors, dy: Any = tdy) -> Any:
            x, gamma, beta = tensors
            _, mean, rstd = native(x, gamma, beta, None, None, True, 0.1, 1e-5)
            return native_back(dy, x, gamma, None, None, mean, rstd, True, 1e-5, [True, True, True])

        a, b, c = (1e3 * t for t in seconds((ours, theirs, kernels)))
        print(f"{f'{rows}, {features}':>12} {a:9.3f} {b:11.3f} {a / b:6.2f} {c:15.3f} {a / c:6.2f}", flush=True)


if __name__ == "__main__":
    main()
