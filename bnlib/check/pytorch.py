"""Does an answer use PyTorch?  Where a lesson's answers need none, it is not there while they are graded."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any


def uses_torch(function: Callable[..., Any]) -> bool:
    """Whether the function's own lines, or those of a class's methods, name PyTorch or something of it.

    Functions that it calls in turn are not followed.
    """
    inner = inspect.unwrap(getattr(function, "func", function))  # functools.partial, decorators
    parts = vars(inner).values() if isinstance(inner, type) else [inner]
    return any(_of_torch(name, {**part.__globals__, **inspect.getclosurevars(part).nonlocals})
               for part in parts if isinstance(part, FunctionType) for name in set(_names(part.__code__)))


def _names(code: CodeType) -> Iterator[str]:
    yield from (*code.co_names, *code.co_freevars)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _of_torch(name: str, known: dict[str, Any]) -> bool:
    thing = known.get(name)
    where = getattr(thing, "__module__", None) or getattr(thing, "__name__", None)
    return name == "torch" or (isinstance(where, str) and where.split(".")[0] == "torch")
