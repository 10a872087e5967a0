"""The wall between two submissions: namespaces of its own, fresh folders, and a keeper that watches and buries.

The kernel does the work.  A submission cannot name, signal or read a process outside its own namespace, and when its
first process ends the kernel ends all the others.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from pathlib import Path
from typing import NoReturn

from autograder.worker import limits, syscalls

NEWNS, NEWIPC, NEWUSER, NEWPID = 0x00020000, 0x08000000, 0x10000000, 0x20000000  # sched.h
READ_ONLY, NOSUID, NODEV, NOEXEC, REMOUNT, BIND = 1, 2, 4, 8, 32, 4096  # mount.h
PROCESSES, THREADS = 64, 1000  # that a submission may have at a time
TOO_MANY, TOO_LARGE, SIGNALLED = 121, 122, 128  # exit codes of a keeper; above 128: the signal that ended the rest
LOOK = 0.02  # seconds between two looks of the keeper
COUNTED = ("RssAnon", "RssShmem", "VmSwap")  # lines of /proc/PID/status: not what is shared with files
BUFFER = 212_992  # bytes that the kernel holds for one open socket at most


class NoNamespaces(OSError):
    """This system does not let an ordinary user make namespaces."""


def enclose(folder: str, memory: int, file_size: int, line: int) -> None:
    """Go on behind a wall of namespaces: returns in the enclosed process, whose keeper stays outside.

    `folder` becomes a fresh empty one of `file_size` bytes that nobody else sees; `memory` is what all processes
    together may hold, in bytes; `line` is the descriptor of the line to the judge, which the keeper lets go.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(NEWUSER | NEWNS | NEWIPC | NEWPID):
        raise NoNamespaces(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        Path(f"/proc/self/{name}").write_text(text)
    for place in (folder, "/dev/shm"):
        if os.path.isdir(place):
            _mount(libc, place, file_size)
    # It is the server's: who may write there could have the kernel end the server first, or run it last.
    libc.mount(None, b"/proc", None, REMOUNT | BIND | READ_ONLY | NOSUID | NODEV | NOEXEC, None)
    others, (shared, _) = _processes(), _held(os.getpid())
    keeper, inner = os.getpid(), os.fork()
    if inner:
        os.close(line)
        _keep(inner, others, memory, shared)
    limits.end_with(keeper, seen=False)
    os.setsid()  # a signal to its group does not reach the keeper
    os.nice(5)  # nor does a flood of processes keep it from looking
    os.chdir(folder)
    _drop_capabilities(libc)
    syscalls.refuse()


def _mount(libc: ctypes.CDLL, place: str, size: int) -> None:
    if libc.mount(b"tmpfs", place.encode(), b"tmpfs", NOSUID | NODEV, f"size={size},nr_inodes=4096,mode=0700".encode()):
        raise OSError(ctypes.get_errno(), f"cannot mount a fresh {place}")


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """None of the new namespace's powers stays with what runs in it."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    if libc.capset(header, (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "cannot drop the capabilities")


def _keep(inner: int, others: set[int], memory: int, shared: int) -> NoReturn:
    """Wait for the enclosed process and end as it ended; end it when all of them together grow too many or too large.

    A limit on processes does not bind root, nor one on address space the sum: so they are counted.  `shared` are
    the bytes each of them has in common with the server it was forked from.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    ended = 0
    while True:
        pid, status = os.waitpid(inner, os.WNOHANG)
        if pid:
            os._exit(ended or (SIGNALLED + os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0))
        mine = _processes() - others
        held = [_held(pid) for pid in mine]
        if len(mine) > PROCESSES or sum(threads for _, threads in held) > THREADS:
            ended = TOO_MANY
        elif sum(max(0, size - shared) for size, _ in held) > memory:
            ended = TOO_LARGE
        if ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(inner, signal.SIGKILL)
        signal.sigtimedwait({signal.SIGCHLD}, LOOK)


def _processes() -> set[int]:
    return {int(name) for name in os.listdir("/proc") if name.isdigit()}


def _held(pid: int) -> tuple[int, int]:
    """Bytes of memory that this process holds, more or less, and its threads; what it shares with others counts full.

    Shared memory is not a matter of files: it would be a way to hold any amount.
    """
    try:
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        size = sum(int(lines[name].split()[0]) << 10 for name in COUNTED) + int(lines["FDSize"]) * BUFFER
        return size, int(lines["Threads"])
    except (OSError, ValueError, KeyError):  # it just ended
        return 0, 0
