"""docs/claims.md: what the lessons found about each claim of the lecture notes, taken from their outputs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.errors import UserError
from autograder.files import write_whole
from autograder.lessons import Lesson

LINE = re.compile(r"^claim (\d+): ([TDF]|contested) — (.+)$", re.MULTILINE)
VERDICTS = {"T": "true", "D": "it depends", "F": "false", "contested": "contested"}
HEAD = """# The claims, decided

Made by `autograder build` from the outputs of the lessons: each row is a line that its cell printed.

| number | claim | verdict | lesson | deciding number | cell |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Claim:
    """One decided claim: its number, the claim and the number that decides it, and where that is printed."""

    number: int
    verdict: str
    claim: str
    evidence: str
    lesson: str
    cell: int


def claims_of(lesson: Lesson, notebook: NotebookNode) -> list[Claim]:
    """The claims a solved notebook decides; UserError where a cell declares one and prints another."""
    found = []
    for number, cell in enumerate(notebook.cells, start=1):
        if "claims" not in cell.metadata:
            continue
        text = "".join(output.text for output in cell.outputs if output.output_type == "stream")
        printed = {int(n): (verdict, words) for n, verdict, words in LINE.findall(text)}
        declared = {int(n) for n in str(cell.metadata["claims"]).split(",")}
        if declared != set(printed):
            raise UserError(
                f"{lesson.name}, cell {number}: declares claims {sorted(declared)}, prints {sorted(printed)}. "
                "Each needs a line `claim 5: F — the claim: the number`."
            )
        for claim, (verdict, words) in printed.items():
            said, _, evidence = words.partition(": ")
            found.append(Claim(claim, VERDICTS[verdict], said, evidence, lesson.name, number))
    return found


def claims_page(lessons: list[Lesson]) -> str:
    """The page's text, one row a claim and lesson, by number."""
    every = [claim for lesson in lessons if lesson.notebook.is_file()
             for claim in claims_of(lesson, lesson.source_notebook())]
    every.sort(key=lambda claim: (claim.number, claim.lesson))
    rows = [(c.number, _cell(c.claim), c.verdict, c.lesson, _cell(c.evidence), c.cell) for c in every]
    return HEAD + "".join(f"| {' | '.join(map(str, row))} |\n" for row in rows)


def write_claims(path: Path, lessons: list[Lesson]) -> None:
    write_whole(path, claims_page(lessons))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
