"""The PyTorch layers on other people's inputs: every module input of PyTorch's own suite, and ONNX's vectors."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from onnx import helper
from onnx.backend.test.case import node as onnx_cases
from onnx.backend.test.case.node import batch_normalization  # noqa: F401  its import makes the vectors, seeded
from torch.testing._internal.common_modules import module_db

from bnlib.reference import nn as ours

F64 = torch.float64
LAYERS = ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d")
INPUTS = [(info, sample, training) for info in module_db if info.module_cls.__name__ in LAYERS
          for training in (True, False)
          for sample in info.module_inputs_func(info, device="cpu", dtype=F64, requires_grad=True, training=training)]
VECTORS = {case.name: case for case in onnx_cases._NodeTestCases if case.name.startswith("test_batchnorm")}


def one_step(layer: torch.nn.Module, x: torch.Tensor) -> list[torch.Tensor]:
    """y, dx, parameter gradients and buffers."""
    x = x.clone().requires_grad_()
    y = layer(x)
    y.backward(torch.linspace(-1, 2, y.numel(), dtype=F64).reshape(y.shape))
    return [y.detach(), x.grad, *(p.grad for p in layer.parameters()), *layer.buffers()]


def test_both_suites_have_something_to_say() -> None:
    assert len(INPUTS) >= 3 * 2 * 7 and len(VECTORS) >= 4


@pytest.mark.parametrize(("info", "sample", "training"), INPUTS, ids=[
    f"{info.module_cls.__name__}-{sample.desc}-{'train' if training else 'eval'}" for info, sample, training in INPUTS])
def test_every_module_input_of_pytorchs_own_suite(info, sample, training: bool) -> None:
    arguments = sample.constructor_input
    theirs = info.module_cls(*arguments.args, **arguments.kwargs, dtype=F64)
    mine = getattr(ours, info.module_cls.__name__)(*arguments.args, **arguments.kwargs, dtype=F64)
    with torch.no_grad():
        for tensor in [*theirs.parameters(), *theirs.buffers()]:
            if tensor.dtype == F64:
                tensor.copy_(torch.rand(tensor.shape, generator=torch.Generator().manual_seed(1), dtype=F64) + 0.5)
    mine.load_state_dict(theirs.state_dict())
    (x,) = sample.forward_input.args
    results = [one_step(layer.train(training), x.detach()) for layer in (mine, theirs)]
    for got, expected in zip(*results, strict=True):
        torch.testing.assert_close(got, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_onnx(name: str) -> None:
    case = VECTORS[name]
    attributes = {a.name: helper.get_attribute_value(a) for a in case.model.graph.node[0].attribute}
    kept = attributes.get("momentum", 0.9)  # ONNX's momentum weighs the old value
    training = bool(attributes.get("training_mode", 0))
    for inputs, outputs in case.data_sets:
        x, weight, bias, mean, var = (torch.from_numpy(np.array(value)) for value in inputs)
        layer = ours.BatchNorm2d(x.shape[1], eps=attributes.get("epsilon", 1e-5), momentum=1 - kept).train(training)
        layer.load_state_dict({"weight": weight, "bias": bias, "running_mean": mean, "running_var": var,
                               "num_batches_tracked": torch.tensor(0)})
        found = [layer(x).detach()]
        if training:
            # ONNX averages the biased variance, PyTorch and this course the unbiased one.
            m = x.numel() // x.shape[1]
            found += [layer.running_mean, kept * var + (layer.running_var - kept * var) * (m - 1) / m]
        for got, expected in zip(found, outputs, strict=True):
            torch.testing.assert_close(got, torch.from_numpy(np.array(expected)), rtol=1e-5, atol=1e-5)
