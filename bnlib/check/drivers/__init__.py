"""Scripts that drive a student's class, or a function on PyTorch objects, from outside and read what it does as arrays.

One module a lesson, each with `DRIVERS: dict[str, Callable]`.  A driver is called as driver(student's, *args) on
both sides of the wall: in the worker with what the student wrote, in an oracle with what someone would have written.

Where the outputs judged are properties, which anybody can guess, not numbers, a module has `READERS: dict[str, Reader]`
besides: the driver then gives what it saw, and the properties are read from that where no student's code runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


@dataclass(frozen=True)
class Reader:
    """Turns the `seen` arrays that a driver gave into the exercise's outputs: read(args, *arrays).

    The arrays may be anything: ValueError, TypeError or IndexError for those that no driver gave.
    """

    seen: int
    read: Callable[..., tuple[Any, ...]]


@cache
def all_readers() -> dict[str, Reader]:
    """Every reader by the name of its driver."""
    found: dict[str, Reader] = {}
    for module in sorted(info.name for info in iter_modules(__path__)):
        found |= getattr(import_module(f"{__name__}.{module}"), "READERS", {})
    return found


@cache
def all_drivers() -> dict[str, Callable[..., Any]]:
    """Every driver by name."""
    found: dict[str, Callable[..., Any]] = {}
    for module in sorted(info.name for info in iter_modules(__path__)):
        found |= import_module(f"{__name__}.{module}").DRIVERS
    return found
