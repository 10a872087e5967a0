"""The intake: takes regular notebooks only, and says in one sentence what is wrong with anything else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import toy

from autograder.errors import UserError
from autograder.intake import InvalidNotebook, Missing, Submission, handed_in, left_out, parse, students
from autograder.lessons import Lesson

LESSON = Lesson("03_toy", Path("toy.py"), Path("toy.ipynb"), Path("release/toy.ipynb"))
GOOD = json.dumps(toy.notebook())


def hand_in(submitted: Path, text: str = GOOD, student: str = "ada") -> Path:
    path = submitted / student / "03_toy" / "toy.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def read(submitted: Path) -> object:
    return Submission("ada", LESSON).read(submitted)


def test_a_notebook_is_read_with_its_sources_and_grade_ids(tmp_path: Path) -> None:
    hand_in(tmp_path)
    notebook = Submission("ada", LESSON).read(tmp_path)
    assert [cell.source for cell in notebook.cells] == [cell.source for cell in toy.notebook().cells]
    assert notebook.cells[2].metadata.nbgrader.grade_id == "mean"


def test_sources_as_lists_of_lines_are_joined() -> None:
    notebook = parse(b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": ["a\\n", "b"]}]}')
    assert notebook.cells[0].source == "a\nb"


@pytest.mark.parametrize(("data", "said"), [
    (b"", "empty"),
    (b"hello", "not JSON"),
    (b'{"cells": [', "not JSON"),
    (b"\xfe{}", "not UTF-8"),
    (b"\xff\xfe{}", "not JSON"),
    (b"[" * 200_000, "not JSON"),
    (b"[]", "no list of cells"),
    (b'{"nbformat": 4}', "no list of cells"),
    (b'{"nbformat": 4, "cells": {}}', "no list of cells"),
    (b'{"nbformat": 4, "worksheets": []}', "no list of cells"),
    (b'{"cells": []}', "format 4"),
    (b'{"nbformat": 3, "worksheets": []}', "format 4"),
    (b'{"nbformat": 99, "cells": []}', "format 4"),
    (b'{"nbformat": 4, "cells": [3]}', "cell 1 is neither"),
    (b'{"nbformat": 4, "cells": [{"cell_type": "evil"}]}', "cell 1 is neither"),
    (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}', "cell 1 has no text"),
    (b'{"nbformat": 4, "cells": [' + b'{"cell_type": "raw"},' * 2000 + b'{"cell_type": "raw"}]}', "more than 2000"),
])
def test_what_is_no_notebook_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(InvalidNotebook, match=said) as error:
        parse(data)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize("cell", [
    '{"cell_type": "code", "source": "x", "metadata": 3}',
    '{"cell_type": "code", "source": "x", "metadata": {"nbgrader": []}}',
    '{"cell_type": "code", "source": "x", "metadata": {"nbgrader": {"grade_id": {}}}, "id": {}}',
    '{"cell_type": "code", "source": "\\ud800", "id": "<script>"}',
])
def test_odd_metadata_is_dropped_and_the_cell_kept(cell: str) -> None:
    notebook = parse(('{"nbformat": 4, "cells": [' + cell + "]}").encode())
    assert notebook.cells[0].id == "cell-1" and notebook.cells[0].source in ("x", "?")


def test_links_pipes_folders_and_large_files_are_not_opened(tmp_path: Path) -> None:
    path = hand_in(tmp_path)
    secret = tmp_path / "secret.ipynb"
    secret.write_text(GOOD)

    def link() -> None:
        path.symlink_to(secret)

    def large() -> None:
        path.write_bytes(b" " * (10 * 2**20 + 1))

    for make in (link, lambda: os.mkfifo(path), path.mkdir, large):
        if path.is_dir():
            path.rmdir()
        path.unlink(missing_ok=True)
        make()
        with pytest.raises(InvalidNotebook, match="larger than 10 MB" if make is large else "not a regular|is a link"):
            read(tmp_path)


def test_a_lesson_folder_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    hand_in(tmp_path / "elsewhere")
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "03_toy").symlink_to(tmp_path / "elsewhere" / "ada" / "03_toy")
    with pytest.raises(InvalidNotebook, match="03_toy is a link"):
        read(tmp_path / "class")


def test_what_the_exchange_wrote_beside_the_notebook_is_read_unless_it_is_a_link_or_long(tmp_path: Path) -> None:
    folder = hand_in(tmp_path).parent
    (folder / "submission_secret.txt").write_text("s3cret")
    assert Submission("ada", LESSON).notes(tmp_path) == {"submission_secret.txt": "s3cret"}
    (folder / "timestamp.txt").symlink_to(folder / "submission_secret.txt")
    (folder / "submission_secret.txt").write_text("s" * 2000)
    assert Submission("ada", LESSON).notes(tmp_path) == {} == Submission("bob", LESSON).notes(tmp_path)


def test_what_is_not_there_is_missing_and_a_slip_of_the_name_is_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "ada" / "03_tyo").mkdir(parents=True)
    with pytest.raises(Missing, match="03_tyo"):
        read(tmp_path)
    (tmp_path / "ada" / "03_toy").mkdir()
    with pytest.raises(Missing):
        read(tmp_path)


def test_what_is_no_students_folder_is_listed(tmp_path: Path) -> None:
    hand_in(tmp_path)
    (tmp_path / "bob.zip").write_text("")
    (tmp_path / "cyd").symlink_to(tmp_path / "ada")
    (tmp_path / ".DS_Store").write_text("")
    assert left_out(tmp_path) == ["bob.zip", "cyd"] and students(tmp_path) == ["ada"]


def test_an_empty_or_absent_class_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no folder"):
        students(tmp_path / "absent")
    with pytest.raises(UserError, match="holds no students"):
        students(tmp_path)
    hand_in(tmp_path, student="emmy")
    (tmp_path / "linked").symlink_to(tmp_path / "emmy")
    (tmp_path / "a file").write_text("")
    assert students(tmp_path) == ["emmy"] and handed_in(tmp_path, [LESSON]) == [LESSON]
    with pytest.raises(UserError, match="named like a lesson"):
        handed_in(tmp_path, [])
