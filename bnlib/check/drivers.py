"""Scripts that drive a student's class from outside and read what it does, as plain arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

DRIVERS: dict[str, Callable[..., Any]] = {}
