"""The wall where there is no bubblewrap: a Podman or Docker container, a fresh one for every submission.

The container's image is empty; like bubblewrap it shows this machine's programs and Python, read-only, and nothing
else, so there is nothing to download and no second set of versions.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.sandbox import COURSE, KEPT_BACK, LINE, SETTINGS, SYSTEM, Wall, course, packages, python, scratch

IMAGE = "batchnorm-worker-empty"
EMPTY_TAR = bytes(10240)
ANSWERS_WITHIN = 60.0  # seconds


@dataclass(frozen=True)
class Container(Wall):
    """No network, no capabilities, nothing to write but a small /tmp; `name` is the engine's command."""

    def command(self, arguments: Sequence[str], home: str, torch: bool = False) -> list[str]:
        shown = {place: place for place in (*SYSTEM, *SETTINGS, *python()) if os.path.exists(place)}
        options = [word for place in shown for word in ("--volume", f"{place}:{place}:ro")]
        covered = packages("bnlib", "autograder", "solutions", "tests", *([] if torch else ["torch"]))
        for part, place in course().items():
            options += ["--volume", f"{part}:{COURSE}/{place}:ro"]
        empty = f"{home}/empty"  # a tmpfs would do, but Podman copies into it what it covers
        os.makedirs(empty, exist_ok=True)
        for place in (*covered, *(f"{COURSE}/{part}" for part in KEPT_BACK)):
            options += ["--volume", f"{empty}:{place}:ro"]
        for name, value in self.environment(home).items():
            options += ["--env", f"{name}={value}"]
        os.chmod(home, 0o755)
        return [
            self.name, "run", "--rm", "--interactive", "--network", "none", "--read-only", "--cap-drop", "all",
            "--security-opt", "no-new-privileges", "--pids-limit", "80", "--memory", "3g", "--user", "65534:65534",
            "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=256:256", "--hostname", "worker",
            "--tmpfs", f"{scratch()}:rw,size=64m,mode=1777", "--volume", f"{home}:{LINE}", "--workdir", scratch(),
            *options, IMAGE, sys.executable, *arguments,
        ]

    def environment(self, home: str) -> dict[str, str]:
        return {**super().environment(scratch()), "PYTHONPATH": COURSE, "MPLCONFIGDIR": f"{scratch()}/matplotlib"}

    def outside(self, home: str) -> dict[str, str]:
        return dict(os.environ)  # the engine's own command, which finds its storage and its daemon by it


def engine() -> Container | None:
    """Podman or Docker, if one of them answers and runs this Python; None otherwise."""
    for name in ("podman", "docker"):
        if shutil.which(name) and _ready(name):
            return Container(name, nested=False, single=True)
    return None


def _ready(name: str) -> bool:
    try:
        have = subprocess.run([name, "image", "inspect", IMAGE], capture_output=True, timeout=ANSWERS_WITHIN)
        if have.returncode:
            subprocess.run([name, "import", "-", IMAGE], input=EMPTY_TAR, capture_output=True, check=True,
                           timeout=ANSWERS_WITHIN)
        wall = Container(name, nested=False, single=True)
        with tempfile.TemporaryDirectory(prefix="worker-") as home:
            tried = subprocess.run(wall.command(["-c", "pass"], home), capture_output=True, timeout=ANSWERS_WITHIN)
        return tried.returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False

