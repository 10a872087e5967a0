"""What a submission costs on a cluster, measured here on one worker and two; and from it, simulated, any class."""

from __future__ import annotations

import contextlib
import io
import json
import pickle
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from rich.console import Console

from autograder import cluster, grading
from autograder.crew import Terms
from autograder.lessons import Lesson, lessons
from autograder.remote import Limits
from autograder.results import Graded
from benchmarks.simulate import Costs, simulate
from bnlib.check.exercises import all_exercises

STUDENTS, CORES = 12, 2
PLANS = ((1000, (2, 4, 16)), (10_000, (4, 16, 64)), (100_000, (16, 64, 256)))


@dataclass
class Measured:
    """A class graded on a cluster."""

    judged: list[float]
    lessons: list[str]
    first: float  # seconds from the command's start to its first result
    span: float  # from the first result to the last written
    after: float  # similarity and report
    command: float  # seconds of CPU a submission
    scheduler: float
    received: int  # bytes a submission


def main() -> None:
    """Print what was measured, how far the simulation is off, and the plan."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = hand_in(lessons(), folder / "submitted", STUDENTS)
        one, two = (measure(folder, workers) for workers in (1, 2))
        count = len(one.judged)
        kept = {part: bytes_of(folder / "work2" / part) / count for part in
                ("gradebook.db", "journal.jsonl", "results.jsonl", "autograded", "feedback", "report")}
    judged, start = without_starts(one)
    mean = sum(judged) / count
    # One worker is what the run waits for, so what its time exceeds the judging is what its node does besides.
    costs = Costs(judged, max(0.0, (one.span - start) / count - mean), one.scheduler, one.command, start)
    print(f"{count} submissions of {len(lessons())} lessons, {size / 1000:.0f} kB each; one worker: "
          f"{1000 * mean:.0f} ms run and judged, once {start:.1f} s to start with PyTorch, "
          f"{1000 * costs.besides:.0f} ms besides on the node, "
          f"{1000 * one.scheduler:.1f} ms of the scheduler's CPU, {1000 * one.command:.1f} ms of the command's")
    print(f"bytes a submission: sent {size:.0f}, received {one.received}; kept "
          + ", ".join(f"{part} {bytes_:.0f}" for part, bytes_ in kept.items()))
    for workers, seen in ((1, one), (2, two)):
        told = simulate(count, workers, costs, shared=CORES).seconds
        print(f"{workers} worker{'s' * (workers > 1)}, all on {CORES} cores: measured {seen.span:.1f} s "
              f"(first result after {seen.first:.1f} s, similarity and report {seen.after:.1f} s), "
              f"simulated {told:.1f} s, {100 * (told / seen.span - 1):+.0f} %", flush=True)
    for submissions, sizes in PLANS:
        for workers in sizes:
            found = simulate(submissions, workers, costs)
            print(f"{submissions} submissions, {workers} workers: {found.seconds / 60:.1f} min; busy: workers "
                  f"{found.workers:.0%}, command {found.command:.0%}, scheduler {found.scheduler:.0%}", flush=True)


def without_starts(seen: Measured) -> tuple[list[float], float]:
    """Seconds of each submission without those in which the one worker started, and those of its second start.

    It starts for the first submission, before there is a first result, and once more for the first that needs
    PyTorch; both are taken to cost what their lesson costs in the middle.
    """
    torch = {exercise.lesson for exercise in all_exercises().values() if exercise.torch}
    judged, start = list(seen.judged), 0.0
    for wanted in (False, True):
        first = next(k for k, lesson in enumerate(seen.lessons) if (lesson in torch) == wanted)
        usual = median(s for s, lesson in zip(seen.judged, seen.lessons, strict=True) if lesson == seen.lessons[first])
        start, judged[first] = judged[first] - usual, usual
    return judged, start


def hand_in(chosen: list[Lesson], submitted: Path, students: int) -> float:
    """Each of the class hands in every lesson, some answers right, some wrong; mean bytes of a file."""
    sample_class = import_module("tests.sample_class")
    sizes = []
    for lesson in chosen:
        for k in range(students):
            text = json.dumps(sample_class.answered(lesson, sample_class.mixed(lesson, k)))
            place = submitted / f"s{k:04d}" / lesson.name / lesson.notebook.name
            place.parent.mkdir(parents=True)
            place.write_text(text, encoding="utf-8")
            sizes.append(len(text.encode()))
    return sum(sizes) / len(sizes)


def measure(folder: Path, workers: int) -> Measured:
    """Grade the class on so many workers of one thread each, on this machine."""
    with import_module("tests.dask_cluster").cluster(folder / f"dask{workers}") as dask:
        for _ in range(workers):
            dask.worker("--no-nanny")
        with cluster._connected(dask.address) as client:
            client.wait_for_workers(workers, timeout=60)
        scheduler, me = psutil.Process(dask.scheduler.pid), psutil.Process()
        times: list[tuple[float, float, float]] = []
        found: list[Graded] = []

        def now() -> tuple[float, float, float]:
            return time.perf_counter(), sum(me.cpu_times()[:2]), sum(scheduler.cpu_times()[:2])

        def watched(results: Iterator[Graded]) -> Iterator[Graded]:
            for one in results:
                times[1:] = times[1:] or [now()]
                found.append(one)
                yield one

        @contextlib.contextmanager
        def judging(*arguments: Any) -> Iterator[Iterator[Graded]]:
            with honest(*arguments) as results:
                yield watched(results)

        honest, grading.judging = grading.judging, judging
        write, written = grading.write_grades_csv, []

        def wrote(*arguments: Any) -> None:
            written.append(now())
            write(*arguments)

        grading.write_grades_csv = wrote  # type: ignore[assignment]
        try:
            times.append(now())
            with contextlib.redirect_stdout(io.StringIO()):
                terms = Terms(1, Limits(), None, cluster=dask.address)
                grading.grade_class(lessons(), folder / "submitted", folder / f"work{workers}", terms, seed=1,
                                  console=Console(file=io.StringIO()))
        finally:
            grading.judging, grading.write_grades_csv = honest, write
    (start, *_), (first, command, passed) = times
    (last, command_then, passed_then), count = written[0], len(found)
    return Measured([one.result.seconds for one in found], [one.result.lesson for one in found],
                    first - start, last - first, time.perf_counter() - last,
                    (command_then - command) / count, (passed_then - passed) / count,
                    sum(len(pickle.dumps(one)) for one in found) // count)


def bytes_of(path: Path) -> int:
    """Of a file, or of all files in a folder."""
    return sum(one.stat().st_size for one in [path, *path.rglob("*")] if one.is_file())


if __name__ == "__main__":
    main()
