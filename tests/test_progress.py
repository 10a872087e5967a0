"""The table at the end of grading: every student, lesson, score and status, on eighty columns."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from autograder.progress import MANY, SIGNS, table
from autograder.results import STATUSES, SubmissionResult


def printed(lessons: int) -> str:
    results = [SubmissionResult(student, f"{k:02d}_lesson", status, 9.5, 12.0, "", 0.1, [], [])
               for k in range(1, lessons + 1) for student, status in (("kovalevskaya", "graded"), ("zeno", "timeout"))]
    out = io.StringIO()
    Console(file=out, width=80).print(table(results))
    return out.getvalue()


@pytest.mark.parametrize("lessons", [1, 3, 7])
def test_no_score_and_no_name_is_cut_off(lessons: int) -> None:
    text = printed(lessons)
    assert text.count("9.5") == 2 * lessons and text.count("/12") == (lessons if lessons > MANY else 2 * lessons)
    assert "kovalevskaya" in text and "…" not in text


def test_a_very_long_name_leaves_room_for_the_score() -> None:
    out = io.StringIO()
    Console(file=out, width=80).print(table([SubmissionResult("é" * 127, "01_lesson", "graded", 9.5, 12.0, "")]))
    assert "9.5/12 graded" in out.getvalue()


def test_few_lessons_have_their_names_and_statuses_in_full() -> None:
    assert "01_lesson" in printed(1) and "9.5/12 timeout" in printed(1)


def test_many_lessons_have_numbers_and_signs_with_a_legend() -> None:
    text = printed(7)
    assert text.count("9.5 t") == 7 and text.count("/12") == 7 and "t timeout" in " ".join(text.split())


def test_every_status_has_a_sign_of_its_own() -> None:
    assert set(SIGNS) == set(STATUSES) and len(set(SIGNS.values())) == len(SIGNS)
