"""The judge's end of the line to the workers: start a server, open a session for a submission, ask, end it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import Any

from autograder.sandbox import LINE, Wall, best
from autograder.worker import wire

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
    """One fork server behind a wall; forks one process per submission, one at a time.

    `torch` says whether it holds PyTorch; else submissions are refused it.
    """

    def __init__(self, torch: bool = False, limits: Limits | None = None, wall: Wall | None = None) -> None:
        self.limits = limits or Limits()
        self.wall = wall or best()
        self.torch = torch
        self._process: subprocess.Popen[bytes] | None = None
        self._control = socket.socket(socket.AF_UNIX)  # to nobody, until it starts
        self._home = ""
        self._stopped = threading.Event()

    def start(self) -> None:
        """Start the server process and wait until it is ready; WorkerError if it never is.

        Behind a wall it lives no longer than the thread that starts it.
        """
        if self._stopped.is_set():
            raise WorkerError("the grader was stopped")
        self._home = tempfile.mkdtemp(prefix="worker-")
        try:
            if self.wall.single:
                self._start_listening()
            else:
                self._control, theirs = socket.socketpair()
                with theirs:
                    self._process = process = self._run(str(theirs.fileno()), [theirs.fileno()])
                if self._stopped.is_set():  # while it started
                    process.kill()
            self._read(START)
        except WorkerError:
            self.close()
            raise

    def _start_listening(self) -> None:
        """A container inherits no descriptors: it connects to a socket in its folder instead."""
        path = f"{self._home}/socket"
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(path)
            os.chmod(path, 0o777)
            listener.listen(1)
            listener.settimeout(START)
            self._process = self._run(f"{LINE}/socket", [])
            try:
                self._control, _ = listener.accept()
            except TimeoutError as error:
                raise WorkerError("the container does not call back") from error

    def _run(self, line: str, kept: list[int]) -> subprocess.Popen[bytes]:
        options = json.dumps({"torch": self.torch, "walls": self.wall.nested})
        command = self.wall.command(["-s", "-P", "-m", "autograder.worker", line, options], self._home, self.torch)
        # In a session of its own: Ctrl-C is for the grader, and must not look like a crash of the submission.
        return subprocess.Popen(command, pass_fds=kept, cwd=self._home, stdin=subprocess.DEVNULL,
                                env=self.wall.outside(self._home), start_new_session=True)

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
            how = self._read(REPLY)
            if self.wall.single:
                self.close()
            return how
        except (OSError, WorkerError):  # the submission took the server with it; a new one starts
            self.close()
            return {"signal": 9, "status": 0, "peak": 0}

    def stop(self) -> None:
        """From another thread: end whatever runs, at once, and start no more."""
        self._stopped.set()
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the server process, and with it whatever it runs."""
        self._control.close()
        if self._process is not None:
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


class Session:
    """The line to one submission's process."""

    def __init__(self, server: Server, sock: socket.socket) -> None:
        self._server, self._sock = server, sock
        self._count = 0

    def ask(self, deadline: float, **message: Any) -> dict[str, Any]:
        """One question and its answer; WireError (Late, Closed) when none comes or it is none."""
        self._count += 1
        wire.send(self._sock, {**message, "id": self._count}, deadline)
        reply = wire.receive(self._sock, deadline, wire.ANSWER_HEADER, wire.ANSWER_BODY)
        if reply.get("id") != self._count:
            raise wire.WireError("an answer to another question")
        return reply

    def end(self, kill: bool = True) -> dict[str, int]:
        """Close the line and end the process."""
        self._sock.close()
        return self._server.end(kill)
