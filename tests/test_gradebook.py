"""The gradebook: what nbgrader's own tools find in it after us, and that a person's marks outlive a regrade."""

from __future__ import annotations

import csv
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import results_toy as toy
from nbgrader.api import Gradebook

from autograder import gradebook, lessons, report
from autograder.cli import main
from autograder.errors import UserError
from autograder.files import write_whole
from autograder.marks import read_marks
from autograder.results import write_results

ROOT = Path(__file__).resolve().parents[1]
EVIL = "Per row, $a<b$. <script>document.title='owned'</script> <img src=x onerror=alert(1)>"
WHO = {"ada": (toy.RIGHT, "Per feature."), "bob": (toy.WRONG, EVIL), "cyd": (None, None)}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, toy.ToyLesson]:
    """A graded class of a right, a wrong, an unanswered and an unreadable submission, and a missing one."""
    root = tmp_path_factory.mktemp("course")
    lesson, work = toy.lesson(root), root / "work"
    released = gradebook.register(_url(work), lesson, lesson.source_notebook()) if _made(work, lesson) else None
    for student, (code, prose) in WHO.items():
        mine = toy.notebook(released, code, prose)
        for folder in (root / "submitted", work / "autograded"):
            path = folder / student / lesson.name / "toy.ipynb"
            path.parent.mkdir(parents=True)
            nbformat.write(mine, path)
    gradebook.write(work / "gradebook.db", lesson, _class(released))
    gradebook.write_config(work, root, root / "submitted")
    return work, lesson


def _made(work: Path, lesson: toy.ToyLesson) -> bool:
    gradebook.write(work / "gradebook.db", lesson, [])
    return True


def _class(released):
    for student, (code, prose) in WHO.items():
        yield toy.graded(student, toy.notebook(released, code, prose), right=student == "ada")
    yield toy.graded("dan", None, "invalid_notebook", right=False, message="Your file is not a notebook.")
    yield toy.graded("eve", None, "missing", right=False)


def _url(work: Path) -> str:
    return f"sqlite:///{work / 'gradebook.db'}"


def _entry(work: Path, student: str):
    with Gradebook(_url(work), gradebook.COURSE_ID) as book:
        entry = book.find_submission_notebook("toy", "03_toy", student)
        grades = {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in entry.grades}
        return grades, {comment.name: comment.auto_comment for comment in entry.comments}


def test_machine_scores_stand_and_prose_waits_for_a_person(course):
    work, _ = course
    assert _entry(work, "ada")[0] == {"batch_statistics_check": (4, False), "why": (None, True)}
    assert _entry(work, "bob")[0] == {"batch_statistics_check": (0, False), "why": (None, True)}


def test_an_unanswered_question_gets_zero_and_waits_for_nobody(course):
    grades, comments = _entry(course[0], "cyd")
    assert grades == {"batch_statistics_check": (0, False), "why": (0, False)}
    assert comments == {"batch_statistics": "No response.", "why": "No response."}


def test_an_unreadable_notebook_scores_zero_and_says_why(course):
    grades, comments = _entry(course[0], "dan")
    assert grades == {"batch_statistics_check": (0, False), "why": (0, False)}
    assert set(comments.values()) == {"Your file is not a notebook."}


def test_a_missing_submission_is_a_student_without_one(course):
    with Gradebook(_url(course[0]), gradebook.COURSE_ID) as book:
        assert book.find_student("eve").submissions == []


def test_the_hint_stands_at_the_solution_cell(course):
    assert _entry(course[0], "bob")[1]["batch_statistics"] == f"batch_statistics: {toy.SAID}"
    assert _entry(course[0], "ada")[1]["batch_statistics"] is None


def test_regrading_keeps_a_persons_marks_and_comments(tmp_path):
    lesson, database = toy.lesson(tmp_path), tmp_path / "gradebook.db"
    mine = toy.notebook(lesson.source_notebook(), toy.WRONG, "Per row.")
    gradebook.write(database, lesson, [toy.graded("bob", mine, right=False)])
    with Gradebook(f"sqlite:///{database}", gradebook.COURSE_ID) as book:
        prose = book.find_grade("why", "toy", lesson.name, "bob")
        prose.manual_score, prose.needs_manual_grade = 1.5, False
        book.find_comment("why", "toy", lesson.name, "bob").manual_comment = "Nearly."
        book.db.commit()
    gradebook.write(database, lesson, [toy.graded("bob", mine)])
    with Gradebook(f"sqlite:///{database}", gradebook.COURSE_ID) as book:
        prose = book.find_grade("why", "toy", lesson.name, "bob")
        assert (prose.manual_score, prose.needs_manual_grade) == (1.5, True)  # shown to the person once more
        assert book.find_comment("why", "toy", lesson.name, "bob").comment == "Nearly."
        assert book.find_submission(lesson.name, "bob").score == 5.5


