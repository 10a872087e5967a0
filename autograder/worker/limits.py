"""What one submission may use, and the process of its own that it lives in."""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import resource
import signal
import sys
from pathlib import Path

FILES = 256  # open at a time: the kernel holds memory for each socket and pipe
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def prctl(option: int, value: int) -> None:
    """Linux's prctl; elsewhere nothing happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def settle(server: int, folder: str) -> None:
    """Make this fresh child a process of its own: session, folder, environment, random numbers, nothing to read."""
    os.setsid()
    end_with(server)
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    os.close(null)
    os.chdir(folder)
    os.environ.update(HOME=folder, TMPDIR=folder, PWD=folder)
    random.seed(0)
    sys.modules["numpy"].random.seed(0)


def end_with(parent: int, seen: bool = True) -> None:
    """Be killed when the process `parent` ends; `seen` when it is in this one's namespace."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != (parent if seen else 0):  # it died before the line above
        os._exit(1)


def bound(memory: int, cpu: int, file_size: int) -> None:
    """Set the limits: `memory` in bytes above what is held already, `cpu` in seconds, `file_size` in bytes."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, file_size)
    _limit(resource.RLIMIT_CPU, cpu)
    _limit(resource.RLIMIT_NOFILE, FILES)
    if sys.platform == "linux":
        _limit(resource.RLIMIT_AS, _address_space() + memory)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file too large raises OSError


def _limit(kind: int, value: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # already lower
        resource.setrlimit(kind, (value, value))


def _address_space() -> int:
    """Bytes of address space in use."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def bury(server: int) -> None:
    """Kill and reap every child that is left, whoever started it: the server adopts orphans."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            for child in _children(server):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-1, 0)


def _children(parent: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                # pid (name) state ppid …; a name may hold blanks and brackets
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                    found.append(int(entry.name))
    return found
