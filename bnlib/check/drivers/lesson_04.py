"""The closed form of lesson 04, which must stand without the other two answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

OTHERS = ("backward_intermediates", "batchnorm_backward")


class CalledAnother(Exception):
    """The closed form called one of the other answers, the one named."""


def _alone(function: Callable[..., Any], dy: Any, cache: Mapping[str, Any]) -> Any:
    """function(dy, cache), in whose notebook the other two answers refuse to be called meanwhile."""
    names: dict[str, Any] = getattr(function, "__globals__", {})
    kept = {name: names[name] for name in OTHERS if name in names}
    names.update({name: _refusing(name) for name in kept})
    try:
        return function(dy, cache)
    finally:
        names.update(kept)


def _refusing(name: str) -> Callable[..., Any]:
    def refuse(*args: Any, **options: Any) -> Any:
        raise CalledAnother(name)

    return refuse


DRIVERS: dict[str, Callable[..., Any]] = {"alone": _alone}
