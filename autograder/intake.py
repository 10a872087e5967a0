"""Finds what students handed in, in nbgrader's layout STUDENT/LESSON/NOTEBOOK.ipynb, and takes nothing on trust."""

from __future__ import annotations

import difflib
import json
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.errors import UserError
from autograder.lessons import Lesson
from autograder.worker import wire

MAX_BYTES = 10 << 20
MAX_CELLS = 2000
MAX_NAMES = 1000  # of a folder that are looked through for a slip of the name
NOTES, NOTE_BYTES = ("timestamp.txt", "submission_secret.txt"), 1000
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class InvalidNotebook(Exception):
    """A file that is no notebook; the message is a sentence for the student."""


class Missing(Exception):
    """There is no file; the message says what lies there instead, if anything."""


@dataclass(frozen=True)
class Submission:
    """One student's lesson, handed in or not."""

    student: str
    lesson: Lesson

    def read(self, submitted: Path) -> NotebookNode:
        """The notebook; Missing or InvalidNotebook otherwise."""
        return parse(self.data(submitted))

    def data(self, submitted: Path) -> bytes:
        """The file's bytes; Missing or InvalidNotebook when there are none. Links are never followed."""
        return _bytes(submitted, self.student, self.lesson)

    def notes(self, submitted: Path) -> dict[str, str]:
        """What nbgrader's exchange wrote beside the notebook, by file name; it needs it to hand feedback back."""
        found = {}
        for name in NOTES:
            try:
                found[name] = _bytes(submitted, self.student, self.lesson, name, NOTE_BYTES).decode()
            except (Missing, InvalidNotebook, UnicodeDecodeError):
                continue  # not handed in through the exchange, or not as it wrote it
        return found

    def fingerprint(self, submitted: Path) -> bytes:
        """What tells this submission from another: the file's bytes, or why there are none."""
        try:
            return self.data(submitted)
        except (Missing, InvalidNotebook) as error:
            return f"{type(error).__name__}: {error}".encode()


def students(submitted: Path) -> list[str]:
    """Names of the class: the folders of `submitted`. UserError, a sentence, when there are none."""
    if not submitted.is_dir():
        raise UserError(f"There is no folder {submitted}. --submitted names the one with a folder per student.")
    found = sorted(entry.name for entry in os.scandir(submitted)
                   if entry.is_dir(follow_symlinks=False) and not entry.name.startswith((".", "__")))
    for name in found:
        try:
            name.encode()
        except UnicodeEncodeError:
            name_bytes = os.fsencode(name)
            raise UserError(f"{submitted} has a folder {name_bytes!r}, which is not UTF-8: rename it.") from None
    if not found:
        raise UserError(f"{submitted} holds no students. It needs STUDENT/LESSON/NOTEBOOK.ipynb in it.")
    return found


def left_out(submitted: Path) -> list[str]:
    """What lies among the folders of students and is none, such as a link or an archive not yet unpacked."""
    return sorted(entry.name.encode("utf-8", "replace").decode() for entry in os.scandir(submitted)
                  if not entry.is_dir(follow_symlinks=False) and not entry.name.startswith("."))


def handed_in(submitted: Path, lessons: Iterable[Lesson]) -> list[Lesson]:
    """Those lessons that at least one student handed in; UserError when there are none."""
    there = {name for student in students(submitted) for name in _entries(submitted / student)}
    found = [lesson for lesson in lessons if lesson.name in there]
    if not found:
        raise UserError(f"No student in {submitted} has a folder named like a lesson, such as 03_batchnorm_forward.")
    return found


def _entries(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except PermissionError:
        return []  # its submissions say so


def _bytes(submitted: Path, student: str, lesson: Lesson, name: str = "", most: int = MAX_BYTES) -> bytes:
    """A file's bytes (the notebook's), opened folder by folder so that no link leads out of the student's own."""
    name = name or lesson.notebook.name
    folder = os.open(submitted, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in (student, lesson.name):
            inside = _open(part, folder, os.O_DIRECTORY)
            os.close(folder)
            folder = inside
        file = _open(name, folder, os.O_NONBLOCK)
    finally:
        os.close(folder)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise InvalidNotebook(f"{name} is not a regular file.")
    try:
        with os.fdopen(file, "rb") as handle:
            data = handle.read(most + 1)
    except OSError as error:
        raise InvalidNotebook(f"{name} cannot be read: {error.strerror}.") from error
    if len(data) > most:
        raise InvalidNotebook(f"{name} is larger than {most >> 20} MB: clear its outputs.")
    return data


def _open(name: str, folder: int, flags: int) -> int:
    try:
        if stat.S_ISLNK(os.lstat(name, dir_fd=folder).st_mode):
            raise InvalidNotebook(f"{name} is a link: hand in the file itself.")
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | flags, dir_fd=folder)
    except FileNotFoundError:
        near = difflib.get_close_matches(name, sorted(os.listdir(folder))[:MAX_NAMES], n=1, cutoff=0.6)
        found = wire.readable(near[0]) if near else ""
        raise Missing(f"There is no {name}, but a {found}: is that a slip of the name?" if near else "") from None
    except OSError as error:
        raise InvalidNotebook(f"{name} cannot be opened: {error.strerror}.") from error


def parse(data: bytes) -> NotebookNode:
    """A notebook from bytes: cells with id, type, metadata and source, whatever else the file holds."""
    try:
        raw = json.loads(data.decode(json.detect_encoding(data)))  # UTF-8; some editors of Windows write others
    except UnicodeDecodeError as error:
        raise InvalidNotebook(f"It is not UTF-8 text (byte {error.start}).") from error
    except json.JSONDecodeError as error:
        reason = "It is empty." if not data.strip() else f"It is not JSON: {error.msg} in line {error.lineno}."
        raise InvalidNotebook(reason) from error
    except (RecursionError, ValueError) as error:
        raise InvalidNotebook("It is not JSON that can be read.") from error
    if isinstance(raw, dict) and raw.get("nbformat") != 4:
        raise InvalidNotebook("It is not in notebook format 4: open it in Jupyter and save it again.")
    if not isinstance(raw, dict) or not isinstance(raw.get("cells"), list):
        raise InvalidNotebook("It has no list of cells.")
    if len(raw["cells"]) > MAX_CELLS:
        raise InvalidNotebook(f"It has more than {MAX_CELLS} cells.")
    cells = [_cell(number, cell) for number, cell in enumerate(raw["cells"], start=1)]
    return NotebookNode(nbformat=4, nbformat_minor=5, metadata=NotebookNode(), cells=cells)


def _cell(number: int, raw: Any) -> NotebookNode:
    if not isinstance(raw, dict) or raw.get("cell_type") not in ("code", "markdown", "raw"):
        raise InvalidNotebook(f"Its cell {number} is neither code nor text.")
    source = raw.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise InvalidNotebook(f"Its cell {number} has no text.")
    source = wire.readable(source)
    metadata = raw.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    claimed = marks.get("grade_id") if isinstance(marks, dict) else None
    kept = {"nbgrader": {"grade_id": claimed}} if isinstance(claimed, str) else {}
    cell_id = raw.get("id")
    named = isinstance(cell_id, str) and CELL_ID.fullmatch(cell_id)
    return NotebookNode(
        id=cell_id if named else f"cell-{number}", cell_type=raw["cell_type"],
        metadata=NotebookNode({key: NotebookNode(value) for key, value in kept.items()}), source=source,
    )
