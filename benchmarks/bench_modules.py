"""The PyTorch layers' forward and backward pass against torch.nn.BatchNorm2d's and 1d's on the CPU, in one run.

Both are timed as they are used, module and autograd, and take turns.  Ours uses torch.compile for batches of
`compiled.LEAST` elements or more; the last columns are its plain formulas, as where there is no C++ compiler.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from time import perf_counter
from typing import Any

from benchmarks.bench_reference import seconds

SHAPES = ((32, 64, 56, 56), (32, 128, 28, 28), (32, 256, 14, 14), (32, 512, 7, 7), (128, 32, 32, 32), (256, 64, 8, 8),
          (4096, 512), (32768, 64))


def main() -> None:
    """Print one line a shape: times of forward + backward and their ratios, on one thread and on two."""
    import torch

    before = torch.get_num_threads()
    print(f"forward + backward, float32, training; PyTorch {torch.__version__}")
    print(f"{'shape':>18} {'order':>13} {'threads':>7} {'PyTorch ms':>11} {'ours ms':>9} {'ratio':>6} "
          f"{'formulas ms':>12} {'ratio':>6}")
    for threads, shape, last in product((1, 2), SHAPES, (False, True)):
        if len(shape) == 2 and last:
            continue
        if threads != torch.get_num_threads():
            torch.set_num_threads(threads)
            torch.compiler.reset()  # compiled code is for a number of threads
        a, b, c = (1e3 * t for t in _times(shape, last))
        order = "channels last" if last else "contiguous"
        print(f"{', '.join(map(str, shape)):>18} {order:>13} {threads:>7} {a:11.3f} {b:9.3f} {b / a:6.2f} {c:12.3f} "
              f"{c / a:6.2f}", flush=True)
    torch.set_num_threads(before)


def _times(shape: tuple[int, ...], last: bool) -> list[float]:
    import torch

    from bnlib.reference import nn as ours
    from bnlib.reference.nn import compiled

    name = "BatchNorm2d" if len(shape) == 4 else "BatchNorm1d"
    generator = torch.Generator().manual_seed(0)
    order = torch.channels_last if last else torch.contiguous_format
    x, dy = (torch.randn(shape, generator=generator).to(memory_format=order) for _ in range(2))
    x.requires_grad_()

    def step(layer: torch.nn.Module) -> Callable[[], Any]:
        return lambda: torch.autograd.grad(layer(x), (x, *layer.parameters()), dy)

    mine = step(getattr(ours, name)(shape[1]))

    def plain() -> Any:
        works, compiled._state["works"] = compiled._state["works"], False
        try:
            return mine()
        finally:
            compiled._state["works"] = works

    start = perf_counter()
    mine()  # compiles, where it has to
    waited = perf_counter() - start
    if waited > 1:
        print(f"  compiled for {waited:.0f} s", flush=True)
    return seconds((step(getattr(torch.nn, name)(shape[1])), mine, plain), rounds=12)


if __name__ == "__main__":
    main()
