"""The class report: complete, self-contained, escaped, and small for a thousand students."""

from __future__ import annotations

import random
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder import cli, report, tally
from autograder.feedback import sentence
from autograder.results import STATUSES, ExerciseResult, SubmissionResult, write_results
from autograder.similarity import Pair, write_pairs

NAMES = ("batch_statistics", "batchnorm_forward", "influence_matrix", "largest_xhat")
MISTAKES = ("axis_1", "ddof_1", "one_for_all", "std_for_var", "cancellation")


def sample(students: int, lessons: int, seed: int = 0) -> list[SubmissionResult]:
    """A made-up class with every status, mistakes and a few flags."""
    rng = random.Random(seed)
    found = []
    for k in range(students):
        for n in range(1, lessons + 1):
            status = rng.choices(list(STATUSES), (80, 8, 2, 1, 2, 2, 5))[0]
            ran = status.startswith("graded")
            exercises = []
            for name in NAMES if status != "missing" else ():
                passed = ran and rng.random() < 0.7
                mistakes = [] if passed else [rng.choice(MISTAKES)]
                exercises.append(ExerciseResult(name, 4.0 * passed, 4.0, passed, mistakes))
            flags = ["imports torch.nn"] if rng.random() < 0.02 else []
            score = sum(e.points for e in exercises)
            student, lesson = f"student{k:04}", f"{n:02}_lesson_name"
            found.append(SubmissionResult(student, lesson, status, score, 16.0, "", 0.1, flags, exercises))
    return found


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs


def test_the_report_names_students_mistakes_and_counts(tmp_path):
    wrong = ExerciseResult("batch_statistics", 0, 4, False, ["axis_1"])
    right = ExerciseResult("batch_statistics", 4, 4, True)
    page = report.write(tmp_path, [
        SubmissionResult("ada", "03_x", "graded", 4, 4, "", exercises=[right]),
        SubmissionResult("bob", "03_x", "graded", 0, 4, "", exercises=[wrong], flags=["odd"]),
        SubmissionResult("eve", "03_x", "missing", 0, 4, ""),
    ]).read_text("utf-8")
    assert "2 of 3 students handed it in" in page and "Passed: batch_statistics: 1 of 2." in page
    said = page[page.index(str(sentence("axis_1")).replace("'", "&#39;")):]
    assert said.index("bob") < said.index("</details>")
    assert "handed in nothing" in page and '<td class="long">odd</td>' in page


def test_names_are_escaped_everywhere(tmp_path):
    evil = "<script>alert(1)</script>"
    result = SubmissionResult(evil, evil, "crashed", 0, 4, evil, flags=[evil],
                              exercises=[ExerciseResult(evil, 0, 4, False, [evil], evil)])
    page = report.page([result])
    assert evil not in page and _Tags(page).tags.count("script") == 1


def test_the_page_asks_for_nothing_from_outside():
    page = report.page(sample(5, 2))
    attributes = _Tags(page).attributes
    assert not [value for name, value in attributes if name in ("src", "srcset")]
    assert all(value.startswith("#") for name, value in attributes if name in ("href", "xlink:href"))
    assert not re.search(r"@import|url\((?!#)", page)


def test_every_plot_says_in_words_what_it_shows():
    page = report.page(sample(5, 2))
    assert page.count("<svg") == page.count('role="img" aria-label=') == 1 + 2 * 2


def test_the_same_class_gives_the_same_bytes_in_any_order():
    results = sample(20, 2)
    assert report.page(results) == report.page(results[::-1])


def test_answers_alike_stand_side_by_side_escaped_and_change_no_score(tmp_path):
    results = [SubmissionResult(name, "03_x", "graded", 4, 4, "") for name in ("ada", "bob")]
    without = report.page(results)
    code = "def f(x):\n    return '<script>alert(1)</script>'"
    page = report.page(results, [Pair("03_x", "f", ("ada", "bob"), 0.97, 41, (code, code.replace("x", "y")))])
    alike = page[page.index('id="alike"'):page.index('id="students"')]
    assert "97 %" in alike and "ada and bob, f" in alike
    assert alike.count("&lt;script&gt;") == 2
    assert _Tags(page).tags.count("script") == 1
    assert without[without.index('id="students"'):] == page[page.index('id="students"'):]


