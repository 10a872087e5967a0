"""The capstone gives no verdict away, takes one only with evidence, and its certificate says what it vouches for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.hidden import hard_cases
from autograder.hidden.lesson_12 import KEY
from bnlib import certificate, reference
from bnlib.certificate import CaseFile, number
from bnlib.check.calls import call, call_all
from bnlib.check.drivers.lesson_12 import LETTERS, THEMES
from bnlib.check.exercises import find
from bnlib.check.model import Verdict
from bnlib.check.verdict import judge
from bnlib.claims import CLAIMS, TITLES

ROOT = Path(__file__).resolve().parent.parent
X = np.random.default_rng(0).normal(size=(12, 3))


def with_letters(name: str, **letters: str) -> Callable[..., Any]:
    """The reference's evidence with other verdicts: c7="F" for claim 7."""

    def answer(*args: Any) -> tuple[Any, ...]:
        verdicts, *numbers = getattr(reference, name)(*args)
        return verdicts | {int(key[1:]): letter for key, letter in letters.items()}, *numbers

    answer.__name__ = name
    return answer


def judged(name: str, answer: Callable[..., Any], hidden: bool = True) -> Verdict:
    exercise, rng = find(name), np.random.default_rng(3)
    cases = [*exercise.cases(rng), *(hard_cases(exercise, rng) if hidden else [])]
    return judge(exercise, cases, call_all(answer, exercise, cases))


@pytest.mark.parametrize("name", THEMES)
def test_the_visible_cases_know_no_verdict_and_take_any(name: str) -> None:
    assert not any(case.known for case in find(name).cases(np.random.default_rng(0)))
    for letter in LETTERS:
        letters = {f"c{claim}": letter for claim in THEMES[name].claims}
        assert judged(name, with_letters(name, **letters), hidden=False).passed


@pytest.mark.parametrize("name", THEMES)
def test_a_wrong_verdict_is_named_and_the_right_one_is_not_given_away(name: str) -> None:
    for claim in THEMES[name].claims:
        found = {letter: judged(name, with_letters(name, **{f"c{claim}": letter})) for letter in LETTERS}
        right = [letter for letter, verdict in found.items() if verdict.passed]
        wrong = [verdict for verdict in found.values() if not verdict.passed]
        assert len(right) == 1 and len(wrong) == 2
        assert all(verdict.mistakes == (f"verdict_{claim}",) for verdict in wrong)
        assert all(verdict.share == pytest.approx(1 - 1 / len(THEMES[name].claims)) for verdict in wrong)
        assert len({verdict.message for verdict in wrong}) == 1
        assert f"claim {claim} is not what the numbers say" in wrong[0].message


def test_evidence_without_a_right_verdict_earns_nothing() -> None:
    other = {"T": "F", "F": "D", "D": "T"}
    for name, theme in THEMES.items():
        letters = {f"c{claim}": other[KEY[claim][1]] for claim in theme.claims}
        verdict = judged(name, with_letters(name, **letters))
        assert verdict.share == 0
        assert verdict.mistakes == tuple(f"verdict_{claim}" for claim in theme.claims)


def test_right_verdicts_without_evidence_earn_nothing() -> None:
    for name in THEMES:
        def guess(*args: Any, name: str = name) -> tuple[Any, ...]:
            verdicts, *numbers = getattr(reference, name)(*args)
            return verdicts, *(np.zeros_like(value) for value in numbers)

        assert judged(name, guess).share == 0


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (({6: "T"}, 1.0, 2.0), "it gave no verdict on claim 7: write"),
        (({6: "T", 7: "true"}, 1.0, 2.0), "it gave 'true' as its verdict on claim 7: write \"T\", \"D\" or \"F\""),
        (({6: "T", 7: "F", 8: "F"}, 1.0, 2.0), "it gave verdicts on 8: this section has claims 6, 7"),
        (("TF", 1.0, 2.0), "it gave something of type str first, not the dict of verdicts"),
        (({6: "T", 7: "F"}, 1.0), r"it returned 2 results instead of 3 \(verdicts, others, alone\)"),
        (1.0, "it returned 1 result instead of 3"),
        (({"6": "T", "7": "F"}, 1.0, 2.0), 'it gave its verdict under "6", a text: the key is the number, 6'),
        (None, "it returned nothing"),
    ],
)
def test_verdicts_of_a_wrong_form_are_answered_plainly(returned: Any, said: str) -> None:
    exercise = find("evidence_coupling")
    case = exercise.cases(np.random.default_rng(0))[0]
    answer = call(lambda *args: returned, case.args, len(exercise.outputs), exercise.driver)
    assert answer.error is not None and re.match(said, answer.error)


