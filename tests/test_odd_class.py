"""Odd names, odd files and odd texts: each gets its status, everything that is written can be read again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import sample_class

from autograder import cli
from autograder.crew import Terms
from autograder.errors import UserError
from autograder.grading import grade_class
from autograder.intake import handed_in, students
from autograder.journal import Journal
from autograder.lessons import select
from autograder.remote import Limits
from autograder.results import SubmissionResult, read_results, write_results
from autograder.sandbox import best

LESSON = select(["03_batchnorm_forward"])[0]
FIRST = sample_class.names(LESSON)[0]
NAMES = ["Ada Lovelace", "zoë 王　小明", "j.r.r. tolkien", "_under", "left.part", "é" * 127, "=1+1", "a\nb", "<b>bold",
         "-rf", "quote'\"s", "ends. "]
RIGHT = sample_class.right(LESSON)[FIRST]
# In a cell or an answer; the score says that all other answers still count.
TEXTS = {
    "half a pair printed": (f"print('\\ud800')\n{RIGHT}", "graded", 12),
    "half a pair raised": (f"{RIGHT}\nraise ValueError('\\ud800')", "graded_with_errors", 12),
    "half a pair answered": (f"def {FIRST}(x):\n    raise ValueError('\\ud800')", "graded", 9),
    "half a pair shown": (f"{RIGHT}\nfrom IPython.display import HTML\ndisplay(HTML(chr(0xdc00)))", "graded", 12),
    "line separators": (f"def {FIRST}(x):\n    raise ValueError('a\\u2028b\\x85c\\x0bd\\x00e')", "graded", 9),
}


def _hand_in(submitted: Path, student: str, content: bytes | str) -> Path:
    path = submitted / student / LESSON.name / LESSON.notebook.name
    path.parent.mkdir(parents=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _link(submitted: Path) -> None:
    path = _hand_in(submitted, "linked", "{}")
    path.unlink()
    path.symlink_to("/etc/passwd")


def _linked_folder(submitted: Path) -> None:
    (submitted / "linked folder").mkdir()
    (submitted / "linked folder" / LESSON.name).symlink_to(submitted / NAMES[0] / LESSON.name)


def _file_for_a_folder(submitted: Path) -> None:
    (submitted / "file for a folder").mkdir()
    (submitted / "file for a folder" / LESSON.name).write_text("x")


FILES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "linked": (_link, "invalid_notebook", "batchnorm_forward.ipynb is a link: hand in the file itself."),
    "linked folder": (_linked_folder, "invalid_notebook", "03_batchnorm_forward is a link: hand in the file itself."),
    "file for a folder": (_file_for_a_folder, "invalid_notebook", "cannot be opened: Not a directory."),
    "worksheets": (lambda at: _hand_in(at, "worksheets", '{"nbformat": 4, "worksheets": []}'), "invalid_notebook",
                   "It has no list of cells."),
    "empty": (lambda at: _hand_in(at, "empty", ""), "invalid_notebook", "It is empty."),
    "nothing": (lambda at: (at / "nothing").mkdir(), "missing", "You handed in nothing for this lesson."),
    "other name": (lambda at: _hand_in(at, "other name", "").rename(at / "other name" / LESSON.name / "forward.ipynb"),
                   "missing", "but a forward.ipynb: is that a slip of the name?"),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, SubmissionResult]]:
    """The folder of a graded odd class, and its results by student."""
    folder = tmp_path_factory.mktemp("odd")
    good = json.dumps(sample_class.answered(LESSON, sample_class.right(LESSON)))
    for name in NAMES:
        _hand_in(folder / "submitted", name, good)
    _hand_in(folder / "submitted", "byte order mark", b"\xef\xbb\xbf" + good.encode())
    for name, (source, *_) in TEXTS.items():
        _hand_in(folder / "submitted", name, json.dumps(sample_class.with_first(LESSON, source)))
    for make, *_ in FILES.values():
        make(folder / "submitted")
    (folder / "submitted" / "__MACOSX").mkdir()
    (folder / "submitted" / ".ipynb_checkpoints").mkdir()
    results, _ = grade_class([LESSON], folder / "submitted", folder / "work", Terms(2, Limits(), best()), 1)
    return folder, {result.student: result for result in results}


def test_odd_names_cost_nothing_and_nobody_is_forgotten(graded: tuple[Path, dict[str, SubmissionResult]]) -> None:
    results = graded[1]
    assert results.keys() == {*NAMES, "byte order mark", *TEXTS, *FILES}
    for name in [*NAMES, "byte order mark"]:
        assert (results[name].status, results[name].score, results[name].flags) == ("graded", 12, [])


@pytest.mark.parametrize("name", TEXTS)
def test_odd_texts_stop_nobody(name: str, graded: tuple[Path, dict[str, SubmissionResult]]) -> None:
    assert (graded[1][name].status, graded[1][name].score) == TEXTS[name][1:]


@pytest.mark.parametrize("name", FILES)
def test_odd_files_are_told_in_words(name: str, graded: tuple[Path, dict[str, SubmissionResult]]) -> None:
    _, status, said = FILES[name]
    assert graded[1][name].status == status and graded[1][name].message.endswith(said)


def test_what_was_written_is_read_again_by_every_command(
    graded: tuple[Path, dict[str, SubmissionResult]], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, results = graded
    work = str(folder / "work")
    assert read_results(folder / "work" / "results.jsonl") == [results[name] for name in sorted(results)]
    for command in (["report"], ["similar"], ["export", "--to", "csv"], ["export", "--to", "json"]):
        assert cli.main([*command, "--work", work]) == 0
    assert cli.main(["grade", "--submitted", str(folder / "submitted"), "--work", work, "--seed", "1"]) == 0
    assert f"{len(results)} submissions are graded already" in " ".join(capsys.readouterr().out.split())


def test_a_folder_name_that_is_no_text_is_pointed_out(tmp_path: Path) -> None:
    os.mkdir(os.fsencode(tmp_path) + b"/caf\xe9")
    with pytest.raises(UserError, match=r"has a folder b'caf\\xe9', which is not UTF-8: rename it"):
        students(tmp_path)


def test_a_folder_that_may_not_be_read_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ada", "bob"):
        (tmp_path / name / LESSON.name).mkdir(parents=True)
    honest = os.listdir

    def listed(place: Path) -> list[str]:
        if Path(place).name == "ada":
            raise PermissionError(13, "Permission denied", str(place))
        return honest(place)

    monkeypatch.setattr(os, "listdir", listed)
    assert handed_in(tmp_path, [LESSON]) == [LESSON]


def test_only_the_graders_own_leftovers_are_swept(tmp_path: Path) -> None:
    mine = [tmp_path / "grades.csv.part", tmp_path / "feedback" / "x.part" / "03_x" / "x.html.part"]
    theirs = [tmp_path / "submitted" / "ada" / "03_x" / "film.part", tmp_path / "feedback" / "x.part" / "page.html"]
    for path in mine + theirs:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    with Journal(tmp_path):
        assert not any(path.exists() for path in mine) and all(path.exists() for path in theirs)


def test_damaged_results_are_a_sentence_that_names_the_file(tmp_path: Path) -> None:
    write_results(tmp_path / "results.jsonl", [SubmissionResult("ada", "01_x", "graded", 1, 1, "")])
    (tmp_path / "results.jsonl").write_text((tmp_path / "results.jsonl").read_text("utf-8")[:-9])
    with pytest.raises(UserError, match=r"results\.jsonl is damaged .*: run `autograder grade` again"):
        read_results(tmp_path / "results.jsonl")
