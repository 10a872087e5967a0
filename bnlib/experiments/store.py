"""Results that stay: an experiment that ran once with the same parameters, by the same code, is read from disk.

Where: the folder that BNLIB_CACHE names, else ~/.cache/bnlib; BNLIB_CACHE=off keeps nothing.  `python -m
bnlib.experiments` says what is there and clears it.  One file a result, arrays only: nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import platform
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec

import numpy as np

from bnlib.experiments.progress import showing

Result = dict[str, np.ndarray]
P = ParamSpec("P")

EXPERIMENTS: dict[str, Callable[..., Result]] = {}  # by name, in the order of their modules


def folder() -> Path | None:
    """Where results are kept, or None when they are not."""
    named = os.environ.get("BNLIB_CACHE", "")
    if named.lower() == "off":
        return None
    if named:
        return Path(named).expanduser()
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bnlib"
    except RuntimeError:  # nobody's process: it has no home
        return None


@cache
def version() -> str:
    """What a result depends on beside its parameters: this package's code, the libraries, the kind of processor."""
    import sklearn
    import torch

    here = Path(__file__).parent
    digest = hashlib.sha256()
    for source in [*sorted(here.glob("*.py")), here.parent / "data.py"]:
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    digest.update(repr((np.__version__, torch.__version__, sklearn.__version__, platform.machine(),
                        torch.backends.cpu.get_cpu_capability())).encode())
    return digest.hexdigest()[:12]


def experiment(run: Callable[P, Result]) -> Callable[P, Result]:
    """Make a function an experiment: the same parameters give the same arrays at once, progress shows while it runs.

    Its parameters must have a repr that says all of them (numbers, strings, tuples, `Form`), its result is a dict of
    arrays.  Whoever gets the result gets arrays that cannot be written to: they are everybody's.
    """
    signature = inspect.signature(run)
    name = run.__name__
    known: dict[str, Result] = {}

    @wraps(run)
    def kept(*args: P.args, **kwargs: P.kwargs) -> Result:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        asked = f"{name}({', '.join(f'{key}={value!r}' for key, value in bound.arguments.items())})"
        key = hashlib.sha256(asked.encode()).hexdigest()[:24]
        if key not in known:
            place = folder()
            file = None if place is None else place / version() / f"{name}-{key}.npz"
            result = _read(file, asked)
            if result is None:
                with showing(name):
                    result = {part: np.asarray(values) for part, values in run(*args, **kwargs).items()}
                _write(file, asked, result)
            for values in result.values():
                values.flags.writeable = False
            known[key] = result
        return dict(known[key])

    kept.cache_clear = known.clear  # type: ignore[attr-defined]
    EXPERIMENTS[name] = kept
    return kept


def _read(file: Path | None, asked: str) -> Result | None:
    """The result kept in `file`, or None when there is none, or none that can be read, or one of another question."""
    if file is None:
        return None
    try:
        with np.load(file, allow_pickle=False) as parts:
            result = {part.removeprefix("result "): parts[part] for part in parts.files if part != "asked"}
            return result if str(parts["asked"]) == asked else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _write(file: Path | None, asked: str, result: Result) -> None:
    """Keep a result, all of it or nothing; a disk that is full or read-only costs the time of the next run only."""
    if file is None:
        return
    part = ""
    parts: dict[str, Any] = {"asked": np.array(asked), **{f"result {name}": values for name, values in result.items()}}
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(suffix=".part", dir=file.parent)  # one a process: two may run the same
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, **parts)
        os.replace(part, file)
    except OSError:
        if part:
            Path(part).unlink(missing_ok=True)
