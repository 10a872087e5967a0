"""The answer bank: every right style passes, every wrong answer loses points and is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jupytext
import numpy as np
import pytest

from autograder.hidden import hard_cases
from bnlib.check.calls import call_all
from bnlib.check.exercises import all_exercises, find
from bnlib.check.model import Verdict
from bnlib.check.verdict import judge

BANK = Path(__file__).parent / "answers"


def bank() -> list[tuple[str, str, str, str]]:
    """(exercise, "right" or "wrong", style or switches, source) for every cell of the bank."""
    found = []
    for path in sorted(BANK.glob("*.py")):
        for cell in jupytext.read(path, fmt="py:percent").cells:
            for kind in ("right", "wrong"):
                if kind in cell.metadata:
                    found.append((path.stem, kind, cell.metadata[kind], cell.source))
    return found


def verdict_on(exercise_name: str, source: str, seed: int) -> Verdict:
    exercise = find(exercise_name)
    rng = np.random.default_rng(seed)
    cases = [*exercise.cases(rng), *hard_cases(exercise, rng)]
    names: dict[str, Any] = {"np": np}
    exec(source, names)
    return judge(exercise, cases, call_all(names[exercise_name], exercise, cases))


RIGHT = [pytest.param(name, source, id=f"{name}-{what}") for name, kind, what, source in bank() if kind == "right"]
WRONG = [
    pytest.param(name, what, source, id=f"{name}-{what}") for name, kind, what, source in bank() if kind == "wrong"
]


@pytest.mark.parametrize(("name", "source"), RIGHT)
def test_a_right_answer_in_any_style_gets_full_marks(name: str, source: str) -> None:
    for seed in range(5):
        verdict = verdict_on(name, source, seed)
        assert verdict.passed and verdict.share == 1, verdict.message


@pytest.mark.parametrize(("name", "switches", "source"), WRONG)
def test_a_wrong_answer_loses_points_and_its_mistake_is_named(name: str, switches: str, source: str) -> None:
    for seed in range(3):
        verdict = verdict_on(name, source, seed)
        assert verdict.share < 1
        assert set(verdict.mistakes) == set(switches.split("+")), verdict.message


@pytest.mark.parametrize("name", sorted(all_exercises()))
def test_the_bank_holds_three_styles_and_every_switch_of(name: str) -> None:
    mine = [(kind, what) for exercise, kind, what, _ in bank() if exercise == name]
    assert sum(kind == "right" for kind, _ in mine) >= 3
    named = {switch for kind, what in mine if kind == "wrong" for switch in what.split("+")}
    assert set(find(name).switches) <= named
