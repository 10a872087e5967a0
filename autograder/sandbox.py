"""The wall round the workers: which one there is, what it shows of this machine, and the command that starts it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COURSE, LINE = "/course", "/line"  # inside: worker and student's bnlib; the line to the judge
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin")
SETTINGS = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/alternatives", "/etc/fonts")
KEPT_BACK = ("bnlib/reference", "bnlib/oracle")  # answers: not even readable
INSTALL = ("Student code is only run behind a wall, and there is none here: install bubblewrap "
           "(Debian, Ubuntu: `sudo apt install bubblewrap`; Fedora: `sudo dnf install bubblewrap`), Podman or Docker, "
           "then try `autograder doctor`. To go without, in a throw-away machine that holds no secrets, add "
           "--unsafe-no-sandbox.")


class NoWall(Exception):
    """There is no wall on this machine; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Wall:
    """A way to start a worker.

    `nested`: the worker walls its submissions off from one another, with namespaces.  `single`: a worker is for one
    submission, and is reached by a socket in its folder.
    """

    name: str
    nested: bool
    single: bool = False

    def command(self, arguments: Sequence[str], home: str, torch: bool = False) -> list[str]:
        """The command line that runs this Python with `arguments`, in sight of PyTorch or not.

        `home` is a folder of the worker's own.
        """
        raise NotImplementedError

    def environment(self, home: str) -> dict[str, str]:
        """Nothing of the instructor's environment but the way to Python and to the list of fonts."""
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        # A worker that holds PyTorch is some 250 MB: in large pages a fork, and its end, take a third of the time.
        pages = {"PYTHONMALLOC": "malloc", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
        return {"PATH": os.defpath, "LANG": "C.UTF-8", "USER": "student", "HOME": home, "TMPDIR": home,
                "IPYTHONDIR": home, "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "Agg", "MPLCONFIGDIR": str(_fonts()),
                "PIP_NO_INDEX": "1",  # without a network `%pip install` would try for longer than a cell may
                "BNLIB_JUDGED": "1", **threads, **pages}

    def outside(self, home: str) -> dict[str, str]:
        """The environment in which the command itself is run."""
        return self.environment(home)


class Bubblewrap(Wall):
    """No network, nothing to write but /tmp, nothing to read but the system, this Python and the student's bnlib."""

    def command(self, arguments: Sequence[str], home: str, torch: bool = False) -> list[str]:
        shown: list[str] = []
        for place in SYSTEM:
            if os.path.islink(place):
                shown += ["--symlink", os.readlink(place), place]
            elif os.path.isdir(place):
                shown += ["--ro-bind", place, place]
        for place in (*SETTINGS, *(place for place in python() if place not in SYSTEM)):
            shown += ["--ro-bind-try", place, place]
        # What of the course lies inside what is shown (a copy in site-packages) is covered again; so is PyTorch,
        # where the answers need none: its batch norm is then out of reach, whatever a submission does to the guard.
        for place in packages("bnlib", "autograder", "solutions", "tests", *([] if torch else ["torch"])):
            shown += ["--tmpfs", place, "--remount-ro", place]
        for part, place in course().items():
            shown += ["--ro-bind", part, f"{COURSE}/{place}"]
        for part in KEPT_BACK:
            if (ROOT / part).is_dir():
                shown += ["--tmpfs", f"{COURSE}/{part}", "--remount-ro", f"{COURSE}/{part}"]
        fonts = ["--dir", f"{scratch()}/matplotlib"]
        for file in sorted(_fonts().glob("fontlist-*.json")):  # without it the first figure takes a second
            fonts += ["--ro-bind", str(file), f"{scratch()}/matplotlib/{file.name}"]
        return [
            "bwrap", "--unshare-user", "--uid", "65534", "--gid", "65534", "--unshare-ipc", "--unshare-pid",
            "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", "--hostname", "worker", "--new-session",
            "--die-with-parent", *shown,
            "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev",
            "--tmpfs", scratch(), *fonts, "--remount-ro", "/", "--chdir", scratch(), sys.executable, *arguments,
        ]

    def environment(self, home: str) -> dict[str, str]:
        return {**super().environment(scratch()), "PYTHONPATH": COURSE, "MPLCONFIGDIR": f"{scratch()}/matplotlib"}


class Unwalled(Wall):
    """No wall: the worker runs as the instructor, in a folder of its own."""

    def command(self, arguments: Sequence[str], home: str, torch: bool = False) -> list[str]:
        return [sys.executable, *arguments]

    def environment(self, home: str) -> dict[str, str]:
        return {**super().environment(home), "PYTHONPATH": str(ROOT)}


BUBBLEWRAP, UNSAFE = Bubblewrap("bubblewrap", True), Unwalled("none", False)


@cache
def best() -> Wall:
    """The wall there is on this machine; NoWall, with what to install, when there is none that works."""
    from autograder.container import engine  # it stands on this module

    said = ""
    if shutil.which("bwrap"):
        tried = subprocess.run(BUBBLEWRAP.command(["-c", "pass"], ""), env=BUBBLEWRAP.environment(""),
                               capture_output=True, text=True, timeout=60, check=False)
        if tried.returncode == 0:
            return BUBBLEWRAP
        said = f"bubblewrap is here but does not work: {tried.stderr.strip()[-300:]} "
    container = engine()
    if container is None:
        raise NoWall(said + INSTALL)
    return container


def course() -> dict[str, str]:
    """{what a worker stands on: its place beneath COURSE}."""
    return {str(ROOT / part): part for part in ("bnlib", "autograder/__init__.py", "autograder/worker")}


def python() -> list[str]:
    """Folders that this Python runs from, itself and its virtual environment."""
    return list(dict.fromkeys((sys.base_prefix, sys.exec_prefix, sys.prefix)))


def scratch() -> str:
    """Inside: the folder that may be written; not /tmp where this Python lies there, which a fresh /tmp would hide."""
    return "/scratch" if any(Path(place).is_relative_to("/tmp") for place in python()) else "/tmp"


def packages(*names: str) -> list[str]:
    """Folders of these packages in this Python."""
    return [str(path) for place in python() for name in names
            for path in Path(place).glob(f"lib/python*/*-packages/{name}") if path.is_dir()]


def _fonts() -> Path:
    """The folder of Matplotlib's list of fonts."""
    return Path(os.environ.get("MPLCONFIGDIR") or Path.home() / ".cache" / "matplotlib")
