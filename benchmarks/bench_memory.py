"""Memory of every process while ten thousand trivially small submissions pass through a cluster of two workers."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
import threading
from importlib import import_module
from pathlib import Path

import psutil
from rich.console import Console

from autograder import cluster, grading
from autograder.crew import Terms
from autograder.lessons import lessons
from autograder.remote import Limits

SUBMISSIONS, STEPS = 10_000, 10
SIZE = 50_000  # bytes of a file: pictures, which the intake leaves out


def main(submissions: int = SUBMISSIONS) -> None:
    """Print resident memory, in MB, as results come: of the command, the scheduler, each worker with all it started.

    A submission is a notebook without cells, so that passing it on is nearly all there is to do.
    """
    lesson = lessons()[2]
    text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"picture": "x" * SIZE}, "cells": []})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for k in range(submissions):
            place = folder / "submitted" / f"s{k:05d}" / lesson.name / lesson.notebook.name
            place.parent.mkdir(parents=True)
            place.write_text(text, encoding="utf-8")
        with import_module("tests.dask_cluster").cluster(folder / "dask") as dask:
            nodes = [psutil.Process(dask.worker("--no-nanny").pid) for _ in range(2)]
            with cluster._connected(dask.address) as client:
                client.wait_for_workers(2, timeout=60)
            parts = [psutil.Process(), psutil.Process(dask.scheduler.pid), *nodes]
            print("results     command   scheduler    worker 1    worker 2   (MB)")

            def watch(journal: Path) -> None:
                step = 0
                while step < STEPS and not over.wait(0.5):
                    done = journal.read_bytes().count(b"\n") if journal.exists() else 0
                    if done >= (step + 1) * submissions // STEPS:
                        step = done * STEPS // submissions
                        print(f"{done:7}" + "".join(f"{held(part) >> 20:12}" for part in parts), flush=True)

            over = threading.Event()
            watcher = threading.Thread(target=watch, args=[folder / "work" / "journal.jsonl"])
            watcher.start()
            try:
                terms = Terms(1, Limits(), None, cluster=dask.address)
                results, _ = grading.grade_class([lesson], folder / "submitted", folder / "work", terms, seed=1,
                                               console=Console(file=io.StringIO()))
            finally:
                over.set()
                watcher.join()
            print(f"{len(results)} results with report: the command {held(parts[0]) >> 20} MB")


def held(process: psutil.Process) -> int:
    """Resident bytes of a process; of a worker's with those of its children, what they share counted once each."""
    found = 0
    for one in [process, *([] if process.pid == psutil.Process().pid else process.children(recursive=True))]:
        with contextlib.suppress(psutil.NoSuchProcess):  # a submission's may end while it is looked at
            found += one.memory_info().rss
    return found


if __name__ == "__main__":
    main()
