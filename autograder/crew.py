"""Several workers at a time: submissions in, results out as they come, each whatever its submission holds."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from queue import SimpleQueue

from autograder import judge
from autograder.errors import UserError
from autograder.intake import InvalidNotebook, Missing, Submission, parse
from autograder.paper import Paper
from autograder.remote import Limits, Server, WorkerError
from autograder.results import Graded
from autograder.sandbox import Wall

GRADERS_FAULT = "But it was the grader itself that failed here, not you: your instructor has been told."
NO_DASK = ("--cluster needs Dask, which is not installed here: `pip install -c constraints.txt -e '.[cluster]'`, "
           "here and on every node.")


@dataclass(frozen=True)
class Terms:
    """How submissions are run: workers at a time, limits for each, the wall, and whether demonstrations run too.

    `wall` None is the best there is where they run.  With `cluster`, the address of a Dask scheduler, they run on its
    workers, as many at a time as these have threads.
    """

    jobs: int
    limits: Limits
    wall: Wall | None
    all_cells: bool = False
    cluster: str = ""

    def torch(self, paper: Paper) -> bool:
        """Whether a worker for this paper must hold PyTorch."""
        return self.all_cells or paper.torch


@contextmanager
def judging(
    waiting: Sequence[Submission], papers: dict[str, Paper], submitted: Path, terms: Terms
) -> Iterator[Iterator[Graded]]:
    """Results as they come; workers start with the block, beside whatever it does before it asks for the first.

    Lessons whose answers need PyTorch come after the others, in workers that hold it.  UserError, a sentence, when
    there is no grading on the cluster that was named.
    """
    if terms.cluster:
        try:
            from autograder import cluster
        except ModuleNotFoundError:
            raise UserError(NO_DASK) from None
        with closing(cluster.judged(waiting, papers, submitted, terms)) as results:
            yield results
        return
    with ExitStack() as stack:
        found: list[Iterator[Graded]] = []
        for torch in (False, True):
            some = [s for s in waiting if terms.torch(papers[s.lesson.name]) == torch]
            if some:
                crew = stack.enter_context(_crew(min(terms.jobs, len(some)), terms, torch))
                found.append(_judged(some, papers, submitted, terms, crew))
        yield chain.from_iterable(found)


@dataclass(frozen=True)
class _Crew:
    """Threads that judge, and the servers that are free, as many."""

    threads: ThreadPoolExecutor
    free: SimpleQueue[Server]


@contextmanager
def _crew(jobs: int, terms: Terms, torch: bool) -> Iterator[_Crew]:
    """`jobs` servers, which start at once and end with the block."""
    servers = [Server(torch, terms.limits, terms.wall) for _ in range(jobs)]
    crew = _Crew(ThreadPoolExecutor(jobs), SimpleQueue())

    def start(server: Server) -> None:
        try:
            with suppress(WorkerError):  # it is started again when it is asked, and says why it cannot
                server.start()
        finally:
            crew.free.put(server)

    try:
        for server in servers:  # in the pool's threads: a worker behind a wall ends with the thread that started it
            crew.threads.submit(start, server)
        yield crew
    except BaseException:  # interrupted, or nobody takes results any more
        for server in servers:
            server.stop()
        raise
    finally:
        crew.threads.shutdown(wait=True, cancel_futures=True)
        for server in servers:
            server.close()


def _judged(
    waiting: Sequence[Submission], papers: dict[str, Paper], submitted: Path, terms: Terms, crew: _Crew
) -> Iterator[Graded]:
    def one(submission: Submission) -> Graded:
        server = crew.free.get()
        try:
            return grade_one(submission, papers[submission.lesson.name], submitted, server, terms.all_cells)
        finally:
            crew.free.put(server)

    for future in as_completed([crew.threads.submit(one, submission) for submission in waiting]):
        yield future.result()


def grade_one(
    submission: Submission, paper: Paper, submitted: Path, server: Server, all_cells: bool = False
) -> Graded:
    """One submission's result, whatever it holds."""
    data = fetch(submission, paper, submitted)
    return grade_bytes(data, paper, submission.student, server, all_cells) if isinstance(data, bytes) else data


def fetch(submission: Submission, paper: Paper, submitted: Path) -> bytes | Graded:
    """What was handed in; its result, when there is nothing to grade."""
    try:
        return submission.data(submitted)
    except Missing as error:
        return judge.ungraded(paper, submission.student, "missing", str(error))
    except InvalidNotebook as error:
        return judge.ungraded(paper, submission.student, "invalid_notebook", str(error))


def grade_bytes(data: bytes, paper: Paper, student: str, server: Server, all_cells: bool = False) -> Graded:
    """The result of a notebook file, whatever it holds."""
    try:
        notebook = parse(data)
        try:
            return judge.grade(paper, student, notebook, server, all_cells)
        except WorkerError:
            server.close()  # a second try on a fresh server: the first may not have been this submission's doing
        return judge.grade(paper, student, notebook, server, all_cells)
    except InvalidNotebook as error:
        return judge.ungraded(paper, student, "invalid_notebook", str(error))
    except WorkerError as error:
        return graders_fault(paper, student, error)
    except Exception as error:
        traceback.print_exc()
        server.close()
        return graders_fault(paper, student, error)


def graders_fault(paper: Paper, student: str, error: BaseException) -> Graded:
    """The result when the grader itself failed: it must not cost the rest of the class anything."""
    flags = [f"fault of the grader: {error!r}"[:500]]
    return replace(judge.ungraded(paper, student, "crashed", GRADERS_FAULT, flags), settled=False)
