"""The trusted side: has one submission run by a worker, judges what its functions answer, and scores it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.paper import Paper, Question
from autograder.plan import Step, autograded, behind_answers, plan
from autograder.remote import Server
from autograder.results import STATUSES, ExerciseResult, Graded, SubmissionResult
from autograder.run import Run
from autograder.scan import library_calls
from bnlib.check.calls import read, results_of
from bnlib.check.model import Answer
from bnlib.check.verdict import judge

UNDEFINED = "There is no {}: its cell is missing, or ended with an error before it was defined."


def grade(paper: Paper, student: str, submitted: NotebookNode, server: Server, all_cells: bool = False) -> Graded:
    """Run and judge one submission. Whatever the student wrote, this returns a result."""
    begun = time.monotonic()
    steps = plan(paper.source, submitted, all_cells)
    run = Run(server)
    found: dict[str, ExerciseResult] = {}
    try:
        later = []
        for number, step in enumerate(steps, start=1):
            if step.runs:
                run.cell(step.cell, _place(step, number), theirs=step.kind == "solution")
            elif step.kind == "tests" and step.key in paper.questions:
                found[step.key] = _ask(run, paper.questions[step.key])
                if found[step.key].message == UNDEFINED.format(paper.questions[step.key].expression):
                    later.append(step.key)  # the answer may stand below its test
        for key in later:
            found[key] = _ask(run, paper.questions[key])
    finally:
        run.close()
    notebook = autograded(paper.source, steps)
    _show(notebook, steps, found)
    exercises = [found[key] for key in paper.questions]
    result = SubmissionResult(
        student, paper.lesson, run.status, round(sum(e.points for e in exercises), 2), paper.max_score,
        " ".join([STATUSES[run.status], *run.remarks]), round(time.monotonic() - begun, 3),
        flags(paper, steps), exercises)
    return Graded(result, notebook, {key: exercise.points for key, exercise in found.items()})


def ungraded(paper: Paper, student: str, status: str, remark: str = "", flags: Sequence[str] = ()) -> Graded:
    """The result of a submission that cannot be run: no points, and the reason for each exercise."""
    message = f"{STATUSES[status]} {remark}".strip()
    exercises = [ExerciseResult(q.exercise.name, 0.0, q.points, False, [], message) for q in paper.questions.values()]
    result = SubmissionResult(student, paper.lesson, status, 0.0, paper.max_score, message, 0.0, list(flags), exercises)
    return Graded(result, None, dict.fromkeys(paper.questions, 0.0))


def flags(paper: Paper, steps: Sequence[Step]) -> list[str]:
    """What the instructor should look at: library normalizations, in the answers or unlike the lesson's own.

    Its demonstrations use some, which may be tried once more in a cell that no answer stands on.
    """
    used = library_calls((step.cell.source for step in steps if step.runs and step.kind != "setup"), paper.given)
    allowed = paper.library.intersection(used)
    if allowed:
        allowed -= set(library_calls((step.cell.source for step in behind_answers(steps, paper.source)), paper.given))
    return [f"uses {name}" for name in used if name not in allowed]


def _place(step: Step, number: int) -> str:
    return f"cell {number} ({step.key})" if step.key else f"cell {number}"


def _ask(run: Run, question: Question) -> ExerciseResult:
    """One exercise's result, with the time it took."""
    begun = time.monotonic()
    return replace(_asked(run, question), seconds=round(time.monotonic() - begun, 3))


def _asked(run: Run, question: Question) -> ExerciseResult:
    """Call the student's function on every case and judge the answers."""
    exercise, answers = question.exercise, []
    for case in question.cases:
        reply = run.call(question.expression, case.args, results_of(exercise), exercise.driver,
                         f"{exercise.name} on “{case.title}”")
        if isinstance(reply, str):  # it never answered
            return ExerciseResult(exercise.name, 0.0, question.points, False, [], reply)
        answer = read(exercise, case.args, checked_answer(reply, results_of(exercise)))
        if answer.error == undefined(question.expression):
            return ExerciseResult(exercise.name, 0.0, question.points, False, [], UNDEFINED.format(question.expression))
        answers.append(answer)
    verdict = judge(exercise, question.cases, answers)
    mistakes, message = list(verdict.mistakes), verdict.message
    if not verdict.passed and not same(answers[0], answers[-1], exercise.ignored, exercise.outputs):
        from bnlib.oracle import SWITCHES

        mistakes, message = ["unsteady", *mistakes], f"{SWITCHES['unsteady'].message} {message}"
    return ExerciseResult(
        exercise.name, round(question.points * verdict.share, 2), question.points, verdict.passed, mistakes, message)


def undefined(expression: str) -> str:
    """What a call answers when its function does not exist."""
    return f"NameError: name {expression!r} is not defined"


def checked_answer(reply: dict[str, Any], outputs: int) -> Answer:
    """What a worker says of a call, taken for hostile: plain numeric arrays and short strings, or an error."""
    values, kinds, error, mutated = (reply.get(key) for key in ("values", "kinds", "error", "mutated"))
    if isinstance(error, str) and error:
        return Answer(error=error[:2000])
    good = (
        isinstance(values, list) and len(values) == outputs
        and all(value is None or type(value) is np.ndarray for value in values)
        and isinstance(kinds, list) and len(kinds) == outputs and all(isinstance(kind, str) for kind in kinds)
        and isinstance(mutated, list) and all(type(k) is int for k in mutated)
    )
    if not good or values is None or kinds is None or mutated is None:
        return Answer(error="the call did not come back with plain results")
    return Answer(tuple(values), tuple(kind[:80] for kind in kinds), None, tuple(mutated))


def same(first: Answer, second: Answer, ignored: frozenset[str], outputs: tuple[str, ...]) -> bool:
    """Whether two answers to one question agree, as far as they are judged."""
    if (first.error is None) != (second.error is None):
        return False
    for name, one, two in zip(outputs, first.values, second.values, strict=False):
        if name in ignored or (one is None and two is None):
            continue
        if one is None or two is None or one.shape != two.shape or not np.allclose(one, two, 1e-9, 0, equal_nan=True):
            return False
    return True


def _show(notebook: NotebookNode, steps: list[Step], found: dict[str, ExerciseResult]) -> None:
    """Put the verdict under each tests cell, as its output."""
    for cell, step in zip(notebook.cells, steps, strict=True):
        if step.kind == "tests" and step.key in found:
            result = found[step.key]
            head = f"{'✓' if result.passed else '✗'} {result.name}: {result.points:g} of {result.max_points:g} points."
            cell.outputs = [new_output("stream", name="stdout", text=f"{head} {result.message}".strip() + "\n")]
