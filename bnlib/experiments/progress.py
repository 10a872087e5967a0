"""How far an experiment is: one line while somebody watches, gone when it is done."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_name: ContextVar[str | None] = ContextVar("name", default=None)


def watched() -> bool:
    """Does somebody look?  At a terminal and in JupyterLab, yes; where notebooks are run to be compared, no.

    BNLIB_PROGRESS=on or off decides for itself.
    """
    wish = os.environ.get("BNLIB_PROGRESS", "").lower()
    if wish in ("on", "off"):
        return wish == "on"
    # Jupyter's server sets the name of the notebook for its kernels; nbclient and nbval do not.
    return sys.stdout.isatty() or "JPY_SESSION_NAME" in os.environ


@contextmanager
def showing(name: str) -> Iterator[None]:
    """Everything that `steps_of` counts inside belongs to the experiment `name`."""
    token = _name.set(name)
    try:
        yield
    finally:
        _name.reset(token)


def steps_of(steps: Iterable[int], total: int) -> Iterator[int]:
    """The steps, and a bar with the time left while they are taken, when an experiment runs and somebody watches."""
    name = _name.get()
    if name is None or not watched():
        yield from steps
        return
    from rich.progress import Progress

    with Progress(transient=True) as progress:
        yield from progress.track(steps, total=total, description=name)
