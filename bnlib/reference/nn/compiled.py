"""The formulas under torch.compile: each becomes one or two vectorized passes over memory, without temporaries.

The first large batch of a kind waits some seconds while its code is made (PyTorch keeps it on disk for the next
process).  TORCH_COMPILE_DISABLE=1 turns it off; without a C++ compiler it never begins.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

from bnlib.reference.nn import formulas

LEAST = 1 << 18  # elements: below, a compiled call's own 20 μs and the wait for the compiler are not worth it

_state = {"works": True}


def usable(x: Tensor) -> bool:
    """Is x large, on the CPU, nothing but a tensor, and a compiler at hand?"""
    plain = type(x) in (Tensor, nn.Parameter)  # subclasses act on each operation in their own way
    return plain and x.numel() >= LEAST and x.device.type == "cpu" and _state["works"] and _has_compiler()


@cache
def _has_compiler() -> bool:
    if os.environ.get("TORCH_COMPILE_DISABLE") == "1":
        return False
    return any(shutil.which(name) for name in (os.environ.get("CXX"), "g++", "clang++") if name)


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    @cache
    def fast() -> Callable[..., Any]:  # made at the first call, since the compiler takes seconds to import
        return torch.compile(function, dynamic=True)  # one code for all sizes

    def call(*arguments: Any) -> Any:
        # Detached, a parameter is a tensor like others: of a parameter PyTorch would compile every size anew.
        arguments = tuple(a.detach() if isinstance(a, Tensor) else a for a in arguments)
        if _state["works"]:
            try:
                return fast()(*arguments)
            except Exception as error:  # a compiler without Python's headers, a full disk: any kind of failure
                result = function(*arguments)  # raises where it is the arguments that are wrong
                _state["works"] = False
                reason = str(error).strip().splitlines()[0]
                warnings.warn(f"torch.compile failed, so batch norm goes on without it: {reason}", stacklevel=2)
                return result
        return function(*arguments)

    return call


statistics = _compiled(formulas.statistics)
normalize = _compiled(formulas.normalize)
sums = _compiled(formulas.sums)
input_gradient = _compiled(formulas.input_gradient)
