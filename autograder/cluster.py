"""`autograder grade --cluster`: the same work on many machines, which Dask joins; one writer, here.

A submission travels as the bytes of its file, its result comes back. Every Dask worker gets the papers, and keeps for
each of its threads a warm worker behind its machine's own wall. Bounded numbers are on their way, so that a class of
any size takes the same memory. A node that dies loses nothing: Dask gives its submissions to others.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeVar, cast

import dask
from distributed import Client, Future, KilledWorker
from distributed.comm import get_address_host_port
from tornado.platform.asyncio import BaseAsyncIOLoop

from autograder import crew
from autograder.crew import Terms
from autograder.errors import UserError
from autograder.intake import MAX_BYTES, Submission
from autograder.node import Node, about, grade_here
from autograder.paper import Paper
from autograder.results import Graded

WINDOW, BYTES = 64, 256 << 20  # submissions on their way beyond two a thread of the cluster, and their bytes
ANSWER, BUSY = 10.0, 60.0  # seconds for a scheduler to be there; to say more, which a busy one may take
PATIENCE = 60.0  # seconds for a first node to come, or another when the last is gone
TRIES = 3  # times that a submission is handed to the cluster; in each of them Dask bears some deaths of its node
KEPT = "What was graded is kept: the same command goes on from there."
GONE = f"The Dask scheduler is gone. {KEPT}"
Found = TypeVar("Found")


@dataclass(frozen=True)
class _Sent:
    """A submission on its way."""

    submission: Submission
    data: bytes
    tries: int = 1


def judged(
    waiting: Sequence[Submission], papers: dict[str, Paper], submitted: Path, terms: Terms
) -> Generator[Graded, None, None]:
    """Results as they come; UserError, a sentence, when the cluster cannot be used or is no more."""
    with _connected(terms.cluster) as client, _installed(client, Node(papers, terms)) as node:
        flow = _Flow(client, node)
        try:
            for submission in sorted(waiting, key=lambda one: terms.torch(papers[one.lesson.name])):
                while flow.full:
                    yield from flow.some(papers)
                data = crew.fetch(submission, papers[submission.lesson.name], submitted)
                if isinstance(data, Graded):
                    yield data
                else:
                    flow.send(_Sent(submission, data))
            while flow.sent:
                yield from flow.some(papers)
        finally:
            if client.status == "running":
                client.cancel(list(flow.sent))


class _Flow:
    """What is on its way through the cluster: never more than it needs to be busy."""

    def __init__(self, client: Client, node: str) -> None:
        self._client, self._node = client, node
        self._loop = cast(BaseAsyncIOLoop, client.loop).asyncio_loop
        self.sent: dict[Future, _Sent] = {}
        self._done: SimpleQueue[Future] = SimpleQueue()
        self._threads, self._bytes, self._counted = 0, 0, 0.0
        self._count()

    @property
    def full(self) -> bool:
        """Whether some must come back before another is sent."""
        return len(self.sent) >= WINDOW + 2 * self._threads or self._bytes > BYTES

    def send(self, one: _Sent) -> None:
        """Hand a submission to the cluster."""
        name, student = one.submission.lesson.name, one.submission.student
        future = self._client.submit(grade_here, self._node, one.data, name, student, pure=False)
        self.sent[future] = one
        self._bytes += len(one.data)
        future.add_done_callback(self._done.put)

    def some(self, papers: dict[str, Paper]) -> Iterator[Graded]:
        """The results of those that are done by now, at least one; all are fetched at once."""
        futures = [self._patiently(partial(self._done.get, timeout=1.0))]
        if time.monotonic() - self._counted > 1:
            self._count()
        while not self._done.empty():
            futures.append(self._done.get())
        for future, result in zip(futures, self._fetched(futures), strict=True):
            one = self.sent.pop(future)
            self._bytes -= len(one.data)
            if result is not None:
                yield result
                continue
            if future.status != "error":
                raise UserError(GONE)
            error = future.exception()
            if isinstance(error, UserError):
                raise error
            if isinstance(error, KilledWorker) and one.tries < TRIES:
                self.send(replace(one, tries=one.tries + 1))
            else:
                yield crew.graders_fault(papers[one.submission.lesson.name], one.submission.student, error)

    def _fetched(self, futures: Sequence[Future]) -> list[Graded | None]:
        """Their results; one that died with its node is graded again. None where there will be none."""
        wanted = self._client.gather(dict(enumerate(futures)), errors="skip", asynchronous=True)
        coming = asyncio.run_coroutine_threadsafe(wanted, self._loop)
        try:
            return [*self._patiently(partial(coming.result, 1.0)).values()]
        except (OSError, CancelledError):
            raise UserError(GONE) from None
        finally:
            coming.cancel()

    def _patiently(self, wait: Callable[[], Found]) -> Found:
        """What `wait`, a second at a time, comes to; UserError when there is nobody left to do it."""
        alone = time.monotonic()
        while True:
            with suppress(Empty, TimeoutError):
                return wait()
            if self._client.status != "running":  # a scheduler that comes back knows nothing of what it had
                raise UserError(GONE)
            self._count()
            if self._threads:
                alone = time.monotonic()
            elif time.monotonic() - alone > PATIENCE:
                raise UserError(f"No Dask worker is left to grade on: start some, with `dask worker`. {KEPT}")

    def _count(self) -> None:
        """How many threads the cluster has now."""
        with suppress(OSError):  # where the scheduler is gone, what was sent comes back cancelled
            self._threads, self._counted = sum(self._client.nthreads().values()), time.monotonic()


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    """A client of the scheduler at `address`, which has at least one worker."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is said in sentences
    dask.config.set({"distributed.comm.timeouts.connect": BUSY, "distributed.comm.timeouts.tcp": 5 * BUSY,
                     "distributed.admin.large-graph-warning-threshold": 4 * MAX_BYTES})
    try:
        with socket.create_connection(get_address_host_port(address), ANSWER):
            pass
        client = Client(address, timeout=BUSY, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise UserError(f"No Dask scheduler answers at {address} ({error}). "
                        "Start one with `dask scheduler`, which says its address.") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise UserError(f"The Dask scheduler at {address} has no workers: start `dask worker {address}` "
                            "on each node.") from None
        yield client


@contextmanager
def _installed(client: Client, node: Node) -> Iterator[str]:
    """The name of `node`, on every worker there is and those to come, until the block ends."""
    for address, answer in client.run(about, on_error="return").items():
        if isinstance(answer, Exception):
            raise UserError(f"The node {address} does not have the course as it is here ({answer!s:.200}): "
                            "install the same there.")
    try:
        client.register_plugin(node)
        yield node.name
    finally:
        with suppress(Exception):  # a node may be too broken to forget
            if client.status == "running":
                client.unregister_worker_plugin(node.name)
