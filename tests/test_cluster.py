"""Grading on a Dask cluster: the same results, nothing lost when a node dies, and a sentence when it cannot be."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import sample_class
from dask_cluster import Cluster, cluster
from distributed import Client, KilledWorker

from autograder import cluster as head
from autograder import crew, grading
from autograder.cli import main
from autograder.crew import Terms
from autograder.errors import UserError
from autograder.grading import NO_WALL, grade_class
from autograder.intake import Submission
from autograder.lessons import ROOT, Lesson, select
from autograder.paper import draw
from autograder.remote import Limits
from autograder.results import Graded, read_results
from autograder.sandbox import UNSAFE, best

LIGHT, TORCH = select(["03_batchnorm_forward", "10_pitfalls"])
LIMITS = Limits(cell=30.0, total=120.0)  # nobody in these classes loops; a busy machine is no reason to fail


def on(address: str, **more: object) -> Terms:
    return Terms(1, LIMITS, None, cluster=address, **more)  # type: ignore[arg-type]


def hand_in(submitted: Path, lesson: Lesson, students: int) -> None:
    """Right answers and wrong ones, a file that is no notebook, and one who hands in nothing."""
    for k in range(students):
        answers = sample_class.right(lesson, k) if k % 2 else sample_class.mixed(lesson, k)
        text = "{" if k == 4 else json.dumps(sample_class.answered(lesson, answers))
        place = submitted / f"s{k:03d}" / lesson.name / lesson.notebook.name
        place.parent.mkdir(parents=True)
        if k != 5:
            place.write_text(text, encoding="utf-8")


def but_for_seconds(path: Path) -> bytes:
    return re.sub(rb'"seconds": [0-9.e-]+', b'"seconds": 0', path.read_bytes())


@contextmanager
def joined(two: Cluster, client: Client, **environment: str) -> Iterator[str]:
    """One more worker, by its address; when the block ends the scheduler knows that it is gone."""
    before = set(client.nthreads())
    worker = two.worker("--no-nanny", **environment)
    try:
        client.wait_for_workers(len(before) + 1, timeout=60)
        (address,) = set(client.nthreads()) - before
        yield address
    finally:
        worker.kill()
        worker.wait()
        until = time.monotonic() + 60
        while not set(client.nthreads()) <= before and time.monotonic() < until:
            time.sleep(0.05)


def after(count: int, act: Callable[[], None]) -> Callable[..., AbstractContextManager[Iterator[Graded]]]:
    """`judging`, with something that happens once so many results are there."""
    def watched(found: Iterator[Graded]) -> Iterator[Graded]:
        for number, one in enumerate(found, start=1):
            yield one
            if number == count:
                act()

    @contextmanager
    def judging(*arguments: object) -> Iterator[Iterator[Graded]]:
        with crew.judging(*arguments) as found:  # type: ignore[arg-type]
            yield watched(found)

    return judging


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and one worker for the whole module; what a test adds, it ends."""
    with cluster(tmp_path_factory.mktemp("dask")) as one:
        one.worker("--no-nanny")
        yield one


