"""Which cell belongs to which exercise: read from the lesson's source, which is trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nbformat import NotebookNode

CHECK = re.compile(r"""^\s*check\(\s*["'](\w+)["']""", re.MULTILINE)


@dataclass(frozen=True)
class ExerciseCells:
    """A graded function with the grade_ids of its tests cell and of the cell it is written in."""

    name: str
    tests: str
    solution: str | None


def role(cell: NotebookNode, key: str) -> bool:
    """Whether nbgrader's metadata of `cell` say yes to `key`: "grade", "solution" or "locked"."""
    return bool(cell.metadata.get("nbgrader", {}).get(key, False))


def by_grade_id(notebook: NotebookNode | None) -> dict[str, NotebookNode]:
    """Cells by grade_id; of cells that share one the first counts. Empty when there is no notebook."""
    found: dict[str, NotebookNode] = {}
    for cell in notebook.cells if notebook is not None else ():
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if isinstance(grade_id, str):
            found.setdefault(grade_id, cell)
    return found


def exercises(source: NotebookNode) -> list[ExerciseCells]:
    """The exercises of a lesson in their order, from its source notebook.

    The answer's cell is the last solution cell before the tests that defines the name.
    """
    found: list[ExerciseCells] = []
    solutions: list[NotebookNode] = []
    for cell in source.cells:
        if cell.cell_type != "code":
            continue
        if role(cell, "solution"):
            solutions.append(cell)
        elif role(cell, "grade"):
            for name in CHECK.findall(cell.source):
                defines = re.compile(rf"^\s*(?:def|class)\s+{name}\b", re.MULTILINE)
                owners = [c.metadata.nbgrader.grade_id for c in solutions if defines.search(c.source)]
                found.append(ExerciseCells(name, cell.metadata.nbgrader.grade_id, owners[-1] if owners else None))
    return found


def manual_cells(source: NotebookNode) -> list[NotebookNode]:
    """The cells a person marks: prose questions, in their order."""
    return [cell for cell in source.cells if role(cell, "grade") and role(cell, "solution")]
