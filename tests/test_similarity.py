"""Copies are found whatever was done to their layout; what anybody may come to is not."""

from __future__ import annotations

import copy
import json
import random
import time
from pathlib import Path

import pytest
import results_toy as toy
from sample_class import bank

from autograder import similarity
from autograder.cells import by_grade_id
from autograder.errors import UserError
from autograder.lessons import select
from autograder.similarity import pairs
from bnlib.check.exercises import all_exercises

SKELETON = '''def batch_statistics(x):
    """Mean and variance of each feature; x (N, D)."""
    # YOUR CODE HERE
    raise NotImplementedError()'''
SOLUTION = "def batch_statistics(x):\n    return x.mean(axis=0), x.var(axis=0)"
ODD = '''def batch_statistics(x):
    """Mean and variance of each feature; x (N, D)."""
    total = 0
    for row in x[::-1]:
        total = total + row  # from the bottom up
    centre = total / x.shape[0]
    spread = sum((row - centre) ** 2 for row in x) / x.shape[0]
    return centre, spread'''
DISGUISED = '''
def batch_statistics( x ):
    t=0
    for  zeile  in x[: : -1] : t =t+zeile
    m = ( t/x.shape[0] )
    # mine
    s=sum((q-m)**2 for q in x)/x.shape[0]
    return (m, s)'''
REORDERED = ODD.replace("    total = 0\n", "    rows = len(x)\n    total = 0\n")
UNTOLD = ODD.replace("centre", "m").replace("  # from the bottom up", "")


def a_class(**more: str) -> dict[str, str]:
    """Ten students with the bank's right answers, and some more."""
    styles = list(bank("batch_statistics").right.values())
    return {**{f"s{k}": styles[k % len(styles)] for k in range(10)}, **more}


def found(**more: str) -> set[frozenset[str]]:
    natural = [SOLUTION, *bank("batch_statistics").right.values()]
    return {frozenset(pair[:2]) for pair in pairs(a_class(**more), SKELETON, natural)}


@pytest.mark.parametrize("copy", [ODD, DISGUISED, REORDERED, UNTOLD])
def test_a_copy_is_found_with_its_names_layout_comments_or_order_changed(copy: str) -> None:
    assert found(ada=ODD, bob=copy) == {frozenset({"ada", "bob"})}


def test_the_solution_and_the_banks_answers_say_nothing() -> None:
    assert found(ada=SOLUTION, bob=SOLUTION) == set()


@pytest.mark.parametrize("line", ["%%time\n", "%matplotlib inline\n", "!ls\n", "?np.mean\n", "np.mean??\n"])
def test_a_line_to_the_notebook_makes_no_pair_of_two_common_answers(line: str) -> None:
    other = f"{list(bank('batch_statistics').right.values())[3]}\nfiles = !ls"
    assert found(ada=line + SOLUTION, bob=line + SOLUTION, cyd=other, dan=other) == set()
    assert found(ada=ODD, bob=line + DISGUISED.lstrip()) == {frozenset({"ada", "bob"})}


def test_what_many_in_the_class_wrote_says_nothing() -> None:
    assert found(**{f"t{k}": ODD for k in range(5)}) == set()
    alike = found(**{f"t{k}": ODD for k in range(3)})  # three are few, even in a class of thirteen
    assert len(alike) == 2 and frozenset.union(*alike) == {"t0", "t1", "t2"}  # each beside one of the others


def test_unanswered_and_short_answers_say_nothing() -> None:
    short = "def batch_statistics(x):\n    return x.mean(0) + 0, x.var(0) * 1"
    assert found(ada=SKELETON, bob=SKELETON, cyd=short, dan=short) == set()


def test_answers_that_are_no_python_are_compared_too() -> None:
    broken = ODD.replace("x.shape[0]\n", "x.shape[0\n", 1)
    assert found(ada=broken, bob=broken) == {frozenset({"ada", "bob"})}


def test_own_comments_word_for_word_are_told() -> None:
    told = "\n".join(f"    # {line}" for line in (
        "the mean goes over the rows because each column is one feature of the batch",
        "dividing by n and not by n minus one is what the paper does in training"))
    mine = SOLUTION.replace("    return", f"{told}\n    return")
    assert found(ada=mine, bob=mine) == {frozenset({"ada", "bob"})}


@pytest.mark.parametrize("name", sorted(all_exercises()))
def test_two_right_answers_of_different_people_are_never_a_pair(name: str) -> None:
    """The bank's styles, without the bank to discount them: the first stands for the course's own answer."""
    styles = bank(name).right
    assert pairs(styles, "", list(styles.values())[:1]) == []


def test_a_leaked_answer_makes_few_pairs_and_leaves_nobody_out() -> None:
    """150 of a thousand: fewer than make an answer common."""
    others = {f"s{k}": SOLUTION + f"  # {k}" for k in range(850)}
    alike = pairs({**others, **{f"t{k}": ODD for k in range(150)}}, SKELETON, [SOLUTION])
    assert len(alike) == 149
    assert {name for pair in alike for name in pair[:2]} == {f"t{k}" for k in range(150)}


def test_a_thousand_different_answers_take_seconds() -> None:
    dice = random.Random(0)
    words = [f"a{k}" for k in range(60)]
    answers = {f"s{k}": "def f(x):\n" + "\n".join(
        f"    {dice.choice(words)} = np.{dice.choice(words)}(x, {dice.randint(0, 99)})" for _ in range(12))
        for k in range(1000)}
    begun = time.perf_counter()
    pairs(answers)
    assert time.perf_counter() - begun < 20  # 0.8 s on one core


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Three autograded notebooks of lesson 03, two of them with the same odd answer."""
    lesson = select(["03"])[0]
    for student, source in (("ada", ODD), ("bob", DISGUISED), ("cyd", SOLUTION)):
        notebook = copy.deepcopy(lesson.source_notebook())
        by_grade_id(notebook)["batch_statistics"]["source"] = source
        path = tmp_path / "autograded" / student / lesson.name / lesson.notebook.name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
    return tmp_path


def test_the_work_folder_gets_a_list_that_reads_back(work: Path) -> None:
    similarity.write(work, select(["03"]))
    pair, = similarity.read(work)
    assert (pair.lesson, pair.exercise, pair.students) == ("03_batchnorm_forward", "batch_statistics", ("ada", "bob"))
    assert pair.sources == (ODD, DISGUISED) and pair.similarity > 0.85
    assert not list(work.rglob("*.part"))
    similarity.write(work, select(["04"]))
    assert similarity.read(work) == [pair]  # another lesson's run leaves it


def test_an_unknown_lesson_is_told(work: Path) -> None:
    with pytest.raises(UserError):
        select(["99"])


def test_the_toy_skeleton_is_no_evidence() -> None:
    assert pairs({"a": toy.STUB, "b": toy.STUB}, toy.STUB) == []


def test_answers_compared_in_blocks_give_the_pairs_of_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(0)
    bodies = ["\n".join(f"    v{dice.randrange(99)} = x[{dice.randrange(99)}] * {dice.randrange(99)} - x.sum()"
                        for _ in range(10)) for _ in range(4)]
    answers = {f"s{k}": f"def batch_statistics(x):\n{bodies[k % 4]}\n    return x" for k in range(8)}
    whole = pairs(answers, SKELETON, [SOLUTION])
    assert len(whole) >= 4
    for block in (1, 3):
        monkeypatch.setattr(similarity, "BLOCK", block)
        assert pairs(answers, SKELETON, [SOLUTION]) == whole
