"""`autograder build`: scripts compiled, run and released; the same input gives the same bytes."""

from __future__ import annotations

import argparse
import os
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.claims import write_claims
from autograder.errors import UserError
from autograder.evidence import write_evidence
from autograder.files import as_text, write_whole
from autograder.lessons import METADATA, ROOT, VARIES, Lesson, first_line, lessons, select
from autograder.mistakes_page import write_mistakes
from autograder.release import release
from autograder.translate import write_translations

SECONDS_PER_CELL = 60
FIGURE_BYTES, NOTEBOOK_BYTES = 40_000, 300_000
WIDGET = "application/vnd.jupyter.widget-view+json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `autograder build`."""
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="full name, number or name; all when left out")


def run(args: argparse.Namespace) -> int:
    """Compile, run and release, then write the pages of claims, evidence and mistakes."""
    chosen = select(args.lessons)
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()) as progress:
        task = progress.add_task("building", total=len(chosen))
        for lesson in chosen:
            progress.update(task, description=f"building {lesson.name}")
            build(lesson)
            progress.advance(task)
    write_claims(ROOT / "docs" / "claims.md", lessons())
    write_evidence(ROOT / "docs" / "evidence.md", lessons())
    write_mistakes(ROOT / "docs" / "mistakes.md", [lesson.name for lesson in chosen])
    return 0


def build(lesson: Lesson) -> None:
    """Compile, run and release one lesson; nothing is replaced unless all of it succeeds."""
    solved = execute(lesson.compiled(), lesson)
    text = as_text(solved)
    problems = problems_of(solved, text)
    if problems:
        raise UserError("\n".join(f"{lesson.name}, {problem}" for problem in problems))
    released = release(lesson, solved)
    write_whole(lesson.notebook, text)
    write_whole(lesson.release, as_text(released))
    for problem in write_translations(lesson):
        print(problem)


def execute(notebook: NotebookNode, lesson: Lesson) -> NotebookNode:
    """The notebook run from top to bottom in its own folder, outputs normalized."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "BNLIB_JUDGED": "",
                   "BNLIB_CACHE": "off",  # what is shown has just been computed
                   "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)}
    client = NotebookClient(notebook, timeout=SECONDS_PER_CELL, record_timing=False,
                            extra_arguments=["--IPKernelApp.log_level=ERROR"],
                            resources={"metadata": {"path": str(lesson.script.parent)}})
    try:
        client.execute(env=environment)
    except CellTimeoutError as error:
        raise UserError(f"{lesson.name}: a cell ran for more than {SECONDS_PER_CELL} s.\n{error}") from None
    except (CellExecutionError, DeadKernelError) as error:
        raise UserError(f"{lesson.name}: {error}") from None
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = _joined([_steady(output) for output in cell.outputs])
    _keep_measured(notebook, lesson)
    return notebook


def _keep_measured(notebook: NotebookNode, lesson: Lesson) -> None:
    """What a cell measured on a machine stays until the cell changes, so that building again gives the same bytes."""
    if not lesson.notebook.is_file():
        return
    before = {cell.id: cell for cell in nbformat.read(lesson.notebook, as_version=4).cells}
    for cell in notebook.cells:
        if VARIES in cell.metadata.get("tags", []) and cell.id in before:
            cell.outputs = before[cell.id].outputs


def problems_of(notebook: NotebookNode, text: str) -> list[str]:
    """What would shame us in a solved notebook: stderr, errors, cells not run, heavy or mute figures."""
    found = []
    if len(text.encode()) > NOTEBOOK_BYTES:
        found.append(f"the notebook: {len(text.encode()) // 1000} kB, over {NOTEBOOK_BYTES // 1000}")
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            continue
        where = f"cell {number} ({first_line(cell.source)!r})"
        if cell.execution_count is None:
            found.append(f"{where}: never run")
        for output in cell.outputs:
            found += [f"{where}: {complaint}" for complaint in _complaints(output)]
    return found


def _complaints(output: Any) -> list[str]:
    if output.output_type == "error":
        return [f"ends in {output.ename}: {output.evalue}"]
    if output.output_type == "stream" and output.name == "stderr":
        return [f"writes to stderr: {output.text.strip()[:200]}"]
    if "image/png" not in output.get("data", {}):
        return []
    found = []
    size = len(output.data["image/png"]) * 3 // 4
    if size > FIGURE_BYTES:
        found.append(f"a figure of {size // 1000} kB, over {FIGURE_BYTES // 1000}")
    if not output.metadata.get("image/png", {}).get("alt"):
        found.append("a figure without alt text: use plots.show(fig, alt=…)")
    return found


def _joined(outputs: list[Any]) -> list[Any]:
    """Text printed in one go is one output: a kernel sends it in pieces, cut wherever its clock says."""
    whole: list[Any] = []
    for output in outputs:
        last = whole[-1] if whole else None
        if last and last.output_type == output.output_type == "stream" and last.name == output.name:
            last.text += output.text
        else:
            whole.append(output)
    return whole


def _steady(output: Any) -> Any:
    """An output without what changes from run to run: widget ids."""
    if WIDGET in output.get("data", {}):
        del output.data[WIDGET]
        output.metadata.pop(WIDGET, None)
    return output
