"""A lesson script becomes a notebook; a malformed cell is named by file, number and what is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.cells import GradedFunction, exercises
from autograder.errors import UserError
from autograder.lessons import Lesson, compile_script, lessons, select

GOOD = '''# %% [markdown]
# # A toy

# %% readonly="imports"
from bnlib.check import check

# %% solution="double"
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% tests="double_check" points=3
# Is it right?
check("double", double)

# %% [markdown] manual="why" points=2
# Why?
#
# ### BEGIN SOLUTION
# Because.
# ### END SOLUTION

# %% claims="4,5"
print("demonstration")
'''


def script(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "toy.py"
    path.write_text(text, encoding="utf-8")
    return path


def test_roles_become_nbgrader_metadata(tmp_path: Path) -> None:
    cells = compile_script(script(tmp_path, GOOD)).cells
    marks = [cell.metadata.get("nbgrader", {}) for cell in cells]
    assert [m.get("grade_id") for m in marks] == [None, "imports", "double", "double_check", "why", None]
    assert [(m.get("grade"), m.get("solution"), m.get("locked"), m.get("points")) for m in marks[1:5]] == [
        (False, False, True, None), (False, True, False, None), (True, False, True, 3), (True, True, False, 2)]
    assert cells[5].metadata["claims"] == "4,5"


def test_a_cell_s_id_is_its_grade_id_or_follows_from_its_text(tmp_path: Path) -> None:
    text = GOOD + "\n# %%\nprint(1)\n\n# %%\nprint(1)\n"
    first, again = (compile_script(script(tmp_path, text)) for _ in range(2))
    ids = [cell.id for cell in first.cells]
    assert ids == [cell.id for cell in again.cells] and len(set(ids)) == len(ids)
    assert "double" in ids


def test_tests_cells_say_what_they_check(tmp_path: Path) -> None:
    (found,) = exercises(compile_script(script(tmp_path, GOOD)))
    assert found == GradedFunction("double", "double", 3.0, "double_check", "double")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("points=3", "points=3 color=1", r"toy.py, cell 4 .*unknown key 'color'"),
        ('solution="double"', 'solution="double" readonly="x"', r"cell 3 .*two roles"),
        (" points=3", "", r"cell 4 .*needs points"),
        ("points=3", "points=0", r"cell 4 .*needs points"),
        ("points=3", 'points="three"', r"cell 4 .*needs points"),
        ('readonly="imports"', 'readonly="imports" points=1', r"cell 2 .*points belong to tests and manual"),
        ('tests="double_check"', 'tests="double"', r"cell 4 .*grade_id 'double' stands twice, first in cell 3"),
        ('solution="double"', 'solution="my double"', r"cell 3 .*is not a name"),
        ("    ### BEGIN SOLUTION\n", "", r"cell 3 .*must stand between"),
        ('print("demonstration")', "### BEGIN SOLUTION\n### END SOLUTION", r"cell 6 .*not a solution or manual cell"),
        ('check("double", double)', "assert double(1) == 2", r"cell 4 .*one call of check"),
        ('check("double", double)', 'check("double", double)\n1.0', r"cell 4 .*one call of check"),
        ("[markdown] manual", "manual", r"cell 5 .*is prose"),
    ],
)
def test_a_malformed_cell_is_named(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in GOOD
    with pytest.raises(UserError, match=said):
        compile_script(script(tmp_path, GOOD.replace(before, after)))


def test_all_malformed_cells_are_reported_at_once(tmp_path: Path) -> None:
    broken = GOOD.replace(" points=3", "").replace('readonly="imports"', 'readonly="imports" odd=1')
    with pytest.raises(UserError) as caught:
        compile_script(script(tmp_path, broken))
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_a_lesson_s_opening_states_the_points_that_it_is_worth(lesson: Lesson) -> None:
    cells = lesson.source_notebook().cells
    opening = next(cell.source for cell in cells if "**Graded:**" in cell.source)
    said = opening.partition("**Graded:**")[2].partition("\n\n")[0]
    marks = [(cell.cell_type, cell.metadata.nbgrader.points) for cell in cells
             if cell.metadata.get("nbgrader", {}).get("grade")]
    worth = [sum(points for kind, points in marks if kind == one) for one in ("code", "markdown")]
    assert [int(points) for points in re.findall(r"\((\d+) points\)", said)] == worth


def test_a_lesson_can_be_called_by_name_or_number_and_a_wrong_name_is_answered() -> None:
    every = lessons()
    assert [x.name for x in select([])] == [x.name for x in every]
    for name in ("03", "batchnorm_forward", "03_batchnorm_forward"):
        assert [x.name for x in select([name])] == ["03_batchnorm_forward"]
    with pytest.raises(UserError, match=r"no lesson 'batchnorm_foward'\. Did you mean 03_batchnorm_forward\?"):
        select(["batchnorm_foward"])
