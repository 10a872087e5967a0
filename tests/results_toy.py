"""A lesson of one exercise and one question, and submissions to it, for the tests of what follows grading."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.results import ExerciseResult, Graded, SubmissionResult

RIGHT = "def batch_statistics(x):\n    return x.mean(axis=0), x.var(axis=0)"
STUB = RIGHT.replace(":\n", ":\n    ### BEGIN SOLUTION\n") + "\n    ### END SOLUTION"
WRONG = "def batch_statistics(x):\n    return x.mean(axis=1), x.var(axis=1)"
SAID = "You summed over the wrong axis. First seen on “N = 7, D = 3”: mean has shape (7,) instead of (3,)."


def _meta(grade_id: str, points: float | None = None, **roles: bool) -> dict[str, object]:
    keys = {"grade": False, "solution": False, "locked": False, "task": False} | roles
    nbgrader = {**keys, "grade_id": grade_id, "schema_version": 3}
    return {"nbgrader": nbgrader | ({} if points is None else {"points": points})}


@dataclass(frozen=True)
class ToyLesson:
    """What the results side asks of a lesson."""

    name: str
    notebook: Path

    def source_notebook(self) -> NotebookNode:
        cells = [
            new_markdown_cell("# Lesson 3: <i>toy</i>\n\nMeans and variances.", id="intro"),
            new_code_cell("from bnlib.check import check", id="imports", metadata=_meta("imports", locked=True)),
            new_code_cell(STUB, id="batch_statistics", metadata=_meta("batch_statistics", solution=True)),
            new_code_cell('check("batch_statistics", batch_statistics)', id="batch_statistics_check",
                          metadata=_meta("batch_statistics_check", 4, grade=True, locked=True)),
            new_markdown_cell("Why?\n\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION", id="why",
                              metadata=_meta("why", 2, grade=True, solution=True)),
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def lesson(root: Path) -> ToyLesson:
    """The toy lesson, its source notebook written under root/solutions."""
    toy = ToyLesson("03_toy", root / "solutions" / "03_toy" / "toy.ipynb")
    toy.notebook.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(toy.source_notebook(), toy.notebook)
    return toy


def notebook(released: NotebookNode, code: str | None, prose: str | None) -> NotebookNode:
    """The released notebook with a student's answers; None leaves an answer as released."""
    mine = copy.deepcopy(released)
    for cell in mine.cells:
        if cell.id == "batch_statistics" and code is not None:
            cell.source = code
        if cell.id == "why" and prose is not None:
            cell.source = prose
    return mine


def graded(student: str, mine: NotebookNode | None, status: str = "graded", right: bool = True,
           mistakes: tuple[str, ...] = ("axis_1",), message: str = "It ran.", said: str = SAID) -> Graded:
    """The grading of one toy submission, all right or all wrong."""
    points = 4.0 if right else 0.0
    named, told = ([], "") if right else (list(mistakes), said)
    exercise = ExerciseResult("batch_statistics", points, 4.0, right, named, told)
    result = SubmissionResult(student, "03_toy", status, points, 4.0, message, 0.1, [], [exercise])
    return Graded(result, mine, {"batch_statistics_check": points})