def test_the_report_shows_a_persons_marks_and_what_waits_for_one(tmp_path):
    lesson, database = toy.lesson(tmp_path), tmp_path / "gradebook.db"
    class_ = [toy.graded(who, toy.notebook(lesson.source_notebook(), toy.RIGHT, "Per row.")) for who in ("bob", "cyd")]
    gradebook.write(database, lesson, class_)
    with Gradebook(f"sqlite:///{database}", gradebook.COURSE_ID) as book:
        grade = book.find_grade("why", "toy", lesson.name, "bob")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.db.commit()
    page = report.write(tmp_path, [one.result for one in class_]).read_text("utf-8")
    assert "4/4 + 1.5/2<" in page and "4/4 + ?/2<" in page


def test_a_lesson_with_other_cells_is_refused_in_one_sentence(tmp_path):
    lesson, database = toy.lesson(tmp_path), tmp_path / "gradebook.db"
    gradebook.write(database, lesson, [toy.graded("ada", lesson.source_notebook())])

    class Changed(toy.ToyLesson):
        def source_notebook(self):
            source = super().source_notebook()
            return nbformat.from_dict({**source, "cells": source.cells[:-1]})

    with pytest.raises(UserError, match="grade into a new work folder"):
        gradebook.write(database, Changed(lesson.name, lesson.notebook), [])


def test_a_maker_that_was_stopped_leaves_no_half_made_gradebook(tmp_path, monkeypatch):
    database = tmp_path / "gradebook.db"

    def stopped(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(gradebook.ScriptDirectory, "from_config", stopped)
        gradebook.Book(database)
    assert not database.exists()
    lesson = toy.lesson(tmp_path)
    gradebook.write(database, lesson, [toy.graded("ada", lesson.source_notebook())])
    with Gradebook(f"sqlite:///{database}", gradebook.COURSE_ID) as book:
        assert book.find_submission(lesson.name, "ada").score == 4
    assert not list(tmp_path.glob("*.part*"))


def test_what_was_handed_in_and_is_gone_counts_nothing_by_machine(tmp_path):
    lesson, database = toy.lesson(tmp_path), tmp_path / "gradebook.db"
    mine = toy.notebook(lesson.source_notebook(), toy.RIGHT, "Per row.")
    gradebook.write(database, lesson, [toy.graded("ada", mine)])
    with Gradebook(f"sqlite:///{database}", gradebook.COURSE_ID) as book:
        book.find_grade("why", "toy", lesson.name, "ada").manual_score = 1.5
        book.db.commit()
    gradebook.write(database, lesson, [toy.graded("ada", None, "missing", right=False)])
    assert read_marks([tmp_path]).students["ada"][lesson.name].points == 1.5


def test_a_file_that_is_no_gradebook_is_one_sentence(tmp_path):
    (tmp_path / "gradebook.db").write_text("a letter " * 1000)
    with pytest.raises(UserError, match=r"gradebook\.db cannot be used .*not a database"):
        gradebook.Book(tmp_path / "gradebook.db")


def test_a_class_of_two_hundred_is_all_there(tmp_path):
    lesson = toy.lesson(tmp_path)
    mine, database = lesson.source_notebook(), tmp_path / "gradebook.db"
    gradebook.write(database, lesson, (toy.graded(f"s{k}", mine) for k in range(200)))
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM submitted_assignment").fetchone() == (200,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _run(work: Path, *command: str) -> str:
    env = os.environ | {"HOME": str(work), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-m", *command], cwd=work, env=env, capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_stock_generate_feedback_works_after_us(course):
    work, _ = course
    _run(work, "nbgrader", "generate_feedback", "03_toy")
    page = (work / "feedback_nbgrader" / "bob" / "03_toy" / "toy.html").read_text("utf-8")
    assert "Because." not in page and "not shown to students" not in page
    assert "wrong axis" in page and re.search(r"Score:\s*0\.0\s*/\s*6\.0", page)


def test_stock_export_works_after_us(course):
    work, _ = course
    _run(work, "nbgrader", "export")
    with (work / "grades.csv").open(encoding="utf-8") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores == {"ada": 4, "bob": 0, "cyd": 0, "dan": 0, "eve": 0}


@pytest.fixture
def formgrader(course) -> Iterator[str]:
    """The address of formgrader, started in the work folder as an instructor would."""
    work, _ = course
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folders = {f"JUPYTER_{key}_DIR": str(work / "jupyter" / key) for key in ("CONFIG", "DATA", "RUNTIME")}
    extension = "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}"
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
         "--ServerApp.port_retries=0", "--IdentityProvider.token=t", extension, f"--ServerApp.root_dir={work}"],
        cwd=work, env=os.environ | folders | {"HOME": str(work), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}/formgrader"
    finally:
        server.terminate()
        server.wait(20)


@pytest.mark.slow
def test_a_person_marks_in_formgrader_with_the_rubric_beside_and_a_regrade_keeps_it(course, formgrader):
    work, lesson = course
    rows = json.loads(_fetch(f"{formgrader}/api/submissions/03_toy"))
    assert {row["student"]: (row["score"], row["needs_manual_grade"]) for row in rows} == {
        "ada": (4, True), "bob": (0, True), "cyd": (0, False), "dan": (0, False)}
    assert next(row for row in rows if row["student"] == "ada")["max_score"] == 6
    entries = json.loads(_fetch(f"{formgrader}/api/submitted_notebooks/03_toy/toy"))
    entry = next(row["id"] for row in entries if row["student"] == "bob")
    page = _fetch(f"{formgrader}/submissions/{entry}/")
    assert page.index("Per row, $a&lt;b$.") < page.index("not shown to students") < page.index("Because.")
    assert "<script>document" not in page and '<img src="x" onerror' not in page and 'onerror="alert' not in page

    grades = json.loads(_fetch(f"{formgrader}/api/grades?submission_id={entry}"))
    prose = next(one for one in grades if one["name"] == "why")
    _fetch(f"{formgrader}/api/grade/{prose['id']}", {"manual_score": 1.5})
    assert read_marks([work]).students["bob"]["03_toy"].points == 1.5

    mine = toy.notebook(lesson.source_notebook(), toy.RIGHT, "Per row.")
    gradebook.write(work / "gradebook.db", lesson, [toy.graded("bob", mine)])
    assert read_marks([work]).students["bob"]["03_toy"].points == 5.5
    gradebook.write(work / "gradebook.db", lesson, [toy.graded("bob", mine, right=False)])
    assert read_marks([work]).students["bob"]["03_toy"].points == 1.5


def _fetch(url: str, put: dict[str, float] | None = None) -> str:
    body = None if put is None else json.dumps(put).encode()
    request = urllib.request.Request(url, body, {"Authorization": "token t"}, method="PUT" if put else "GET")
    for _ in range(120):
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                return reply.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.25)
    raise AssertionError(f"no answer from {url}")


