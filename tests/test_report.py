"""The class report: complete, self-contained, escaped, and small for a thousand students."""

from __future__ import annotations

import random
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder import cli, report
from autograder.feedback import sentence
from autograder.results import STATUSES, ExerciseResult, SubmissionResult, write_results

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
    assert "handed in nothing" in page and "<td>odd</td>" in page.replace(' style="white-space: normal"', "")


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


def test_an_empty_class_has_a_report_too(tmp_path):
    assert "No submission has been graded yet" in report.write(tmp_path, []).read_text("utf-8")


@pytest.mark.slow
def test_a_thousand_students_fit_in_five_megabytes(tmp_path):
    assert report.write(tmp_path, sample(1000, 13)).stat().st_size < 5_000_000


def test_the_command_rebuilds_the_report(tmp_path: Path, capsys):
    write_results(tmp_path / "results.jsonl", sample(3, 1))
    assert cli.main(["report", "--work", str(tmp_path)]) == 0
    assert str(tmp_path / "report" / "index.html") in capsys.readouterr().out
    assert not list(tmp_path.rglob("*.part"))


def test_the_command_says_what_is_missing(tmp_path, capsys):
    assert cli.main(["report", "--work", str(tmp_path)]) == 2
    assert "autograder grade" in capsys.readouterr().err
