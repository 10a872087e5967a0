"""Pairs of answers suspiciously alike: for a person to look at, never for the score.

Compared is what is a student's own in a solution cell: lines that the skeleton gives, that the course's answers
contain, or that many in the class wrote the same way say nothing and are taken out first.  What is left of two
answers is compared token by token (RapidFuzz, Indel similarity).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import jupytext
import numpy as np
from rapidfuzz.distance import Indel
from rapidfuzz.process import cdist

from autograder.cells import exercises
from autograder.errors import UserError
from autograder.files import write_whole
from autograder.lessons import ROOT, Lesson, select
from autograder.normal import lines_of, names_of, tokens_of
from autograder.scan import LONGEST

COMMON, FEW = 0.2, 3  # a line in more than this share of the class, and more than this many answers, says nothing
LEAST = 30  # tokens left of an answer, below which nothing can be said
ALIKE = 0.85
BLOCK = 500  # answers compared with all others at a time: ten thousand at once take 400 MB
BANK = ROOT / "tests" / "answers"
FILE = "similar.json"


@dataclass(frozen=True)
class Pair:
    """Two answers to one exercise, `similarity` in [0, 1] on `tokens` tokens that are their own."""

    lesson: str
    exercise: str
    students: tuple[str, str]
    similarity: float
    tokens: int
    sources: tuple[str, str]


def pairs(
    answers: Mapping[str, str], skeleton: str = "", natural: Iterable[str] = ()
) -> list[tuple[str, str, float, int]]:
    """(student, student, similarity, tokens) of those alike among `answers` by student, most telling first.

    Where more than two wrote alike, each is beside the one most like it.

    `skeleton` is the cell as handed out; `natural` are answers that anybody may come to.
    """
    given = names_of(skeleton)
    silent = {line for source in (skeleton, *natural) for line in lines_of(source, given)}
    normal = {student: lines_of(source, given) for student, source in answers.items()}
    counts = Counter(line for lines in normal.values() for line in set(lines))
    silent |= {line for line, count in counts.items() if count > max(FEW, COMMON * len(answers))}
    # Sorted, so that another order of the same statements changes nothing.
    own = {student: tokens_of(sorted(set(lines) - silent)) for student, lines in normal.items()}
    students = [student for student, tokens in own.items() if len(tokens) >= LEAST]
    if len(students) < 2:
        return []
    number: dict[str, int] = {}
    coded = ["".join(chr(number.setdefault(token, 256 + len(number))) for token in own[s]) for s in students]
    found = []
    for start in range(0, len(coded), BLOCK):  # each against itself and those after it
        block, rest = coded[start:start + BLOCK], coded[start:]
        alike = cdist(block, rest, scorer=Indel.normalized_similarity, score_cutoff=ALIKE, dtype=np.float32)
        found += [(students[start + i], students[start + j], float(alike[i, j]), min(len(block[i]), len(rest[j])))
                  for i, j in zip(*np.nonzero(np.triu(alike, 1)), strict=True)]
    return _joining(sorted(found, key=lambda pair: (-pair[2] * pair[3], pair)))


def _joining(found: Iterable[tuple[str, str, float, int]]) -> list[tuple[str, str, float, int]]:
    """Of a group who all wrote alike, the pairs that hold it together: fifty who copied are 49 pairs and not 1225."""
    group: dict[str, str] = {}

    def first(student: str) -> str:
        while group.setdefault(student, student) != student:
            student = group[student]
        return student

    kept = []
    for pair in found:
        ada, bob = first(pair[0]), first(pair[1])
        if ada != bob:
            group[bob] = ada
            kept.append(pair)
    return kept


def of_lesson(lesson: Lesson, work: Path) -> list[Pair]:
    """The pairs of one lesson, from its autograded notebooks in the work folder."""
    source = lesson.source_notebook()
    solved = {cell.id: cell.source for cell in source.cells}
    released = _cells(lesson.release)
    named: dict[str, list[str]] = {}
    for one in exercises(source):
        if one.solution:
            named.setdefault(one.solution, []).append(one.name)
    handed_in = {path.parent.parent.name: _cells(path)
                 for path in sorted((work / "autograded").glob(f"*/{lesson.name}/{lesson.notebook.name}"))}
    found = []
    for cell, names in named.items():
        answers = {student: cells[cell] for student, cells in handed_in.items()
                   if cell in cells and len(cells[cell]) <= LONGEST}
        forms = [solved[cell], *(form for name in names for form in natural_forms(name))]
        for ada, bob, share, tokens in pairs(answers, released.get(cell, ""), forms):
            sources = (answers[ada], answers[bob])
            found.append(Pair(lesson.name, " and ".join(names), (ada, bob), round(share, 3), tokens, sources))
    return found


@cache
def natural_forms(name: str) -> tuple[str, ...]:
    """The answers of the repository's bank to an exercise, right and wrong; none where there is no bank."""
    path = BANK / f"{name}.py"
    if not path.is_file():
        return ()
    return tuple(cell.source for cell in jupytext.read(path, fmt="py:percent").cells if cell.cell_type == "code")


def write(work: Path, chosen: Sequence[Lesson]) -> Path:
    """Write similar.json into `work`, anew for the `chosen` lessons; returns its path."""
    names = {lesson.name for lesson in chosen}
    found = [pair for pair in read(work) if pair.lesson not in names]
    found += [pair for lesson in chosen for pair in of_lesson(lesson, work)]
    found.sort(key=lambda pair: (pair.lesson, -pair.similarity * pair.tokens, pair.students))
    return write_pairs(work, found)


def write_pairs(work: Path, found: Iterable[Pair]) -> Path:
    """Write these pairs as similar.json; returns its path."""
    write_whole(work / FILE, json.dumps([asdict(pair) for pair in found], indent=1, ensure_ascii=False) + "\n")
    return work / FILE


def read(work: Path) -> list[Pair]:
    """The pairs that `write` left; empty when it never ran."""
    path = work / FILE
    if not path.is_file():
        return []
    return [Pair(**{**one, "students": tuple(one["students"]), "sources": tuple(one["sources"])})
            for one in json.loads(path.read_text(encoding="utf-8"))]


def _cells(path: Path) -> dict[str, str]:
    """Sources of a notebook's graded cells by grade_id, read as plain JSON: validation takes longer than all else."""
    found: dict[str, str] = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        grade_id = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
        if isinstance(grade_id, str):
            found.setdefault(grade_id, "".join(cell["source"]))
    return found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `autograder similar`."""
    parser.add_argument("lesson", nargs="*", help="names or numbers; all that were graded when none is given")
    parser.add_argument("--work", type=Path, default=Path("graded"), metavar="DIR", help="the work folder (graded)")


def run(args: argparse.Namespace) -> int:
    """Look for pairs, write them down and put them into the report."""
    from autograder import report
    from autograder.results import read_results

    if not (args.work / "autograded").is_dir():
        raise UserError(f"There is nothing graded in {args.work}: run `autograder grade --work {args.work}` first.")
    write(args.work, select(args.lesson))
    for pair in read(args.work):
        print(f"{pair.lesson}, {pair.exercise}: {' and '.join(pair.students)}, {pair.similarity:.0%} "
              f"of {pair.tokens} tokens of their own")
    print(f"Report: {report.write(args.work, read_results(args.work / 'results.jsonl'))}")
    return 0
