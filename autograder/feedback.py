"""One page a student and lesson: what was right, which mistake was made, in their own code, and what to do next."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from nbformat import NotebookNode
from rich.console import Console
from rich.progress import track

from autograder.cells import by_grade_id, exercises, manual_cells
from autograder.errors import UserError
from autograder.files import write_whole
from autograder.results import STATUSES, ExerciseResult, Graded, read_results
from bnlib.check.pictures import picture

if TYPE_CHECKING:
    from autograder.lessons import Lesson
    from autograder.remarks import Remark

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


@dataclass(frozen=True)
class Said:
    """A cell that a person looks at, or added something to: its name, points possible, and what they added."""

    name: str
    points: float
    remark: Remark | None


def write(work: Path, lesson: Lesson, graded: Graded, remarks: Mapping[str, Remark] | None = None) -> Path:
    """Write feedback/STUDENT/LESSON/NOTEBOOK.html into `work`; returns its path."""
    path = work / "feedback" / graded.result.student / lesson.name / f"{lesson.notebook.stem}.html"
    write_whole(path, page(lesson.source_notebook(), graded, remarks))
    return path


def page(source: NotebookNode, graded: Graded, remarks: Mapping[str, Remark] | None = None) -> str:
    """The page, from the lesson's source notebook, one grading and a person's `remarks`, by the grade_id of the cell.

    No link leaves it.
    """
    result = graded.result
    cells = by_grade_id(graded.notebook)
    places = {exercise.name: exercise.solution for exercise in exercises(source)}
    sections = [_section(one, cells.get(places.get(one.name) or "")) for one in result.exercises]
    remarks = remarks or {}
    questions = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points for cell in manual_cells(source)}
    possible = {name: cell.metadata.nbgrader.get("points", 0) for name, cell in by_grade_id(source).items()}
    said = [Said(name, possible.get(name, 0), remarks.get(name)) for name in dict.fromkeys([*questions, *remarks])]
    return environment().get_template("feedback.html.j2").render(
        title=_title(source, result.lesson), result=result, sections=sections, said=said,
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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `autograder feedback`."""
    parser.add_argument("--work", type=Path, default=Path("graded"), metavar="DIR", help="the work folder (graded)")


def run(args: argparse.Namespace) -> int:
    """Write every feedback page again, with what a person added in formgrader; UserError when nothing is graded."""
    from autograder.lessons import select
    from autograder.remarks import remarks

    source, database = args.work / "results.jsonl", args.work / "gradebook.db"
    if not source.is_file() or not database.is_file():
        raise UserError(f"There is nothing graded in {args.work}: run `autograder grade --work {args.work}` first.")
    by_name, added = {lesson.name: lesson for lesson in select([])}, remarks(database)
    results = read_results(source)
    for result in track(results, "feedback", console=Console(stderr=True), transient=True):
        lesson = by_name.get(result.lesson)
        if lesson is None:
            raise UserError(f"{source} speaks of {result.lesson}, which is no lesson here: "
                            "run this in the course that was graded.")
        path = args.work / "autograded" / result.student / lesson.name / lesson.notebook.name
        notebook = nbformat.read(path, as_version=4) if path.is_file() else None
        write(args.work, lesson, Graded(result, notebook), added.get((result.student, result.lesson)))
    print(f"Feedback: {len(results)} pages in {args.work / 'feedback'}, "
          f"{len(added)} with a person's points or comments.")
    return 0
