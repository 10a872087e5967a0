"""What a class costs: seconds a submission for grading, gradebook and report, on this machine."""

from __future__ import annotations

import contextlib
import io
import tempfile
import time
from pathlib import Path

from autograder import cli, report
from autograder.lessons import lessons
from autograder.results import read_results

COPIES = 40


def main() -> None:
    """Grade the solved notebooks of every lesson, handed in by forty students, and write the class report."""
    with tempfile.TemporaryDirectory() as folder:
        submitted, work = Path(folder) / "submitted", Path(folder) / "work"
        for lesson in lessons():
            for k in range(COPIES):
                place = submitted / f"student{k:02d}" / lesson.name / lesson.notebook.name
                place.parent.mkdir(parents=True)
                place.write_bytes(lesson.notebook.read_bytes())
        begun = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            cli.main(["grade", "--submitted", str(submitted), "--work", str(work), "--jobs", "2"])
        seconds = time.perf_counter() - begun
        results = read_results(work / "results.jsonl")
        full = sum(result.score == result.max_score for result in results)
        alone = sum(result.seconds for result in results) / len(results)
        begun = time.perf_counter()
        report.write(work, results)
        print(f"{len(results)} submissions, {full} with full marks: {seconds:.1f} s in all, "
              f"{60 * len(results) / seconds:.0f} a minute; run and judged {1000 * alone:.0f} ms each; "
              f"the report {time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main()
