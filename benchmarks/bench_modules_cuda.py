"""The PyTorch layers on CUDA: against torch.nn's (cuDNN's where PyTorch takes it), against the card's copy bandwidth.

Times are the device's own, medians of CUDA events with the L2 cache flushed before each call (triton.testing.do_bench).
Forward reads x twice and writes y, 3 tensors; backward reads dy and x twice and writes dx, 5 tensors.  A tensor that
stays in the L2 cache between two readings moves less, so the fraction of a copy's bandwidth may exceed 1.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

SHAPES = ((32, 64, 56, 56), (32, 128, 28, 28), (32, 256, 14, 14), (32, 512, 7, 7), (256, 64, 56, 56),
          (256, 256, 56, 56), (256, 512, 28, 28), (256, 1024, 14, 14), (256, 2048, 7, 7),
          (4096, 1024), (16384, 1024), (65536, 1024), (262144, 1024))
TYPES = ("float32", "bfloat16")


def main() -> None:
    """Print the table, or one line where there is no device."""
    import torch

    if not torch.cuda.is_available():
        print("no CUDA device here: nothing measured (run `python -m benchmarks modules_cuda` where there is one)")
        return
    print(f"{torch.cuda.get_device_name()}, {date.today()}, PyTorch {torch.__version__}, CUDA {torch.version.cuda}; "
          f"`python -m benchmarks modules_cuda`")
    copy = _copy_bandwidth()
    print(f"copy: {copy / 1e9:.0f} GB/s (read and written, of 1 GiB); speed = PyTorch's time / ours")
    print(f"{'shape':>18} {'type':>9} {'order':>13} {'MB':>7} | {'forward ms':>10} {'of copy':>8} {'speed':>6} | "
          f"{'backward ms':>11} {'of copy':>8} {'speed':>6} | {'both, speed':>11}")
    for shape in SHAPES:
        for name in TYPES:
            for last in (False, True) if len(shape) == 4 else (False,):
                _row(shape, name, last, copy)


def _row(shape: tuple[int, ...], name: str, last: bool, copy: float) -> None:
    import torch

    from bnlib.reference import nn as ours

    kind = "BatchNorm2d" if len(shape) == 4 else "BatchNorm1d"
    order = torch.channels_last if last else torch.contiguous_format
    x, dy = (torch.randn(shape, device="cuda", dtype=getattr(torch, name)).to(memory_format=order) for _ in range(2))
    moved = x.numel() * x.element_size()
    (fore, back), (their_fore, their_back) = (
        _times(getattr(place, kind)(shape[1], device="cuda"), x, dy) for place in (ours, torch.nn))
    where = "channels last" if last else "contiguous"
    print(f"{', '.join(map(str, shape)):>18} {name:>9} {where:>13} {moved / 1e6:7.0f} "
          f"| {1e3 * fore:10.4f} {3 * moved / fore / copy:8.2f} {their_fore / fore:6.2f} "
          f"| {1e3 * back:11.4f} {5 * moved / back / copy:8.2f} {their_back / back:6.2f} "
          f"| {(their_fore + their_back) / (fore + back):11.2f}", flush=True)


def _times(layer: Any, x: Any, dy: Any) -> tuple[float, float]:
    """Seconds on the device, forward and backward: kernels alone, recorded once in a graph and replayed."""
    import torch

    x = x.detach().requires_grad_()
    inputs = (x, *layer.parameters())
    return (_seconds(_graphed(lambda: layer(x))),
            _seconds(_graphed(lambda y: torch.autograd.grad(y, inputs, dy, retain_graph=True), lambda: layer(x))))


def _graphed(call: Callable[..., Any], before: Callable[[], Any] | None = None) -> Callable[[], None]:
    """`call` as a CUDA graph, so that Python's own time, the same order for both, is not measured."""
    import torch

    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        given = (before(),) if before else ()
        for _ in range(3):
            call(*given)
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        kept = call(*given)
    replay = graph.replay

    def again(kept: Any = (given, kept)) -> None:  # what the graph reads and writes stays alive
        replay()

    return again


def _seconds(call: Callable[[], Any]) -> float:
    from triton.testing import do_bench

    return 1e-3 * float(do_bench(call, return_mode="median"))


def _copy_bandwidth() -> float:
    import torch

    source = torch.empty(1 << 28, device="cuda")
    target = torch.empty_like(source)
    return 2 * source.numel() * source.element_size() / _seconds(lambda: target.copy_(source))


if __name__ == "__main__":
    main()
