"""A class of attackers, with honest students among them: what each hands in, and the score and status it deserves."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jupytext
import sample_class
from nbformat.v4 import new_code_cell

from autograder.lessons import Lesson

CORPUS = Path(__file__).parent / "hostile"
Make = Callable[[Path], None]  # writes what is handed in to this path


@dataclass(frozen=True)
class Attack:
    """One submission to lesson 03 (12 points): `hand_in(path)` writes it where the notebook should be."""

    name: str
    group: str
    status: str
    score: float
    hand_in: Make

    @property
    def student(self) -> str:
        """A folder's name."""
        return f"{self.group}-{re.sub(r'[^a-z0-9]+', '-', self.name.lower())}"


def attacks(lesson: Lesson, names: dict[str, object]) -> list[Attack]:
    """The whole corpus; `names` are filled in where an attack aims at a path."""
    found = [attack for file in sorted(CORPUS.glob("*.py")) for attack in _from_file(lesson, file, names)]
    return [*found, *_malformed(lesson), *_unusual(lesson)]


def _from_file(lesson: Lesson, file: Path, names: dict[str, object]) -> list[Attack]:
    return [
        Attack(meta["attack"], file.stem, meta["status"], float(meta["score"]),
               _writer(lesson, _filled(cell.source, names), meta.get("base", "right")))
        for cell in jupytext.read(file, fmt="py:percent").cells if "attack" in (meta := cell.metadata)
    ]


def _filled(source: str, names: dict[str, object]) -> str:
    for name, value in names.items():
        source = source.replace("{" + name + "}", str(value))
    return source


def _writer(lesson: Lesson, source: str, base: str) -> Make:
    """The notebook of an attack: in place of the first answer, or in a cell of its own before the answers."""
    def write(path: Path) -> None:
        if base == "first":
            notebook = sample_class.with_first(lesson, source)
        else:
            notebook = sample_class.answered(lesson, {} if base == "blank" else sample_class.right(lesson))
            at = 1 + next(k for k, cell in enumerate(notebook.cells) if cell.cell_type == "code")
            notebook.cells.insert(at, new_code_cell(source))
        path.write_text(json.dumps(notebook), encoding="utf-8")

    return write


def _malformed(lesson: Lesson) -> list[Attack]:
    """Files that are no notebooks, and notebooks whose marks were meddled with."""
    def attack(name: str, make: Make, status: str = "invalid_notebook", score: float = 0) -> Attack:
        return Attack(name, "malformed", status, score, make)

    def text(content: str | bytes) -> Make:
        return lambda path: _put(path, content.encode() if isinstance(content, str) else content)

    def changed(change: Callable[[dict], object], right: bool = False) -> Make:
        def write(path: Path) -> None:
            given = sample_class.answered(lesson, sample_class.right(lesson) if right else {})
            notebook = json.loads(json.dumps(given))
            change(notebook)
            path.write_text(json.dumps(notebook), encoding="utf-8")
        return write

    def marks(notebook: dict) -> list[dict]:
        return [cell["metadata"]["nbgrader"] for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]

    def cells(notebook: dict, role: str) -> list[dict]:
        return [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get(role)]

    return [
        attack("nothing in it", text("")), attack("not JSON", text("{")), attack("not UTF-8", text(b"\xff\xfe{}")),
        attack("fifty megabytes", text('{"cells": [' + '"x",' * (13 << 20) + '""]}')),
        attack("nested without end", text("[" * 200_000 + "]" * 200_000)),
        attack("a number", text("42")), attack("a list", text("[1]")),
        attack("cells is no list", text('{"nbformat": 4, "cells": {"0": 1}}')),
        attack("cells of numbers", text('{"nbformat": 4, "cells": [1, 2]}')),
        attack("sources of numbers", text('{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}')),
        attack("format 3", text('{"nbformat": 3, "worksheets": [{"cells": []}]}')),
        attack("format 99", text('{"nbformat": 99, "cells": []}')),
        attack("three thousand cells", text(json.dumps(
            {"nbformat": 4, "cells": [{"cell_type": "code", "source": "1", "metadata": {}}] * 3000}))),
        attack("an unknown kernel", changed(lambda n: n.update(metadata={"kernelspec": {"name": "cobol"}}), True),
               "graded", 12),
        attack("no metadata at all", changed(lambda n: [c.pop("metadata") for c in n["cells"]], True), "graded", 12),
        attack("half a surrogate", changed(lambda n: n["cells"][0].update(source="\udcff")), "graded", 0),
        attack("points raised", changed(lambda n: [m.update(points=1000) for m in marks(n)]), "graded", 0),
        attack("tests cells edited", changed(lambda n: [c.update(source="1") for c in cells(n, "grade")]), "graded", 0),
        attack("tests cells deleted", changed(lambda n: [n["cells"].remove(c) for c in cells(n, "grade")], True),
               "graded", 12),
        attack("every cell three times", changed(lambda n: n.update(cells=n["cells"] * 3), True), "graded", 12),
        attack("cells in reverse", changed(lambda n: n["cells"].reverse(), True), "graded", 12),
        attack("grade ids exchanged", changed(
            lambda n: [m.update(grade_id="imports") for m in marks(n) if m["grade"]], True), "graded", 12),
        attack("a link to the solutions", lambda path: os.symlink(lesson.notebook, path)),
        attack("a pipe", lambda path: os.mkfifo(path)), attack("a folder", lambda path: path.mkdir()),
        attack("a device", lambda path: os.symlink("/dev/zero", path)),
    ]


