"""Every known mistake, alone and two at a time, loses points and is called by its name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from autograder.hidden import hard_cases
from autograder.mistakes import Coverage, coverage, verdict_of
from bnlib import reference
from bnlib.check.calls import call_all
from bnlib.check.exercises import all_exercises, find
from bnlib.check.model import Exercise
from bnlib.check.search import NONE, candidates
from bnlib.check.verdict import judge
from bnlib.oracle import ALL, SWITCHES

EXERCISES = [pytest.param(exercise, id=name) for name, exercise in all_exercises().items()]


def all_cases(exercise: Exercise, seed: int) -> list:
    rng = np.random.default_rng(seed)
    return [*exercise.cases(rng), *hard_cases(exercise, rng)]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_each_switch_alone_is_caught_and_named(exercise: Exercise) -> None:
    found = coverage(exercise, seed=1)
    assert found.caught == found.named == found.switches, found.unnamed


@pytest.mark.parametrize("exercise", EXERCISES)
def test_each_switch_alone_fails_the_visible_cases_so_nobody_learns_of_it_after_handing_in(exercise: Exercise) -> None:
    cases = exercise.cases(np.random.default_rng(1))
    assert not [on for on in candidates(exercise) if len(on) == 1 and verdict_of(exercise, cases, on).passed]


@cache
def in_pairs(name: str) -> Coverage:
    """Minutes for all of them: done once for both tests of it."""
    return coverage(find(name), seed=2)


@pytest.mark.parametrize("name", all_exercises())
def test_two_switches_at_a_time_are_caught(name: str) -> None:
    assert in_pairs(name).pairs_caught == in_pairs(name).pairs


@pytest.mark.timeout(1500)  # alone, and beside other work
def test_nine_pairs_in_ten_are_named() -> None:
    found = [in_pairs(name) for name in all_exercises()]
    assert sum(c.pairs_named for c in found) >= 0.9 * sum(c.pairs for c in found)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_with_every_switch_off_the_oracle_is_the_truth(exercise: Exercise) -> None:
    for seed in range(5):
        cases = all_cases(exercise, seed)
        assert verdict_of(exercise, cases, NONE).passed


def in_the_courses_form(name: str) -> Callable[..., Any]:
    """The reference's function; its cache is a named tuple of what backward needs, the lesson's dict says more."""
    if name != "batchnorm2d_forward":
        return getattr(reference, name)

    def forward(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
        y, cache = reference.batchnorm2d_forward(x, gamma, beta, eps)
        return y, {**cache._asdict(), "x": x, "eps": eps}

    return forward


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_reference_passes_its_own_exercise(exercise: Exercise) -> None:
    for seed in range(5):
        cases = all_cases(exercise, seed)
        verdict = judge(exercise, cases, call_all(in_the_courses_form(exercise.name), exercise, cases))
        assert verdict.passed and verdict.share == 1, verdict.message


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_signature_told_to_students_is_the_reference_s(exercise: Exercise) -> None:
    told = exercise.signature.split("(", 1)[1].split(")")[0].replace(" ", "").split(",")
    parameters = inspect.signature(getattr(reference, exercise.name)).parameters
    assert [argument.split("=")[0] for argument in told] == list(parameters)[: len(told)]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_switch_of_an_exercise_has_its_own_sentence(exercise: Exercise) -> None:
    assert set(exercise.switches) <= set(SWITCHES)
    messages = [SWITCHES[name].message for name in exercise.switches]
    assert len(set(messages)) == len(messages)
    assert all(message.endswith((".", "?")) for message in messages)


def test_no_two_switches_share_a_name_or_one_would_speak_with_the_other_s_sentence() -> None:
    names = [switch.name for switch in ALL]
    assert sorted(names) == sorted(set(names))


def test_every_switch_belongs_to_an_exercise_or_is_observed() -> None:
    used = {name for exercise in all_exercises().values() for name in exercise.switches}
    assert {name for name, switch in SWITCHES.items() if not switch.observed} <= used


def test_an_unknown_exercise_gets_the_nearest_name() -> None:
    with pytest.raises(ValueError, match="Did you mean 'batchnorm_forward'"):
        find("batchnorm_foward")
