"""The feedback page: what it says, and that nothing a student writes becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
import results_toy as toy

from autograder import feedback
from autograder.results import STATUSES

EVIL = "</code></pre><script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)>"


class Page(HTMLParser):
    """Tags, attributes and text of a page, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def _page(tmp_path: Path, **kwargs) -> Page:
    lesson = toy.lesson(tmp_path)
    code = kwargs.pop("code", toy.WRONG)
    mine = None if code is None else toy.notebook(lesson.source_notebook(), code, "Per row.")
    path = feedback.write(tmp_path, lesson, toy.graded(kwargs.pop("student", "bob"), mine, **kwargs))
    return Page(path.read_text("utf-8"))


def test_the_page_lies_where_the_course_promises(tmp_path):
    lesson = toy.lesson(tmp_path)
    path = feedback.write(tmp_path, lesson, toy.graded("ada", lesson.source_notebook()))
    assert path == tmp_path / "feedback" / "ada" / "03_toy" / "toy.html"


def test_a_mistake_is_named_once_beside_the_students_own_code(tmp_path):
    said = f"{feedback.sentence('axis_1')} First seen on “N = 7, D = 3”: mean has shape (7,)."  # as the judge puts it
    text = _page(tmp_path, right=False, said=said).text
    assert text.count(feedback.sentence("axis_1")) == 1
    assert "First seen on “N = 7, D = 3”" in text
    assert toy.WRONG in text and "✗ not yet" in text and "0 of 4 points" in text
    assert "read “One mean and one variance per feature” again" in text


def test_a_mistake_that_can_be_drawn_is_drawn_with_its_content_in_words(tmp_path):
    page = _page(tmp_path, right=False)
    assert "svg" in page.tags and ("role", "img") in page.attributes
    assert "Yours: one row. Needed: one column" in page.text
    assert "svg" not in _page(tmp_path, right=False, mistakes=("ddof_1",)).tags


def test_a_hidden_case_is_described_and_its_numbers_are_not_shown(tmp_path):
    said = "You divided by N − 1.\nFirst seen on the hidden case “a batch of one”: var is off by up to 0.5."
    text = _page(tmp_path, right=False, said=said, mistakes=("ddof_1",)).text
    assert "hidden case “a batch of one”" in text


def test_a_right_answer_is_told_to_go_on(tmp_path):
    text = _page(tmp_path, code=toy.RIGHT).text
    assert "✓ right" in text and "Go on to the next lesson" in text and "✗" not in text


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_gives_a_page_with_its_sentence(tmp_path, status):
    assert STATUSES[status] in _page(tmp_path, code=None, status=status, message="", right=False).text


def test_nothing_a_student_writes_becomes_markup(tmp_path):
    plain = _page(tmp_path, right=False, mistakes=("ddof_1",))
    page = _page(tmp_path, right=False, student="<script>x<", code=EVIL, message=EVIL, said=EVIL, mistakes=(EVIL, ))
    assert page.tags == plain.tags or set(page.tags) == set(plain.tags)
    assert "script" not in page.tags and "img" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert page.text.count("<script>alert(1)</script>") >= 2 and "<script>x<" in page.text


def test_the_page_asks_for_nothing_from_outside(tmp_path):
    page = _page(tmp_path, right=False)
    assert not {name for name, _ in page.attributes} & {"src", "srcset", "action", "data"}
    assert all(value.startswith("#") for name, value in page.attributes if name == "href")
    assert "@import" not in page.text and "url(" not in page.text


def test_the_models_answers_are_not_on_the_page(tmp_path):
    assert "Because." not in _page(tmp_path, right=False).text
    assert toy.RIGHT.splitlines()[1].strip() not in _page(tmp_path, right=False).text