def test_the_students_notebook_holds_no_verdict() -> None:
    text = (ROOT / "course" / "12_verdicts" / "verdicts.ipynb").read_text(encoding="utf-8")
    given = re.findall(r"(\d+): ?\\?[\"']([TDF])\b", text)
    assert {int(claim) for claim, _ in given} <= {101, 102}  # the example of what a dict of verdicts looks like


def test_what_a_case_knows_takes_the_place_of_what_the_oracle_says() -> None:
    exercise = find("evidence_coupling")
    case = replace(exercise.cases(np.random.default_rng(0))[0], known={"claim 6": np.array(1)})
    assert exercise.expected(case, frozenset())[:2] == (1, 0)


def test_every_claim_stands_in_the_lesson_in_the_words_of_the_certificate() -> None:
    text = (ROOT / "solutions" / "12_verdicts" / "verdicts.py").read_text(encoding="utf-8")
    prose = " ".join(re.sub(r"^# ?>?", "", text, flags=re.MULTILINE).split())
    assert list(CLAIMS) == list(range(1, 31)) and list(TITLES) == list(THEMES)
    assert [claim for claim, words in CLAIMS.items() if f"**{claim}.** {words}" not in prose] == []
    for title in TITLES.values():
        assert f". {title}\n" in text


def test_the_certificate_holds_names_numbers_verdicts_and_its_limits() -> None:
    file = CaseFile()
    file.add(reference.evidence_scale, "noise <raw>", X, 5)
    file.add(with_letters("evidence_coupling", c6="F"), "tanh", np.tanh, X, 0, np.ones(3))
    page = file.page("Ada <script>", "T" * 30)
    assert "Ada &lt;script&gt;" in page and "noise &lt;raw&gt;: ratio" in page and "<script" not in page
    assert page.count("✓ evidence passes") == 2 and "2 of 12 functions" in page
    assert "Not checked here" in page and "25 no verdict yet" in page
    assert "changed 2 of 30" in page and page.count("→") == 3  # claims 3 and 6, and the key
    assert "T → D" in page and "T → F" in page
    assert page == file.page("Ada <script>", "T" * 30) == file.page("Ada <script>", "t " * 30)
    with pytest.raises(ValueError, match="guesses must be 30 letters T, D or F, or nothing, but hold 29"):
        file.page("Ada", "T" * 29)


def test_a_function_that_is_not_written_yet_leaves_its_place_empty(capsys: pytest.CaptureFixture[str]) -> None:
    def evidence_scale(x: Any, steps: int) -> Any:
        raise NotImplementedError

    file = CaseFile()
    file.add(evidence_scale, "noise", X, 5)
    assert "evidence_scale is not written yet" in capsys.readouterr().out
    assert "30 no verdict yet" in file.page("") and "0 of 12 functions" in file.page("")


def test_evidence_added_again_takes_the_place_of_the_old() -> None:
    file = CaseFile()
    for steps in (1, 5):
        file.add(reference.evidence_scale, "noise", X, steps)
    assert len(file.found["evidence_scale"]) == 1


def test_a_saved_certificate_is_a_page_of_its_own(tmp_path: Path) -> None:
    CaseFile().save(tmp_path / "page.html", "Ada & Bob")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>") and "<title>Case file: Ada &amp; Bob" in text
    assert not re.search(r"(src|href)=|https?://", text)


def test_unknown_functions_and_broken_guesses_are_named() -> None:
    file = certificate.CaseFile()
    with pytest.raises(ValueError, match="sin is none of the case file's functions"):
        file.add(np.sin, "anything", X)
    with pytest.raises(ValueError, match="guesses must be 30 letters"):
        file.page("Ada", "TTX")


@pytest.mark.parametrize(
    ("value", "said"),
    [(1e-15, "0"), (0.12345, "0.123"), ([1, 2.5], "1 to 2.5"), (np.zeros(3), "0"), ("?", "not a number")],
)
def test_numbers_are_short_and_rounding_noise_is_zero(value: Any, said: str) -> None:
    assert number(value).startswith(said)
