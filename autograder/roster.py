"""Who a folder name is to the learning platform: read from a roster, matched exactly, never guessed."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UserError

# What the platforms' own exports call the columns, by what we call them.
ALIASES = {
    "username": ("username", "user name", "login"),
    "email": ("email", "email address", "e-mail", "mail"),
    "idnumber": ("idnumber", "id number"),
    "student": ("student", "folder", "student_id"),
}


@dataclass(frozen=True)
class Roster:
    """The rows of a roster and its columns in their order."""

    path: Path
    columns: list[str]
    rows: list[dict[str, str]]

    def column(self, name: str) -> str:
        """The column called `name`, or by one of its other names; UserError when there is none."""
        wanted = {name.casefold(), *ALIASES.get(name.casefold(), ())}
        for column in self.columns:
            if column.strip().casefold() in wanted:
                return column
        raise UserError(f"{self.path} has no column {name!r}. It has: {', '.join(self.columns)}.")

    def match(self, students: Iterable[str], name: str) -> dict[str, dict[str, str]]:
        """The row of every student whose folder name stands in column `name`; UserError if one stands there twice."""
        column = self.column(name)
        counts = Counter(row[column] for row in self.rows if row[column])
        students = set(students)
        twice = sorted(value for value, count in counts.items() if count > 1 and value in students)
        if twice:
            raise UserError(f"{self.path}: {twice[0]!r} stands {counts[twice[0]]} times in column {column!r}. "
                            "Keep one of the rows, or match by another column with --match.")
        return {row[column]: row for row in self.rows if row[column] in students}

    def strangers(self, students: Iterable[str], name: str) -> list[str]:
        """A sentence on students whom the roster does not know, and one on people on it without a folder."""
        column, students = self.column(name), list(students)
        found = self.match(students, name)
        unknown = [student for student in students if student not in found]
        absent = [row[column] or row[self.columns[0]] or "(empty)" for row in self.rows if row[column] not in found]
        notes = []
        if unknown:
            notes.append(f"{len(unknown)} not in column {column!r} of the roster, so left out: {', '.join(unknown)}.")
        if absent:
            notes.append(f"{len(absent)} in the roster without a folder, so left out: {'; '.join(absent)}.")
        return notes


def read_roster(path: Path) -> Roster:
    """A roster: a CSV with a header line, such as the platform's own export of its gradebook or participants."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UserError(f"{path} is not UTF-8 text: export it again as CSV (UTF-8).") from None
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","  # as spreadsheets of some countries write
    try:
        table = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
                 if any(map(str.strip, row))]
    except csv.Error as error:
        raise UserError(f"{path} is not a CSV ({error}): export it again.") from None
    if len(table) < 2:
        raise UserError(f"{path} holds no students: it needs a header line and a line for each.")
    columns = [column.strip() for column in table[0]]
    rows = []
    for row in table[1:]:
        said = row[0].strip()
        if said.startswith("Points Possible") or (columns[0] == "Student" and not said):
            continue  # Canvas describes its columns in them: points possible, whether marks are posted by hand
        padded = [cell.strip() for cell in row] + [""] * (len(columns) - len(row))
        rows.append(dict(zip(columns, padded, strict=False)))
    return Roster(path, columns, rows)
