"""The command `autograder grade`."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

from rich.console import Console

from autograder.crew import Terms
from autograder.errors import UserError
from autograder.grading import grade_class
from autograder.intake import handed_in
from autograder.lessons import select
from autograder.progress import table
from autograder.remote import Limits
from autograder.sandbox import UNSAFE, NoWall, best


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `autograder grade`."""
    limits = Limits()
    parser.add_argument("lesson", nargs="*", metavar="LESSON",
                        help="names or numbers; those handed in when none is given")
    parser.add_argument("--submitted", type=Path, default=Path("submitted"), metavar="DIR",
                        help="folder of STUDENT/LESSON/NOTEBOOK.ipynb (submitted)")
    parser.add_argument("--work", type=Path, default=Path("graded"), metavar="DIR",
                        help="folder for everything that is written (graded)")
    parser.add_argument("--force", action="store_true", help="grade also what is graded already")
    parser.add_argument("--student", action="append", default=[], metavar="NAME", help="grade this student (again)")
    parser.add_argument("--lesson", action="append", default=[], dest="lessons", metavar="NAME",
                        help="grade this lesson (again)")
    parser.add_argument("--jobs", "-j", type=_count, default=2, metavar="N", help="workers at a time (2)")
    parser.add_argument("--cluster", default="", metavar="ADDRESS",
                        help="grade on the workers of the Dask scheduler at ADDRESS, such as tcp://host:8786")
    parser.add_argument("--seed", type=int, metavar="N",
                        help="fixed fresh cases; by default a secret kept in the work folder")
    parser.add_argument("--all-cells", action="store_true", help="run the lesson's demonstrations as well")
    parser.add_argument("--unsafe-no-sandbox", action="store_true",
                        help="run student code as yourself, without a wall; the report says so")
    parser.add_argument("--cell-seconds", type=_seconds, default=limits.cell, metavar="S",
                        help="limit for one cell or call (%(default)g)")
    parser.add_argument("--total-seconds", type=_seconds, default=limits.total, metavar="S",
                        help="limit for one submission (%(default)g)")
    parser.add_argument("--memory-mb", type=_count, default=limits.memory >> 20, metavar="MB",
                        help="limit for one submission (%(default)d)")


def run(args: argparse.Namespace) -> int:
    """Grade; exit status 0 when every submission got a status."""
    limits = Limits(args.cell_seconds, args.total_seconds, args.memory_mb << 20)
    named = [*args.lesson, *args.lessons]
    chosen = select(named) if named else handed_in(args.submitted, select([]))
    for lesson in chosen:
        if not lesson.release.is_file():
            raise UserError(f"{lesson.name}: what students were given, {lesson.release}, is missing. "
                            "Copy the folder course/ as well, or run `autograder build`.")
    try:
        wall = UNSAFE if args.unsafe_no_sandbox else None if args.cluster else best()  # a cluster's nodes have theirs
    except NoWall as error:
        raise UserError(str(error)) from None
    terms = Terms(args.jobs, limits, wall, args.all_cells, args.cluster)
    console = Console()
    again = args.force or bool(args.student) or bool(args.lessons)
    try:
        results, report = grade_class(
            chosen, args.submitted, args.work, terms, args.seed, args.student, again, console)
    except KeyboardInterrupt:
        console.print("Stopped. What was graded is kept: the same command goes on from there.")
        return 130
    console.print(table(results))
    console.print(f"Report: {report}", soft_wrap=True)
    return 0


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number of at least 1, not {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"a number of seconds above 0, not {text!r}")
    return seconds
