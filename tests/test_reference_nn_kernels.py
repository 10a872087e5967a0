"""The Triton kernels against float64: under Triton's interpreter in a process of their own, and on a device if any.

The interpreter forgives what the compiler does not, so they are compiled too, which takes no device.
"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).resolve().parent.parent
# Planes of 1, odd, even and a power of two; more columns than a program takes; rows in several uneven stretches.
SHAPES = ((37, 5), (64, 16), (700, 3), (4, 600), (9, 7, 49), (5, 3, 6, 6), (3, 2, 32, 32), (2, 3, 2, 3, 5),
          (1, 4, 3, 3))
DTYPES = {torch.float32: 2e-6, torch.bfloat16: 8e-3, torch.float16: 1e-3}  # an output's rounding, relative


def check_layers(device: str) -> None:
    """Modules through the kernels, forward and backward, in both memory orders, against float64."""
    from bnlib.reference import nn as ours
    from bnlib.reference.nn import functional, kernels

    for shape, dtype, last, mean in product(SHAPES, DTYPES, (False, True), (3.0, 300.0)):
        if last and len(shape) != 4:
            continue
        generator = torch.Generator().manual_seed(0)
        x, dy = ((a * torch.randn(shape, generator=generator) + b).to(device, dtype) for a, b in ((2, mean), (1, 0.5)))
        if last:
            x = x.to(memory_format=torch.channels_last)
        kind = {2: "BatchNorm1d", 3: "BatchNorm1d", 4: "BatchNorm2d", 5: "BatchNorm3d"}[len(shape)]
        layer = getattr(ours, kind)(shape[1], bias=not last)
        with torch.no_grad():
            layer.weight.copy_(torch.rand(shape[1], generator=generator) + 0.5)
        layer = layer.to(device)
        exact = getattr(torch.nn, kind)(shape[1], dtype=torch.float64, bias=not last, device=device)
        exact.load_state_dict(layer.state_dict())
        assert functional.engine(x) is kernels
        results = []
        for each, to in ((layer, x.clone().requires_grad_()), (exact, x.double().requires_grad_())):
            y = each(to)
            y.backward(dy.to(y.dtype))
            with torch.no_grad():
                results.append([y, to.grad, *(p.grad for p in each.parameters()), *each.buffers(), each.eval()(to)])
        tight = 5e-5 * max(1.0, mean / 10)  # the mean's own rounding, times Σdy, is in ∂γ
        for k, (got, expected) in enumerate(zip(*results, strict=True)):
            tolerance = max(DTYPES[dtype], tight) if got.dtype == dtype and got.dim() > 1 else tight
            assert got.shape == expected.shape
            error = (got.double() - expected).abs().max() / expected.abs().max()
            assert error <= tolerance, f"{shape} {dtype} last={last} mean={mean} result {k}: {error:.1e}"
        assert results[0][0].dtype == dtype and results[0][0].stride() == x.stride()


def check_statistics(device: str) -> None:
    """A mean 10⁴ times the deviation leaves mean and variance as exact as float32 can hold them, in many stretches."""
    from bnlib.reference.nn import kernels

    for shape, axis in (((40, 3, 98), 1), ((1, 900, 3), 2)):
        x = (1e4 + torch.randn(shape, generator=torch.Generator().manual_seed(0))).to(device)
        mean, var = kernels.statistics(x, axis)
        exact = x.double().movedim(axis, 0).flatten(1)
        assert (mean - exact.mean(1)).abs().max() < 6e-4, "mean"  # half a unit in the last place of 10⁴
        assert ((var - exact.var(1, correction=0)).abs() / var).max() < 1e-6, "variance"
    for parts in (1, 2, 3, 7):
        kernels.WAVES = parts
        walk = kernels.Walk(x, 2)
        assert walk.stretch * walk.parts >= walk.rows > walk.stretch * (walk.parts - 1)
        torch.testing.assert_close(kernels.statistics(x, 2)[1].double(), exact.var(1, correction=0), rtol=1e-6, atol=0)


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="Triton is for Linux")
CHECKS = pytest.mark.parametrize("check", [check_layers, check_statistics], ids=lambda check: check.__name__)


@on_linux
@CHECKS
def test_kernels_agree_with_float64_under_the_interpreter(check) -> None:
    environment = {**os.environ, "TRITON_INTERPRET": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, __file__, check.__name__], cwd=ROOT, env=environment, capture_output=True,
                          text=True, timeout=250)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout == f"{check.__name__} done\n"


@on_linux
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@CHECKS
def test_kernels_agree_with_float64_on_the_device(check) -> None:
    check("cuda")


ELEMENTS = {"rows": "i32", "columns": "i32", "plane": "i32", "stretch": "i32"}
CHANNELS = {**ELEMENTS, "channels": "i32", "per_channel": "i32", "parts": "i32", "group": "i32"}


@on_linux
@pytest.mark.parametrize("dtype", ["fp32", "bf16", "fp16"])
@pytest.mark.parametrize(("name", "constants"), [
    ("statistics", {"ROWS": 8, "BLOCK": 512, "GROUP": 64}), ("normalize", {"ROWS": 8, "BLOCK": 512}),
    ("normalize", {"ROWS": 8, "BLOCK": 512, "weight": None, "bias": None}),
    ("sums", {"ROWS": 64, "BLOCK": 64, "GROUP": 1}), ("input_gradient", {"ROWS": 8, "BLOCK": 512}),
    ("combine", {"MANY": 256, "WIDTH": 4}), ("add", {"MANY": 64, "WIDTH": 16})])
def test_kernels_compile_for_hopper_and_load_sixteen_bytes_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, constants: dict, dtype: str
) -> None:
    import triton
    from triton.backends.compiler import GPUTarget

    from bnlib.reference.nn import triton_code

    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    kernel = getattr(triton_code, name)
    tensors = dict.fromkeys(("x", "y", "dx", "dy"), f"*{dtype}")
    types = {argument: "constexpr" if argument in constants else {**CHANNELS, **tensors}.get(argument, "*fp32")
             for argument in kernel.arg_names}
    place = {argument: (k,) for k, argument in enumerate(kernel.arg_names)}
    even = {place[argument]: [["tt.divisibility", 16]] for argument, kind in types.items()
            if kind[0] == "*" or argument == "columns"}
    source = triton.compiler.ASTSource(kernel, types, {place[key]: value for key, value in constants.items()}, even)
    made = triton.compile(source, target=GPUTarget("cuda", 90, 32), options={"num_warps": 8})
    assert made.asm["cubin"]
    if "ROWS" in constants:
        assert ".v4.b32" in made.asm["ptx"]


if __name__ == "__main__":
    torch.set_num_threads(1)
    globals()[sys.argv[1]]("cpu")
    print(sys.argv[1], "done")
