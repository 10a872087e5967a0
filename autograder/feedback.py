"""One page a student and lesson: what was right, which mistake was made, in their own code, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from nbformat import NotebookNode

from autograder.cells import by_grade_id, exercises, manual_cells
from autograder.files import write_whole
from autograder.results import STATUSES, ExerciseResult, Graded
from bnlib.check.pictures import picture

if TYPE_CHECKING:
    from autograder.lessons import Lesson

LONGEST = 20_000  # characters of one cell that are shown


@dataclass(frozen=True)
class Section:
    """One exercise as the page shows it: `mistakes` are sentences, `detail` says where it was first seen."""

    result: ExerciseResult
    sign: str
    mistakes: list[str]
    detail: str
    code: str | None
    read_again: str
    picture: Markup


@cache
def environment() -> Environment:
    """The templates; everything put into one is escaped."""
    return Environment(loader=PackageLoader("autograder"), autoescape=True, undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True)


def write(work: Path, lesson: Lesson, graded: Graded) -> Path:
    """Write feedback/STUDENT/LESSON/NOTEBOOK.html into `work`; returns its path."""
    path = work / "feedback" / graded.result.student / lesson.name / f"{lesson.notebook.stem}.html"
    write_whole(path, page(lesson.source_notebook(), graded))
    return path


def page(source: NotebookNode, graded: Graded) -> str:
    """The page, from the lesson's source notebook and one grading; no link leaves it."""
    result = graded.result
    cells = by_grade_id(graded.notebook)
    places = {exercise.name: exercise.solution for exercise in exercises(source)}
    sections = [_section(one, cells.get(places.get(one.name) or "")) for one in result.exercises]
    questions = [(cell.metadata.nbgrader.grade_id, cell.metadata.nbgrader.points) for cell in manual_cells(source)]
    return environment().get_template("feedback.html.j2").render(
        title=_title(source, result.lesson), result=result, sections=sections, questions=questions,
        status=result.message or STATUSES[result.status], unfinished=[s for s in sections if not s.result.passed],
    )


def _section(result: ExerciseResult, cell: NotebookNode | None) -> Section:
    mistakes = [sentence(name) for name in result.mistakes]
    detail = result.message
    if mistakes:  # the message repeats their sentences: keep what it says beyond them
        start = detail.find("First seen on")
        detail = detail[start:] if start >= 0 else ""
    code = None if cell is None else cell.source
    if code is not None and len(code) > LONGEST:
        code = code[:LONGEST] + "\n… (the rest of this cell is not shown)"
    sign = "✓" if result.passed else "◐" if result.points > 0 else "✗"
    drawn = Markup(picture(result.mistakes))  # safe: drawn by the course, of names it knows
    return Section(result, sign, mistakes, detail, code, "" if result.passed else _see(result.name), drawn)


def sentence(name: str) -> str:
    """What to say of the mistake called `name`; the name itself when the course no longer knows it."""
    from bnlib.oracle import SWITCHES

    switch = SWITCHES.get(name)
    return switch.message if switch else name.replace("_", " ")


def _see(name: str) -> str:
    """Where the lesson explains exercise `name`, in quotation marks; empty when it does not say."""
    from bnlib.check.exercises import all_exercises

    exercise = all_exercises().get(name)
    return exercise.see if exercise else ""


def _title(source: NotebookNode, otherwise: str) -> str:
    for cell in source.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return str(cell.source.splitlines()[0][2:].strip())
    return otherwise
