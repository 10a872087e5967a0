"""How far grading is: count, rate and time left, for a terminal and for a log; and the table at the end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType

from rich.box import HEAVY_HEAD, SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from autograder.results import SubmissionResult

EVERY = 5.0  # seconds between two lines of a log
COLOURS = {"graded": "green", "graded_with_errors": "yellow", "missing": "dim"}
LONGEST = 40  # columns of a name: beyond them the scores would have no room
MANY = 4  # lessons; more do not fit eighty columns with their names and statuses in full
SIGNS = {"graded": "", "graded_with_errors": "e", "timeout": "t", "out_of_memory": "m", "crashed": "c",
         "invalid_notebook": "i", "missing": "–"}


class Progress:
    """Counts submissions: a bar in a terminal, a line now and then in a log."""

    def __init__(self, console: Console, total: int) -> None:
        self._console, self._total = console, total
        self._count, self._begun, self._said = 0, time.monotonic(), time.monotonic()
        self._bar = Bar(
            TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
            TextColumn("left"), TimeRemainingColumn(), console=console, disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("grading", total=total, rate="")

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._bar.stop()

    def one_more(self) -> None:
        """Another submission is done."""
        self._count += 1
        now = time.monotonic()
        rate = self._count / max(now - self._begun, 1e-9)
        self._bar.update(self._task, advance=1, rate=f"{60 * rate:.0f} a minute")
        if not self._console.is_terminal and (now - self._said > EVERY or self._count == self._total):
            self._said = now
            left = (self._total - self._count) / rate
            self._console.print(f"graded {self._count} of {self._total}, {60 * rate:.0f} a minute, {left:.0f} s left")


def table(results: Sequence[SubmissionResult]) -> Table:
    """Students down, lessons across: score and status.

    Many lessons go by their numbers, with the points possible once, above; of their statuses only what is not
    `graded` is shown, by a sign.
    """
    lessons = sorted({result.lesson for result in results})
    found = {(result.student, result.lesson): result for result in results}
    many = len(lessons) > MANY
    legend = " · ".join(f"{sign} {status}" for status, sign in SIGNS.items() if sign)
    rows = Table(caption=legend if many else None, box=SIMPLE_HEAD if many else HEAVY_HEAD, padding=(0, 1 - many))
    rows.add_column("student", no_wrap=True, max_width=LONGEST)
    most = {result.lesson: f"{result.max_score:g}" for result in results}
    for lesson in lessons:
        rows.add_column(f"{lesson[:2]}\n/{most[lesson]}" if many else lesson, no_wrap=many)
    for student in sorted({result.student for result in results}):
        rows.add_row(escape(student), *(_mark(found.get((student, lesson)), many) for lesson in lessons))
    return rows


def _mark(result: SubmissionResult | None, short: bool) -> str:
    if result is None:
        return ""
    colour = COLOURS.get(result.status, "red")
    score = f"{round(result.score, 1):g}"
    if short:
        sign = SIGNS.get(result.status, result.status)
        return f"{score} [{colour}]{sign}[/]" if sign else score
    return f"{score}/{result.max_score:g} [{colour}]{result.status}[/]"
