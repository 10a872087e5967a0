"""A student in JupyterLab: every lesson opens, says what is not written, accepts answers, and its slider moves."""

from __future__ import annotations

import subprocess
from urllib.error import HTTPError
from urllib.request import urlopen

import nbformat
import pytest
from nbformat import NotebookNode
from playwright.sync_api import Page, expect
from sample_class import answered, bank, names, right

from autograder.cells import by_grade_id, manual_cells
from autograder.lessons import Lesson, lessons, select
from bnlib.oracle import SWITCHES
from browser.lab import ROOT, Lab
from browser.notebook import OpenNotebook, needed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
TYPED = "02_gradient_directions"  # the lesson that runs quickest


def _path(lesson: Lesson) -> str:
    return f"{lesson.name}/{lesson.notebook.name}"


def _checks(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.startswith("check(")]


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_a_lesson_runs_to_what_is_not_written_then_accepts_answers_and_its_slider_redraws(
    page: Page, students_lab: Lab, lesson: Lesson
) -> None:
    released = nbformat.read(lesson.release, as_version=4)
    open_ = OpenNotebook(page, students_lab, _path(lesson))

    open_.run_all()
    first = _checks(released)[0]
    assert open_.errors() == [(first.id, "CheckFailed")]  # nothing else failed, and it waits for the student here
    assert "write its body" in open_.shown(first.id)

    answers = answered(lesson, right(lesson))
    written = {cell.id: cell.source for cell, before in zip(answers.cells, released.cells, strict=True)
               if cell.source != before.source}
    open_.write(written)
    slider = next(cell for cell in answers.cells if cell.cell_type == "code" and "widgets.slider(" in cell.source)
    wanted = {cell.id for cell in [*needed(answers.cells, slider), *_checks(answers)]} | set(written)
    open_.run([cell.id for cell in answers.cells if cell.id in wanted])
    assert open_.errors() == []
    for cell in _checks(answers):
        assert "visible checks passed" in open_.shown(cell.id)

    _move(open_, slider.id)
    open_.close()


def _move(open_: OpenNotebook, cell_id: str) -> None:
    """Press an arrow key on the cell's slider: its readout and its figure change."""
    cell = open_.cell(cell_id)
    handle = cell.wait_for_selector(".noUi-handle")
    readout, figure = cell.wait_for_selector(".widget-readout"), cell.wait_for_selector("img")
    before = [readout.inner_text(), figure.get_attribute("src")]
    last = float(handle.get_attribute("aria-valuenow") or 0) >= float(handle.get_attribute("aria-valuemax") or 0)
    handle.focus()
    open_.page.keyboard.press("ArrowLeft" if last else "ArrowRight")
    open_.page.wait_for_function(
        "([cell, [readout, src]]) => cell.querySelector('.widget-readout').innerText !== readout"
        " && cell.querySelector('img') && cell.querySelector('img').src !== src", arg=[cell, before])


def test_a_wrong_answer_is_named_a_right_one_passes_and_validate_says_so(page: Page, students_lab: Lab) -> None:
    lesson = select([TYPED])[0]
    released = nbformat.read(lesson.release, as_version=4)
    cells, exercise = by_grade_id(released), names(lesson)[0]
    answer, check = cells[exercise].id, cells[f"{exercise}_check"].id
    mistake, wrong = next((switch, source) for switch, source in bank(exercise).wrong.items() if "+" not in switch)
    open_ = OpenNotebook(page, students_lab, _path(lesson))
    open_.run_all()

    open_.type(answer, wrong)
    shown = " ".join(open_.press_run(check).split())
    assert f"✗ {exercise}" in shown and SWITCHES[mistake].message in shown
    said = _validate(page)
    assert "failed" in said and f'check("{exercise}"' in said

    open_.type(answer, right(lesson)[exercise] or "")
    assert f"✓ {exercise}: visible checks passed" in open_.press_run(check)
    rest = answered(lesson, right(lesson))
    for question in manual_cells(rest):  # Validate misses an answer in words, too
        question.source = "Because the mean moves with them."
    open_.write({cell.id: cell.source for cell in rest.cells if cell.id != answer})
    assert "Success" in _validate(page)
    open_.close()


def test_make_lab_shows_validate_and_none_of_the_instructors_menus(page: Page, students_lab: Lab) -> None:
    told = subprocess.run(["make", "-n", "lab"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f'JUPYTER_CONFIG_PATH="{ROOT}/tools/lab"' in told  # as the lab of this test
    page.goto(students_lab.url("lab?reset"))
    expect(page.locator(".lm-MenuBar-itemLabel")).to_contain_text(["File", "Help"])
    expect(page.get_by_text("Nbgrader", exact=True)).to_have_count(0)
    known = page.evaluate("jupyterapp.commands.listCommands().filter(name => name.startsWith('nbgrader'))")
    assert known == []
    with pytest.raises(HTTPError, match="404"):
        urlopen(students_lab.url("formgrader"), timeout=30)


def _validate(page: Page) -> str:
    """Press nbgrader's Validate in the toolbar; what its dialog says."""
    page.get_by_role("button", name="Validate").click()
    dialog = page.wait_for_selector(".jp-Dialog-content")
    said = dialog.inner_text()
    page.locator(".jp-Dialog-button.jp-mod-accept").click()
    dialog.wait_for_element_state("hidden")
    return said
