"""The closed form of lesson 04, which must stand without the other two answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from copy import deepcopy
from io import StringIO
from typing import Any

import numpy as np

OTHERS = ("backward_intermediates", "batchnorm_backward")
ENOUGH = ("xhat", "rstd", "gamma")


class CalledAnother(Exception):
    """The closed form called one of the other answers, the one named."""


class NeedsMore(Exception):
    """The closed form needs an entry of the cache that it can do without; `seen` is what to say of it."""

    seen = "it needs x, mean, var or eps of the cache"


def _alone(function: Callable[..., Any], dy: Any, cache: Mapping[str, Any]) -> Any:
    """function(dy, cache), in whose notebook the other two answers refuse to be called meanwhile.

    Called again with NaN in what it should not need: to unpack that is no fault, to compute with it is.
    """
    names: dict[str, Any] = getattr(function, "__globals__", {})
    kept = {name: names[name] for name in OTHERS if name in names}
    names.update({name: _refusing(name) for name in kept})
    spoilt = {name: value if name in ENOUGH else value * np.nan for name, value in deepcopy(dict(cache)).items()}
    again = dy.copy()
    try:
        results = function(dy, cache)
        with redirect_stdout(StringIO()):  # what it prints, it has printed
            if not _same(results, function(again, spoilt)):
                raise NeedsMore
        return results
    finally:
        names.update(kept)


def _same(some: Any, others: Any) -> bool:
    """Are these the same results but for rounding, where they are arrays of numbers at all?

    Some libraries add up in another order when an array lies elsewhere in memory.
    """
    try:
        return all(np.allclose(a, b, rtol=1e-6, atol=1e-6, equal_nan=True) for a, b in zip(some, others, strict=True))
    except (TypeError, ValueError):
        return True  # no such results: that is said elsewhere


def _refusing(name: str) -> Callable[..., Any]:
    def refuse(*args: Any, **options: Any) -> Any:
        raise CalledAnother(name)

    return refuse


DRIVERS: dict[str, Callable[..., Any]] = {"alone": _alone}
