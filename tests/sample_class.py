"""A class to grade: the released notebooks, answered from the bank in tests/answers/."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.cells import by_grade_id, exercises
from autograder.lessons import Lesson
from bnlib.check.exercises import find

BANK = Path(__file__).parent / "answers"
NAMES = (
    "agnesi", "bhaskara", "chebyshev", "dirichlet", "emmy", "fermat", "germain", "hypatia", "ito", "jacobi",
    "kovalevskaya", "lovelace", "mirzakhani", "nightingale", "ogilvie", "poisson", "quetelet", "ramanujan",
    "somerville", "turing", "ulam", "vaughan", "wiles", "young", "zeno",
)
# Only behind a wall.
HOSTILE = {
    "mallory": "import glob\nfor path in glob.glob('/**/hidden/*.py') + glob.glob('/**/.judge-key'):\n"
               "    print(open(path).read())",
    "oscar": "import os\nwhile True:\n    os.fork()",
    "trudy": "import bnlib.check\ncheck = bnlib.check.check = lambda *anything: print('all visible checks passed')",
}


@dataclass(frozen=True)
class Answers:
    """The bank of one function: sources of right answers by style, of wrong ones by their switches."""

    right: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


@cache
def bank(name: str) -> Answers:
    """The answers to one exercise."""
    found = Answers()
    for cell in jupytext.read(BANK / f"{name}.py", fmt="py:percent").cells:
        for kind, sources in (("right", found.right), ("wrong", found.wrong)):
            if kind in cell.metadata:
                sources[cell.metadata[kind]] = cell.source
    return found


def answered(lesson: Lesson, answers: dict[str, str | None]) -> NotebookNode:
    """The released notebook with `answers` by exercise in its solution cells; None leaves one unanswered."""
    notebook = copy.deepcopy(nbformat.read(lesson.release, as_version=4))
    cells = by_grade_id(notebook)
    written: dict[str, list[str]] = {}
    for one in exercises(lesson.source_notebook()):
        source = answers.get(one.name)
        if one.solution and source is not None:
            written.setdefault(one.solution, []).append(source)
    for grade_id, sources in written.items():
        cells[grade_id].source = "\n\n\n".join(sources)
    return notebook


def names(lesson: Lesson) -> list[str]:
    """The exercises of a lesson."""
    return [one.name for one in exercises(lesson.source_notebook())]


def right(lesson: Lesson, style: int = 0) -> dict[str, str | None]:
    """Right answers to everything, in one of the bank's styles."""
    torch = any(find(name).torch for name in names(lesson))  # else it is not there while they are graded
    styles = {name: [source for source in bank(name).right.values() if torch or "torch" not in source]
              for name in names(lesson)}
    return {name: sources[style % len(sources)] for name, sources in styles.items()}


def mixed(lesson: Lesson, number: int) -> dict[str, str | None]:
    """Some answers right, some with a mistake of the bank; the same ones every time."""
    answers, dice = right(lesson, number), random.Random(number)
    for name in answers:
        if dice.random() < 0.4:
            answers[name] = dice.choice(list(bank(name).wrong.values()))
    return answers


HELPER = """

def look_at(*arrays):
    # what comes in, the emptiest first
    seen = []
    for number, array in enumerate(arrays):
        size = max(getattr(array, "size", 1), 1)
        seen.append((number, getattr(array, "shape", ()), float(np.sum(np.abs(array))) / size))
    return sorted(seen, key=lambda entry: entry[2])"""


def copied(lesson: Lesson, disguised: bool) -> NotebookNode:
    """Everything right, with a helper of one's own; `disguised` is the same with other names."""
    helper = HELPER
    for name, other in (("look_at", "peek"), ("seen", "found"), ("entry", "e"), ("size", "n")) if disguised else ():
        helper = helper.replace(name, other)
    first = names(lesson)[0]
    return with_first(lesson, str(right(lesson)[first]) + helper)


def half(lesson: Lesson) -> dict[str, str | None]:
    """Right answers to the first half, none to the rest."""
    every = right(lesson)
    return {name: source for name, source in list(every.items())[: (len(every) + 1) // 2]}


def with_first(lesson: Lesson, source: str) -> NotebookNode:
    """Everything right, but `source` in the first answer's cell."""
    return answered(lesson, {**right(lesson), names(lesson)[0]: source})


def endless_call(lesson: Lesson) -> NotebookNode:
    """Everything right, but the first function never returns."""
    return with_first(lesson, f"def {names(lesson)[0]}(*args, **kwargs):\n    while True:\n        pass")


def untested(lesson: Lesson) -> NotebookNode:
    """Everything right, but the tests cells are gone, one answer's cell stands twice, and a cell was added."""
    notebook = answered(lesson, right(lesson))
    notebook.cells = [c for c in notebook.cells if not ("nbgrader" in c.metadata and c.metadata.nbgrader.grade
                                                         and c.cell_type == "code")]
    first = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("solution") and c.cell_type == "code")
    notebook.cells.insert(notebook.cells.index(first), copy.deepcopy(first))
    notebook.cells.insert(0, new_code_cell("print('my own cell')"))
    return notebook


def with_own(lesson: Lesson, source: str) -> NotebookNode:
    """Nothing answered, and `source` in a cell of the student's own."""
    notebook = answered(lesson, {})
    at = 1 + next(k for k, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    notebook.cells.insert(at, new_code_cell(source))
    return notebook


def class_of(lesson: Lesson, hostile: bool = True) -> dict[str, Callable[[], NotebookNode | str | None]]:
    """What each student hands in for a lesson: a notebook, a text that is none, or nothing (None)."""
    made: dict[str, Callable[[], NotebookNode | str | None]] = {}
    left = iter(NAMES)
    for style in range(4):
        made[next(left)] = lambda style=style: answered(lesson, right(lesson, style))  # type: ignore[misc]
    for number in range(11):
        made[next(left)] = lambda number=number: answered(lesson, mixed(lesson, number))  # type: ignore[misc]
    made[next(left)] = lambda: copied(lesson, False)
    made[next(left)] = lambda: copied(lesson, True)
    made[next(left)] = lambda: answered(lesson, {})
    made[next(left)] = lambda: answered(lesson, half(lesson))
    made[next(left)] = lambda: with_first(lesson, f"def {names(lesson)[0]}(x)\n    return x")
    made[next(left)] = lambda: with_first(lesson, "while True:\n    pass")
    made[next(left)] = lambda: endless_call(lesson)
    made[next(left)] = lambda: '{"cells": [{"cell_type": "code", "sou'
    made[next(left)] = lambda: untested(lesson)
    made[next(left)] = lambda: None
    for name, source in HOSTILE.items() if hostile else ():
        made[name] = lambda source=source: with_own(lesson, source)  # type: ignore[misc]
    return made


def write_class(lessons: Sequence[Lesson], submitted: Path, hostile: bool = True) -> int:
    """Write the class in nbgrader's layout; returns the number of students."""
    for lesson in lessons:
        for student, make in class_of(lesson, hostile).items():
            folder = submitted / student / lesson.name
            folder.parent.mkdir(parents=True, exist_ok=True)
            content = make()
            if content is None:
                continue
            folder.mkdir(exist_ok=True)
            text = content if isinstance(content, str) else json.dumps(content, indent=1, ensure_ascii=False)
            (folder / lesson.notebook.name).write_text(text, encoding="utf-8")
    return len(NAMES) + len(HOSTILE) * hostile
