"""docs/evidence.md: our numbers beside the papers', and all effects in which chance plays, as lessons print them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UserError
from autograder.files import write_whole
from autograder.lessons import Lesson
from bnlib.findings import EFFECT, PAPER

LINE = re.compile(rf"^({EFFECT}|{PAPER}): (.+)$", re.MULTILINE)
CELLS = 4  # in either kind of line
NO_CLAIM = 1000  # behind all claims
HEAD = """# The evidence

Made by `autograder build` from the outputs of the lessons (lines that `bnlib.findings` prints); `autograder check` says
when it is out of date.

## Beside the papers

Networks of some thousand weights on 8 × 8 digits, five seeds. "Agrees" is computed: sign and order, not digits.

| experiment | the paper's number | ours | agrees? | lesson | cell |
|---|---|---|---|---|---|
"""
EFFECTS = """
## Effects in which chance plays

One number a seed, above 0 where the seed shows the effect: mean ± standard deviation, and how many of the seeds agree.

| claim | effect | mean ± spread | seeds that agree | lesson | cell |
|---|---|---|---|---|---|
"""
SECONDS = """
## Seconds a lesson

"""
UNMEASURED = "Measure with `python -m benchmarks notebooks`.\n"


@dataclass(frozen=True)
class Finding:
    """One line of evidence: its kind, its four cells, and where it was printed."""

    kind: str
    cells: tuple[str, ...]
    lesson: str
    cell: int


def findings_of(lesson: Lesson) -> list[Finding]:
    """All lines of evidence a solved notebook prints; UserError for one that has not four cells."""
    found = []
    for number, cell in enumerate(lesson.source_notebook().cells, start=1):
        text = "".join(output.text for output in cell.get("outputs", []) if output.output_type == "stream")
        for kind, line in LINE.findall(text):
            cells = tuple(part.strip() for part in line.split("|"))
            if len(cells) != CELLS:
                raise UserError(f"{lesson.name}, cell {number}: {line!r} has {len(cells)} parts, not {CELLS}. "
                                "Print such lines with `bnlib.findings`.")
            found.append(Finding(kind, cells, lesson.name, number))
    return found


def evidence_page(lessons: list[Lesson], before: str = "") -> str:
    """The page's text; the section on seconds is kept from the page `before`."""
    found = [one for lesson in lessons if lesson.notebook.is_file() for one in findings_of(lesson)]
    papers = [_row((*one.cells, one.lesson, one.cell)) for one in found if one.kind == PAPER]
    effects = sorted((one for one in found if one.kind == EFFECT), key=lambda one: _claim(one.cells[0]))
    rows = [_row((one.cells[0].removeprefix("claim ").replace("no claim", ""), *one.cells[1:], one.lesson, one.cell))
            for one in effects]
    return HEAD + "".join(papers) + EFFECTS + "".join(rows) + SECONDS + (before.partition(SECONDS)[2] or UNMEASURED)


def write_evidence(path: Path, lessons: list[Lesson], seconds: str | None = None) -> None:
    """Write the page, with a new section on seconds when there is one."""
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    write_whole(path, evidence_page(lessons, before if seconds is None else SECONDS + seconds))


def _claim(name: str) -> int:
    """12 of "claim 12"; NO_CLAIM for "no claim"."""
    number = name.rpartition(" ")[2]
    return int(number) if number.isdigit() else NO_CLAIM


def _row(cells: tuple[object, ...]) -> str:
    return f"| {' | '.join(map(str, cells))} |\n"
