"""Results into nbgrader's gradebook, through its own API, so that every stock nbgrader tool can go on from there."""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode
from nbgrader.api import Gradebook, SubmittedNotebook
from nbgrader.preprocessors import CheckCellMetadata, ClearSolutions, ComputeChecksums, LockCells, SaveCells
from sqlalchemy import text

from autograder.cells import by_grade_id, exercises, manual_cells
from autograder.late import handed_in_at
from autograder.results import Graded, write_whole

if TYPE_CHECKING:
    from autograder.lessons import Lesson

COURSE_ID = "batchnorm"

# nbgrader's foreign keys carry no index: without these, a formgrader page of 1000 students takes seconds.
INDEXES = (
    ("grade", "notebook_id"),
    ("comment", "notebook_id"),
    ("submitted_notebook", "assignment_id"),
    ("submitted_assignment", "student_id"),
    ("base_cell", "notebook_id"),
    ("source_cell", "notebook_id"),
)

CONFIG = '''"""nbgrader's settings for this graded class: start nbgrader commands and formgrader in this folder."""

from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader provides it

c.CourseDirectory.course_id = {course_id!r}
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.source_directory = {source!r}
c.CourseDirectory.submitted_directory = {submitted!r}
# The course's own feedback pages are in feedback/: nbgrader's go beside them, not over them.
c.CourseDirectory.feedback_directory = "feedback_nbgrader"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "*.py", "*.pyc"]
# Formgrader shows the model answer and rubric below each answer in words; feedback never does.
c.HTMLExporter.preprocessors = ["autograder.rubric.ShowRubric"]
c.ShowRubric.solutions = {source!r}
c.Execute.timeout = 60
c.Execute.startup_timeout = 120
'''


def write(database: Path, lesson: Lesson, graded: Iterable[Graded], submitted: Path | None = None) -> None:
    """Register `lesson` and write what `graded` found, one commit a submission.

    With `submitted`, the folder it was all handed in to, the time of each handing in is kept as well.

    A person's marks (manual_score) and comments are never touched.  A student who handed in nothing
    is enrolled and gets no submission, as with nbgrader itself.  ValueError when the lesson's graded cells are others
    than those this gradebook already has submissions for.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{database.resolve()}"
    # A new database makes nbgrader call `alembic` by name: it lies beside this Python, perhaps not on the PATH.
    beside = str(Path(sys.executable).parent)
    if beside not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])
    with Gradebook(url, COURSE_ID) as book:
        for table, column in INDEXES:
            book.db.execute(text(f"CREATE INDEX IF NOT EXISTS ix_{table}_{column} ON {table} ({column})"))
        book.update_or_create_assignment(lesson.name, course_id=COURSE_ID)
        book.db.commit()
    source = lesson.source_notebook()
    released = by_grade_id(register(url, lesson, source))
    with Gradebook(url, COURSE_ID) as book:
        # nbgrader commits three times a submission: with a log ahead, none of them waits for the disk.
        book.db.execute(text("PRAGMA journal_mode=WAL"))
        book.db.execute(text("PRAGMA synchronous=NORMAL"))
        for one in graded:
            book.update_or_create_student(one.result.student)
            if one.result.status == "missing":
                continue
            book.update_or_create_submission(lesson.name, one.result.student, **_times(submitted, lesson, one))
            entry = book.find_submission_notebook(lesson.notebook.stem, lesson.name, one.result.student)
            _fill(entry, source, released, one)
            book.db.commit()


def _times(submitted: Path | None, lesson: Lesson, one: Graded) -> dict[str, datetime]:
    if submitted is None:
        return {}
    stamp = handed_in_at(submitted, one.result.student, lesson.name, lesson.notebook.name)
    return {"timestamp": stamp} if stamp else {}


def register(url: str, lesson: Lesson, source: NotebookNode) -> NotebookNode:
    """Save the lesson's cells as `nbgrader generate_assignment` does; returns the notebook as students get it."""
    resources = {"nbgrader": {"notebook": lesson.notebook.stem, "assignment": lesson.name, "db_url": url}}
    notebook = copy.deepcopy(source)
    try:
        for step in (LockCells, ClearSolutions, CheckCellMetadata, ComputeChecksums, SaveCells):
            notebook, resources = step().preprocess(notebook, resources)
    except RuntimeError as error:
        if "there are submissions" not in str(error):
            raise
        raise ValueError(f"The graded cells of {lesson.name} are not those this gradebook was begun with: "
                         "grade into a new work folder.") from error
    return notebook


def _fill(entry: SubmittedNotebook, source: NotebookNode, released: dict[str, NotebookNode], one: Graded) -> None:
    """Scores and hints of one submission, by nbgrader's own rules for what waits for a person."""
    cells = by_grade_id(one.notebook)
    silent = {name for name, cell in released.items() if name not in cells or cells[name].source == cell.source}
    manual = {cell.metadata.nbgrader.grade_id for cell in manual_cells(source)}
    for grade in entry.grades:
        if grade.name in manual:
            grade.auto_score = 0 if grade.name in silent else None
        else:
            grade.auto_score = one.points_by_cell.get(grade.name, 0)
        # A regraded answer that already has a person's mark is shown to that person again.
        grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
    said = {result.name: result.message for result in one.result.exercises if not result.passed}
    hints: dict[str, list[str]] = {}
    for exercise in exercises(source):
        if exercise.solution and said.get(exercise.name):
            hints.setdefault(exercise.solution, []).append(f"{exercise.name}: {said[exercise.name]}")
    for comment in entry.comments:
        if one.notebook is None:
            comment.auto_comment = one.result.message
        elif comment.name in silent:
            comment.auto_comment = "No response."
        else:
            comment.auto_comment = "\n".join(hints.get(comment.name, [])) or None


def write_config(work: Path, course_root: Path, submitted: Path) -> Path:
    """Write nbgrader_config.py into `work`: nbgrader and formgrader started there see this class."""
    work = work.resolve()
    path = work / "nbgrader_config.py"
    source, handed_in = str(course_root.resolve() / "solutions"), str(submitted.resolve())
    write_whole(path, CONFIG.format(course_id=COURSE_ID, source=source, submitted=handed_in))
    return path
