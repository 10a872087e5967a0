"""The forward pass of lesson 07, and what its cache holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def _image_cache(function: Callable[..., Any], x: Any, gamma: Any, beta: Any, *rest: Any) -> Any:
    """y and whether the cache has the form that the docstring gives, which is asked if "cache" ends the arguments."""
    asked = bool(rest) and rest[-1] == "cache"
    returned = function(x, gamma, beta, *(rest[:-1] if asked else rest))
    if not isinstance(returned, (tuple, list)) or len(returned) != 2:
        return returned
    y, cache = returned
    return y, np.asarray(not asked or _as_described(cache, np.shape(x)))


def _as_described(cache: Any, shape: tuple[int, ...]) -> bool:
    wanted = {"x": shape, "xhat": shape, "eps": (), **dict.fromkeys(("mean", "var", "rstd", "gamma"), shape[1:2])}
    try:
        return all(np.shape(cache[name]) == form for name, form in wanted.items())
    except (TypeError, KeyError, IndexError, ValueError):
        return False


DRIVERS: dict[str, Callable[..., Any]] = {"image_cache": _image_cache}
