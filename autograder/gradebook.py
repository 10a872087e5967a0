"""Results into nbgrader's gradebook, so that every stock nbgrader tool can go on from there."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import nbgrader
from alembic.config import Config
from alembic.script import ScriptDirectory
from nbformat import NotebookNode
from nbgrader.api import Base, Gradebook
from nbgrader.preprocessors import CheckCellMetadata, ClearSolutions, ComputeChecksums, LockCells, SaveCells
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

from autograder import rows
from autograder.cells import by_grade_id, exercises, manual_cells
from autograder.errors import UserError
from autograder.files import write_whole
from autograder.late import handed_in_at
from autograder.lessons import Lesson
from autograder.results import Graded

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
# What students wrote or showed is rid of scripts: formgrader runs with your rights.
c.HTMLExporter.filters = {{"strip_files_prefix": "autograder.rubric.without_scripts"}}
c.Execute.timeout = 60
c.Execute.startup_timeout = 120
'''


class Book:
    """An open gradebook; the one writer of its database.

    With `submitted`, the folder it was all handed in to, the time of each handing in is kept as well.

    A person's marks (manual_score) and comments are never touched.  A student who handed in nothing
    is enrolled and gets no submission, as with nbgrader itself; one whose file is gone since keeps it, at 0 points.
    """

    def __init__(self, database: Path, submitted: Path | None = None) -> None:
        self._submitted = submitted
        database.parent.mkdir(parents=True, exist_ok=True)
        self._url = f"sqlite:///{database.resolve()}"
        if not database.exists():
            _create(database)
        self._released: dict[str, dict[str, NotebookNode]] = {}
        try:
            self._book = Gradebook(self._url, COURSE_ID)
        except DatabaseError as error:
            raise UserError(f"{database} cannot be used ({error.orig}): take it away, and it is made anew and filled "
                            "again; a person's marks in it are lost.") from None
        db = self._book.db
        # With a log ahead a killed writer leaves a database that is whole.  A commit waits for the disk, since the
        # grader's journal, which says that a submission is done, must not outlive it.
        db.execute(text("PRAGMA journal_mode=WAL"))
        db.execute(text("PRAGMA synchronous=FULL"))
        for table, column in INDEXES:
            db.execute(text(f"CREATE INDEX IF NOT EXISTS ix_{table}_{column} ON {table} ({column})"))
        db.commit()

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def write(self, lesson: Lesson, graded: Sequence[Graded]) -> None:
        """Write what `graded` found, all in one commit.

        UserError when the lesson's graded cells are others than those this gradebook already has submissions for.
        """
        source, db = lesson.source_notebook(), self._book.db
        if lesson.name not in self._released:
            assignment = self._book.update_or_create_assignment(lesson.name, course_id=COURSE_ID)
            db.commit()
            self._released[lesson.name] = by_grade_id(register(self._url, lesson, source))
        assignment = self._book.find_assignment(lesson.name).id
        rows.enrol(db, [one.result.student for one in graded])
        notebook = rows.notebook_id(db, assignment, lesson.notebook.stem)
        before = rows.submitted(db, assignment, notebook, [one.result.student for one in graded])
        there = {one.result.student: one for one in graded
                 if one.result.status != "missing" or one.result.student in before}
        entries = rows.entries(db, assignment, notebook, list(there))
        for student, entry in entries.items():
            _fill(entry, source, self._released[lesson.name], there[student])
        rows.save(db, list(entries.values()))
        rows.stamp(db, assignment, _times(self._submitted, lesson, list(there)))
        db.commit()


def _create(database: Path) -> None:
    """Make a new database as nbgrader does, but for the program `alembic` it calls, which may not be on the PATH.

    It is made beside and renamed: SQLite commits table by table, so a killed maker would leave a few of them.
    """
    part = database.with_name(database.name + ".part")
    for left in (part, part.with_name(part.name + "-journal")):
        left.unlink(missing_ok=True)
    migrations = Config()
    migrations.set_main_option("script_location", str(Path(nbgrader.__file__).parent / "alembic"))
    engine = create_engine(f"sqlite:///{part.resolve()}")
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"),
                           {"head": ScriptDirectory.from_config(migrations).get_current_head()})
    engine.dispose()
    os.replace(part, database)


def write(database: Path, lesson: Lesson, graded: Iterable[Graded], submitted: Path | None = None) -> None:
    """Write one lesson's results into the gradebook `database`, made where there is none."""
    with Book(database, submitted) as book:
        book.write(lesson, list(graded))


def _times(submitted: Path | None, lesson: Lesson, students: Sequence[str]) -> dict[str, datetime]:
    """When each of them handed in, as far as it is known."""
    if submitted is None:
        return {}
    times = {who: handed_in_at(submitted, who, lesson.name, lesson.notebook.name) for who in students}
    return {who: at for who, at in times.items() if at}


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
        raise UserError(f"The graded cells of {lesson.name} are not those this gradebook was begun with: "
                        "grade into a new work folder, with --work.") from None
    return notebook


def _fill(entry: rows.Entry, source: NotebookNode, released: dict[str, NotebookNode], one: Graded) -> None:
    """Scores and hints of one submission, by nbgrader's own rules for what waits for a person."""
    cells = by_grade_id(one.notebook)
    silent = {name for name, cell in released.items() if name not in cells or cells[name].source == cell.source}
    manual = {cell.metadata.nbgrader.grade_id for cell in manual_cells(source)}
    for name, grade in entry.grades.items():
        if name in manual:
            grade["auto_score"] = 0 if name in silent else None
        else:
            grade["auto_score"] = one.points_by_cell.get(name, 0)
        # A regraded answer that already has a person's mark is shown to that person again.
        grade["needs_manual_grade"] = grade["auto_score"] is None or grade["manual_score"] is not None
    said = {result.name: result.message for result in one.result.exercises if not result.passed}
    hints: dict[str, list[str]] = {}
    for exercise in exercises(source):
        if exercise.solution and said.get(exercise.name):
            hints.setdefault(exercise.solution, []).append(f"{exercise.name}: {said[exercise.name]}")
    for name, comment in entry.comments.items():
        if one.notebook is None:
            comment["auto_comment"] = one.result.message
        elif name in silent:
            comment["auto_comment"] = "No response."
        else:
            comment["auto_comment"] = "\n".join(hints.get(name, [])) or None


def write_config(work: Path, course_root: Path, submitted: Path) -> Path:
    """Write nbgrader_config.py into `work`: nbgrader and formgrader started there see this class."""
    work = work.resolve()
    path = work / "nbgrader_config.py"
    source, handed_in = str(course_root.resolve() / "solutions"), str(submitted.resolve())
    write_whole(path, CONFIG.format(course_id=COURSE_ID, source=source, submitted=handed_in))
    return path
