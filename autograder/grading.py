"""A class in; scores, gradebook, feedback and report out."""

from __future__ import annotations

import gc
import json
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from autograder.crew import Terms, graders_fault, judging
from autograder.errors import UserError
from autograder.files import write_whole
from autograder.intake import Submission, left_out, students
from autograder.journal import UNSETTLED, Journal, digest
from autograder.lessons import Lesson
from autograder.paper import Paper, draw, secret_key
from autograder.progress import Progress
from autograder.results import Graded, SubmissionResult, write_grades_csv, write_results
from autograder.sandbox import UNSAFE
from autograder.syntax import TREES

BOOK = "gradebook.db"
BATCH, PATIENCE = 50, 2.0  # submissions, or seconds, after which what is graded is written down with the next
NO_WALL = "run without a wall (--unsafe-no-sandbox)"


def grade_class(
    chosen: Sequence[Lesson], submitted: Path, work: Path, terms: Terms, seed: int | None = None,
    only: Sequence[str] = (), again: bool = False, console: Console | None = None,
) -> tuple[list[SubmissionResult], Path]:
    """Grade every student of `submitted` (or `only` those) in the `chosen` lessons; all results, and the report's path.

    What the work folder holds already is kept: a submission that is done is graded again only if its file or its
    lesson changed since, or if `again`.
    """
    if work.resolve().is_relative_to(submitted.resolve()):
        raise UserError(f"{work} lies in {submitted}, where every folder is a student: choose another with --work.")
    console = console or Console(file=sys.stderr)
    with Journal(work) as journal:
        if not (work / BOOK).exists():
            journal.forget()  # a gradebook that was taken away is filled again
        key = secret_key(work, seed)
        papers = {lesson.name: draw(lesson.name, lesson.source_notebook(), key) for lesson in chosen}
        threading.Thread(target=_load).start()
        everyone = [Submission(student, lesson) for student in _class(submitted, only) for lesson in chosen]
        others = left_out(submitted)
        if others:
            console.print(f"No folders of students, so left out: {', '.join(others)}.", markup=False)
        prints = {one: digest(papers[one.lesson.name].mark, one.fingerprint(submitted)) for one in everyone}
        waiting = [one for one, print_ in prints.items()
                   if again or not journal.has(one.student, one.lesson.name, print_)]
        begun = time.monotonic()
        if len(waiting) < len(everyone):
            console.print(f"{len(everyone) - len(waiting)} submissions are graded already; --force grades them again.")
        unsettled = 0
        try:
            unsettled = _grade(waiting, prints, papers, submitted, work, terms, journal, console)
        finally:
            _hand_back(work, submitted, everyone)
            write_grades_csv(work / "grades.csv", journal.results)
            write_results(work / "results.jsonl", journal.results)
        console.print(f"{len(waiting)} submissions in {time.monotonic() - begun:.1f} s; writing the report.")
        if unsettled:
            console.print(f"In {unsettled} the grader itself failed: the report flags them, and the same command tries "
                          "them again.")
        from autograder import report, similarity

        if waiting:
            similarity.write(work, chosen)
        return journal.results, report.write(work, journal.results)


def _load() -> None:
    """Import what is needed once there are answers, while workers start: it takes longer than they do."""
    gc.disable()  # going through a million objects that all stay takes a third of the time, and as much at the end
    try:
        with TREES:  # PyTorch builds trees of its own code
            from autograder import feedback, gradebook, report, similarity  # noqa: F401

            _load_torch()
    finally:
        gc.freeze()
        gc.enable()


def _load_torch() -> None:
    """Import PyTorch, which diagnosis computes with."""
    import torch

    torch.set_num_threads(1)  # several judges share the cores


def _class(submitted: Path, only: Sequence[str]) -> list[str]:
    """The students to grade; UserError for a name that is none of them."""
    found = students(submitted)
    unknown = [name for name in only if name not in found]
    if unknown:
        raise UserError(f"{submitted} has no folder {', '.join(unknown)}: --student takes the names of its folders.")
    return [name for name in found if not only or name in only]


def _grade(
    waiting: Sequence[Submission], prints: dict[Submission, str], papers: dict[str, Paper], submitted: Path, work: Path,
    terms: Terms, journal: Journal, console: Console,
) -> int:
    """Grade what waits; whatever happens, what is graded is written down: notebook, feedback, gradebook, journal.

    Returns in how many submissions the grader itself failed.
    """
    by_name = {one.lesson.name: one.lesson for one in waiting}
    marks = {(one.student, one.lesson.name): prints[one] for one in waiting}
    flags = [NO_WALL] if terms.wall == UNSAFE else []
    unsettled = 0
    with judging(waiting, papers, submitted, terms) as results:
        from autograder import gradebook

        with gradebook.Book(work / BOOK, submitted) as book, Progress(console, len(waiting)) as progress:
            for lesson in by_name.values():
                book.write(lesson, [])  # a lesson that this gradebook cannot hold is refused before anything is run
            for batch in _batches(results, progress):
                batch = [_written(work, by_name[one.result.lesson], papers[one.result.lesson], one, flags)
                         for one in batch]
                for name in sorted({one.result.lesson for one in batch}):
                    book.write(by_name[name], [one for one in batch if one.result.lesson == name])
                journal.add((marks[one.result.student, one.result.lesson] if one.settled else UNSETTLED, one.result)
                            for one in batch)
                unsettled += sum(not one.settled for one in batch)
    if by_name:
        gradebook.write_config(work, next(iter(by_name.values())).script.parents[2], submitted)
    return unsettled


def _batches(found: Iterator[Graded], progress: Progress) -> Iterator[list[Graded]]:
    """What is graded, a batch at a time; when it ends in an exception, first the last batch."""
    batch: list[Graded] = []
    since = time.monotonic()
    try:
        for one in found:
            batch.append(one)
            progress.one_more()
            if len(batch) >= BATCH or time.monotonic() - since > PATIENCE:
                yield batch
                batch, since = [], time.monotonic()
    except (Exception, KeyboardInterrupt):
        yield batch
        raise
    yield batch


def _written(work: Path, lesson: Lesson, paper: Paper, one: Graded, flags: Sequence[str]) -> Graded:
    """Write notebook and page; a result that will not be written becomes one that can: it must not stop the others."""
    from autograder import feedback

    one.result.flags.extend(flags)
    try:
        _keep(work, lesson, one)
        feedback.write(work, lesson, one)
        return one
    except OSError:
        raise  # the disk is full: nobody's fault, and nothing else could be written either
    except Exception as error:
        traceback.print_exc()
        fault = graders_fault(paper, one.result.student, error)
        fault.result.flags.extend(flags)
        _keep(work, lesson, fault)
        feedback.write(work, lesson, fault)
        return fault


def _keep(work: Path, lesson: Lesson, one: Graded) -> None:
    """Write the autograded notebook; take away an older one where there is none now."""
    path = work / "autograded" / one.result.student / lesson.name / lesson.notebook.name
    if one.notebook is None:
        path.unlink(missing_ok=True)
    else:
        # On one line: indenting a thousand notebooks takes longer than running them.
        write_whole(path, json.dumps(one.notebook, ensure_ascii=False, sort_keys=True) + "\n")


def _hand_back(work: Path, submitted: Path, everyone: Sequence[Submission]) -> None:
    """Put beside the pages what nbgrader's exchange needs to release them, and to make its own from autograded/."""
    for one in everyone:
        for name, text in one.notes(submitted).items():
            for folder in ("autograded", "feedback"):
                place = work / folder / one.student / one.lesson.name
                if place.is_dir():
                    write_whole(place / name, text)
