"""The whole way of a lesson on JupyterHub, with nbgrader's exchange between real users of the system."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

import nbformat
import pytest
import requests
from sample_class import answered, bank, names, right

from autograder.lessons import ROOT, select
from bnlib.oracle import SWITCHES

pytestmark = pytest.mark.timeout(600)
CONFIG = ROOT / "docs" / "jupyterhub" / "jupyterhub_config.py"
PROXY = shutil.which("configurable-http-proxy") or f"{sys.prefix}/node_modules/.bin/configurable-http-proxy"
COURSE = "batchnorm"
LESSON = select(["02"])[0]
# What differs from the documented configuration: ports, a folder for everything, and signing in without passwords.
CHANGES = """
load_subconfig({config!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.authenticator_class = "dummy"
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Authenticator.allowed_users = {users!r}
c.JupyterHub.services = [{{"name": "test", "api_token": {token!r}, "admin": True}}]
"""


@dataclass(frozen=True)
class Person:
    """A user of the system, and how to act as one; `door` comes before every command (see `_door`)."""

    name: str
    home: Path
    door: tuple[str, ...]

    def run(self, *command: str, cwd: Path, **env: str) -> str:
        """Run a command as this user; its output. AssertionError when it fails."""
        done = self._run(command, cwd, env)
        assert done.returncode == 0, f"{command} as {self.name}:\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def may(self, *command: str) -> bool:
        """Whether this user gets away with a command."""
        return self._run(command, self.home, {}).returncode == 0

    def _run(self, command: Sequence[str], cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        become = ("setpriv", f"--reuid={self.name}", f"--regid={self.name}", "--init-groups", "--")
        return subprocess.run([*self.door, *become, *command], cwd=cwd, env=_plain(self.home) | env,
                              capture_output=True, text=True, timeout=240)


def _door() -> tuple[str, ...]:
    """What to put before a command so that other users can reach this Python and this checkout.

    Where these lie in a closed home, such as root's, the command gets a view of its own in which nothing else is
    in that home, and everybody may pass through it. Outside of that command nothing changes.
    """
    wanted = {Path(os.path.realpath(folder)) for folder in (sys.base_prefix, sys.prefix, ROOT)}
    closed = {min(shut) for shut in ([up for up in folder.parents if not up.stat().st_mode & 0o001]
                                     for folder in wanted) if shut}
    lines = ["set -e", "mount -t tmpfs none /mnt"]
    kept = [folder for folder in sorted(wanted) if closed & set(folder.parents)]
    for number, folder in enumerate(kept):
        lines += [f"mkdir /mnt/{number}", f"mount --bind {quote(str(folder))} /mnt/{number}"]
    lines += [f"mount -t tmpfs -o mode=711 none {quote(str(folder))}" for folder in sorted(closed)]
    for number, folder in enumerate(kept):
        lines += [f"mkdir -p {quote(str(folder))}", f"mount --bind /mnt/{number} {quote(str(folder))}"]
    return ("unshare", "--mount", "sh", "-c", "\n".join([*lines, 'exec "$@"']), "sh") if closed else ()


def _plain(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Hub:
    """A running hub, its people, and the token of a service that may do everything."""

    url: str
    token: str
    exchange: Path
    instructor: Person
    ada: Person
    bob: Person

    def ask(self, method: str, path: str, token: str = "", **what: Any) -> requests.Response:
        """One request to the hub or, through it, to somebody's server."""
        return requests.request(method, f"{self.url}/{path}", timeout=60, **what,
                                headers={"Authorization": f"token {token or self.token}"})

    def enter(self, person: Person) -> str:
        """Start this person's server; the token of somebody signed in as them."""
        token = str(self.ask("POST", f"hub/api/users/{person.name}/tokens", json={}).json()["token"])
        assert self.ask("POST", f"hub/api/users/{person.name}/server", token).status_code in (201, 202)
        _until(lambda: self.ask("GET", f"hub/api/users/{person.name}").json()["servers"].get("", {}).get("ready"),
               f"{person.name}'s server did not start")
        return token


def _until(true: Callable[[], Any], what: str, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.1)


def _ports(count: int) -> list[int]:
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


@pytest.fixture(scope="module")
def people() -> Iterator[tuple[Path, dict[str, Person]]]:
    """Three users of the system with homes only they can open; gone afterwards."""
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("useradd"):
        pytest.skip("no root: the hub's test makes users of the system")
    if not Path(PROXY).exists():
        pytest.skip("no configurable-http-proxy: `make setup` installs it where there is npm")
    base = Path(tempfile.mkdtemp(prefix="hub"))
    base.chmod(0o755)
    mark = secrets.token_hex(3)
    door = _door()
    found = {who: Person(f"{who}{mark}", base / who, door) for who in ("instructor", "ada", "bob")}
    made: list[str] = []
    try:
        for person in found.values():
            subprocess.run(["useradd", "--create-home", "--home-dir", person.home, "--shell", "/bin/sh", person.name],
                           check=True, capture_output=True)
            made.append(person.name)
            person.home.chmod(0o700)
        if not found["ada"].may(sys.executable, "-c", "import jupyterlab, nbgrader, autograder.cli"):
            pytest.skip(f"other users cannot use {sys.prefix} or {ROOT}: these folders are closed to them")
        yield base, found
    finally:
        for name in made:
            subprocess.run(["userdel", name], check=True, capture_output=True)
        shutil.rmtree(base)


@pytest.fixture(scope="module")
def hub(people: tuple[Path, dict[str, Person]]) -> Iterator[Hub]:
    """The documented hub on loopback; ended with its proxy and everybody's server."""
    base, who = people
    port, hub_port, proxy_port = _ports(3)
    (exchange := base / "exchange").mkdir()
    exchange.chmod(0o777)
    (state := base / "state").mkdir(mode=0o700)
    one = Hub(f"http://127.0.0.1:{port}", secrets.token_hex(16), exchange, who["instructor"], who["ada"], who["bob"])
    config = CHANGES.format(
        config=str(CONFIG), port=port, hub_port=hub_port, proxy_port=proxy_port, proxy=PROXY, token=one.token,
        python=sys.executable, users={person.name for person in who.values()})
    (state / "jupyterhub_config.py").write_text(config)
    env = _plain(state) | {"COURSE_STAFF": one.instructor.name, "COURSE_EXCHANGE": str(exchange)}
    with (base / "hub.log").open("wb") as log:
        command = [*one.ada.door, sys.executable, "-m", "jupyterhub", "-f", "jupyterhub_config.py"]
        process = subprocess.Popen(command, cwd=state, env=env, stdout=log, stderr=log)
        try:
            _until(lambda: _answers(one, process), "the hub did not start")
            yield one
        except BaseException:
            print((base / "hub.log").read_text(errors="replace")[-6000:])
            raise
        finally:
            process.terminate()  # it ends its proxy and the servers
            try:
                process.wait(60)
            finally:
                process.kill()


def _answers(hub: Hub, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the hub ended at once"
    try:
        return hub.ask("GET", "hub/api/").ok
    except requests.ConnectionError:
        return False


def _act(hub: Hub, person: Person, token: str, action: str) -> None:
    """Press a button of nbgrader's list of assignments."""
    answer = hub.ask("POST", f"user/{person.name}/assignments/{action}", token,
                     data={"course_id": COURSE, "assignment_id": LESSON.name})
    assert answer.ok and answer.json()["success"], answer.text


def test_a_lesson_goes_out_comes_back_is_graded_and_its_feedback_reaches_its_student_alone(hub: Hub) -> None:
    course = hub.instructor.home / "course"
    for folder in ("solutions", "course"):
        shutil.copytree(ROOT / folder / LESSON.name, course / folder / LESSON.name)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    subprocess.run(["chown", "-R", f"{hub.instructor.name}:", course], check=True)

    def instructor(*command: str, cwd: Path = course) -> str:
        settings = {"JUPYTER_CONFIG_PATH": str(CONFIG.parent / "staff"), "COURSE_EXCHANGE": str(hub.exchange)}
        return hub.instructor.run(sys.executable, "-m", *command, cwd=cwd, **settings)

    instructor("nbgrader", "release_assignment", LESSON.name)

    exercise = names(LESSON)[0]
    mistake, wrong = next((switch, source) for switch, source in bank(exercise).wrong.items() if "+" not in switch)
    tokens = {}
    for person, answers in ((hub.ada, right(LESSON)), (hub.bob, {**right(LESSON), exercise: wrong})):
        token = tokens[person] = hub.enter(person)
        _act(hub, person, token, "fetch")
        place = f"user/{person.name}/api/contents/{LESSON.name}/{LESSON.notebook.name}"
        assert hub.ask("GET", place, token).json()["type"] == "notebook"
        content = {"type": "notebook", "content": nbformat.from_dict(answered(LESSON, answers))}
        assert hub.ask("PUT", place, token, json=content).ok
        _act(hub, person, token, "submit")

    instructor("nbgrader", "collect", LESSON.name)
    assert {path.name for path in (course / "submitted").iterdir()} == {hub.ada.name, hub.bob.name}
    instructor("autograder.cli", "grade", "--submitted", "submitted", "--work", "graded", "--jobs", "1")
    instructor("nbgrader", "release_feedback", LESSON.name, "--CourseDirectory.feedback_directory=feedback",
               cwd=course / "graded")

    pages = {}
    for person, token in tokens.items():
        _act(hub, person, token, "fetch_feedback")
        (page,) = (person.home / LESSON.name / "feedback").glob("*/*.html")
        pages[person] = page.read_text("utf-8")
        assert f"Feedback for {person.name}" in pages[person]
    assert SWITCHES[mistake].message in pages[hub.bob] and SWITCHES[mistake].message not in pages[hub.ada]

    # Formgrader is there for the instructor, with the graded class, and not for a student.
    staff = hub.enter(hub.instructor)
    graded = hub.ask("GET", f"user/{hub.instructor.name}/formgrader/api/submissions/{LESSON.name}", staff)
    assert {one["student"] for one in graded.json()} == {hub.ada.name, hub.bob.name}
    assert hub.ask("GET", f"user/{hub.ada.name}/formgrader", tokens[hub.ada]).status_code == 404

    # Nobody reaches another's server, home, submission, or the course with its answers.
    assert hub.ask("GET", f"user/{hub.bob.name}/api/contents", tokens[hub.ada]).status_code == 403
    assert hub.ask("GET", f"user/{hub.bob.name}/api/contents", tokens[hub.bob]).status_code == 200
    (handed_in,) = (hub.exchange / COURSE / "inbound").glob(f"{hub.bob.name}+*")
    for closed in (hub.bob.home, hub.exchange / COURSE / "inbound", hub.exchange / COURSE / "feedback", course):
        assert not hub.ada.may("ls", str(closed)), f"a student can look into {closed}"
    assert handed_in.is_dir()