def test_the_mistake_of_most_students_is_told_first_and_over_all_lessons():
    def one(student, lesson, exercise, *mistakes):
        return SubmissionResult(student, lesson, "graded", 0, 4, "",
                                exercises=[ExerciseResult(exercise, 0, 4, False, list(mistakes), seconds=0.25)])

    results = [one("ada", "03_x", "f", "axis_1"), one("ada", "04_y", "g", "axis_1"), one("bob", "04_y", "g", "axis_1"),
               one("bob", "03_x", "f", "not_implemented"), one("cyd", "03_x", "f", "ddof_1")]
    first, second = tally.commonest(tally.rows(results))
    assert (first.sentence, first.who, first.where) == (sentence("axis_1"), ["ada", "bob"], ["f", "g"])
    assert second.who == ["cyd"]
    assert "0.250" in report.page(results)  # seconds of grading, by exercise


def test_one_mistake_again_and_again_deserves_a_word():
    wrong = [ExerciseResult(f"f{k}", 3, 4, False, ["ddof_1"]) for k in range(3)]
    results = [SubmissionResult("ada", "03_x", "graded", 9, 12, "", exercises=wrong)]
    assert tally.words({"ada": {"03_x": results[0]}}, {"ada": 0.75}) == [
        ("ada", f"in 3 exercises: “{sentence('ddof_1')}”")]


def test_lessons_stand_above_the_columns_by_number_where_that_tells_them_apart():
    results = [SubmissionResult("ada", name, "graded", 3, 4, "") for name in ("03_x", "04_y")]
    assert 'title="03_x"><button>03</button>' in report.page(results)
    assert "<tr><td>ada</td><td class=\"n\">75</td><td" in report.page(results)  # all first: it fits on a phone
    again = [*results, SubmissionResult("ada", "03_z", "graded", 3, 4, "")]
    assert "<button>03_z</button>" in report.page(again)


def test_an_empty_class_has_a_report_too(tmp_path):
    assert "No submission has been graded yet" in report.write(tmp_path, []).read_text("utf-8")


@pytest.mark.slow
def test_a_thousand_students_take_under_ten_seconds_and_five_megabytes(tmp_path):
    class_of_a_thousand = sample(1000, 13)
    code = "\n".join(f"    a{k} = np.sqrt(b{k})" for k in range(60))
    alike = [Pair("03_lesson_name", "f", (f"student{k:04}", f"student{k + 1:04}"), 0.9, 400, (code, code + str(k)))
             for k in range(0, 900, 2)]
    write_pairs(tmp_path, alike)
    begun = time.process_time()
    assert report.write(tmp_path, class_of_a_thousand).stat().st_size < 5_000_000
    assert time.process_time() - begun < 10  # 3 s of one core, busy or not
    page = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert page.count('class="pair"') == report.SHOWN and "390 more are in similar.json" in page


def test_the_same_two_in_several_exercises_come_first():
    results = [SubmissionResult(name, "03_x", "graded", 4, 4, "") for name in ("ada", "bob", "cyd", "dan")]
    page = report.page(results, [Pair("03_x", "f", ("ada", "bob"), 0.99, 300, ("1", "2")),
                                 *(Pair("03_x", name, ("cyd", "dan"), 0.9, 50, ("3", "4")) for name in "fg")])
    assert page.index("cyd and dan, f") < page.index("cyd and dan, g") < page.index("ada and bob, f")
    assert page.count("these two in 2 exercises") == 2


def test_nothing_handed_in_is_no_try_and_no_low_score():
    absent = SubmissionResult("eve", "03_x", "missing", 0, 4, "", exercises=[ExerciseResult("f", 0, 4, False)])
    tried = SubmissionResult("ada", "03_x", "graded", 1, 4, "", exercises=[ExerciseResult("f", 1, 4, False)])
    assert [(row.tried, row.passed) for row in tally.rows([absent, tried])] == [(1, 0)]
    table = {"eve": {"03_x": absent}, "ada": {"03_x": tried}}
    assert tally.words(table, {"eve": 0.0, "ada": 0.25}) == [
        ("eve", "handed in nothing"), ("ada", "25% of the points")]


def test_the_command_rebuilds_the_report(tmp_path: Path, capsys):
    write_results(tmp_path / "results.jsonl", sample(3, 1))
    assert cli.main(["report", "--work", str(tmp_path)]) == 0
    assert str(tmp_path / "report" / "index.html") in capsys.readouterr().out
    assert not list(tmp_path.rglob("*.part"))


def test_the_command_says_what_is_missing(tmp_path, capsys):
    assert cli.main(["report", "--work", str(tmp_path)]) == 2
    assert "autograder grade" in capsys.readouterr().err
