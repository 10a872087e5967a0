"""An instructor in the browser: marks an answer in words in formgrader, finds the mark in the report."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect
from sample_class import answered, mixed, right

from autograder import cli
from autograder.cells import manual_cells
from autograder.lessons import Lesson, select
from browser.conftest import Watch
from browser.lab import Lab, jupyterlab

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600), pytest.mark.xdist_group("instructor")]
# nbgrader's formgrader takes MathJax from here and nothing else; without internet formulas stay as they were typed.
MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/"
STAND_IN = "window.MathJax = {Hub: {Config() {}, Queue() {}, Startup: {signal: {Interest() {}}}}}"
SAID = "Because the mean moves with every weight before it."


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Lesson]:
    """A work folder with two graded students, who answered the questions in words as well."""
    lesson, base = select(["02"])[0], tmp_path_factory.mktemp("class")
    for student, answers in {"ada": right(lesson), "bob": mixed(lesson, 2)}.items():
        notebook = answered(lesson, answers)
        for question in manual_cells(notebook):
            question.source = SAID
        path = base / "submitted" / student / lesson.name / lesson.notebook.name
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    command = ["grade", lesson.name, "--submitted", str(base / "submitted"), "--work", str(base / "work"), "--jobs=1"]
    assert cli.main(command) == 0
    return base / "work", lesson


@pytest.fixture(scope="module")
def instructors_lab(graded: tuple[Path, Lesson], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab started in the work folder, as docs/marks.md says."""
    with jupyterlab(graded[0], tmp_path_factory.mktemp("instructor")) as lab:
        yield lab


def test_marks_given_in_formgrader_reach_the_gradebook_and_the_report(
    page: Page, watch: Watch, instructors_lab: Lab, graded: tuple[Path, Lesson]
) -> None:
    work, lesson = graded
    questions = [cell.metadata.nbgrader for cell in manual_cells(lesson.source_notebook())]
    watch.known = (MATHJAX,)
    page.route(f"{MATHJAX}**", lambda route: route.fulfill(content_type="text/javascript", body=STAND_IN))
    page.goto(instructors_lab.url("lab?reset"))
    page.get_by_text("Nbgrader", exact=True).click()
    page.locator(".lm-Menu-itemLabel:text-is('Formgrader')").click()
    frame = page.frame_locator("iframe[src*=formgrader]")
    for link in ("Manual Grading", lesson.name, lesson.notebook.stem, "Submission #1"):
        frame.get_by_role("link", name=link).click()
    expect(frame.get_by_text(SAID)).to_have_count(len(questions))
    expect(frame.get_by_text("For the marker, not shown to students")).to_have_count(len(questions))

    for question in questions:
        box = frame.locator(f"input.score#{question.grade_id}")
        box.fill(f"{question.points - 0.5:g}")
        with page.expect_response(lambda answer: answer.request.method == "PUT" and "/api/grade/" in answer.url) as put:
            box.blur()
        assert put.value.ok
    with sqlite3.connect(work / "gradebook.db") as book:
        given = book.execute("SELECT manual_score FROM grade WHERE manual_score IS NOT NULL").fetchall()
    assert given == [(question.points - 0.5,) for question in questions]

    assert cli.main(["report", "--work", str(work)]) == 0
    page.goto((work / "report" / "index.html").as_uri())
    most = sum(question.points for question in questions)
    students = page.locator("#students ~ .wide").first
    expect(students.get_by_text(f"+ {most - 0.5 * len(questions):g}/{most:g}")).to_have_count(1)
    expect(students.get_by_text(f"+ ?/{most:g}")).to_have_count(1)  # the other student's wait for a person


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("shown", ["report/index.html", "feedback/bob/*/*.html"])
def test_a_page_fits_a_phone_and_a_desk_without_scrolling_sideways(
    page: Page, graded: tuple[Path, Lesson], shown: str, width: int
) -> None:
    (path,) = graded[0].glob(shown)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path.as_uri())
    expect(page.get_by_role("heading").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate("""() => [...document.querySelectorAll('h1, h2, p, li, section, pre, svg, summary')]
        .filter(one => one.getBoundingClientRect().right > innerWidth && !one.closest('.wide'))
        .map(one => one.outerHTML.slice(0, 200))""")
    assert wide == []  # nothing is cut off at the edge either
