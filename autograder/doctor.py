"""`autograder doctor`: is everything here that grading needs, and does the wall hold?  It is tried, not believed."""

from __future__ import annotations

import argparse
import os
import platform
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.console import Console

from autograder.lessons import ROOT
from autograder.remote import Limits, Server, WorkerError
from autograder.sandbox import NoWall, Wall, best
from autograder.worker import wire

PACKAGES = ("nbgrader", "numpy", "torch", "matplotlib", "jupyterlab", "nbval")

# Runs behind the wall; every line of its result is something that must not work there.
BURGLAR = """
import os, pathlib, socket
def tried(act):
    try:
        act()
    except Exception:
        return False
    return True
def written(*places):
    return any(tried(lambda place=place: pathlib.Path(place, 'doctor').write_text('x')) for place in places)
def peeked(pid):
    try:
        held = open(f'/proc/{pid}/environ').read()
    except OSError:
        return False
    return NESTED or CANARY in held
others = {int(name) for name in os.listdir('/proc') if name.isdigit()} - {int(os.readlink('/proc/self'))}
broken = {
    'network': tried(lambda: socket.create_connection(('192.0.2.1', 9), 0.2))
               or tried(lambda: socket.if_nameindex()[1]),
    'calls': NESTED and tried(lambda: os.memfd_create('doctor')),
    'writing': written('/', '/usr', '/dev', '/course', *SHOWN),
    'reading': any(os.path.exists(place) for place in SECRETS),
    'environment': CANARY in repr(dict(os.environ)),
    'processes': NESTED and os.getpid() != 1 or any(map(peeked, others)),
    'answers': any(tried(lambda: __import__(name))
                   for name in ('bnlib.oracle', 'bnlib.reference', 'autograder.judge')),
}
def opened():
    return [name for name, failed in broken.items() if failed]
"""
FLOOD = """
import subprocess, sys, time
running = [subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(600)'], start_new_session=True)
           for _ in range(200)]
time.sleep(600)
"""
SAID = {
    "network": "no network", "writing": "nothing of the system can be written",
    "reading": "secrets, solutions and this folder cannot be seen", "environment": "the environment is clean",
    "processes": "no other process can be reached", "calls": "system calls that no answer needs are refused",
    "answers": "the course's answers cannot be imported",
    "flood": "a flood of processes is ended, and all it started", "fresh": "the next submission finds nothing",
}


@dataclass(frozen=True)
class Finding:
    """One thing that was tried."""

    good: bool
    text: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> int:
    """Print what was found; exit status 1 when grading would not be safe or would not work."""
    console = Console(highlight=False)
    findings = [*_surroundings(), *_wall()]
    for finding in findings:
        console.print(f"[green]✓[/] {finding.text}" if finding.good else f"[red]✗[/] {finding.text}", soft_wrap=True)
    return 0 if all(finding.good for finding in findings) else 1


def _surroundings() -> list[Finding]:
    machine = f"{platform.platform(terse=True)}, {os.cpu_count()} cores"
    found = [Finding(True, f"Python {platform.python_version()} on {machine}")]
    for package in PACKAGES:
        try:
            found.append(Finding(True, f"{package} {version(package)}"))
        except PackageNotFoundError:
            found.append(Finding(False, f"{package} is missing: run `make setup`"))
    free = shutil.disk_usage(tempfile.gettempdir()).free >> 20
    found.append(Finding(free > 500, f"{free} MB free for temporary files"))
    return found


def _wall() -> list[Finding]:
    try:
        wall = best()
    except NoWall as error:
        return [Finding(False, str(error))]
    opened = breaches(wall)
    return [Finding(True, f"wall: {wall.name}"),
            *(Finding(name not in opened, text if name not in opened else f"the wall has a hole: {name}")
              for name, text in SAID.items())]


def breaches(wall: Wall) -> list[str]:
    """Names of the things that a submission behind `wall` can do and must not; empty when it holds."""
    canary = secrets.token_hex(8)
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder) / "secret"
        secret.write_text(canary)
        os.environ["AUTOGRADER_CANARY"] = canary
        neighbour = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
        server = Server(limits=Limits(cell=10.0), wall=wall)
        try:
            hidden = [secret, ROOT / "solutions", ROOT / "autograder" / "hidden", ROOT / "tests", Path.home() / ".ssh"]
            found = _burgle(server, BURGLAR, SECRETS=[str(p) for p in hidden], CANARY=canary, SHOWN=[str(ROOT)],
                            NESTED=wall.nested)
            return [*found, *_flood(server), *_burgle(server, "import os\ndef opened():\n    return []\n"
                    "assert os.listdir() == [] and not os.path.exists('/dev/shm/left')", failed="fresh")]
        except WorkerError as error:
            return [f"the worker does not start ({error})"]
        finally:
            server.close()
            neighbour.kill()
            neighbour.wait()
            del os.environ["AUTOGRADER_CANARY"]


def _burgle(server: Server, source: str, failed: str = "writing", **names: object) -> list[str]:
    """What the program found open; [`failed`] when it did not even run."""
    session = server.open()
    try:
        given = "\n".join(f"{name} = {value!r}" for name, value in names.items())
        ends = time.monotonic() + 10
        left = "\nfor place in ('left', '/dev/shm/left'):\n    tried(lambda: open(place, 'w').close())" if names else ""
        reply = session.ask(ends, op="cell", source=f"{given}\n{source}{left}")
        if reply["error"]:
            return [failed]
        shown = session.ask(ends, op="cell", source="print(*opened())")
        return str("".join(output.get("text", "") for output in shown["outputs"])).split()
    except wire.WireError:
        return [failed]
    finally:
        session.end()


def _flood(server: Server) -> list[str]:
    """["flood"] when a hundred processes may stand, or any outlives its submission."""
    session = server.open()
    ends: Callable[[], dict[str, int]] = session.end
    try:
        session.ask(time.monotonic() + 10, op="cell", source=FLOOD)
    except wire.Late:
        ends()
        return ["flood"]
    except wire.WireError:
        pass  # ended, as it should be
    ends()
    return []