@pytest.mark.slow
def test_stock_autograde_agrees_on_a_right_and_a_wrong_answer(course):
    """Last in this file: it grades anew what the others look at."""
    work, _ = course
    for student in ("ada", "bob"):
        _run(work, "nbgrader", "autograde", "03_toy", "--force", f"--student={student}")
    assert _entry(work, "ada")[0] == {"batch_statistics_check": (4, False), "why": (None, True)}
    assert _entry(work, "bob")[0] == {"batch_statistics_check": (0, False), "why": (None, True)}


def test_a_persons_points_and_comments_come_to_the_feedback_page_and_are_escaped(tmp_path, monkeypatch, capsys):
    lesson, work = toy.lesson(tmp_path), tmp_path / "graded"
    class_ = [toy.graded(who, toy.notebook(lesson.source_notebook(), toy.RIGHT, "Per row.")) for who in ("bob", "cyd")]
    gradebook.write(work / "gradebook.db", lesson, class_)
    write_results(work / "results.jsonl", [one.result for one in class_])
    for one in class_:
        write_whole(work / "autograded" / one.result.student / lesson.name / lesson.notebook.name,
                    nbformat.writes(one.notebook))
    with Gradebook(f"sqlite:///{work / 'gradebook.db'}", gradebook.COURSE_ID) as book:
        book.find_grade("why", "toy", lesson.name, "bob").manual_score = 1.5
        book.find_comment("why", "toy", lesson.name, "bob").manual_comment = "Nearly: <b>why</b>?"
        book.find_comment("batch_statistics", "toy", lesson.name, "cyd").manual_comment = "Neat."
        book.db.commit()
    monkeypatch.setattr(lessons, "select", lambda _: [lesson])
    assert main(["feedback", "--work", str(work)]) == 0
    assert "2 pages" in capsys.readouterr().out
    bob, cyd = ((work / "feedback" / who / lesson.name / "toy.html").read_text("utf-8") for who in ("bob", "cyd"))
    assert "<b>why</b>: 1.5 of 2 points" in bob and "Nearly: &lt;b&gt;why&lt;/b&gt;?" in bob
    assert "A person reads these" not in bob and toy.RIGHT.splitlines()[0] in bob
    assert "why (2)" in cyd and "<b>batch_statistics</b></p>" in cyd and "Neat." in cyd


def test_feedback_of_nothing_is_one_sentence(capsys):
    assert main(["feedback", "--work", "nowhere"]) == 2
    assert "nothing graded in nowhere" in capsys.readouterr().err
