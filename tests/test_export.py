"""Marks out: read back by readers that know nothing of how they were written, against numbers worked by hand."""

from __future__ import annotations

import csv
import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas
import pytest
import results_toy as toy
from nbgrader.api import Gradebook
from nbgrader.plugins import FileNameCollectorPlugin
from traitlets.config import PyFileConfigLoader

from autograder import cli, gradebook
from autograder.errors import UserError
from autograder.late import Due, handed_in_at
from autograder.lessons import ROOT
from autograder.marks import read_marks, rounded
from autograder.roster import read_roster

# nbgrader's own objects, added to its session in another order than SQLAlchemy likes
pytestmark = pytest.mark.filterwarnings("ignore:Object of type .* not in session")

LESSON = "03_toy"  # 4 points by machine, 2 by a person
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,03_toy (77),Current Score
,,,,,Manual Posting,
    Points Possible,,,,,6,(read only)
"Lovelace, Ada",101,0001,ada,"Monday, 9",,
"Bessel, Bob",102,0002,bob,Monday,,
"Not, Here",103,0003,nemo,Monday,,
"Student, Test",104,,,Monday,,
"""
MOODLE = """First name;Last name;Username;ID number;Email address
Ada;L;ada;a-1;Ada@example.org
Bob;B;bob;;b@example.org
"""


def handed_in(root: Path, student: str, stamp: str | None = None, mtime: datetime | None = None) -> None:
    """A file in nbgrader's layout, handed in at a time."""
    folder = root / student / LESSON
    folder.mkdir(parents=True)
    (folder / "toy.ipynb").write_text("{}")
    if stamp:
        (folder / "timestamp.txt").write_text(stamp)
    if mtime:
        os.utime(folder / "toy.ipynb", (mtime.timestamp(),) * 2)


def grade(work: Path, points: dict[str, float | None], submitted: Path | None = None,
          prose: dict[str, float] | None = None) -> None:
    """A gradebook of the toy lesson: machine points by student (None: nothing handed in), a person's for `prose`."""
    lesson = toy.lesson(work.parent)
    every = []
    for student, earned in points.items():
        mine = toy.notebook(lesson.source_notebook(), toy.RIGHT, "Per row." if student in (prose or {}) else None)
        one = toy.graded(student, mine, "missing" if earned is None else "graded")
        one.points_by_cell["batch_statistics_check"] = earned or 0.0
        every.append(one)
    gradebook.write(work / "gradebook.db", lesson, every, submitted)
    with Gradebook(f"sqlite:///{work / 'gradebook.db'}", gradebook.COURSE_ID) as book:
        for student, mark in (prose or {}).items():
            cell = book.find_grade("why", "toy", LESSON, student)
            cell.manual_score, cell.needs_manual_grade = mark, False
        book.db.commit()


def export(*words: object) -> int:
    return cli.main(["export", *map(str, words)])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ada 2.675 + 1.5 by a person, bob 4, cyd in no roster, eve without a submission."""
    root = tmp_path_factory.mktemp("class")
    grade(root / "work", {"ada": 2.675, "bob": 4.0, "cyd": 1.0, "eve": None}, prose={"ada": 1.5})
    return root


@pytest.fixture
def work(made: Path, tmp_path: Path) -> Path:
    """A copy of the class's work folder, with rosters beside it."""
    shutil.copytree(made / "work", tmp_path / "work")
    (tmp_path / "canvas.csv").write_text(CANVAS, encoding="utf-8-sig")
    (tmp_path / "moodle.csv").write_text(MOODLE, encoding="utf-8")
    return tmp_path / "work"


