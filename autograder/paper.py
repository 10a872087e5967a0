"""A lesson as the judge sees it: its exercises with fresh cases, drawn once from the secret seed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import numpy as np
from nbformat import NotebookNode

from autograder.cells import exercises, kind_of
from autograder.errors import UserError
from autograder.files import write_whole
from autograder.hidden import hard_cases
from autograder.scan import library_calls, names
from bnlib.check.exercises import find
from bnlib.check.model import Case, Exercise

KEY_FILE, KEY_BYTES = ".judge-key", 32


@dataclass(frozen=True)
class Question:
    """One tests cell: what is called, on which cases, for how many points.

    The last case is the first one again: identical calls must give identical answers.
    """

    cell: str
    expression: str
    points: float
    exercise: Exercise
    cases: list[Case] = field(repr=False)


@dataclass(frozen=True)
class Paper:
    """A lesson's source notebook and its questions, by the grade_id of their tests cell."""

    lesson: str
    source: NotebookNode
    questions: dict[str, Question]
    library: frozenset[str] = frozenset()  # normalizations of libraries that the lesson itself uses
    given: Mapping[str, str] = field(default_factory=dict)  # what its set-up cells import: name → what it stands for
    mark: bytes = b""  # changes with the lesson and with the key: papers of one mark ask the same

    @property
    def torch(self) -> bool:
        """Whether its answers need PyTorch."""
        return any(question.exercise.torch for question in self.questions.values())

    @property
    def max_score(self) -> float:
        """Points of all machine-graded exercises."""
        return round(sum(question.points for question in self.questions.values()), 2)


def draw(
    lesson: str,
    source: NotebookNode,
    key: bytes,
    find_exercise: Callable[[str], Exercise] = find,
    find_hard: Callable[[Exercise, np.random.Generator], list[Case]] = hard_cases,
) -> Paper:
    """The paper of a lesson; the same key gives the same cases."""
    questions = {}
    for graded in exercises(source):
        exercise = find_exercise(graded.name)
        label = f"{lesson}/{graded.name}".encode()
        rng = np.random.default_rng(int.from_bytes(hmac.digest(key, label, "sha256"), "big"))
        cases = [*exercise.cases(rng), *find_hard(exercise, rng)]
        cases.append(next((case for case in cases if case.ordinary), cases[0]))
        questions[graded.tests] = Question(graded.tests, graded.expression, graded.points, exercise, cases)
    text = nbformat.writes(source).encode()
    library = frozenset(library_calls(cell.source for cell in source.cells if cell.cell_type == "code"))
    given = names(cell.source for cell in source.cells if kind_of(cell) == "setup")
    return Paper(lesson, source, questions, library, given, hmac.digest(key, text, "sha256"))


def secret_key(work: Path, seed: int | None) -> bytes:
    """The key of all fresh cases: from `seed`, or a random one kept in the work folder for later runs."""
    if seed is not None:
        return hashlib.sha256(f"seed {seed}".encode()).digest()
    path = work / KEY_FILE
    if not path.exists():
        write_whole(path, secrets.token_hex(KEY_BYTES) + "\n", mode=0o600)
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:  # an empty one would let anybody foresee the cases
        raise UserError(f"{path} is damaged: remove it, and everything is graded again on fresh cases.")
    return key
