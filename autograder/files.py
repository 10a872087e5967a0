"""Files written beside and renamed: nobody ever sees half of one."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
from nbformat import NotebookNode


def write_whole(path: Path, text: str) -> None:
    """Put `text` at `path`, all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)


def as_text(notebook: NotebookNode) -> str:
    """A notebook as the same bytes every time."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"
