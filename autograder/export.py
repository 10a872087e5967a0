"""`autograder export`: the class's marks as Canvas and Moodle import them, as CSV, or as JSON."""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UserError
from autograder.files import write_whole
from autograder.late import read_due
from autograder.marks import KEEP, Mark, Marks, read_marks, rounded
from autograder.results import csv_text, tame
from autograder.roster import Roster, read_roster

CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MATCHED_BY = {"canvas": "SIS Login ID", "moodle": "username"}
MOODLE_IDS = ("username", "email", "idnumber")


@dataclass(frozen=True)
class Form:
    """How numbers are written: `decimals`, points or percent of the points possible, and what stands for nothing."""

    decimals: int = 2
    percent: bool = False
    missing: str = "blank"

    def cell(self, mark: Mark | None, most: float) -> str:
        """One student's lesson."""
        if mark is None and self.missing == "blank":
            return ""
        points = mark.points if mark else 0.0
        return rounded(100 * points / most if self.percent and most else points, self.decimals)

    def most(self, points: float) -> str:
        """The points possible."""
        return rounded(100 if self.percent else points, self.decimals)


def canvas(marks: Marks, roster: Roster, match: str, form: Form) -> str:
    """A gradebook CSV: Canvas finds students by ID, SIS User ID or SIS Login ID, an assignment by its title.

    Where the roster is Canvas's own export and already has a column `lesson (1234)`, that title with its number
    is used, so that the points go to that assignment and no new one is made.  Source: Canvas's open code,
    lib/gradebook_importer.rb.
    """
    columns = [column for column in CANVAS_COLUMNS if column in roster.columns]
    if "SIS Login ID" not in columns and "SIS User ID" in columns:
        columns.remove("SIS User ID")  # Canvas takes the one only together with the other
    if columns[:2] != ["Student", "ID"] or columns[-1] != "Section":
        raise UserError(f"{roster.path} has no columns Student, ID and Section: export the gradebook from Canvas "
                        "and give that file as --roster.")
    found = roster.match(marks.students, match)
    titles = [next((column for column in roster.columns if re.fullmatch(rf"{re.escape(lesson)} \(\d+\)", column)),
                   lesson) for lesson in marks.lessons]
    worth = [form.most(most) for most in marks.lessons.values()]
    possible = ["    Points Possible", *[""] * (len(columns) - 1), *worth]
    rows = [[*(found[student][column] for column in columns), *_cells(marks, student, form)] for student in found]
    return csv_text([[*columns, *titles], possible, *rows])


def moodle(marks: Marks, roster: Roster, match: str, form: Form, identity: str = "username") -> str:
    """A grade import CSV: one column that identifies the user, one a lesson; an empty cell is no grade."""
    column = roster.column(identity)
    found = roster.match(marks.students, match)
    nameless = sorted(student for student, row in found.items() if not row[column])
    if nameless:
        raise UserError(f"{roster.path}: column {column!r} is empty for {', '.join(nameless)}.")
    rows = [[found[student][column], *_cells(marks, student, form)] for student in found]
    return csv_text([[identity, *marks.lessons], *rows])


def plain(marks: Marks, form: Form) -> str:
    """A CSV for spreadsheets: student, lessons, total."""
    rows = [[tame(student), *_cells(marks, student, form), _total(marks, student, form)] for student in marks.students]
    return csv_text([["student", *marks.lessons, "total"], *rows])


def as_json(marks: Marks, form: Form) -> str:
    """All there is to say of each mark, for other programs; points are numbers, rounded as asked."""
    def one(mark: Mark) -> dict[str, object]:
        return {
            "points": float(rounded(mark.points, form.decimals)), "earned": float(rounded(mark.earned, form.decimals)),
            "max_points": mark.max_points, "late_penalty_percent": mark.penalty, "waits_for_a_person": mark.waiting,
            "handed_in": mark.handed_in.isoformat() if mark.handed_in else None, "work": str(mark.work),
        }

    students = [{"student": student, "total": float(_total(marks, student, form)),
                 "lessons": {lesson: one(row[lesson]) for lesson in marks.lessons if lesson in row}}
                for student, row in marks.students.items()]
    return json.dumps({"lessons": marks.lessons, "students": students}, indent=1, ensure_ascii=False) + "\n"


def _cells(marks: Marks, student: str, form: Form) -> list[str]:
    return [form.cell(marks.students[student].get(lesson), most) for lesson, most in marks.lessons.items()]


def _total(marks: Marks, student: str, form: Form) -> str:
    points, most = sum(mark.points for mark in marks.students[student].values()), sum(marks.lessons.values())
    return rounded(100 * points / most if form.percent and most else points, form.decimals)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `autograder export`."""
    parser.add_argument("--to", choices=("canvas", "moodle", "csv", "json"), required=True, help="the format")
    parser.add_argument("--work", type=Path, action="append", metavar="DIR",
                        help="a work folder (graded); given several times, each is one round of handing in")
    parser.add_argument("--keep", choices=KEEP, default="best", help="which of several submissions counts (best)")
    parser.add_argument("--due", type=Path, metavar="FILE", help="YAML of due dates, late penalties and extensions")
    parser.add_argument("--roster", type=Path, metavar="FILE", help="CSV of the platform's students; Canvas and Moodle")
    parser.add_argument("--match", metavar="COLUMN", help="the roster's column that holds the students' folder names "
                        "(SIS Login ID for Canvas, username for Moodle)")
    parser.add_argument("--id", choices=MOODLE_IDS, default="username", help="how Moodle is to find users (username)")
    parser.add_argument("--percent", action="store_true", help="percent of the points possible in place of points")
    parser.add_argument("--decimals", type=int, choices=range(7), default=2, help="digits after the point (2)")
    parser.add_argument("--missing", choices=("blank", "zero"), default="blank",
                        help="what stands where nothing was handed in (blank: the platform decides)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the file to write (grades_FORMAT in the work folder)")


def run(args: argparse.Namespace) -> int:
    """Write the file; say on stderr whom it leaves out, and what is not settled yet."""
    works = args.work or [Path("graded")]
    marks = read_marks(works, read_due(args.due) if args.due else None, args.keep)
    form = Form(args.decimals, args.percent, args.missing)
    notes = list(marks.notes)
    if args.to in MATCHED_BY:
        if not args.roster:
            raise UserError(f"{args.to.title()} knows students by ids of its own: give --roster, a CSV with them.")
        roster, match = read_roster(args.roster), args.match or MATCHED_BY[args.to]
        notes += roster.strangers(marks.students, match)
    if args.to == "canvas":
        text = canvas(marks, roster, match, form)
    elif args.to == "moodle":
        text = moodle(marks, roster, match, form, args.id)
    else:
        text = plain(marks, form) if args.to == "csv" else as_json(marks, form)
    out = args.out or works[-1] / f"grades_{args.to}.{'json' if args.to == 'json' else 'csv'}"
    write_whole(out, text)
    for note in notes:
        print(note, file=sys.stderr)
    many = "s" * (len(marks.lessons) != 1)
    print(f"Marks of {len(marks.students)} students in {len(marks.lessons)} lesson{many}: {out}")
    return 0
