"""A class graded end to end: exact scores, everything written, bad input in one sentence."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import nbformat
import pytest
import sample_class
from rich.console import Console

from autograder import judge
from autograder.cli import main
from autograder.crew import Terms
from autograder.grading import grade_class
from autograder.lessons import select
from autograder.progress import Progress, table
from autograder.remote import Limits
from autograder.results import STATUSES, SubmissionResult, read_results, write_grades_csv, write_results
from autograder.sandbox import best

LESSON = select(["03_batchnorm_forward"])[0]
FORWARD = sample_class.names(LESSON)[1]

# Points: batch_statistics 3, batchnorm_forward 5, influence_matrix 3, largest_xhat 1.
EXPECTED = {
    "ada": ("graded", 12.0, {}),
    "blank": ("graded", 0.0, {name: ["not_implemented"] for name in sample_class.names(LESSON)}),
    "corrupt": ("invalid_notebook", 0.0, {}),
    "ddof": ("graded", 7.0, {FORWARD: ["ddof_1"]}),
    "half": ("graded", 8.0, {name: ["not_implemented"] for name in sample_class.names(LESSON)[2:]}),
    "loop": ("timeout", 9.0, {}),
    "nothing": ("missing", 0.0, {}),
    "syntax": ("graded_with_errors", 9.0, {}),
    "untested": ("graded", 12.0, {}),
}


def hand_in(submitted: Path) -> None:
    right = sample_class.right(LESSON)
    made = {
        "ada": sample_class.answered(LESSON, right),
        "blank": sample_class.answered(LESSON, {}),
        "corrupt": "{",
        "ddof": sample_class.answered(LESSON, {**right, FORWARD: sample_class.bank(FORWARD).wrong["ddof_1"]}),
        "half": sample_class.answered(LESSON, sample_class.half(LESSON)),
        "loop": sample_class.with_first(LESSON, "while True:\n    pass"),
        "nothing": None,
        "syntax": sample_class.with_first(LESSON, "def batch_statistics(x)\n    return x"),
        "untested": sample_class.untested(LESSON),
    }
    for student, content in made.items():
        folder = submitted / student / LESSON.name
        (folder if content is not None else folder.parent).mkdir(parents=True)
        if content is not None:
            text = content if isinstance(content, str) else json.dumps(content)
            (folder / LESSON.notebook.name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[SubmissionResult]]:
    """The work folder of a graded class, and its results."""
    folder = tmp_path_factory.mktemp("class")
    hand_in(folder / "submitted")
    limits = Limits(cell=3.0, total=30)
    results, report = grade_class([LESSON], folder / "submitted", folder / "work", Terms(2, limits, best()))
    assert report == folder / "work" / "report" / "index.html" and report.is_file()
    return folder, results


def test_every_student_gets_exactly_the_status_score_and_mistakes_deserved(
    graded: tuple[Path, list[SubmissionResult]]
) -> None:
    found = {result.student: (result.status, result.score, {e.name: e.mistakes for e in result.exercises if e.mistakes})
             for result in graded[1]}
    assert found == EXPECTED
    assert all(result.max_score == 12 and STATUSES[result.status] in result.message for result in graded[1])


def test_what_was_written_agrees_with_what_was_found(graded: tuple[Path, list[SubmissionResult]]) -> None:
    work = graded[0] / "work"
    assert read_results(work / "results.jsonl") == graded[1]
    rows = list(csv.reader((work / "grades.csv").open(encoding="utf-8")))
    assert rows[0] == ["student", LESSON.name, "total"] and rows[1] == ["ada", "12.0", "12.0"] and len(rows) == 10
    kept = {path.parts[-3] for path in (work / "autograded").rglob("*.ipynb")}
    assert kept == EXPECTED.keys() - {"corrupt", "nothing"}
    for path in (work / "autograded").rglob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))
    assert (work / "gradebook.db").is_file()
    assert (work / "feedback" / "ada" / LESSON.name / "batchnorm_forward.html").is_file()
    assert not list(work.rglob("*.part"))


def test_a_second_grading_gives_the_same_scores(graded: tuple[Path, list[SubmissionResult]]) -> None:
    folder, first = graded
    terms = Terms(1, Limits(cell=3.0, total=30), best())
    again, _ = grade_class([LESSON], folder / "submitted", folder / "work", terms, again=True)

    def told(results: list[SubmissionResult]) -> list[tuple]:
        return [(r.student, r.status, r.score, r.message, r.exercises) for r in results]

    assert told(again) == told(first)


@pytest.mark.parametrize(("make", "arguments", "said"), [
    (lambda d: None, [], "There is no folder"),
    (lambda d: (d / "submitted").mkdir(), [], "holds no students"),
    (lambda d: (d / "submitted" / "ada").mkdir(parents=True), ["99_nothing"], "There is no lesson '99_nothing'"),
    (lambda d: (d / "submitted" / "ada" / "misc").mkdir(parents=True), [], "named like a lesson"),
])
def test_bad_input_is_one_sentence_and_status_2(
    make, arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    make(tmp_path)
    status = main(["grade", *arguments, "--submitted", str(tmp_path / "submitted"), "--work", str(tmp_path / "work")])
    err = capsys.readouterr().err
    assert status == 2 and said in err and "Traceback" not in err and len(err.strip().splitlines()) == 1


def test_results_survive_writing_and_reading_and_names_cannot_be_formulas(tmp_path: Path) -> None:
    results = [SubmissionResult(name, "01_x", "missing", 0, 4, "—") for name in ("zoë", "=1+1")]
    write_results(tmp_path / "results.jsonl", results)
    assert read_results(tmp_path / "results.jsonl") == sorted(results, key=lambda r: r.student)
    write_grades_csv(tmp_path / "grades.csv", results)
    assert "'=1+1,0,0" in (tmp_path / "grades.csv").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="is none of"):
        SubmissionResult("a", "b", "great", 0, 0, "")
    with pytest.raises(ValueError, match=re.escape("not a line of results.jsonl")):
        SubmissionResult.from_json('{"student": 1}')


def test_a_fault_of_the_grader_costs_nobody_else_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(tmp_path / "submitted")
    told = io.StringIO()
    honest = judge.grade

    def faulty(paper: object, student: str, *rest: object) -> object:
        if student == "ada":
            raise ZeroDivisionError("in the judge")
        return honest(paper, student, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(judge, "grade", faulty)
    results, _ = grade_class([LESSON], tmp_path / "submitted", tmp_path / "work",
                             Terms(1, Limits(cell=3.0, total=30), best()), 1, console=Console(file=told, width=200))
    assert "In 1 the grader itself failed: the report flags them" in told.getvalue()
    found = {result.student: (result.status, result.score) for result in results}
    assert found == {name: expected[:2] for name, expected in EXPECTED.items()} | {"ada": ("crashed", 0)}
    assert results[0].flags == ["fault of the grader: ZeroDivisionError('in the judge')"]
    monkeypatch.setattr(judge, "grade", honest)  # mended: only that one is graded again
    log = io.StringIO()
    again, _ = grade_class([LESSON], tmp_path / "submitted", tmp_path / "work",
                           Terms(1, Limits(cell=3.0, total=30), best()), 1, console=Console(file=log))
    assert "8 submissions are graded already" in log.getvalue() and "failed" not in log.getvalue()
    assert (again[0].status, again[0].score, again[0].flags) == ("graded", 12, [])


def test_progress_in_a_log_says_count_rate_and_time_left() -> None:
    log = io.StringIO()
    with Progress(Console(file=log), 2) as progress:
        progress.one_more()
        progress.one_more()
    assert re.fullmatch(r"graded 2 of 2, \d+ a minute, 0 s left\n", log.getvalue())


def test_the_table_has_a_cell_for_every_student_and_lesson_with_status_and_score() -> None:
    log = io.StringIO()
    results = [SubmissionResult("[b]ada", "01_x", "timeout", 1.5, 4, ""),
               SubmissionResult("emmy", "02_y", "missing", 0, 4, "")]
    Console(file=log, width=100).print(table(results))
    assert all(text in log.getvalue() for text in ("[b]ada", "1.5/4 timeout", "0/4 missing", "01_x", "02_y"))


def test_a_table_of_twelve_lessons_is_whole_in_eighty_columns() -> None:
    log = io.StringIO()
    results = [SubmissionResult("kovalevskaya", f"{number:02}_x", "timeout" if number % 2 else "graded",
                                13 if number % 2 else 12.5, 19, "") for number in range(1, 13)]
    Console(file=log, width=80).print(table(results))
    assert "…" not in log.getvalue()
    assert log.getvalue().count("13 t") == log.getvalue().count("12.5") == 6 and log.getvalue().count("/19") == 12
