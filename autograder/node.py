"""The course on one worker of a Dask cluster: the judge, and warm workers behind walls for what it judges."""

from __future__ import annotations

import platform
from importlib.metadata import version
from threading import get_ident

import cloudpickle
from distributed import Worker, WorkerPlugin, get_worker

from autograder.crew import Terms, grade_bytes
from autograder.errors import UserError
from autograder.journal import digest
from autograder.paper import Paper
from autograder.remote import Server
from autograder.results import Graded
from autograder.sandbox import ROOT, NoWall, best


def about() -> dict[str, str]:
    """What must be the same on every node for the same marks: the course's code, Python and what it computes with."""
    files = sorted(path for part in ("bnlib", "autograder") for path in (ROOT / part).rglob("*.py"))
    code = digest(*(part for path in files for part in (str(path.relative_to(ROOT)).encode(), path.read_bytes())))
    packages = {name: version(name).split("+")[0] for name in ("numpy", "torch", "ipython", "nbformat")}
    return {"course": code, "Python": ".".join(platform.python_version_tuple()[:2]), **packages}


class Node(WorkerPlugin):
    """The course on one Dask worker: the judge, its papers, and a warm worker behind a wall for each thread."""

    def __init__(self, papers: dict[str, Paper], terms: Terms) -> None:
        self._sent, self._terms, self._about = cloudpickle.dumps(papers), terms, about()  # unpacked once all agrees
        marks = digest(*(papers[name].mark for name in sorted(papers)), repr(terms).encode())
        self.name = f"autograder-{marks[:16]}"  # the same for a run that goes on: what a killed one left is replaced
        self.fault, self._closed = "", False
        self._papers: dict[str, Paper] = {}
        self._servers: dict[int, Server] = {}

    def setup(self, worker: Worker) -> None:
        """Get ready; UserError, a sentence, where it must not grade; a node that joins later says it when asked."""
        self.fault = self._unfit()
        if self.fault:
            self.fault = f"The node {worker.address} {self.fault}"
            raise UserError(self.fault)
        import torch  # diagnosis computes with it

        torch.set_num_threads(1)
        self._papers = cloudpickle.loads(self._sent)

    def _unfit(self) -> str:
        mine = about()
        others = [what for what, which in self._about.items() if mine[what] != which]
        if others:
            return f"differs from this machine in {', '.join(others)}: install the same there."
        try:
            self._wall = self._terms.wall or best()
        except NoWall as error:
            return f"has no wall. {error}"
        return ""

    def teardown(self, worker: Worker) -> None:
        """End the warm workers, and forget the papers."""
        self._closed, self._papers = True, {}
        for server in list(self._servers.values()):
            server.close()

    def grade(self, data: bytes, lesson: str, student: str) -> Graded:
        """One submission's result."""
        paper = self._papers[lesson]
        server = self._server(self._terms.torch(paper))
        try:
            return grade_bytes(data, paper, student, server, self._terms.all_cells)
        finally:
            if self._closed:  # while it was at work
                server.close()

    def _server(self, torch: bool) -> Server:
        """This thread's own: a worker behind a wall ends with the thread that started it."""
        server = self._servers.get(get_ident())
        if server is None or server.torch != torch:
            if server is not None:
                server.close()
            server = self._servers[get_ident()] = Server(torch, self._terms.limits, self._wall)
        return server


def grade_here(node: str, data: bytes, lesson: str, student: str) -> Graded:
    """On a Dask worker: one submission's result."""
    plugin = get_worker().plugins[node]
    assert isinstance(plugin, Node)
    if plugin.fault:
        raise UserError(plugin.fault)
    return plugin.grade(data, lesson, student)