@pytest.fixture(scope="module")
def submitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten students, of whom three handed in a PyTorch lesson as well."""
    folder = tmp_path_factory.mktemp("submitted")
    hand_in(folder, LIGHT, 10)
    hand_in(folder, TORCH, 3)
    return folder


def test_one_job_two_jobs_and_a_cluster_that_loses_a_node_find_the_same(
    submitted: Path, two: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doomed = two.worker("--no-nanny", "--name", "doomed")
    for name, terms in {"one": Terms(1, LIMITS, best()), "two": Terms(2, LIMITS, best())}.items():
        grade_class([LIGHT, TORCH], submitted, tmp_path / name, terms, seed=3)
    with head._connected(two.address) as client:
        client.wait_for_workers(2, timeout=60)
        monkeypatch.setattr(grading, "judging", after(4, lambda: os.kill(doomed.pid, signal.SIGKILL)))
        grade_class([LIGHT, TORCH], submitted, tmp_path / "cluster", on(two.address), seed=3)
        assert len(client.nthreads()) == 1, "the node did not die in the middle"
    for file in ("results.jsonl", "grades.csv", "similar.json"):
        found = {name: but_for_seconds(tmp_path / name / file) for name in ("one", "two", "cluster")}
        assert found["one"] == found["two"] == found["cluster"], file
    statuses = {result.status for result in read_results(tmp_path / "cluster" / "results.jsonl")}
    assert statuses >= {"graded", "missing", "invalid_notebook"}
    for notebook in (tmp_path / "one" / "autograded").rglob("*.ipynb"):
        other = tmp_path / "cluster" / notebook.relative_to(tmp_path / "one")
        assert other.read_bytes() == notebook.read_bytes()


def test_a_cluster_that_dies_is_told_in_a_sentence_and_another_goes_on_from_there(
    submitted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    work = tmp_path / "work"
    with cluster(tmp_path / "dask") as one:
        only = one.worker("--no-nanny")
        monkeypatch.setattr(grading, "judging", after(3, only.kill))
        with head._connected(one.address):  # it is there
            monkeypatch.setattr(head, "PATIENCE", 1.0)
            with pytest.raises(UserError, match=r"No Dask worker is left.*What was graded is kept"):
                grade_class([LIGHT], submitted, work, on(one.address), seed=3)
        first = len(read_results(work / "results.jsonl"))
        assert 3 <= first < 10
        monkeypatch.setattr(head, "PATIENCE", 60.0)
        one.worker()
        monkeypatch.setattr(grading, "judging", after(2, one.scheduler.kill))
        with pytest.raises(UserError, match=r"The Dask scheduler is gone. What was graded is kept"):
            grade_class([LIGHT], submitted, work, on(one.address), seed=3)
    second = len(read_results(work / "results.jsonl"))
    assert first + 2 <= second < 10
    monkeypatch.setattr(grading, "judging", crew.judging)
    capsys.readouterr()
    results, _ = grade_class([LIGHT], submitted, work, Terms(2, LIMITS, best()), seed=3)
    assert f"{10 - second} submissions in" in capsys.readouterr().err and len(results) == 10


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:{free}", "nonsense", "gopher://127.0.0.1:{free}", "tcp://:x"])
def test_a_scheduler_that_does_not_answer_is_named(
    address: str, submitted: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = address.format(free=server.getsockname()[1])
    assert main(["grade", "03", "--submitted", str(submitted), "--work", str(tmp_path), "--cluster", address]) == 2
    assert f"No Dask scheduler answers at {address} (" in capsys.readouterr().err


def test_a_scheduler_without_workers_and_a_machine_without_dask_are_told_what_to_do(
    submitted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head, "PATIENCE", 1.0)
    with cluster(tmp_path / "dask") as one, pytest.raises(UserError, match=f"start `dask worker {one.address}`"):
        grade_class([LIGHT], submitted, tmp_path / "work", on(one.address))
    monkeypatch.delattr("autograder.cluster")
    monkeypatch.delitem(sys.modules, "autograder.cluster")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match="--cluster needs Dask, which is not installed"):
        grade_class([LIGHT], submitted, tmp_path / "work", on("tcp://127.0.0.1:1"))


def no_wall(folder: Path) -> dict[str, str]:
    return {"PATH": str(folder)}


def other_version(folder: Path) -> dict[str, str]:
    for part in ("bnlib", "autograder"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "bnlib" / "check" / "verdict.py").open("a", encoding="utf-8") as file:
        file.write("# another version\n")
    return {"PYTHONPATH": str(folder)}


def no_course(folder: Path) -> dict[str, str]:
    (folder / "autograder").mkdir()
    (folder / "autograder" / "__init__.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


@pytest.mark.parametrize(("unfit", "said"), [
    (no_wall, "has no wall. Student code is only run behind a wall"),
    (other_version, "differs from this machine in course: install the same there"),
])
def test_a_node_that_must_not_grade_is_refused_when_it_is_there_and_when_it_joins(
    unfit: Callable[[Path], dict[str, str]], said: str, submitted: Path, two: Cluster, tmp_path: Path
) -> None:
    (tmp_path / "node").mkdir()
    paper = draw(LIGHT.name, LIGHT.source_notebook(), b"key")
    with head._connected(two.address) as client:
        client.wait_for_workers(1, timeout=60)
        with ExitStack() as there:
            with head._installed(client, head.Node({LIGHT.name: paper}, on(two.address))) as node:
                address = there.enter_context(joined(two, client, **unfit(tmp_path / "node")))
                late = client.submit(head.grade_here, node, b"{", LIGHT.name, "ada", workers=[address], pure=False)
                with pytest.raises(UserError, match=f"The node {address} {said}"):
                    late.result()
            with pytest.raises(UserError, match=f"The node {address} {said}"):
                grade_class([LIGHT], submitted, tmp_path / "work", on(two.address), seed=3)
            if unfit is no_wall:
                terms = Terms(1, LIMITS, UNSAFE, cluster=two.address)
                results, _ = grade_class([LIGHT], submitted, tmp_path / "work", terms, seed=3, only=["s000"])
                assert [result.flags for result in results] == [[NO_WALL]]


def test_a_machine_without_the_course_is_no_node(submitted: Path, two: Cluster, tmp_path: Path) -> None:
    (tmp_path / "node").mkdir()
    with head._connected(two.address) as client:
        said = r"The node .* does not have the course as it is here"
        with joined(two, client, **no_course(tmp_path / "node")), pytest.raises(UserError, match=said):
            grade_class([LIGHT], submitted, tmp_path / "work", on(two.address), seed=3)


@pytest.mark.parametrize(("window", "bytes_", "most"), [(3, 1 << 30, 5), (64, 0, 1)])
def test_only_so_much_is_on_its_way(
    window: int, bytes_: int, most: int, submitted: Path, two: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = came = 0

    def fetched(*arguments: object) -> bytes | Graded:
        nonlocal read, ahead
        read += 1
        ahead = max(ahead, read - came)
        return fetch(*arguments)  # type: ignore[arg-type]

    fetch, ahead = crew.fetch, 0
    monkeypatch.setattr(crew, "fetch", fetched)
    monkeypatch.setattr(head, "WINDOW", window)
    monkeypatch.setattr(head, "BYTES", bytes_)
    papers = {LIGHT.name: draw(LIGHT.name, LIGHT.source_notebook(), b"key")}
    waiting = [Submission(f"s{k:03d}", LIGHT) for k in range(8)]
    with crew.judging(waiting, papers, submitted, on(two.address)) as found:
        for one in found:
            assert one.result.status in ("graded", "graded_with_errors", "missing", "invalid_notebook")
            came += 1
    assert came == 8 and 0 < ahead <= most


class Deadly:
    """A stand-in for the cluster, on which every node dies of what it is given."""

    loop = SimpleNamespace(asyncio_loop=None)

    def __init__(self) -> None:
        self.handed = 0

    def nthreads(self) -> dict[str, int]:
        return {"tcp://127.0.0.1:1": 1}

    def submit(self, *arguments: object, pure: bool) -> Deadly:
        self.handed, self.status = self.handed + 1, "error"
        return self

    def add_done_callback(self, tell: Callable[[Deadly], None]) -> None:
        tell(self)

    def exception(self) -> Exception:
        return KilledWorker("a task", None, 3)  # type: ignore[arg-type]


def test_a_submission_that_kills_every_node_gets_a_status_and_is_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head._Flow, "_fetched", lambda flow, futures: [None] * len(futures))
    papers, deadly = {LIGHT.name: draw(LIGHT.name, LIGHT.source_notebook(), b"key")}, Deadly()
    flow = head._Flow(deadly, "node")  # type: ignore[arg-type]
    flow.send(head._Sent(Submission("ada", LIGHT), b"{}"))
    found: list[Graded] = []
    while flow.sent:
        found += flow.some(papers)
    assert deadly.handed == head.TRIES
    assert [one.result.status for one in found] == ["crashed"] and "KilledWorker" in found[0].result.flags[0]
