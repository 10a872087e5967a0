"""Rows of nbgrader's gradebook for a batch of submissions: found or made, then filled, a few statements for all.

nbgrader's own API takes 10 to 20 ms a submission (each commits three times and loads what it links to); these are its
own tables and its own rules (`Gradebook.add_submission`), in bulk.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.utils import parse_utc
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

SLICE = 500  # names in one statement: SQLite takes some thousands


class Entry:
    """One submission's notebook in the gradebook: its grades and comments by the name of their cell."""

    def __init__(self) -> None:
        self.grades: dict[str, dict[str, Any]] = {}
        self.comments: dict[str, dict[str, Any]] = {}


def enrol(db: Session, students: Sequence[str]) -> None:
    """Add those students that are not in the gradebook."""
    known: set[str] = set()
    for names in _sliced(students):
        known |= set(db.execute(select(Student.id).where(Student.id.in_(names))).scalars())
    new = [{"id": name} for name in dict.fromkeys(students) if name not in known]
    if new:
        db.execute(insert(Student), new)


def entries(db: Session, assignment: str, notebook: str, students: Sequence[str]) -> dict[str, Entry]:
    """The notebook's entry of each student, made with all its grades and comments where there is none."""
    made = _notebooks(db, assignment, notebook, students)
    cells = db.execute(select(BaseCell.id, BaseCell.name, BaseCell.type).where(BaseCell.notebook_id == notebook)).all()
    for table, kinds in ((Grade, ("GradeCell", "TaskCell")), (Comment, ("SolutionCell", "TaskCell"))):
        rows = [{"id": _new(), "notebook_id": one, "cell_id": cell.id}
                for one, new in made.values() if new for cell in cells if cell.type in kinds]
        if rows:
            db.execute(insert(table), rows)
    names = {cell.id: cell.name for cell in cells}
    found: dict[str, Entry] = defaultdict(Entry)
    whose = {one: student for student, (one, _) in made.items()}
    for ids in _sliced(list(whose)):
        for row in db.execute(select(Grade.id, Grade.notebook_id, Grade.cell_id, Grade.manual_score)
                              .where(Grade.notebook_id.in_(ids))):
            found[whose[row.notebook_id]].grades[names[row.cell_id]] = {"id": row.id, "manual_score": row.manual_score}
        for row in db.execute(select(Comment.id, Comment.notebook_id, Comment.cell_id)
                              .where(Comment.notebook_id.in_(ids))):
            found[whose[row.notebook_id]].comments[names[row.cell_id]] = {"id": row.id}
    return found


def save(db: Session, filled: Sequence[Entry]) -> None:
    """Write the scores and comments of these entries; manual scores and comments are never touched."""
    grades = [{"id": row["id"], "auto_score": row["auto_score"], "needs_manual_grade": row["needs_manual_grade"]}
              for entry in filled for row in entry.grades.values()]
    comments = [row for entry in filled for row in entry.comments.values()]
    for table, rows in ((Grade, grades), (Comment, comments)):
        if rows:
            db.execute(update(table), rows)


def stamp(db: Session, assignment: str, times: dict[str, datetime]) -> None:
    """Keep when each student handed in; nbgrader keeps UTC without saying so."""
    table = SubmittedAssignment.__table__
    rows = [{"who": student, "at": parse_utc(at)} for student, at in times.items()]
    if rows:
        db.connection().execute(
            update(table).where(table.c.assignment_id == assignment, table.c.student_id == bindparam("who"))
            .values(timestamp=bindparam("at")), rows)


def notebook_id(db: Session, assignment: str, name: str) -> str:
    """The id of a lesson's notebook."""
    return str(db.execute(select(Notebook.id).where(Notebook.assignment_id == assignment, Notebook.name == name))
               .scalar_one())


def submitted(db: Session, assignment: str, notebook: str, students: Sequence[str]) -> dict[str, str]:
    """{student: id of the submitted notebook} of those that have one."""
    found: dict[str, str] = {}
    for names in _sliced(students):
        known = (select(SubmittedAssignment.student_id, SubmittedNotebook.id)
                 .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                 .where(SubmittedAssignment.assignment_id == assignment, SubmittedAssignment.student_id.in_(names),
                        SubmittedNotebook.notebook_id == notebook))
        found |= {student: one for student, one in db.execute(known)}
    return found


def _notebooks(db: Session, assignment: str, notebook: str, students: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """{student: (id of the submitted notebook, whether it is new)}, made where there is none."""
    found = {student: (one, False) for student, one in submitted(db, assignment, notebook, students).items()}
    new = [(student, _new(), _new()) for student in dict.fromkeys(students) if student not in found]
    if new:
        db.execute(insert(SubmittedAssignment), [
            {"id": submission, "assignment_id": assignment, "student_id": student} for student, submission, _ in new])
        db.execute(insert(SubmittedNotebook), [
            {"id": one, "assignment_id": submission, "notebook_id": notebook} for _, submission, one in new])
    return {**found, **{student: (one, True) for student, _, one in new}}


def _new() -> str:
    return uuid.uuid4().hex


def _sliced(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[k:k + SLICE] for k in range(0, len(names), SLICE)]
