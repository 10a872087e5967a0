"""Building a lesson: the same bytes every time, nothing leaks into the students' edition, drift is seen."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest

from autograder.build import build
from autograder.cli import main
from autograder.drift import drift_of
from autograder.errors import UserError
from autograder.lessons import Lesson, lessons

SCRIPT = '''# %% readonly="imports"
import numpy as np

from bnlib.check import check

# %% solution="largest_xhat"
def largest_xhat(n):
    """The bound."""
    ### BEGIN SOLUTION
    secret_bound_of_the_answer = np.sqrt(n - 1)
    return secret_bound_of_the_answer
    ### END SOLUTION

# %% tests="largest_xhat_check" points=2
check("largest_xhat", largest_xhat)

# %% [markdown] manual="why" points=2
# Why?
#
# ### BEGIN SOLUTION
# Because the rubric says so, at length.
# ### END SOLUTION

# %%
from bnlib import plots

fig, ax = plots.new()
ax.plot([largest_xhat(n) for n in range(1, 9)])
plots.show(fig, alt="The bound grows like a root.")
'''


def toy(root: Path, text: str = SCRIPT) -> Lesson:
    folder = root / "solutions" / "01_toy"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "toy.py").write_text(text, encoding="utf-8")
    return lessons(root)[0]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Lesson:
    lesson = toy(tmp_path_factory.mktemp("course"))
    build(lesson)
    return lesson


def changed(path: Path, change: str, to: str) -> str:
    """Replace text in a file and return what it held before."""
    before = path.read_text(encoding="utf-8")
    assert change in before
    path.write_text(before.replace(change, to), encoding="utf-8")
    return before


def test_the_same_script_gives_the_same_bytes(built: Lesson, tmp_path: Path) -> None:
    again = toy(tmp_path)
    build(again)
    assert again.notebook.read_bytes() == built.notebook.read_bytes()
    assert again.release.read_bytes() == built.release.read_bytes()


def test_the_same_script_gives_the_same_bytes_in_other_surroundings(
    built: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    surroundings = {"PYTHONHASHSEED": "random", "MPLCONFIGDIR": str(tmp_path / "fonts"), "MPLBACKEND": "svg",
                    "OMP_NUM_THREADS": "2", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    again = toy(tmp_path / "elsewhere")
    build(again)
    assert again.notebook.read_bytes() == built.notebook.read_bytes()


def test_text_that_a_slow_cell_prints_in_pieces_is_one_output(tmp_path: Path) -> None:
    slow = """
# %%
import sys
import time

for word in ("one", "two", "three"):
    print(word)
    sys.stdout.flush()
    time.sleep(0.3)
plots.show(plots.new()[0], alt="Nothing yet.")
print("four")
"""
    lesson = toy(tmp_path, SCRIPT + slow)
    build(lesson)
    outputs = lesson.source_notebook().cells[-1].outputs
    assert [output.get("text", "") for output in outputs] == ["one\ntwo\nthree\n", "", "", "four\n"]


def test_every_cell_was_run_and_nothing_drifts(built: Lesson) -> None:
    solved = built.source_notebook()
    assert all(cell.execution_count for cell in solved.cells if cell.cell_type == "code")
    assert drift_of(built) == []


def test_the_students_edition_holds_no_answer_and_no_output(built: Lesson) -> None:
    text = built.release.read_text(encoding="utf-8")
    for secret in ("secret_bound", "rubric", "BEGIN SOLUTION"):
        assert secret not in text
    assert "YOUR CODE HERE" in text and "YOUR ANSWER HERE" in text
    assert not any(cell.get("outputs") for cell in nbformat.reads(text, as_version=4).cells)
    assert [path.name for path in built.release.parent.iterdir()] == ["toy.ipynb"]


@pytest.mark.parametrize(
    ("which", "change", "to", "said"),
    [
        ("script", "n - 1", "n - 2", r"differs from toy\.py"),
        ("notebook", "secret_bound", "other_bound", r"differs from toy\.py"),
        ("release", "YOUR CODE HERE", "MY CODE HERE", r"course/ differs"),
        ("release", "YOUR ANSWER HERE", "secret_bound_of_the_answer = np.sqrt(n - 1)", "shows a line of an answer"),
        ("notebook", '"execution_count": 1', '"execution_count": null', "never run"),
    ],
)
def test_an_edit_of_a_generated_file_is_seen(built: Lesson, which: str, change: str, to: str, said: str) -> None:
    path: Path = getattr(built, which)
    before = changed(path, change, to)
    try:
        assert any(re.search(said, problem) for problem in drift_of(built)), drift_of(built)
    finally:
        path.write_text(before, encoding="utf-8")


def test_a_stray_file_in_the_students_folder_is_seen(built: Lesson) -> None:
    stray = built.release.with_name("toy.py")
    stray.write_text("answer = 1", encoding="utf-8")
    assert any("toy.py, which is not part of the lesson" in problem for problem in drift_of(built))
    stray.unlink()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import sys; sys.stderr.write('oh')", "writes to stderr: oh"),
        ("from IPython.display import Image, display; import base64\n"
         "display(Image(data=base64.b64decode('iVBORw0KGgo='), format='png'))", "without alt text"),
    ],
)
def test_a_lesson_that_fails_replaces_nothing(tmp_path: Path, line: str, said: str) -> None:
    lesson = toy(tmp_path, SCRIPT + f"\n# %%\n{line}\n")
    with pytest.raises(UserError, match=said):
        build(lesson)
    assert not lesson.notebook.exists() and not lesson.release.exists()


def test_an_answer_that_leans_on_a_demonstration_is_seen(tmp_path: Path) -> None:
    text = SCRIPT.replace("# %% tests=", "# %%\nhelper = 1\n\n# %% tests=").replace(
        'check("largest_xhat", largest_xhat)', 'check("largest_xhat", helper)')
    lesson = toy(tmp_path, text.replace("helper = 1", "helper = largest_xhat"))
    build(lesson)
    assert any("'helper' comes from a cell the grader does not run" in problem for problem in drift_of(lesson))


def test_the_real_lessons_are_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("lesson", [pytest.param(lesson, id=lesson.name) for lesson in lessons()])
def test_every_instructor_notebook_was_run(lesson: Lesson) -> None:
    cells = json.loads(lesson.notebook.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code" and cell["source"]]
    assert code and all(cell["execution_count"] for cell in code)


def test_a_wrong_lesson_name_is_a_sentence_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "09_nothing"]) == 2
    assert "There is no lesson '09_nothing'" in capsys.readouterr().err


MEASURED = """
# %% varies=true
import time

print(time.perf_counter_ns())
"""


def test_a_measurement_stays_until_its_cell_changes(tmp_path: Path) -> None:
    def shown(text: str) -> str:
        lesson = toy(tmp_path, SCRIPT + text)
        build(lesson)
        cell = lesson.source_notebook().cells[-1]
        assert cell.metadata.tags == ["nbval-ignore-output"]
        return str(cell.outputs[0].text)

    first = shown(MEASURED)
    assert shown(MEASURED) == first
    assert shown(MEASURED + "# again\n") != first


def test_only_a_demonstration_varies(tmp_path: Path) -> None:
    lesson = toy(tmp_path, SCRIPT.replace('solution="largest_xhat"', 'solution="largest_xhat" varies=true'))
    with pytest.raises(UserError, match="demonstrations only"):
        lesson.compiled()
