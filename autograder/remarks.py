"""What a person added in formgrader: points and comments, cell by cell, from the gradebook."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, BaseCell, Comment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from sqlalchemy import Select, select

from autograder.gradebook import COURSE_ID


@dataclass(frozen=True)
class Remark:
    """Of one cell: a person's points, None where they gave none, and comment, empty where they wrote none."""

    points: float | None = None
    comment: str = ""


def remarks(database: Path) -> dict[tuple[str, str], dict[str, Remark]]:
    """{(student, lesson): {grade_id of the cell: remark}} of all that a person added."""
    found: dict[tuple[str, str], dict[str, Remark]] = defaultdict(dict)
    with Gradebook(f"sqlite:///{database.resolve()}", COURSE_ID) as book:
        for student, lesson, cell, points in book.db.execute(_of(Grade, Grade.manual_score)):
            found[student, lesson][cell] = Remark(points=float(points))
        for student, lesson, cell, comment in book.db.execute(_of(Comment, Comment.manual_comment)):
            if comment.strip():
                before = found[student, lesson].get(cell, Remark())
                found[student, lesson][cell] = Remark(before.points, comment.strip())
    return dict(found)


def _of(table: type[Grade] | type[Comment], column: Any) -> Select[Any]:
    """Student, lesson, cell and `column` of `table`, wherever a person filled it."""
    return (
        select(SubmittedAssignment.student_id, Assignment.name, BaseCell.name, column)
        .select_from(table)
        .join(SubmittedNotebook, table.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .join(BaseCell, table.cell_id == BaseCell.id)
        .where(column.is_not(None))
    )
