"""Everybody's points, machine's and person's together, from the gradebooks of one or several work folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.errors import UserError
from autograder.gradebook import COURSE_ID
from autograder.late import Due

KEEP = ("best", "last")


@dataclass(frozen=True)
class Mark:
    """One submission that counts: `earned` points of `max_points`, and what lateness takes of them in percent.

    `waiting` says that a person has yet to look at an answer in words; `work` is the folder it was graded in.
    """

    earned: float
    max_points: float
    handed_in: datetime | None
    work: Path
    waiting: bool = False
    penalty: float = 0.0

    @property
    def points(self) -> float:
        """What counts."""
        return self.earned * (1 - self.penalty / 100)


@dataclass
class Marks:
    """The class: points possible by lesson, every student's mark by lesson, and what is worth telling."""

    lessons: dict[str, float] = field(default_factory=dict)
    students: dict[str, dict[str, Mark]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_marks(works: Sequence[Path], due: Mapping[str, Due] | None = None, keep: str = "best") -> Marks:
    """The marks of a class; UserError when a folder holds no gradebook or they disagree on a lesson's points.

    Each work folder is one round of handing in; of several submissions to a lesson the one with most points
    after the penalty counts (`keep="best"`), or the one handed in last (`keep="last"`).
    """
    due = due or {}
    found = Marks()
    timeless: set[str] = set()
    for work in works:
        for lesson, student, mark in _submissions(work, found):
            rule = due.get(lesson)
            if rule and mark.handed_in:
                mark = Mark(mark.earned, mark.max_points, mark.handed_in, work, mark.waiting,
                            rule.penalty(student, mark.handed_in))
            elif rule:
                timeless.add(f"{student} ({lesson})")
            row = found.students[student]
            row[lesson] = _choose(row[lesson], mark, keep) if lesson in row else mark
    found.lessons = dict(sorted(found.lessons.items()))
    found.students = dict(sorted(found.students.items()))
    waiting = [f"{student} ({lesson})" for student, row in found.students.items()
               for lesson, mark in sorted(row.items()) if mark.waiting]
    _note(found, waiting, "with answers in words that a person has yet to look at")
    _note(found, sorted(timeless), "without a time of handing in, so without a penalty")
    _note(found, sorted(set(due) - set(found.lessons)), "in the due dates, but graded nowhere")
    extended = {student for rule in due.values() for student in rule.extensions}
    _note(found, sorted(extended - set(found.students)), "with an extension, but no such student")
    return found


def _submissions(work: Path, found: Marks) -> list[tuple[str, str, Mark]]:
    database = work / "gradebook.db"
    if not database.is_file():
        raise UserError(f"There is no {database}: run `autograder grade --work {work}` first.")
    rows = []
    with Gradebook(f"sqlite:///{database.resolve()}", COURSE_ID) as book:
        for student in book.students:
            found.students.setdefault(student.id, {})
        for assignment in book.assignments:
            most = float(assignment.max_score)
            if found.lessons.setdefault(assignment.name, most) != most:
                raise UserError(f"{assignment.name} is worth {most:g} points in {work} and "
                                f"{found.lessons[assignment.name]:g} in another work folder.")
            for one in book.submission_dicts(assignment.name):
                stamp = one["timestamp"]
                mark = Mark(float(one["score"]), most, stamp.replace(tzinfo=UTC) if stamp else None, work,
                            bool(one["needs_manual_grade"]))
                rows.append((assignment.name, one["student"], mark))
    return rows


@dataclass(frozen=True)
class InWords:
    """Answers in words of one submission: points that a person gave, of how many, and whether one waits."""

    points: float
    max_points: float
    waiting: bool


def in_words(work: Path) -> dict[tuple[str, str], InWords]:
    """What answers in words earned so far in the gradebook of `work`, by (student, lesson) where there are any."""
    with Gradebook(f"sqlite:///{(work / 'gradebook.db').resolve()}", COURSE_ID) as book:
        return {
            (one["student"], assignment.name): InWords(
                float(one["written_score"]), float(one["max_written_score"]), bool(one["needs_manual_grade"]))
            for assignment in book.assignments for one in book.submission_dicts(assignment.name)
            if one["max_written_score"]
        }


def _choose(before: Mark, now: Mark, keep: str) -> Mark:
    """The one of two submissions that counts; `now` is from a later work folder."""
    if keep == "best":
        return now if now.points > before.points else before
    if before.handed_in and now.handed_in and before.handed_in > now.handed_in:
        return before
    return now


def _note(found: Marks, names: Sequence[str], what: str) -> None:
    if names:
        shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
        found.notes.append(f"{len(names)} {what}: {shown}.")


def rounded(points: float, decimals: int) -> str:
    """Points in plain digits, halves away from zero; sums of floats are first cleared of their last-digit noise."""
    exact = Decimal(repr(round(points, 9)))
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"
