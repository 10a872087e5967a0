"""`python -m autograder.demo`: makes a sample class, grades it, and shows where the report is."""

from __future__ import annotations

import shutil
import sys
import time
from importlib import import_module

from rich.console import Console

from autograder.crew import Terms
from autograder.errors import UserError
from autograder.grading import grade_class
from autograder.lessons import ROOT, lessons
from autograder.progress import table
from autograder.remote import Limits
from autograder.sandbox import UNSAFE, NoWall, best

DEMO = ROOT / "demo"


def main() -> int:
    """Write demo/submitted, grade it into demo/work, print the table."""
    begun = time.monotonic()
    console = Console()
    # The class is made from the tests' answer bank, which is in the repository but not in the package.
    sample_class = import_module("tests.sample_class")
    built = [lesson for lesson in lessons() if lesson.notebook.is_file() and lesson.release.is_file()]
    if not built:
        print("No lesson is built yet. Run `autograder build` first.", file=sys.stderr)
        return 2
    shutil.rmtree(DEMO, ignore_errors=True)
    try:
        wall = best()
    except NoWall as error:
        console.print(f"{error}\nThe demo goes on without a wall; its hostile submissions stay at home.")
        wall = UNSAFE
    count = sample_class.write_class(built, DEMO / "submitted", hostile=wall is not UNSAFE)
    console.print(f"A class of {count} students hands in {len(built)} lesson{'s' * (len(built) > 1)}.")
    try:
        # Endless loops are part of the class: two seconds are enough to know them.
        terms = Terms(2, Limits(cell=2.0, total=20.0), wall)
        results, report = grade_class(built, DEMO / "submitted", DEMO / "work", terms, seed=1, console=console)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    console.print(table(results))
    console.print(f"{time.monotonic() - begun:.0f} s. Report: {report}", soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
