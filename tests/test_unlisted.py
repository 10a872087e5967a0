"""Wrong answers that nobody listed lose points, and what is said of them helps and is true."""

from __future__ import annotations

import time
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
import pytest
from test_answers import bank
from unlisted_table import PAGE, SHOWN, Unlisted, helpful, page, unlisted

from autograder.hidden import hard_cases
from bnlib.check.calls import call, call_all
from bnlib.check.exercises import all_exercises, find
from bnlib.check.exercises.lesson_09 import NEAR  # speaks of the size of an error: no rule for right answers
from bnlib.check.hints import hint
from bnlib.check.model import Answer, Case, Verdict
from bnlib.check.search import NONE
from bnlib.check.verdict import breaks, judge

WRONG = [pytest.param(one, id=f"{one.exercise}-{one.what}") for one in unlisted()]


@cache
def verdict(one: Unlisted) -> Verdict:
    return one.verdict()


@pytest.mark.parametrize("one", WRONG)
def test_a_wrong_answer_in_no_list_loses_points(one: Unlisted) -> None:
    assert verdict(one).share < 1


@pytest.mark.parametrize("one", WRONG)
def test_a_known_mistake_is_named_only_where_a_person_found_it_true(one: Unlisted) -> None:
    assert set(verdict(one).mistakes) == one.named, verdict(one).message


@pytest.mark.parametrize("name", sorted(all_exercises()))
def test_of_the_wrong_answers_at_least_two_get_a_useful_message(name: str) -> None:
    mine = [one for one in unlisted() if one.exercise == name]
    assert len(mine) >= 5
    assert sum(helpful(verdict(one)) for one in mine) >= SHOWN


def test_all_but_a_few_get_one() -> None:
    without = Counter(one.exercise for one in unlisted() if not helpful(verdict(one)))
    assert without.total() <= 0.02 * len(unlisted()), without


def test_the_table_says_what_is_said() -> None:
    assert PAGE.read_text(encoding="utf-8") == page([(one, verdict(one)) for one in unlisted()]), (
        "run `python tests/unlisted_table.py`")


@pytest.mark.parametrize("name", sorted(all_exercises()))
def test_the_rules_hold_of_the_truth(name: str) -> None:
    """A rule may not hold in a limiting case (σ = 0); it must in an ordinary one, or it would never be said."""
    exercise = find(name)
    for seed in range(3):
        cases = exercise.cases(np.random.default_rng(seed))
        with np.errstate(all="ignore"):
            for rule in exercise.properties:
                kept = [bool(rule.holds(case.args, exercise.expected(case, NONE))) for case in cases if case.ordinary]
                assert any(kept), rule.message


@pytest.mark.parametrize("name", sorted(all_exercises()))
def test_no_rule_is_held_against_a_right_answer(name: str) -> None:
    exercise = find(name)
    cases = [case for case in exercise.cases(np.random.default_rng(4)) if case.ordinary]
    for source in [source for other, kind, _, source in bank() if other == name and kind == "right"]:
        names: dict[str, Any] = {"np": np}
        exec(source, names)
        for case, answer in zip(cases, call_all(names[name], exercise, cases), strict=True):
            with np.errstate(all="ignore"):
                truth = exercise.expected(case, NONE)
            broken = [rule.message for rule in exercise.properties if breaks(rule, case, answer, truth)]
            assert not set(broken) - {NEAR}, source


@pytest.mark.parametrize(("what", "said"), [
    ("the state under names of its own", "it saved its state under gamma, beta, mean, var: the names stand in STATE."),
    ("the state as a list", "it gave a list for its state, where a dict with the names in STATE belongs."),
    ("gamma and beta are numbers", "it keeps gamma as a float: make it an array (D,)."),
])
def test_a_layer_that_another_cannot_follow_is_told_why(what: str, said: str) -> None:
    assert said in verdict(next(one for one in unlisted() if one.what == what)).message


def said_of(made) -> str:
    """The hint on batch_statistics' answers after `made(mean, var)`."""
    exercise = find("batch_statistics")
    cases = exercise.cases(np.random.default_rng(0))
    truths = [exercise.expected(case, NONE) for case in cases]
    return hint(exercise, cases, [Answer(values=made(*truth)) for truth in truths], truths)


@pytest.mark.parametrize(("made", "said"), [
    (lambda mean, var: (mean, var), ""),
    (lambda mean, var: (mean, 3 * var), "var is 3 times what it should be, throughout. mean is right."),
    (lambda mean, var: (-mean, var), "mean has the opposite sign throughout. var is right."),
    (lambda mean, var: (mean, var + 0.25), "var is off by the same 0.25 in every entry. mean is right."),
    (lambda mean, var: (var, mean), "What you return as mean is var."),
    (lambda mean, var: (mean, var**2), "var is the square of what it should be. mean is right."),
    (lambda mean, var: (mean, np.zeros_like(var)), "var is 0 throughout. mean is right."),
    (lambda mean, var: (mean, np.r_[var[:-1], 9e9]), "Only var[-1], the last, is wrong. mean is right."),
    (lambda mean, var: (np.abs(mean) + 1, var), "var is right."),
])
def test_a_hint_says_how_the_numbers_relate(made, said: str) -> None:
    assert said_of(made).endswith(said) and (said or not said_of(made))


def test_noise_is_told_no_relation() -> None:
    rng = np.random.default_rng(1)
    assert said_of(lambda mean, var: (rng.normal(size=mean.shape), var)) == "var is right."


@pytest.mark.parametrize("one", WRONG)
def test_a_check_answers_within_a_second(one: Unlisted) -> None:
    """What the judge takes for visible and hidden cases, after imports, in seconds of one core, busy or not."""
    exercise = find(one.exercise)
    names: dict[str, Any] = {"np": np}
    exec(one.source, names)
    cases = [*exercise.cases(np.random.default_rng(0)), *hard_cases(exercise, np.random.default_rng(0))]

    def seconds() -> float:
        begun = time.process_time()
        judge(exercise, cases, call_all(names[one.exercise], exercise, cases))
        return time.process_time() - begun

    assert seconds() < 1 or seconds() < 1


def test_a_starting_value_that_is_not_the_asked_one_is_seen() -> None:
    exercise = find("BatchNormLayer")
    case: Case = exercise.cases(np.random.default_rng(0))[0]

    class Empty:
        def __init__(self, num_features: int, eps: float = 1e-5) -> None:
            self.params = [np.zeros(num_features)]

    assert "params must hold two arrays" in str(call(Empty, case.args, len(exercise.outputs), exercise.driver).error)
