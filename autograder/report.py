"""The class in one page: who stands where, which exercise is hard, which mistake to explain again on Monday."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from autograder import charts, tally
from autograder.errors import UserError
from autograder.feedback import environment
from autograder.files import write_whole
from autograder.results import STATUSES, SubmissionResult, read_results
from autograder.similarity import Pair
from autograder.similarity import read as read_pairs

if TYPE_CHECKING:
    from autograder.marks import InWords

SIGNS = {"graded": "✓", "graded_with_errors": "!", "missing": "–"}  # anything else: ✗
SHOWN, LONGEST = 60, 4000  # pairs of answers alike, and characters of each, that the page shows


@dataclass(frozen=True)
class LessonPart:
    """One lesson's section."""

    name: str
    handed_in: int
    exercises: list[tally.ExerciseRow]
    histogram: Markup
    rates: Markup | None


def write(work: Path, results: Sequence[SubmissionResult]) -> Path:
    """Write report/index.html into `work`, with the pairs that similar.json there lists; returns its path."""
    from autograder.marks import in_words  # nbgrader takes its time to import

    path = work / "report" / "index.html"
    said = in_words(work) if (work / "gradebook.db").is_file() else {}
    write_whole(path, page(results, read_pairs(work), said))
    return path


def page(
    results: Sequence[SubmissionResult], pairs: Sequence[Pair] = (),
    in_words: Mapping[tuple[str, str], InWords] | None = None,
) -> str:
    """The report as one self-contained page; `in_words` by (student, lesson)."""
    results = sorted(results, key=lambda r: (r.student, r.lesson))
    lessons = sorted({result.lesson for result in results})
    table: dict[str, dict[str, SubmissionResult]] = {}
    for result in results:
        table.setdefault(result.student, {})[result.lesson] = result
    totals = {student: tally.share(row.values()) for student, row in table.items()}
    rows = tally.rows(results)
    parts = [_lesson(name, [r for r in results if r.lesson == name], [r for r in rows if r.lesson == name])
             for name in lessons]
    together = Counter(pair.students for pair in pairs)  # the same two, again and again, tell more than one pair
    pairs = sorted(pairs, key=lambda pair: (-together[pair.students], pair.students if together[pair.students] > 1
                                            else ("", ""), -pair.similarity * pair.tokens, pair.students))
    return environment().get_template("report.html.j2").render(
        lessons=lessons, heads=_heads(lessons), table=table, totals=totals, parts=parts, rows=rows,
        statuses=STATUSES, signs=SIGNS,
        counts=Counter(result.status for result in results), number=len(results),
        mean=sum(totals.values()) / len(totals) if totals else 0.0,
        histogram=charts.scores(list(totals.values()), "All lessons"), commonest=tally.commonest(rows),
        flagged=[result for result in results if result.flags], words=tally.words(table, totals),
        seconds=sum(result.seconds for result in results), timed=any(any(row.seconds) for row in rows),
        pairs=pairs[:SHOWN], together=together, in_words=in_words or {}, more_pairs=len(pairs) - SHOWN, longest=LONGEST,
    )


def _heads(lessons: Sequence[str]) -> Sequence[str]:
    """Lessons by number, where that tells them apart: twelve names side by side fit no screen."""
    numbers = [name.partition("_")[0] for name in lessons]
    return numbers if len(set(numbers)) == len(lessons) and all(map(str.isdigit, numbers)) else lessons


def _lesson(name: str, results: list[SubmissionResult], rows: list[tally.ExerciseRow]) -> LessonPart:
    shares = [tally.share([result]) for result in results if result.status != "missing"]
    bars = charts.rates([r.name for r in rows], [r.passed for r in rows], [r.tried for r in rows], name)
    return LessonPart(name, len(shares), rows, charts.scores(shares, name), bars if rows else None)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `autograder report`."""
    parser.add_argument("--work", type=Path, default=Path("graded"), metavar="DIR", help="the work folder (graded)")


def run(args: argparse.Namespace) -> int:
    """Rebuild the report from results.jsonl; UserError when there is none."""
    source = args.work / "results.jsonl"
    if not source.is_file():
        raise UserError(f"There is no {source}: run `autograder grade --work {args.work}` first.")
    print(f"Report: {write(args.work, read_results(source))}")
    return 0
