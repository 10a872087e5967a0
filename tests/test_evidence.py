"""docs/evidence.md: printed by lessons, gathered whole, and every effect in it holds for five seeds."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder.claims import claims_of
from autograder.errors import UserError
from autograder.evidence import EFFECTS, SECONDS, evidence_page, findings_of, write_evidence
from autograder.lessons import Lesson, lessons
from bnlib.findings import against_paper, effect

EVERY = lessons()


def lesson_that_prints(folder: Path, text: str) -> Lesson:
    notebook = folder / "toy.ipynb"
    cell = new_code_cell("", outputs=[new_output("stream", name="stdout", text=text)])
    nbformat.write(new_notebook(cells=[new_code_cell("", outputs=[]), cell]), notebook)
    return Lesson("01_toy", folder / "toy.py", notebook, folder / "course.ipynb")


def test_an_effect_says_mean_spread_and_how_many_seeds_agree(capsys, tmp_path):
    effect(16, "64 rows − 2 rows", np.array([0.5, 0.7, -0.1, 0.3]))
    effect(None, "something else", [1.0, 3.0], digits=0)
    against_paper("[X] figure 1", "2.1, 3", "0.2, 0.3", True)
    said = capsys.readouterr().out
    page = evidence_page([lesson_that_prints(tmp_path, said)])
    assert "| 16 | 64 rows − 2 rows | 0.35 ± 0.30 | 3 of 4 | 01_toy | 2 |" in page
    assert "|  | something else | 2 ± 1 | 2 of 2 | 01_toy | 2 |" in page
    assert "| [X] figure 1 | 2.1, 3 | 0.2, 0.3 | agrees | 01_toy | 2 |" in page


def test_a_disagreement_needs_a_reason(capsys):
    with pytest.raises(ValueError, match="say why"):
        against_paper("[X] figure 1", "2", "3", False)
    against_paper("[X] figure 1", "2", "3", False, "ours is small")
    assert capsys.readouterr().out.rstrip().endswith("no: ours is small")


@pytest.mark.parametrize("values", [0.5, [0.5], [0.1, np.inf], [0.1, np.nan], np.ones((2, 2))])
def test_an_effect_is_one_finite_number_a_seed(values):
    with pytest.raises(ValueError, match="one finite number a seed"):
        effect(1, "x", values)


def test_a_line_that_would_break_the_table_is_refused(tmp_path):
    with pytest.raises(ValueError, match="part the cells"):
        effect(1, "|x|", [1.0, 2.0])
    with pytest.raises(UserError, match="has 2 parts, not 4"):
        findings_of(lesson_that_prints(tmp_path, "effect: claim 1 | by hand\n"))


def test_seconds_are_kept_until_they_are_measured_again(tmp_path):
    page = tmp_path / "evidence.md"
    write_evidence(page, [], "| 07 | 12 |\n")
    write_evidence(page, [lesson_that_prints(tmp_path, "effect: claim 3 | x | 1 ± 1 | 5 of 5\n")])
    text = page.read_text(encoding="utf-8")
    assert text.endswith(SECONDS + "| 07 | 12 |\n") and "| 3 | x | 1 ± 1 | 5 of 5 |" in text
    assert text == evidence_page([lesson_that_prints(tmp_path, "effect: claim 3 | x | 1 ± 1 | 5 of 5\n")], text)


@pytest.mark.parametrize("lesson", EVERY, ids=lambda lesson: lesson.name)
def test_every_effect_of_a_lesson_holds_for_five_seeds(lesson):
    effects = [one for one in findings_of(lesson) if one.kind == "effect"]
    assert not [one.cells for one in effects if one.cells[3] != "5 of 5"]


@pytest.mark.parametrize("lesson", EVERY, ids=lambda lesson: lesson.name)
def test_every_claim_that_chance_plays_in_has_its_effect(lesson):
    shown = {one.cells[0] for one in findings_of(lesson) if one.kind == "effect"}
    claims = claims_of(lesson, lesson.source_notebook())
    played = [claim for claim in claims if re.search(r"±|\bof 5\b", claim.evidence)]
    assert not [claim.number for claim in played if f"claim {claim.number}" not in shown]


def test_the_experiments_of_the_papers_are_all_there():
    table = evidence_page(EVERY).partition(EFFECTS)[0]
    for name in ("[BN] fig. 1a", "[BN] fig. 3", "[SM] fig. 1", "[SM] fig. 2", "[SM] fig. 3", "[SM] fig. 4c",
                 "[SM] §3.3", "[Y]", "[GN] fig. 1", "[BR]", "the discriminator's toy"):
        assert f"| {name}" in table, name
