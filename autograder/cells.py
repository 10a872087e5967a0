"""What the cells of a lesson are for, read from its source, which is trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.lessons import BEGIN, END, check_call


@dataclass(frozen=True)
class GradedFunction:
    """A graded function: what its tests cell checks, hands over and is worth; grade_ids of that cell and the answer's.

    `solution` is None where no solution cell before the tests defines it.
    """

    name: str
    expression: str
    points: float
    tests: str
    solution: str | None


def role(cell: NotebookNode, key: str) -> bool:
    """Whether nbgrader's metadata of `cell` say yes to `key`: "grade", "solution" or "locked"."""
    return bool(cell.metadata.get("nbgrader", {}).get(key, False))


def kind_of(cell: NotebookNode) -> str:
    """What grading does with a cell of the source: "setup", "solution", "tests", "demonstration", or "shown"."""
    if cell.cell_type != "code":
        return "shown"
    if role(cell, "solution"):
        return "solution"
    if role(cell, "grade"):
        return "tests"
    return "setup" if role(cell, "locked") else "demonstration"


def by_grade_id(notebook: NotebookNode | None) -> dict[str, NotebookNode]:
    """Cells by grade_id; of cells that share one the first counts. Empty when there is no notebook."""
    found: dict[str, NotebookNode] = {}
    for cell in notebook.cells if notebook is not None else ():
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if isinstance(grade_id, str):
            found.setdefault(grade_id, cell)
    return found


def exercises(source: NotebookNode) -> list[GradedFunction]:
    """The exercises of a lesson in their order, from its source notebook.

    The answer's cell is the last solution cell before the tests that defines the name.
    """
    found: list[GradedFunction] = []
    solutions: list[NotebookNode] = []
    for cell in source.cells:
        if cell.cell_type == "code" and role(cell, "solution"):
            solutions.append(cell)
        elif cell.cell_type == "code" and role(cell, "grade") and (call := check_call(cell.source)):
            name, expression = call
            defines = re.compile(rf"^\s*(?:def|class)\s+{name}\b", re.MULTILINE)
            owners = [c.metadata.nbgrader.grade_id for c in solutions if defines.search(c.source)]
            marks = cell.metadata.nbgrader
            found.append(GradedFunction(name, expression, float(marks.points), marks.grade_id,
                                        owners[-1] if owners else None))
    return found


def manual_cells(source: NotebookNode) -> list[NotebookNode]:
    """The cells a person marks: prose questions, in their order."""
    return [cell for cell in source.cells if role(cell, "grade") and role(cell, "solution")]


def answer_lines(compiled: Iterable[NotebookNode]) -> set[str]:
    """Lines of the model answers that stand nowhere else in these notebooks; short ones could be anybody's."""
    answers: set[str] = set()
    given: set[str] = set()
    for notebook in compiled:
        for cell in notebook.cells:
            inside = False
            for line in map(str.strip, cell.source.splitlines()):
                inside = (inside or line == BEGIN) and line != END
                (answers if inside else given).add(line)
    return {line for line in answers - given if len(line) > 20}