def test_canvas_gets_what_its_importer_reads(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export("--to", "canvas", "--work", work, "--roster", work.parent / "canvas.csv") == 0
    with (work / "grades_canvas.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "03_toy (77)"],
        ["    Points Possible", "", "", "", "", "6.00"],
        ["Lovelace, Ada", "101", "0001", "ada", "Monday, 9", "4.18"],
        ["Bessel, Bob", "102", "0002", "bob", "Monday", "4.00"],
    ]
    said = capsys.readouterr().err
    assert "2 not in column 'SIS Login ID' of the roster, so left out: cyd, eve." in said
    assert "2 in the roster without a folder, so left out: nemo; Student, Test." in said


def test_canvas_makes_a_new_assignment_where_it_knows_none(work: Path) -> None:
    roster = work.parent / "short.csv"
    roster.write_text("Student,ID,SIS Login ID,Section\nAda,101,ada,A\n")
    assert export("--to", "canvas", "--work", work, "--roster", roster) == 0
    frame = pandas.read_csv(work / "grades_canvas.csv")
    assert list(frame.columns) == ["Student", "ID", "SIS Login ID", "Section", LESSON]


def test_canvas_gets_no_sis_user_id_without_a_login_id(work: Path) -> None:
    roster = work.parent / "short.csv"
    roster.write_text("Student,ID,SIS User ID,Section\nAda,101,ada,A\n")
    assert export("--to", "canvas", "--work", work, "--roster", roster, "--match", "SIS User ID") == 0
    assert list(pandas.read_csv(work / "grades_canvas.csv").columns) == ["Student", "ID", "Section", LESSON]


def test_moodle_gets_one_identifying_column_and_one_a_lesson(work: Path) -> None:
    out = work.parent / "m.csv"
    assert export("--to", "moodle", "--work", work, "--roster", work.parent / "moodle.csv", "--match", "username",
                  "--id", "email", "--percent", "--decimals", 1, "--out", out) == 0
    frame = pandas.read_csv(out)
    # 4.175 of 6 is 69.58 percent, 4 of 6 is 66.67
    assert frame.to_dict("list") == {"email": ["Ada@example.org", "b@example.org"], LESSON: [69.6, 66.7]}


def test_an_empty_id_in_the_roster_is_said_and_not_written(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = work.parent / "moodle.csv"
    assert export("--to", "moodle", "--work", work, "--roster", roster, "--id", "idnumber") == 2
    assert "column 'ID number' is empty for bob" in capsys.readouterr().err
    assert not (work / "grades_moodle.csv").exists()


def test_a_name_that_stands_twice_in_the_roster_is_never_decided_by_chance(work: Path, capsys) -> None:
    roster = work.parent / "twice.csv"
    roster.write_text("username,email\nada,a@x.org\nada,b@x.org\n")
    assert export("--to", "moodle", "--work", work, "--roster", roster) == 2
    assert "'ada' stands 2 times" in capsys.readouterr().err


def test_a_name_may_hold_any_sign_and_stays_in_its_row(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text('username,email\nada\u2028l,a@b\n"bob\nb",b@b\n', encoding="utf-8")
    rows = read_roster(path).rows
    assert rows == [{"username": "ada\u2028l", "email": "a@b"}, {"username": "bob\nb", "email": "b@b"}]


def test_a_roster_that_is_no_csv_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("username\n" + "x" * 200_000)
    with pytest.raises(UserError, match=r"roster\.csv is not a CSV \(field larger .*\): export it again"):
        read_roster(tmp_path / "roster.csv")


def test_the_platforms_need_a_roster(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export("--to", "canvas", "--work", work) == 2
    assert "--roster" in capsys.readouterr().err


def test_csv_and_json_hold_the_whole_class(work: Path) -> None:
    assert export("--to", "csv", "--work", work) == 0 and export("--to", "json", "--work", work) == 0
    frame = pandas.read_csv(work / "grades_csv.csv", index_col="student")
    assert frame["total"].fillna(-1).to_dict() == {"ada": 4.18, "bob": 4.0, "cyd": 1.0, "eve": 0.0}
    assert pandas.isna(frame.loc["eve", LESSON])
    data = json.loads((work / "grades_json.json").read_text("utf-8"))
    assert data["lessons"] == {LESSON: 6.0}
    assert [one["student"] for one in data["students"]] == ["ada", "bob", "cyd", "eve"]
    assert data["students"][0]["lessons"][LESSON]["earned"] == 4.18 and data["students"][3]["lessons"] == {}


def test_nothing_handed_in_can_be_zero(work: Path) -> None:
    assert export("--to", "csv", "--work", work, "--missing", "zero") == 0
    assert pandas.read_csv(work / "grades_csv.csv", index_col="student").loc["eve", LESSON] == 0


def test_an_answer_nobody_has_marked_yet_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    work = tmp_path / "work"
    grade(work, {"ada": 4.0, "bob": 4.0}, prose={"bob": 2.0})
    lesson = toy.lesson(tmp_path)
    gradebook.write(work / "gradebook.db", lesson,
                    [toy.graded("ada", toy.notebook(lesson.source_notebook(), toy.RIGHT, "Per column."))])
    assert export("--to", "csv", "--work", work) == 0
    assert "1 with answers in words that a person has yet to look at: ada (03_toy)." in capsys.readouterr().err
    assert pandas.read_csv(work / "grades_csv.csv", index_col="student")["total"].to_dict() == {"ada": 4.0, "bob": 6.0}


DUE = """
timezone: Europe/Berlin
default: {grace_hours: 2, percent_per_day: 10, cap_percent: 25}
lessons:
  03_toy:
    due: 2026-11-30 23:59
    extensions: {dan: 2026-12-04}
"""


def test_late_work_loses_what_the_file_says(tmp_path: Path) -> None:
    """23:59 in Berlin is 22:59 UTC: ada in time, bob within the grace, cyd two days begun, dan with an extension."""
    submitted, work = tmp_path / "submitted", tmp_path / "work"
    handed_in(submitted, "ada", mtime=datetime(2026, 11, 30, 22, 58, tzinfo=UTC))
    handed_in(submitted, "bob", stamp="2026-12-01 00:30:00.000000 UTC", mtime=datetime(2027, 1, 1, tzinfo=UTC))
    handed_in(submitted, "cyd", stamp="2026-12-02 01:00:00 +0200")  # 23:00 UTC on the 1st
    handed_in(submitted, "dan", mtime=datetime(2026, 12, 4, 22, 59, tzinfo=UTC))
    handed_in(submitted, "eve", stamp="2026-12-31 00:00:00 UTC")
    handed_in(submitted, "fay", stamp="no time at all", mtime=datetime(2026, 12, 1, 1, 0, tzinfo=UTC))
    grade(work, dict.fromkeys(("ada", "bob", "cyd", "dan", "eve", "fay"), 4.0), submitted)
    due = tmp_path / "due.yml"
    due.write_text(DUE)
    assert export("--to", "csv", "--work", work, "--due", due) == 0
    assert pandas.read_csv(work / "grades_csv.csv", index_col="student")["total"].to_dict() == {
        "ada": 4.0, "bob": 4.0, "cyd": 3.2, "dan": 4.0, "eve": 3.0, "fay": 3.6}


@pytest.mark.parametrize(("text", "said"), [
    ("lessons: {03_toy: {due: soon}}", "'soon' is not a time"),
    ("lessons: {03_toy: {percent_per_day: 5}}", "has no `due`"),
    ("lessons: {03_toy: {due: 2026-01-01, percent: 5}}", "'percent' means nothing here"),
    ("lessons: {03_toy: {due: 2026-01-01, percent_per_day: -5}}", "not a number of at least 0"),
    ("timezone: Mars/Olympus", "no time zone 'Mars/Olympus'"),
    ("[1, 2]", "expected `name: value` lines"),
    ("a: b: c", "is not YAML"),
])
def test_a_slip_in_the_due_dates_is_named(work: Path, capsys, text: str, said: str) -> None:
    (work / "due.yml").write_text(text)
    assert export("--to", "csv", "--work", work, "--due", work / "due.yml") == 2
    assert said in capsys.readouterr().err


def test_names_the_class_does_not_know_are_told(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work / "due.yml").write_text("lessons: {03_toi: {due: 2026-01-01, extensions: {adda: 2026-02-01}}}")
    assert export("--to", "csv", "--work", work, "--due", work / "due.yml") == 0
    said = capsys.readouterr().err
    assert "graded nowhere: 03_toi" in said and "no such student: adda" in said


@pytest.mark.parametrize(("keep", "expected"), [
    ("best", {"ada": 4.0, "bob": 3.0, "cyd": 2.0}), ("last", {"ada": 1.0, "bob": 3.0, "cyd": 2.0})])
def test_of_two_rounds_the_best_or_the_last_counts(tmp_path: Path, keep: str, expected: dict[str, float]) -> None:
    """bob's first folder holds the later file: it is the time that decides, not the folder."""
    for work, scores, day in (("w1", {"ada": 4.0, "bob": 3.0}, 1), ("w2", {"ada": 1.0, "bob": 2.0, "cyd": 2.0}, 8)):
        for student in scores:
            late = 20 if student == "bob" and work == "w1" else day
            handed_in(tmp_path / f"s{work}", student, mtime=datetime(2026, 11, late, tzinfo=UTC))
        grade(tmp_path / work, scores, tmp_path / f"s{work}")
    out, rounds = tmp_path / "out.csv", ("--work", tmp_path / "w1", "--work", tmp_path / "w2")
    assert export("--to", "csv", *rounds, "--keep", keep, "--out", out) == 0
    assert pandas.read_csv(out, index_col="student")["total"].to_dict() == expected


def test_of_two_rounds_the_best_is_the_best_after_the_penalty(tmp_path: Path) -> None:
    for work, score, day in (("w1", 3.0, 1), ("w2", 4.0, 8)):
        handed_in(tmp_path / f"s{work}", "ada", mtime=datetime(2026, 11, day, tzinfo=UTC))
        grade(tmp_path / work, {"ada": score}, tmp_path / f"s{work}")
    due = {LESSON: Due(datetime(2026, 11, 2, tzinfo=UTC), percent_per_day=50)}
    assert read_marks([tmp_path / "w1", tmp_path / "w2"], due).students["ada"][LESSON].points == 3


def test_the_grace_counts_to_its_last_moment_and_then_days_count_from_the_due_time() -> None:
    due = datetime(2026, 11, 2, 12, tzinfo=UTC)
    rule = Due(due, grace_hours=2, percent_per_day=10, cap_percent=25)
    hours = (0, 2, 2.01, 24, 24.01, 48.01)
    assert [rule.penalty("ada", due + timedelta(hours=late)) for late in hours] == [0, 0, 10, 10, 20, 25]


def test_a_linked_folder_has_no_time_of_handing_in(tmp_path: Path) -> None:
    handed_in(tmp_path / "elsewhere", "ada", stamp="2026-11-01 00:00:00 UTC")
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / LESSON).symlink_to(tmp_path / "elsewhere" / "ada" / LESSON)
    assert handed_in_at(tmp_path / "elsewhere", "ada", LESSON, "toy.ipynb") == datetime(2026, 11, 1, tzinfo=UTC)
    assert handed_in_at(tmp_path / "class", "ada", LESSON, "toy.ipynb") is None


@pytest.mark.parametrize(("points", "decimals", "text"), [
    (0.1 + 0.235, 2, "0.34"),  # 0.33499999999999996 as floats add
    (0.1 + 0.2, 6, "0.300000"), (2.5, 0, "3"), (0.125, 2, "0.13"),
])
def test_halves_go_up_whatever_floats_make_of_them(points: float, decimals: int, text: str) -> None:
    assert rounded(points, decimals) == text


def test_a_work_folder_without_a_gradebook_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export("--to", "csv", "--work", tmp_path) == 2
    assert "autograder grade --work" in capsys.readouterr().err


def test_canvas_downloads_are_collected_by_the_ids_of_its_roster() -> None:
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    collected = FileNameCollectorPlugin(config=config).collect
    for name, student in {
        "lovelaceada_1001_55512_batchnorm_forward.ipynb": "1001", "陳怡君_1003_9_batchnorm_forward.ipynb": "1003",
        "builderbob_LATE_1002_55513_batchnorm_forward-1.ipynb": "1002",
    }.items():
        found = collected(f"/downloaded/{LESSON}/extracted/submissions/{name}")
        assert (found["student_id"], found["file_id"]) == (student, "batchnorm_forward")
    assert collected("/downloaded/a_remark.txt") is None
