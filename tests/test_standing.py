"""What a check shows beside its message, and the bars of points: in a notebook and as plain text."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from bnlib.check import CheckFailed, check, standing
from bnlib.check.rich import bars, tried


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "seen", {})


def notebook(root: Path, lesson: str, *tests: tuple[str, int, str]) -> None:
    """A saved notebook with tests cells of (exercise, points, output)."""
    cells = [{"cell_type": "markdown", "source": ["# x"], "metadata": {}}]
    for name, points, said in tests:
        marks = {"grade": True, "solution": False, "points": points, "grade_id": name}
        outputs = [{"output_type": "stream", "name": "stdout", "text": [said]}] if said else []
        cells.append({"cell_type": "code", "source": [f'check("{name}", {name})'], "metadata": {"nbgrader": marks},
                      "outputs": outputs})
    folder = root / lesson
    folder.mkdir(parents=True)
    (folder / f"{lesson[3:]}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Two lessons, 3 of 8 points passed in the first, none of 4 in the second; a broken file beside."""
    notebook(tmp_path, "03_forward", ("batch_statistics", 3, "✓ batch_statistics: visible checks passed (7 cases).\n"),
             ("batchnorm_forward", 5, ""))
    notebook(tmp_path, "04_backward", ("batchnorm_backward", 4, "✗ batchnorm_backward: 3 of 8 visible cases fail."))
    (tmp_path / "03_forward" / "broken.ipynb").write_text("{")
    return tmp_path


def test_points_are_those_whose_saved_checks_passed(course: Path) -> None:
    assert standing.points(course) == [("03_forward", 3, 8), ("04_backward", 0, 4)]


def test_a_check_of_this_session_counts_at_once_for_better_and_worse(course: Path) -> None:
    check("batch_statistics", lambda x: (x.mean(axis=0), ((x - x.mean(axis=0)) ** 2).mean(axis=0)))
    assert standing.seen == {"batch_statistics": True}
    with pytest.raises(CheckFailed):
        check("batch_statistics", lambda x: (x.mean(axis=1), x.var(axis=1)))
    assert standing.points(course)[0] == ("03_forward", 0, 8)


def test_progress_finds_the_lessons_from_inside_one(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(course / "04_backward")
    check.progress()  # type: ignore[attr-defined]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "03_forward   ███████░░░░░░░░░░░░░  3 of 8"
    assert lines[1].endswith("0 of 4") and lines[2].startswith("all") and lines[2].endswith("3 of 12")
    assert "visible checks pass" in lines[3]


def test_progress_without_lessons_says_what_to_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    check.progress()  # type: ignore[attr-defined]
    assert "give the lessons' folder" in capsys.readouterr().out


def test_a_failing_check_lists_what_was_tried(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CheckFailed):
        check("batch_statistics", lambda x: (x.mean(axis=0), np.mean(x**2, axis=0) - x.mean(axis=0) ** 2))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 7 and "  ✗ an offset of 1e8" in lines and "  ✓ N = 7, D = 3" in lines


def test_an_unwritten_function_gets_its_sentence_alone(capsys: pytest.CaptureFixture[str]) -> None:
    def unwritten(x: np.ndarray) -> None:
        raise NotImplementedError

    with pytest.raises(CheckFailed, match="write its body"):
        check("batch_statistics", unwritten)
    assert capsys.readouterr().out == ""


def test_the_html_is_well_formed_escaped_and_holds_the_drawing() -> None:
    html, text = tried(["x = [[1, 2]] <b>", "N = 2"], [True, False], ["axis_1"])
    tree = ElementTree.fromstring(f"<div>{html}</div>")
    cells = ["".join(cell.itertext()) for cell in tree.iter("td")]
    assert cells == ["✗", "x = [[1, 2]] <b>", "✓", "N = 2"] and "needed: one column" in html
    assert text == "  ✗ x = [[1, 2]] <b>\n  ✓ N = 2"
    ElementTree.fromstring(f"<div>{bars([('a<b', 1, 3), ('c', 0, 0)], 'x & y')[0]}</div>")


def test_a_notebook_gets_the_html(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    import IPython
    import IPython.display

    monkeypatch.setattr(IPython, "get_ipython", lambda: object())
    monkeypatch.setattr(IPython.display, "display", lambda bundle, raw: shown.append(bundle))
    with pytest.raises(CheckFailed):
        check("batch_statistics", lambda x: (x.mean(axis=1), x.var(axis=1)))
    assert set(shown[0]) == {"text/html", "text/plain"} and "<svg" in shown[0]["text/html"]
