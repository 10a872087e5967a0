"""`autograder grade`: a class in, scores, gradebook, feedback and report out."""

from __future__ import annotations

import argparse
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

import nbformat
from rich.console import Console

from autograder import judge
from autograder.intake import InvalidNotebook, Missing, Submission, handed_in, students
from autograder.lessons import Lesson, lessons, select
from autograder.paper import Paper, draw, secret_key
from autograder.progress import Progress, table
from autograder.remote import Limits, Server, WorkerError
from autograder.results import Graded, SubmissionResult, read_results, write_grades_csv, write_results, write_whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `autograder grade`."""
    limits = Limits()
    parser.add_argument("lesson", nargs="*", help="names or numbers; those handed in when none is given")
    parser.add_argument("--submitted", type=Path, default=Path("submitted"), help="folder of STUDENT/LESSON/*.ipynb")
    parser.add_argument("--work", type=Path, default=Path("graded"), help="folder for everything that is written")
    parser.add_argument("--jobs", "-j", type=_count, default=2, help="workers at a time (default: 2)")
    parser.add_argument("--seed", type=int, help="fixed fresh cases; by default a secret kept in the work folder")
    parser.add_argument("--all-cells", action="store_true", help="run the lesson's demonstrations as well")
    parser.add_argument("--cell-seconds", type=float, default=limits.cell, help="limit for one cell or call")
    parser.add_argument("--total-seconds", type=float, default=limits.total, help="limit for one submission")
    parser.add_argument("--memory-mb", type=_count, default=limits.memory >> 20, help="limit for one submission")


def run(args: argparse.Namespace) -> int:
    """Grade; exit status 0 when every submission got a status."""
    limits = Limits(args.cell_seconds, args.total_seconds, args.memory_mb << 20)
    chosen = select(args.lesson) if args.lesson else handed_in(args.submitted, lessons())
    console = Console()
    results, report = grade_class(
        chosen, args.submitted, args.work, args.jobs, args.seed, limits, args.all_cells, console)
    console.print(table(results))
    console.print(f"Report: {report}", soft_wrap=True)
    return 0


def grade_class(
    chosen: Sequence[Lesson], submitted: Path, work: Path, jobs: int = 2, seed: int | None = None,
    limits: Limits | None = None, all_cells: bool = False, console: Console | None = None,
) -> tuple[list[SubmissionResult], Path]:
    """Grade every student of `submitted` in the `chosen` lessons; the results, and the report's path.

    Results of other lessons that the work folder holds already stay in its tables.
    """
    import torch  # diagnosis computes with it

    from autograder import feedback, gradebook, report, similarity

    torch.set_num_threads(1)  # several judges share the cores
    console = console or Console(file=sys.stderr)
    key = secret_key(work, seed)
    papers = {lesson.name: draw(lesson.name, lesson.source_notebook(), key) for lesson in chosen}
    waiting = [Submission(student, lesson) for student in students(submitted) for lesson in chosen]
    begun = time.monotonic()
    graded: list[Graded] = []
    with Progress(console, len(waiting)) as progress:
        for one in _judged(waiting, papers, submitted, min(jobs, len(waiting)), limits or Limits(), all_cells):
            graded.append(one)
            progress.one_more()
    console.print(f"{len(waiting)} submissions in {time.monotonic() - begun:.1f} s; writing feedback and report.")
    for lesson in chosen:
        mine = [one for one in graded if one.result.lesson == lesson.name]
        for one in mine:
            _keep(work, lesson, one)
            feedback.write(work, lesson, one)
        with warnings.catch_warnings():
            # nbgrader's own objects, added to its session in another order than SQLAlchemy likes
            warnings.filterwarnings("ignore", "Object of type .* not in session")
            gradebook.write(work / "gradebook.db", lesson, mine, submitted)
    if chosen:
        gradebook.write_config(work, chosen[0].script.parents[2], submitted)
    results = _merged(work, [one.result for one in graded])
    write_grades_csv(work / "grades.csv", results)
    write_results(work / "results.jsonl", results)
    similarity.write(work, chosen)
    return results, report.write(work, results)


def _judged(
    waiting: Sequence[Submission], papers: dict[str, Paper], submitted: Path, jobs: int, limits: Limits, all_cells: bool
) -> Iterator[Graded]:
    """Results as they come, from `jobs` workers at a time."""
    # Demonstrations may use PyTorch; the answers of these lessons need none.
    with _servers(jobs, limits, () if all_cells else ("torch",)) as free, ThreadPoolExecutor(jobs) as threads:

        def one(submission: Submission) -> Graded:
            server = free.get()
            try:
                return grade_one(submission, papers[submission.lesson.name], submitted, server, all_cells)
            finally:
                free.put(server)

        for future in as_completed([threads.submit(one, submission) for submission in waiting]):
            yield future.result()


@contextmanager
def _servers(jobs: int, limits: Limits, refuse: tuple[str, ...]) -> Iterator[SimpleQueue[Server]]:
    """`jobs` servers, started side by side, ended with the block."""
    servers = [Server(refuse, limits) for _ in range(jobs)]
    starters = [threading.Thread(target=server.start) for server in servers]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    free: SimpleQueue[Server] = SimpleQueue()
    for server in servers:
        free.put(server)
    try:
        yield free
    finally:
        for server in servers:
            server.close()


def grade_one(
    submission: Submission, paper: Paper, submitted: Path, server: Server, all_cells: bool = False
) -> Graded:
    """One submission's result, whatever it holds."""
    try:
        notebook = submission.read(submitted)
    except Missing as error:
        return judge.ungraded(paper, submission.student, "missing", str(error))
    except InvalidNotebook as error:
        return judge.ungraded(paper, submission.student, "invalid_notebook", str(error))
    try:
        try:
            return judge.grade(paper, submission.student, notebook, server, all_cells)
        except WorkerError:
            server.close()  # a second try on a fresh server: the first may not have been this submission's doing
        return judge.grade(paper, submission.student, notebook, server, all_cells)
    except WorkerError as error:
        return judge.ungraded(paper, submission.student, "crashed", str(error))
    except Exception as error:  # a fault of the grader's own must not cost the rest of the class anything
        traceback.print_exc()
        server.close()
        told = "The grader itself failed here; your instructor has been told."
        return judge.ungraded(paper, submission.student, "crashed", told, [f"fault of the grader: {error!r}"[:500]])


def _keep(work: Path, lesson: Lesson, one: Graded) -> None:
    """Write the autograded notebook; take away an older one where there is none now."""
    path = work / "autograded" / one.result.student / lesson.name / lesson.notebook.name
    if one.notebook is None:
        path.unlink(missing_ok=True)
    else:
        write_whole(path, nbformat.writes(one.notebook, version=nbformat.NO_CONVERT) + "\n")


def _merged(work: Path, fresh: Sequence[SubmissionResult]) -> list[SubmissionResult]:
    """What the work folder held, with `fresh` in place of what was graded again."""
    every = {(r.student, r.lesson): r for r in (*read_results(work / "results.jsonl"), *fresh)}
    return [every[key] for key in sorted(every)]


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"a number of at least 1, not {text}")
    return number
