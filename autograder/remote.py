"""The judge's end of the line to the workers: start a server, open a session for a submission, ask, end it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.worker import wire

ROOT = Path(__file__).resolve().parent.parent
START = 60.0  # seconds a server may take to import what it needs
REPLY = 20.0  # seconds it may take to fork, or to bury what a submission started


class WorkerError(Exception):
    """A worker server did not do its work: no submission is to blame for a first failure."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use: seconds per cell or call and in all, bytes of memory and of a file."""

    cell: float = 10.0
    total: float = 60.0
    memory: int = 1 << 30
    file_size: int = 64 << 20


class Server:
    """One fork server; forks one process per submission, one at a time."""

    def __init__(self, refuse: Sequence[str] = ("torch",), limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.refuse = list(refuse)
        self._process: subprocess.Popen[bytes] | None = None
        self._home = ""

    def start(self) -> None:
        """Start the server process and wait until it is ready; WorkerError if it never is."""
        self._home = tempfile.mkdtemp(prefix="worker-")
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-m", "autograder.worker", str(theirs.fileno())],
                pass_fds=[theirs.fileno()], cwd=self._home, env=self._environment(), stdin=subprocess.DEVNULL,
            )
        self._read(START)

    def open(self) -> Session:
        """A session for a fresh submission."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            self.start()
        ours, theirs = socket.socketpair()
        asked = {"op": "fork", "memory": self.limits.memory, "cpu": int(self.limits.total) + 5,
                 "file_size": self.limits.file_size}
        try:
            with theirs:
                socket.send_fds(self._control, [json.dumps(asked).encode()], [theirs.fileno()])
            self._read(REPLY)
        except (OSError, WorkerError) as error:
            ours.close()
            self.close()
            raise WorkerError(f"The worker could not start a submission's process: {error}") from error
        return Session(self, ours)

    def end(self, kill: bool) -> dict[str, int]:
        """End the submission's process and all it started: {"signal", "status", "peak" bytes of memory}."""
        try:
            self._control.sendall(json.dumps({"op": "end", "kill": kill}).encode())
            return self._read(REPLY)
        except (OSError, WorkerError):  # the submission took the server with it; a new one starts
            self.close()
            return {"signal": 9, "status": 0, "peak": 0}

    def close(self) -> None:
        """End the server process, and with it whatever it runs."""
        if self._process is not None:
            self._control.close()
            try:
                self._process.wait(2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        shutil.rmtree(self._home, ignore_errors=True)

    def _read(self, seconds: float) -> dict[str, int]:
        deadline, line = time.monotonic() + seconds, b""
        while not line.endswith(b"\n"):
            self._control.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                piece = self._control.recv(4096)
            except TimeoutError as error:
                raise WorkerError("the worker server does not answer") from error
            if not piece:
                raise WorkerError("the worker server ended")
            line += piece
        return dict(json.loads(line))

    def _environment(self) -> dict[str, str]:
        """Nothing of the instructor's environment but the way to Python and to the figures' font list."""
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        fonts = os.environ.get("MPLCONFIGDIR") or str(Path.home() / ".cache" / "matplotlib")
        return {
            "PATH": os.defpath, "LANG": "C.UTF-8", "HOME": self._home, "TMPDIR": self._home,
            "IPYTHONDIR": self._home, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "Agg",
            "MPLCONFIGDIR": fonts, "BNLIB_JUDGED": "1", "BNLIB_WORKER": json.dumps({"refuse": self.refuse}), **threads,
        }


class Session:
    """The line to one submission's process."""

    def __init__(self, server: Server, sock: socket.socket) -> None:
        self._server, self._sock = server, sock
        self._count = 0

    def ask(self, deadline: float, **message: Any) -> dict[str, Any]:
        """One question and its answer; WireError (Late, Closed) when none comes or it is none."""
        self._count += 1
        wire.send(self._sock, {**message, "id": self._count}, deadline)
        reply = wire.receive(self._sock, deadline)
        if reply.get("id") != self._count:
            raise wire.WireError("an answer to another question")
        return reply

    def end(self, kill: bool = True) -> dict[str, int]:
        """Close the line and end the process."""
        self._sock.close()
        return self._server.end(kill)
