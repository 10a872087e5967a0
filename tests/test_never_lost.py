"""Whatever happens to a grader, the next one goes on from there; and two never work in one folder."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sample_class
from nbgrader.api import Gradebook

from autograder import gradebook, grading
from autograder.crew import Terms
from autograder.errors import UserError
from autograder.grading import grade_class
from autograder.journal import Journal
from autograder.lessons import select
from autograder.remote import Limits
from autograder.results import Graded, SubmissionResult, read_results
from autograder.sandbox import UNSAFE, best

LESSON = select(["03_batchnorm_forward"])[0]
TERMS = Terms(2, Limits(cell=5.0, total=20.0), best())


def hand_in(submitted: Path, students: int) -> None:
    """Right answers and wrong ones, the same each time."""
    for k in range(students):
        answers = sample_class.right(LESSON, k) if k % 2 else sample_class.mixed(LESSON, k)
        write(submitted, f"s{k:03d}", sample_class.answered(LESSON, answers))


def write(submitted: Path, student: str, notebook: object) -> None:
    place = submitted / student / LESSON.name / LESSON.notebook.name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(notebook), encoding="utf-8")


def told(results: list[SubmissionResult]) -> list[tuple]:
    return [(r.student, r.lesson, r.status, r.score, r.message, r.exercises) for r in results]


def graded_anew(capsys: pytest.CaptureFixture) -> int:
    """How many submissions the last run graded."""
    line = next(line for line in capsys.readouterr().err.splitlines() if "submissions in" in line)
    return int(line.split()[0])


def test_only_what_changed_is_graded_again_and_only_what_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    submitted, work = tmp_path / "submitted", tmp_path / "work"
    hand_in(submitted, 6)
    first, _ = grade_class([LESSON], submitted, work, TERMS)
    assert graded_anew(capsys) == 6
    again, _ = grade_class([LESSON], submitted, work, TERMS)
    assert graded_anew(capsys) == 0 and told(again) == told(first)
    write(submitted, "s001", sample_class.answered(LESSON, {}))
    after, _ = grade_class([LESSON], submitted, work, TERMS)
    assert graded_anew(capsys) == 1 and [r.score for r in after if r.student == "s001"] == [0]
    grade_class([LESSON], submitted, work, TERMS, only=["s002", "s003"], again=True)
    assert graded_anew(capsys) == 2
    with pytest.raises(UserError, match="--student takes the names"):
        grade_class([LESSON], submitted, work, TERMS, only=["nobody"])


def test_a_grader_killed_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    submitted, work, whole = tmp_path / "submitted", tmp_path / "work", tmp_path / "whole"
    hand_in(submitted, 40)
    command = [sys.executable, "-c", "import sys; from autograder.cli import main; sys.exit(main(sys.argv[1:]))",
               "grade", "03", "--submitted", str(submitted), "--seed", "7", "--work"]
    dice = random.Random(0)
    for _ in range(4):
        running = subprocess.Popen([*command, str(work)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        journal, lines = work / "journal.jsonl", 0
        until = time.monotonic() + 60
        while running.poll() is None and time.monotonic() < until:  # let it get at least a little further
            now = journal.read_bytes().count(b"\n") if journal.exists() else 0
            if now > lines or (lines == 0 and (work / "autograded").exists()):
                break
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.6))
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    assert subprocess.run([*command, str(work)], capture_output=True, check=False).returncode == 0
    assert subprocess.run([*command, str(whole)], capture_output=True, check=False).returncode == 0
    assert told(read_results(work / "results.jsonl")) == told(read_results(whole / "results.jsonl"))
    assert not list(work.rglob("*.part"))
    with sqlite3.connect(work / "gradebook.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        counted = "SELECT count(*), count(DISTINCT student_id) FROM submitted_assignment"
        assert db.execute(counted).fetchone() == (40, 40)
    with Gradebook(f"sqlite:///{work / 'gradebook.db'}", gradebook.COURSE_ID) as book:
        for result in read_results(work / "results.jsonl"):
            assert book.find_submission(LESSON.name, result.student).score == pytest.approx(result.score)


def test_a_gradebook_that_was_taken_away_is_filled_again_one_student_at_a_time(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    submitted, work = tmp_path / "submitted", tmp_path / "work"
    hand_in(submitted, 2)
    grade_class([LESSON], submitted, work, TERMS)
    (work / "gradebook.db").unlink()
    capsys.readouterr()
    grade_class([LESSON], submitted, work, TERMS, only=["s001"])
    assert graded_anew(capsys) == 1
    grade_class([LESSON], submitted, work, TERMS)
    assert graded_anew(capsys) == 1
    with sqlite3.connect(work / "gradebook.db") as db:
        assert db.execute("SELECT count(*) FROM submitted_assignment").fetchone() == (2,)


def test_two_graders_never_work_in_one_folder(tmp_path: Path) -> None:
    with Journal(tmp_path), pytest.raises(UserError, match=rf"Another grader \(process {os.getpid()}\) is at work"):
        Journal(tmp_path)
    with Journal(tmp_path):
        pass  # free again


def test_half_a_line_in_the_journal_is_a_submission_not_yet_done(tmp_path: Path) -> None:
    result = SubmissionResult("ada", "01_x", "graded", 1, 1, "")
    with Journal(tmp_path) as journal:
        journal.add([("d1", result), ("d2", SubmissionResult("bob", "01_x", "graded", 1, 1, ""))])
    path = tmp_path / "journal.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    with Journal(tmp_path) as journal:
        assert journal.has("ada", "01_x", "d1") and not journal.has("bob", "01_x", "d2")
        journal.add([("d2", SubmissionResult("bob", "01_x", "graded", 1, 1, ""))])
    with Journal(tmp_path) as journal:
        assert len(journal.results) == 2


def test_an_interrupted_class_keeps_what_was_graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    submitted, work = tmp_path / "submitted", tmp_path / "work"
    hand_in(submitted, 6)
    honest = grading.judging

    def interrupted(found: Iterator[Graded]) -> Iterator[Graded]:
        yield next(found)
        yield next(found)
        raise KeyboardInterrupt

    @contextmanager
    def judging(*arguments: object) -> Iterator[Iterator[Graded]]:
        with honest(*arguments) as found:  # type: ignore[arg-type]
            yield interrupted(found)

    monkeypatch.setattr(grading, "judging", judging)
    with pytest.raises(KeyboardInterrupt):
        grade_class([LESSON], submitted, work, TERMS)
    assert len(read_results(work / "results.jsonl")) == 2


def test_ctrl_c_stops_at_once_and_whom_it_met_is_not_taken_for_crashed(tmp_path: Path) -> None:
    submitted, work = tmp_path / "submitted", tmp_path / "work"
    write(submitted, "ada", sample_class.answered(LESSON, sample_class.right(LESSON)))
    for student in ("bob", "cyd", "dan"):
        write(submitted, student, sample_class.with_first(LESSON, "import time\ntime.sleep(60)"))
    command = [sys.executable, "-c", "import sys; from autograder.cli import main; sys.exit(main(sys.argv[1:]))",
               "grade", "--submitted", str(submitted), "--work", str(work), "--cell-seconds", "60"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    journal, until = work / "journal.jsonl", time.monotonic() + 60
    while not (journal.exists() and journal.read_bytes()) and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    said = running.communicate(timeout=30)[0]
    assert running.returncode == 130 and "Stopped. What was graded is kept" in said and "Traceback" not in said
    assert [(result.student, result.score) for result in read_results(work / "results.jsonl")] == [("ada", 12)]


def test_grading_without_a_wall_is_written_into_every_result(tmp_path: Path) -> None:
    hand_in(tmp_path / "submitted", 1)
    results, report = grade_class([LESSON], tmp_path / "submitted", tmp_path / "work", Terms(1, Limits(), UNSAFE))
    assert results[0].flags == [grading.NO_WALL]
    assert "--unsafe-no-sandbox" in report.read_text(encoding="utf-8")
