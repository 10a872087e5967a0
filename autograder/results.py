"""What grading found, as plain data: one result per student and lesson, and how it is written down."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.errors import UserError
from autograder.files import write_whole

# Every submission ends in exactly one of these; the sentence is for the student.
STATUSES: dict[str, str] = {
    "graded": "Your answers ran.",
    "graded_with_errors": "Your notebook was graded, but one of your cells raised an error.",
    "timeout": "A cell or a function of yours did not come to an end in time: look for a loop that never stops.",
    "out_of_memory": "Your notebook asked for more memory than there is: look for an array that is far too large.",
    "crashed": "The process that ran your notebook ended before it was done: look for calls that leave Python.",
    "invalid_notebook": "Your file is not a notebook that can be read: save it in Jupyter and hand it in again.",
    "missing": "You handed in nothing for this lesson.",
}


@dataclass(frozen=True)
class ExerciseResult:
    """One graded function; `name` is the function's, `mistakes` are names of switches, `seconds` what it took."""

    name: str
    points: float
    max_points: float
    passed: bool
    mistakes: list[str] = field(default_factory=list)
    message: str = ""
    seconds: float = field(default=0.0, compare=False)  # two runs that found the same are equal


@dataclass(frozen=True)
class SubmissionResult:
    """One student's lesson.

    `score` and `max_score` count the machine-graded exercises only; prose waits for a person.
    `seconds` is wall time; `flags` are remarks for the instructor that cost no points.
    """

    student: str
    lesson: str
    status: str
    score: float
    max_score: float
    message: str
    seconds: float = 0.0
    flags: list[str] = field(default_factory=list)
    exercises: list[ExerciseResult] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"status {self.status!r} is none of {', '.join(STATUSES)}")

    def to_json(self) -> str:
        """One line of results.jsonl."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> SubmissionResult:
        """The result that `to_json` wrote; ValueError if the line is anything else."""
        try:
            data: dict[str, Any] = json.loads(line)
            return cls(**{**data, "exercises": [ExerciseResult(**exercise) for exercise in data["exercises"]]})
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"not a line of results.jsonl: {line[:80]!r}") from error


@dataclass(frozen=True)
class Graded:
    """A result with what the gradebook and the feedback need besides.

    `notebook` is the autograded notebook, None when there is none to show.  `points_by_cell` gives
    the points earned in each tests cell by its grade_id.  Not `settled` is what the grader's own fault ended: it is
    tried again when the class is graded next.
    """

    result: SubmissionResult
    notebook: NotebookNode | None
    points_by_cell: dict[str, float] = field(default_factory=dict)
    settled: bool = True


def read_results(path: Path) -> list[SubmissionResult]:
    """All results of a results.jsonl; an empty list when there is no such file, UserError when it is damaged."""
    if not path.exists():
        return []
    lines = path.read_bytes().splitlines()  # of a text these would end at every Unicode line separator as well
    try:
        return [SubmissionResult.from_json(line.decode()) for line in lines if line.strip()]
    except ValueError as error:
        raise UserError(f"{path} is damaged ({error}): run `autograder grade` again, which writes it anew.") from None


def write_results(path: Path, results: Iterable[SubmissionResult]) -> None:
    """Write results.jsonl, sorted by student then lesson."""
    lines = [result.to_json() for result in sorted(results, key=lambda r: (r.student, r.lesson))]
    write_whole(path, "".join(line + "\n" for line in lines))


def write_grades_csv(path: Path, results: Iterable[SubmissionResult]) -> None:
    """Write grades.csv: one row per student, one column per lesson, and the total."""
    results = list(results)
    lessons = sorted({result.lesson for result in results})
    scores = {(result.student, result.lesson): result.score for result in results}
    rows: list[list[object]] = [["student", *lessons, "total"]]
    for student in sorted({result.student for result in results}):
        row = [scores.get((student, lesson)) for lesson in lessons]
        total = round(sum(score for score in row if score is not None), 2)
        rows.append([tame(student), *("" if score is None else score for score in row), total])
    write_whole(path, csv_text(rows))


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """A CSV file's text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def tame(name: str) -> str:
    """A name that a spreadsheet takes for text: those starting with = + - @ would be run as formulas."""
    return "'" + name if name[:1] in ("=", "+", "-", "@", "\t", "\r") else name
