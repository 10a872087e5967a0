"""docs/mistakes.md: complete, up to date, and noticed when it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder import mistakes_page
from autograder.lessons import ROOT
from bnlib.check.exercises import all_exercises
from bnlib.oracle import SWITCHES

PAGE = ROOT / "docs" / "mistakes.md"


@pytest.fixture(scope="module")
def text() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_every_mistake_stands_there_with_its_sentence_and_its_exercises(text: str) -> None:
    rows = {row[1].strip("` "): row for row in (line.split(" | ") for line in text.splitlines()) if len(row) == 4
            for row in [["", row[0][2:], *row[1:]]]}
    for name, switch in SWITCHES.items():
        assert rows[name][2] == switch.message.replace("|", "\\|")
        for exercise in all_exercises().values():
            assert (f"`{exercise.name}`" in rows[name][4]) == (name in exercise.switches)


def test_the_page_says_that_each_is_named_alone_and_caught_in_every_pair(text: str) -> None:
    for name, exercise in all_exercises().items():
        section = mistakes_page.sections(text)[f"{exercise.lesson[:2]} · `{name}`"]
        rows = re.findall(r"(?m)^\| `(\w+)` \| (\w+) \| (\d+) \| (\d+) \| (\d+) \|$", section)
        assert [row[0] for row in rows] == [s for s in exercise.switches if not SWITCHES[s].observed]
        assert all(row[1] == "named" and int(row[2]) == int(row[3]) >= int(row[4]) for row in rows)


def test_what_the_page_measured_is_what_is_measured_now(text: str) -> None:
    """Three short exercises; the others are held by the tests of the switches."""
    for name in ("batch_statistics", "fold_batchnorm", "sgd_step"):
        lesson = all_exercises()[name].lesson
        title = f"{lesson[:2]} · `{name}`"
        without = text.replace(mistakes_page.sections(text)[title], "")
        assert without != text and mistakes_page.page(without, []) == text


@pytest.mark.parametrize("change", [
    lambda text: text.replace("`ddof_1`", "`ddof_2`"),
    lambda text: text.replace("ε is missing", "ε is forgotten", 1),
    lambda text: text.replace("| `batch_statistics`", "|", 1),
    lambda text: re.sub(r"(?ms)^### 03 · `batchnorm_forward`.*?(?=^### )", "", text),
    lambda text: "",
])
def test_a_page_that_says_something_else_is_noticed(text: str, tmp_path: Path, change) -> None:
    copy = tmp_path / "mistakes.md"
    copy.write_text(text, encoding="utf-8")
    assert not mistakes_page.stale(copy)
    copy.write_text(change(text), encoding="utf-8")
    assert change(text) != text and mistakes_page.stale(copy)


def test_building_a_lesson_keeps_what_was_measured_of_the_others(text: str) -> None:
    title = f"{all_exercises()['sgd_step'].lesson[:2]} · `sgd_step`"
    section = mistakes_page.sections(text)[title]
    marked = text.replace(section, section.replace("| named |", "| caught |"))
    assert marked != text
    assert mistakes_page.page(marked, []) == marked
    assert mistakes_page.page(marked, [all_exercises()["sgd_step"].lesson]) == text
