"""Attacks graded in one class with honest students: nothing gained, nobody harmed, nothing read, all answered."""

from __future__ import annotations

import hashlib
import html.parser
import json
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hostile_class
import pytest
import sample_class

from autograder.crew import Terms
from autograder.grading import grade_class
from autograder.lessons import ROOT, select
from autograder.remote import Limits
from autograder.results import SubmissionResult
from autograder.sandbox import best

LESSON = select(["03_batchnorm_forward"])[0]
HONEST = 10
ENVIRONMENT, FILE, NEIGHBOUR, NETWORK = "canary-environment", "canary-file", "canary-neighbour", "canary-network"


@dataclass
class Aftermath:
    """The class after grading."""

    folder: Path
    attacks: list[hostile_class.Attack]
    results: dict[str, SubmissionResult]
    before: dict[str, str]


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    folder = tmp_path_factory.mktemp("hostile")
    submitted, secret = folder / "submitted", folder / "secret"
    secret.write_text(FILE)
    os.environ["BNLIB_SECRET"] = ENVIRONMENT
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_answer, args=(listener,), daemon=True).start()
        attacks = hostile_class.attacks(LESSON, {
            "ROOT": ROOT, "WORK": folder / "work", "SUBMITTED": submitted, "SECRET": secret, "HOME": Path.home(),
            "PORT": listener.getsockname()[1], "SOCKET": folder / "socket"})
        for attack in attacks:
            place = submitted / attack.student / LESSON.name / LESSON.notebook.name
            place.parent.mkdir(parents=True)
            attack.hand_in(place)
        for k in range(HONEST):  # among the others by their names: a-…, c-…, e-…
            place = submitted / f"{'acdefgmtuz'[k]}-honest" / LESSON.name / LESSON.notebook.name
            place.parent.mkdir(parents=True)
            notebook = sample_class.answered(LESSON, sample_class.right(LESSON, k))
            notebook.cells[0].source += f"\n{NEIGHBOUR}"
            place.write_text(json.dumps(notebook), encoding="utf-8")
        before = _prints(submitted)
        # Two limits, so that no status hangs on how busy this machine is: what must not time out has time enough.
        endless = {attack.student for attack in attacks if attack.status == "timeout"}
        for only, seconds in ((set(os.listdir(submitted)) - endless, 30.0), (endless, 3.0)):
            terms = Terms(2, Limits(cell=seconds, total=4 * seconds, memory=512 << 20), best())
            results, _ = grade_class([LESSON], submitted, folder / "work", terms, only=sorted(only))
    del os.environ["BNLIB_SECRET"]
    yield Aftermath(folder, attacks, {result.student: result for result in results}, before)


def _answer(listener: socket.socket) -> None:
    while True:
        try:
            caller, _ = listener.accept()
        except OSError:
            return
        caller.sendall(NETWORK.encode())
        caller.close()


def _prints(folder: Path) -> dict[str, str]:
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.is_symlink()}


def test_there_are_attacks_of_every_class(aftermath: Aftermath) -> None:
    groups = {attack.group for attack in aftermath.attacks}
    assert groups == {"exhaustion", "death", "forgery", "theft", "contamination", "malformed", "outputs", "unusual"}
    assert len(aftermath.attacks) >= 140


def test_every_attack_gets_exactly_the_score_and_status_it_deserves(aftermath: Aftermath) -> None:
    found = {attack.name: (aftermath.results[attack.student].status, aftermath.results[attack.student].score)
             for attack in aftermath.attacks}
    assert found == {attack.name: (attack.status, attack.score) for attack in aftermath.attacks}


def test_honest_students_among_them_get_all_their_points(aftermath: Aftermath) -> None:
    honest = [result for student, result in aftermath.results.items() if student.endswith("-honest")]
    assert [(result.status, result.score) for result in honest] == [("graded", 12.0)] * HONEST


def test_no_secret_comes_out(aftermath: Aftermath) -> None:
    work = aftermath.folder / "work"
    hidden = next(line for line in (ROOT / "autograder/hidden/lesson_03.py").read_text().splitlines()
                  if line.startswith("    return"))
    key = (work / ".judge-key").read_text().strip()
    secrets = [ENVIRONMENT, FILE, NETWORK, key, hidden, "BEGIN SOLUTION", "root:x:0", "PRIVATE KEY"]
    thieves = [attack.student for attack in aftermath.attacks]
    for student in thieves:
        for path in [*(work / "autograded" / student).rglob("*"), *(work / "feedback" / student).rglob("*")]:
            if path.is_file():
                told = path.read_text(encoding="utf-8")
                cells = json.loads(told)["cells"] if path.suffix == ".ipynb" else []
                outputs = json.dumps([cell.get("outputs") for cell in cells]) if cells else told
                assert NEIGHBOUR not in outputs, path
                assert [secret for secret in secrets if secret in outputs] == [], path


def test_nothing_handed_in_was_touched_and_nothing_was_left(aftermath: Aftermath) -> None:
    assert _prints(aftermath.folder / "submitted") == aftermath.before
    places = (ROOT, aftermath.folder, Path.home(), Path("/tmp"), Path("/dev/shm"))
    assert [path for place in places for path in place.glob("*left_by*")] == []


class _Active(html.parser.HTMLParser):
    """Collects what would run: scripts, handlers, and addresses outside the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed"):
            self.found.append(tag)
        self.found += [name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")
                       or (name in ("src", "href") and (value or "").startswith(("http", "//")))]


def test_markup_of_students_is_text_in_feedback_and_report(aftermath: Aftermath) -> None:
    pages = sorted((aftermath.folder / "work" / "feedback").rglob("*.html"))
    assert len(pages) > 60
    for page in pages:
        assert _Active(page.read_text(encoding="utf-8")).found == [], page
    report = (aftermath.folder / "work" / "report" / "index.html").read_text(encoding="utf-8")
    assert "owned" not in "".join(_Active(report).found) and "<script>document.title" not in report