def _unusual(lesson: Lesson) -> list[Attack]:
    """No attacks: right answers in notebooks as other programs and other habits make them. They must lose nothing."""
    def unusual(name: str, change: Callable[[list[dict], dict], object], encoding: str = "utf-8") -> Attack:
        def write(path: Path) -> None:
            notebook = json.loads(json.dumps(sample_class.answered(lesson, sample_class.right(lesson))))
            change(notebook["cells"], notebook)
            path.write_bytes(json.dumps(notebook, ensure_ascii=False).encode(encoding))
        return Attack(name, "unusual", "graded", 12, write)

    def marked(cell: dict, role: str) -> bool:
        return cell["cell_type"] == "code" and bool(cell["metadata"].get("nbgrader", {}).get(role))

    def tests(cell: dict) -> bool:
        return marked(cell, "grade") and not marked(cell, "solution")

    def own(source: str) -> dict:
        return {"cell_type": "code", "id": "mine", "metadata": {}, "source": source, "outputs": [],
                "execution_count": 3}

    def merged_into_first(cells: list[dict], _: dict) -> None:
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        code[0]["source"] = "\n\n".join(cell["source"] for cell in code if cell["metadata"].get("nbgrader"))
        cells[:] = [cell for cell in cells if cell["cell_type"] != "code" or cell is code[0]]

    def answered_in_tests(cells: list[dict], _: dict) -> None:
        answers = [cell for cell in cells if marked(cell, "solution")]
        checks = [cell for cell in cells if tests(cell)]
        checks[0]["source"] = "\n\n".join(cell["source"] for cell in [*answers, checks[0]])
        for cell in answers:
            cell["source"] = "# see below"

    def anonymous(cells: list[dict], notebook: dict) -> None:
        notebook["nbformat_minor"] = 0
        for cell in cells:
            del cell["id"]
            cell["metadata"] = {"cell_id": "00001-2f", "deepnote_cell_type": cell["cell_type"]}

    def foreign(cells: list[dict], notebook: dict) -> None:
        notebook["metadata"] = {
            "kernelspec": {"name": "conda-env-bn-py", "display_name": "Python [conda env:bn]"}, "accelerator": "GPU",
            "colab": {"provenance": []}, "vscode": {"interpreter": {"hash": "0"}},
            "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"a": {"model_name": "IntSlider"}}}}}
        for cell in cells:
            cell["metadata"] |= {"colab": {"base_uri": "x"}, "vscode": {"languageId": "python"}, "collapsed": True}
            if cell["cell_type"] == "markdown":
                cell["attachments"] = {"image.png": {"image/png": "iVBORw0KGgo="}}

    def split(cells: list[dict], _: dict) -> None:
        at = next(k for k, cell in enumerate(cells) if marked(cell, "solution"))
        cells[at:at + 1] = [own(cells[at]["source"]), {**cells[at], "source": "# my answer stands above"}]

    def habits(cells: list[dict], _: dict) -> None:
        cells[1:1] = [own(source) for source in (
            "%matplotlib widget\nFIRST: int = 1", "%%time\r\nSECOND = 1\r\n", "%pip install seaborn\nTHIRD = 1",
            "import asyncio\nawait asyncio.sleep(0)\nFOURTH = 1", "%load_ext autoreload\n%autoreload 2\nFIFTH = 1",
            "from __future__ import annotations\nimport sys, warnings\nwarnings.filterwarnings('error')\n"
            "print('a line', file=sys.stderr)\nsys.stdout.flush()\nfiles = !ls\nSIXTH = 1")]
        answer = next(cell for cell in cells if marked(cell, "solution"))
        answer["source"] = "FIRST + SECOND + THIRD + FOURTH + FIFTH + SIXTH\n" + answer["source"]

    return [
        unusual("all code merged into the first cell", merged_into_first),
        unusual("answers written into a tests cell", answered_in_tests),
        unusual("no ids and no marks", anonymous), unusual("metadata of other programs", foreign),
        unusual("an answer in a cell above its own", split), unusual("magics and habits", habits),
        unusual("saved as UTF-16", lambda *_: None, "utf-16"),
        unusual("lines of Windows", lambda cells, _: [
            cell.update(source=cell["source"].replace("\n", "\r\n")) for cell in cells]),
        unusual("a grade id that is no name", lambda cells, _: [
            cell["metadata"].update(nbgrader={"grade_id": {"a": [1]}}) for cell in cells]),
        unusual("every id the same", lambda cells, _: [cell.update(id="cell-7") for cell in cells]),
    ]


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)
