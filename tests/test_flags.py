"""Flags: a library's normalization is seen by whatever way it came into an answer; honest work is left alone."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache

import pytest
from nbformat.v4 import new_code_cell
from test_answers import bank

from autograder.cells import exercises, kind_of
from autograder.judge import flags
from autograder.lessons import Lesson, select
from autograder.paper import Paper, draw
from autograder.plan import plan
from autograder.scan import library_calls, names

OURS = "def batchnorm_mixed_precision(x, gamma, beta, eps):\n    return "
THEIRS = "F.batch_norm(x.float(), None, None, gamma, beta, True, 0.0, eps).to(x.dtype)"
USED = ["uses torch.nn.functional.batch_norm"]


@cache
def gpu_training() -> Paper:
    (lesson,) = select(["09"])
    return draw(lesson.name, lesson.source_notebook(), b"key")


def flagged(answer: str, own: str = "", all_cells: bool = False) -> list[str]:
    """Of the solved lesson 09 with this answer, behind a cell of the student's own."""
    paper = gpu_training()
    notebook = deepcopy(paper.source)
    (place,) = (k for k, cell in enumerate(notebook.cells) if cell.source.startswith("def batchnorm_mixed_precision"))
    notebook.cells[place].source = answer
    notebook.cells.insert(place, new_code_cell(own))
    return flags(paper, plan(paper.source, notebook, all_cells))


@pytest.mark.parametrize(("answer", "own"), [
    (OURS + THEIRS, ""),
    (OURS + "theirs(x, gamma, beta, eps)", f"def theirs(x, gamma, beta, eps):\n    return {THEIRS}"),
    (OURS + "one(x, gamma, beta, eps)", f"two = lambda x, gamma, beta, eps: {THEIRS}\none = two"),
    (OURS + "f(x.float(), None, None, gamma, beta, True, 0.0, eps)", "f = F.batch_norm"),
])
@pytest.mark.parametrize("all_cells", [False, True])
def test_what_the_set_up_cell_imports_is_known_in_the_answers_and_in_what_they_stand_on(
        answer: str, own: str, all_cells: bool) -> None:
    assert flagged(answer, own, all_cells) == USED


@pytest.mark.parametrize("own", [
    "", "y = F.batch_norm(torch.ones(4, 3), None, None, training=True)\nprint(y)",
    "x = torch.ones(4, 3)\nprint(torch.nn.BatchNorm1d(3)(x))"])
@pytest.mark.parametrize("all_cells", [False, True])
def test_what_the_lesson_shows_may_be_tried_beside_the_answers(own: str, all_cells: bool) -> None:
    assert flagged(OURS + "(x - x.mean(0)) * gamma + beta", own, all_cells) == []


@pytest.mark.parametrize("lesson", select([]), ids=lambda lesson: lesson.name)
def test_of_the_right_answers_in_the_bank_those_are_flagged_that_call_a_library_norm(lesson: Lesson) -> None:
    cells = lesson.source_notebook().cells
    given = names(cell.source for cell in cells if kind_of(cell) == "setup")
    asked = {exercise.name for exercise in exercises(lesson.source_notebook())}
    right = {(name, style): source for name, kind, style, source in bank() if kind == "right" and name in asked}
    assert len(right) >= 3 * len(asked)
    assert {one for one, source in right.items() if library_calls([source], given)} == {
        one for one, source in right.items() if re.search(r"\b(functional|F)\.[a-z]+_norm\(", source)}
