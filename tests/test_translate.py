"""A translated lesson is the English one in all but its prose, and says where it no longer follows it."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from autograder import judge
from autograder.errors import UserError
from autograder.intake import Submission
from autograder.lessons import Lesson, lessons
from autograder.paper import draw
from autograder.remote import Limits, Server
from autograder.translate import HEAD, fingerprint, sources, stale, translated

PAIRS = [(lesson, source) for lesson in lessons() for source in sources(lesson)]


def test_lesson_03_is_there_in_traditional_chinese() -> None:
    assert ("03_batchnorm_forward", "zh-TW") in [(one.name, source.parent.parent.name) for one, source in PAIRS]


@pytest.mark.parametrize(("lesson", "source"), PAIRS, ids=lambda one: getattr(one, "stem", ""))
def test_code_ids_and_grades_are_those_of_the_english_lesson(lesson: Lesson, source: Path) -> None:
    english = nbformat.read(lesson.release, as_version=4)
    other = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    assert [cell.id for cell in other.cells] == [cell.id for cell in english.cells]
    for one, two in zip(english.cells, other.cells, strict=True):
        if one.cell_type == "code":
            assert one == two
        else:
            marks = [dict(cell.metadata.get("nbgrader", {}), checksum=None) for cell in (one, two)]
            assert marks[0] == marks[1] and one.source != two.source
    assert stale(lesson) == []


@pytest.mark.parametrize(("change", "said"), [
    (lambda text: text.replace(r"\sqrt6", r"\sqrt7"), r"differ from the English: \$1/\\sqrt6\$, \$1/\\sqrt7\$"),
    (lambda text: HEAD.sub(lambda head: f"<!-- cell: {head[1]} 00000000 -->\n", text, count=1), "has changed"),
    (lambda text: text[: text.rindex("<!-- cell:")], "not translated"),
    (lambda text: text + "\n<!-- cell: nowhere 00000000 -->\nx\n", "no cell nowhere"),
])
def test_what_is_altered_stale_missing_or_extra_is_said(change, said: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lesson, source = PAIRS[0]
    place = tmp_path / "translations" / "zh-TW" / lesson.name / source.name
    place.parent.mkdir(parents=True)
    place.write_text(change(source.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(UserError, match=said) as error:
        translated(lesson, place)
    assert len(str(error.value).splitlines()) == 1


def test_a_fingerprint_changes_with_the_text() -> None:
    assert fingerprint("one") != fingerprint("one ") and re.fullmatch("[0-9a-f]{8}", fingerprint(""))


def test_answers_written_into_the_translated_lesson_get_full_marks(tmp_path: Path) -> None:
    lesson, source = PAIRS[0]
    handed_in = nbformat.read(source.with_suffix(".ipynb"), as_version=4)
    answers = {cell.id: cell.source for cell in lesson.source_notebook().cells}
    for cell in handed_in.cells:
        if cell.cell_type == "code":
            cell.source = answers[cell.id]
    place = tmp_path / "lin" / lesson.name / lesson.notebook.name
    place.parent.mkdir(parents=True)
    nbformat.write(handed_in, place)
    paper = draw(lesson.name, lesson.source_notebook(), b"key")
    server = Server(limits=Limits())
    try:
        result = judge.grade(paper, "lin", Submission("lin", lesson).read(tmp_path), server).result
    finally:
        server.close()
    assert (result.status, result.score) == ("graded", paper.max_score)
