"""`check.progress()`: how many points lie within reach, lesson by lesson, from what the saved notebooks show."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from bnlib.check.rich import bars, show

CHECK = re.compile(r"""^\s*check\(\s*["'](\w+)["']""", re.MULTILINE)
PASSED = "✓ {}: visible checks passed"
CAPTION = ("Points whose visible checks pass, in the saved notebooks and in this session. The grader tries further "
           "cases; a person reads the answers in words.")

seen: dict[str, bool] = {}  # this session's checks, by exercise: did the last one pass?


def progress(course: str | os.PathLike[str] | None = None) -> None:
    """Show a bar of points for every lesson.

    `course` is the folder of the lessons; when left out it is looked for where the notebook is.  Save a notebook for
    its checks to count in others.
    """
    rows = points(_course() if course is None else Path(course))
    if rows:
        rows.append(("all", sum(have for _, have, _ in rows), sum(of for _, _, of in rows)))
        show(*bars(rows, CAPTION))
    elif seen:
        show(*bars([("this session's checks", sum(seen.values()), len(seen))], "Functions whose visible checks pass."))
    else:
        print("No lessons here and no check run yet: give the lessons' folder, check.progress('course').")


def points(course: Path) -> list[tuple[str, float, float]]:
    """(lesson, points whose checks pass, points of all its tests cells) for every lesson folder in `course`."""
    rows = []
    for folder in sorted(course.glob("[0-9][0-9]_*")):
        have = of = 0.0
        for notebook in sorted(folder.glob("*.ipynb")):
            for name, worth, passed in _tests(notebook):
                of += worth
                have += worth * seen.get(name, passed)
        if of:
            rows.append((folder.name, have, of))
    return rows


def _tests(notebook: Path) -> list[tuple[str, float, bool]]:
    """(exercise, points, does its saved output say passed) for every tests cell; none for a broken file."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    found = []
    for cell in cells:
        marks = cell.get("metadata", {}).get("nbgrader", {})
        name = CHECK.search("".join(cell.get("source", "")))
        if cell.get("cell_type") == "code" and marks.get("grade") and name:
            said = "".join(_text(output) for output in cell.get("outputs", []))
            found.append((name[1], float(marks.get("points", 0)), PASSED.format(name[1]) in said))
    return found


def _text(output: dict[str, Any]) -> str:
    return "".join(output.get("text", "")) if output.get("output_type") == "stream" else ""


def _course() -> Path:
    """The folder that holds lessons: the one above the notebook's, or the notebook's own."""
    here = Path.cwd()
    return next((folder for folder in (here.parent, here) if any(folder.glob("[0-9][0-9]_*/*.ipynb"))), here)
