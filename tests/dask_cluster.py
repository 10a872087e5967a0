"""A Dask scheduler and workers as real processes, started by Dask's own commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.lessons import ROOT

START = 60.0  # seconds that either may take


class Cluster:
    """A scheduler on this machine, and its workers; `address` is what --cluster takes."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._running = folder, []
        told = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))
        until = time.monotonic() + START
        while not (told.exists() and told.read_text()) and time.monotonic() < until:
            time.sleep(0.05)
        self.address = json.loads(told.read_text())["address"]

    def worker(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """One more worker, with one thread; it says nothing when it is ready."""
        return self._start("worker", self.address, "--nthreads", "1", "--local-directory", str(self._folder),
                           "--death-timeout", "60", *options, **environment)

    def end(self) -> None:
        """End all of it, the workers first: they look for their scheduler otherwise."""
        for one in reversed(self._running):
            one.terminate()
        for one in self._running:
            try:
                one.wait(10)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()

    def _start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"log{len(self._running)}").open("wb")
        path = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1",
                "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "300s"}  # a busy machine is no broken line
        with log:
            one = subprocess.Popen([sys.executable, "-m", "dask", *arguments, "--no-dashboard"], cwd=self._folder,
                                   env={**os.environ, **path, **environment}, stdout=log, stderr=log)
        self._running.append(one)
        return one


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster that ends with the block."""
    folder.mkdir(parents=True, exist_ok=True)
    one = Cluster(folder)
    try:
        yield one
    finally:
        one.end()
