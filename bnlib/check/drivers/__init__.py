"""Scripts that drive a student's class, or a function on PyTorch objects, from outside and read what it does as arrays.

One module a lesson, each with `DRIVERS: dict[str, Callable]`.  A driver is called as driver(student's, *args) on
both sides of the wall: in the worker with what the student wrote, in an oracle with what someone would have written.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


@cache
def all_drivers() -> dict[str, Callable[..., Any]]:
    """Every driver by name."""
    found: dict[str, Callable[..., Any]] = {}
    for module in sorted(info.name for info in iter_modules(__path__)):
        found |= import_module(f"{__name__}.{module}").DRIVERS
    return found
