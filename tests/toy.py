"""A lesson of two functions, small enough to say exactly what every answer to it deserves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.intake import parse
from autograder.judge import grade
from autograder.paper import Paper, draw
from autograder.remote import Limits, Server
from autograder.results import Graded
from autograder.sandbox import Wall
from bnlib.check.model import Case, Exercise

LESSON = "03_toy"
MEAN = "def column_mean(x):\n    return x.mean(axis=0)"
SCALE = "def doubled(x):\n    return 2 * x"


def _cases(rng: np.random.Generator) -> list[Case]:
    return [Case("N = D = 4", (3 + rng.normal(size=(4, 4)),)), Case("N = 2, D = 3", (rng.normal(size=(2, 3)),))]


def _hard(exercise: Exercise, rng: np.random.Generator) -> list[Case]:
    wide = Case("wide", (rng.normal(size=(2, 50)),), hard=True)
    single = Case("a batch of one", (rng.normal(size=(1, 3)),), hard=True)
    return [wide, single] if exercise.name == "column_mean" else []


EXERCISES = {
    "column_mean": Exercise("column_mean", LESSON, "column_mean(x) -> mean", ("mean",), _cases,
                            lambda args, on: (args[0].mean(axis=0),), ()),
    "doubled": Exercise("doubled", LESSON, "doubled(x) -> y", ("y",), _cases, lambda args, on: (2 * args[0],), ()),
}


def _marks(grade_id: str, grade: bool = False, solution: bool = False, locked: bool = False,
           points: int | None = None) -> dict[str, object]:
    marks = {"grade_id": grade_id, "grade": grade, "solution": solution, "locked": locked, "schema_version": 3,
             "task": False}
    return {"nbgrader": marks if points is None else {**marks, "points": points}}


def notebook(mean: str = MEAN, scale: str = SCALE) -> NotebookNode:
    """The lesson with these answers; 4 points for column_mean, 2 for doubled."""
    def cell(source: str, grade_id: str, **marks: object) -> NotebookNode:
        return new_code_cell(source, id=grade_id, metadata=_marks(grade_id, **marks))  # type: ignore[arg-type]

    return new_notebook(cells=[
        new_markdown_cell("# A toy", id="title"),
        cell("import numpy as np\nfrom bnlib.check import check", "imports", locked=True),
        cell(mean, "mean", solution=True),
        cell('check("column_mean", column_mean)', "mean_check", grade=True, locked=True, points=4),
        new_code_cell("raise RuntimeError('a demonstration that must not run')", id="demo"),
        cell(scale, "scale", solution=True),
        cell('check("doubled", doubled)', "scale_check", grade=True, locked=True, points=2),
    ])


def paper(key: bytes = b"a key of the tests") -> Paper:
    """The toy's paper."""
    return draw(LESSON, notebook(), key, EXERCISES.__getitem__, _hard)


@contextmanager
def server(wall: Wall | None = None, **limits: float) -> Iterator[Server]:
    """A worker server behind the best wall there is, or this one; ended with the block."""
    one = Server(limits=Limits(**limits), wall=wall)  # type: ignore[arg-type]
    one.start()
    try:
        yield one
    finally:
        one.close()


def graded(submitted: NotebookNode, worker: Server, all_cells: bool = False) -> Graded:
    """The toy lesson graded, through the intake as a file would be."""
    return grade(paper(), "ada", parse(json.dumps(submitted).encode()), worker, all_cells)
