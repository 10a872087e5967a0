"""The class in one page: who stands where, which exercise is hard, which mistake to explain again on Monday."""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup

from autograder import charts
from autograder.feedback import environment, sentence
from autograder.results import STATUSES, SubmissionResult, read_results, write_whole

SIGNS = {"graded": "✓", "graded_with_errors": "!", "missing": "–"}  # anything else: ✗
WEAK = 0.4  # of all points: below it a student needs a word
MOST = 5  # mistakes shown of each exercise


@dataclass(frozen=True)
class Mistake:
    """A mistake of one exercise: its sentence, and who made it."""

    sentence: str
    who: list[str]


@dataclass
class ExerciseRow:
    """How one exercise went."""

    name: str
    tried: int = 0
    passed: int = 0
    mistakes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def commonest(self) -> list[Mistake]:
        """The most frequent mistakes first; ties by name, so that the page is the same every time."""
        order = sorted(self.mistakes.items(), key=lambda item: (-len(item[1]), item[0]))
        return [Mistake(sentence(name), who) for name, who in order[:MOST]]


@dataclass(frozen=True)
class LessonPart:
    """One lesson's section."""

    name: str
    handed_in: int
    exercises: list[ExerciseRow]
    histogram: Markup
    rates: Markup | None


def write(work: Path, results: Sequence[SubmissionResult]) -> Path:
    """Write report/index.html into `work`; returns its path."""
    path = work / "report" / "index.html"
    write_whole(path, page(results))
    return path


def page(results: Sequence[SubmissionResult]) -> str:
    """The report as one self-contained page."""
    results = sorted(results, key=lambda r: (r.student, r.lesson))
    lessons = sorted({result.lesson for result in results})
    table: dict[str, dict[str, SubmissionResult]] = {}
    for result in results:
        table.setdefault(result.student, {})[result.lesson] = result
    totals = {student: _share(row.values()) for student, row in table.items()}
    parts = [_lesson(name, [result for result in results if result.lesson == name]) for name in lessons]
    return environment().get_template("report.html.j2").render(
        lessons=lessons, table=table, totals=totals, parts=parts, statuses=STATUSES, signs=SIGNS,
        counts=Counter(result.status for result in results), number=len(results),
        mean=sum(totals.values()) / len(totals) if totals else 0.0,
        histogram=charts.scores(list(totals.values()), "All lessons"),
        flagged=[result for result in results if result.flags], words=_words(table, totals),
        seconds=sum(result.seconds for result in results),
    )


def _share(results: Any) -> float:
    results = list(results)
    most = sum(result.max_score for result in results)
    return sum(result.score for result in results) / most if most else 0.0


def _lesson(name: str, results: list[SubmissionResult]) -> LessonPart:
    rows: dict[str, ExerciseRow] = {}
    there = [result for result in results if result.status != "missing"]
    for result in there:
        for exercise in result.exercises:
            row = rows.setdefault(exercise.name, ExerciseRow(exercise.name))
            row.tried += 1
            row.passed += exercise.passed
            for mistake in exercise.mistakes:
                row.mistakes[mistake].append(result.student)
    order = list(rows.values())
    shares = [_share([result]) for result in there]
    passed, tried = [row.passed for row in order], [row.tried for row in order]
    bars = charts.rates([row.name for row in order], passed, tried, name) if order else None
    return LessonPart(name, len(there), order, charts.scores(shares, name), bars)


def _words(table: dict[str, dict[str, SubmissionResult]], totals: dict[str, float]) -> list[tuple[str, str]]:
    """Students to speak with and why: nothing handed in, a file that did not run, few points."""
    found = []
    for student, row in table.items():
        missing = [result.lesson for result in row.values() if result.status == "missing"]
        broken = [f"{r.lesson} ({r.status.replace('_', ' ')})" for r in row.values()
                  if r.status not in ("graded", "graded_with_errors", "missing")]
        why = []
        if missing:
            why.append("handed in nothing" if len(missing) == len(row) else f"nothing for {', '.join(missing)}")
        if broken:
            why.append(f"could not be run to its end: {', '.join(broken)}")
        if totals[student] < WEAK and len(missing) < len(row):
            why.append(f"{totals[student]:.0%} of the points")
        if why:
            found.append((student, "; ".join(why)))
    return sorted(found, key=lambda item: (totals[item[0]], item[0]))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `autograder report`."""
    parser.add_argument("--work", type=Path, default=Path("graded"), metavar="DIR", help="the work folder (graded)")


def run(args: argparse.Namespace) -> int:
    """Rebuild the report from results.jsonl; 2 when there is none."""
    source = args.work / "results.jsonl"
    if not source.is_file():
        print(f"There is no {source}: run `autograder grade --work {args.work}` first.", file=sys.stderr)
        return 2
    print(f"Report: {write(args.work, read_results(source))}")
    return 0
