"""Files written beside and renamed: nobody ever sees half of one."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
from nbformat import NotebookNode


def write_whole(path: Path, text: str, mode: int = 0o666) -> None:
    """Put `text` at `path`, all of it or nothing; `mode` is what the file may be used for, less the umask."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(part, path)


def as_text(notebook: NotebookNode) -> str:
    """A notebook as the same bytes every time."""
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT).rstrip("\n") + "\n"
