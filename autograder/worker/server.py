"""The fork server: imports once, then forks one process per submission, one at a time."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from typing import Any

from autograder.worker import guard, limits, walls
from autograder.worker.child import Runner, live

GRACE = 1.0  # seconds in which a process whose line closed may end by itself


def serve(line: str, options: dict[str, bool]) -> None:
    """Answer requests on a socket, the descriptor or the path `line`, until it closes.

    `options`: "torch", whether submissions may have it; "walls", whether each gets namespaces of its own.

    {"op": "fork", "memory", "cpu", "file_size"} with a socket → {"pid"}; the child speaks wire.py on that socket.
    {"op": "end", "kill": bool} → {"signal", "status", "peak"}: the child and all it started are gone, and its folder.
    """
    if line.isdigit():
        control = socket.socket(fileno=int(line))
    else:
        control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        control.connect(line)
    limits.prctl(limits.PR_SET_CHILD_SUBREAPER, 1)
    gc.disable()  # until all is imported: nothing of it is ever collected
    # Before anything is imported: what is refused must not be here already.
    guard.refuse(*([] if options.get("torch") else ["torch"]))
    runner = Runner()
    if options.get("torch"):
        import torch
        import torch._dynamo  # the first optimizer asks for it

        torch.set_num_threads(1)  # a second thread here would hang every child
    with contextlib.suppress(ImportError):
        import matplotlib.pyplot as plt

        plt.close(plt.figure())
    runner.warm_up(figure=bool(options.get("torch")))  # where networks are trained, their losses are drawn
    if threading.active_count() != 1:
        raise RuntimeError("the fork server must stay at one thread")
    gc.collect()
    gc.freeze()  # children do not copy what they never collect
    gc.enable()
    _say(control, {"ready": os.getpid()})
    _loop(control, runner, bool(options.get("walls")))


def _loop(control: socket.socket, runner: Runner, walled: bool) -> None:
    child, folder = 0, ""
    while True:
        request, fds, _, _ = socket.recv_fds(control, 1 << 16, 1)
        if not request:
            break
        asked = json.loads(request)
        if asked["op"] == "fork":
            folder = tempfile.gettempdir() if walled else tempfile.mkdtemp(prefix="submission-")
            server, child = os.getpid(), os.fork()
            if child == 0:
                _become(control, server, folder, fds[0], asked, runner, walled)
            os.close(fds[0])
            _say(control, {"pid": child})
        else:
            ended = _end(child, kill=asked["kill"])
            if not walled:
                shutil.rmtree(folder, ignore_errors=True)
            child = 0
            _say(control, ended)
    if child:
        _end(child, kill=True)


def _become(control: socket.socket, server: int, folder: str, fd: int, asked: dict[str, Any], runner: Runner,
            walled: bool) -> None:
    """In the child: never returns."""
    try:
        control.close()
        limits.settle(server, folder)
        if walled:
            walls.enclose(folder, asked["memory"], asked["file_size"], fd)
        limits.bound(asked["memory"], asked["cpu"], asked["file_size"])
        live(socket.socket(fileno=fd), runner)
    finally:
        os._exit(0)


def _end(child: int, kill: bool) -> dict[str, int]:
    """Wait for `child` (a moment, or not at all when `kill`), then end it and everything it started."""
    deadline = time.monotonic() + (0 if kill else GRACE)
    pid, status, use = os.wait4(child, os.WNOHANG)
    while pid == 0 and time.monotonic() < deadline:
        time.sleep(0.002)
        pid, status, use = os.wait4(child, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    if pid == 0:
        _, _, use = os.wait4(child, 0)
        status = 0
    limits.bury(os.getpid())
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0
    killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else max(0, code - walls.SIGNALLED)
    return {"signal": killed, "status": 0 if killed else code, "peak": use.ru_maxrss * 1024}


def _say(control: socket.socket, message: dict[str, int]) -> None:
    try:
        control.sendall(json.dumps(message).encode() + b"\n")
    except OSError:
        sys.exit(0)  # the judge is gone
