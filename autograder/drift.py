"""`autograder check`: does everything generated still say what its source says, and does nothing leak?"""

from __future__ import annotations

import argparse
import ast
import builtins

import nbformat
from nbformat import NotebookNode

from autograder import translate
from autograder.build import problems_of
from autograder.cells import answer_lines
from autograder.claims import claims_page
from autograder.errors import UserError
from autograder.evidence import evidence_page
from autograder.files import as_text
from autograder.lessons import ROOT, Lesson, lessons, select
from autograder.mistakes_page import stale
from autograder.release import release

FORBIDDEN = ("BEGIN SOLUTION", "HIDDEN TESTS", "bnlib.reference", "autograder")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `autograder check`."""
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="full name, number or name; all when left out")


def run(args: argparse.Namespace) -> int:
    """Print every problem; 1 when there is one."""
    chosen = select(args.lessons)
    problems = [problem for lesson in chosen for problem in drift_of(lesson)]
    page = ROOT / "docs" / "claims.md"
    if not page.is_file() or page.read_text(encoding="utf-8") != claims_page(lessons()):
        problems.append("docs/claims.md differs from what the lessons print: run `autograder build`.")
    evidence = ROOT / "docs" / "evidence.md"
    before = evidence.read_text(encoding="utf-8") if evidence.is_file() else ""
    if before != evidence_page(lessons(), before):
        problems.append("docs/evidence.md differs from what the lessons print: run `autograder build`.")
    problems += stale(ROOT / "docs" / "mistakes.md")
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems." if problems else f"{len(chosen)} lessons are in order.")
    return 1 if problems else 0


def drift_of(lesson: Lesson) -> list[str]:
    """Every way in which a lesson's generated files differ from their source, in sentences."""
    try:
        compiled = lesson.compiled()
        solved = lesson.source_notebook()
    except UserError as error:
        return str(error).splitlines()
    if not lesson.release.is_file():
        return [f"{lesson.name}: course/{lesson.name}/{lesson.release.name} is missing: run `autograder build`."]
    found = [f"{lesson.name}, {problem}" for problem in problems_of(solved, as_text(solved))]
    if [_essence(cell) for cell in compiled.cells] != [_essence(cell) for cell in solved.cells]:
        found.append(f"{lesson.notebook.name} in solutions/ differs from {lesson.script.name}: run `autograder build`.")
    course = lesson.release.read_text(encoding="utf-8")
    if course != as_text(release(lesson, solved)):
        found.append(f"{lesson.release.name} in course/ differs from what solutions/ releases: run `autograder build`.")
    return found + leaks(lesson, compiled, course) + dependencies(lesson, compiled) + translate.stale(lesson)


def leaks(lesson: Lesson, compiled: NotebookNode, course: str) -> list[str]:
    """What the released folder shows that it must not."""
    found = [f"course/{lesson.name} holds {word!r}." for word in FORBIDDEN if word in course]
    others = [path.name for path in lesson.release.parent.iterdir() if path != lesson.release and path.name[0] != "."]
    found += [f"course/{lesson.name} holds {name}, which is not part of the lesson." for name in others]
    cells = nbformat.reads(course, as_version=4).cells
    released = {line.strip() for cell in cells for line in cell.source.splitlines()}
    shown = sorted(answer_lines([compiled]) & released)
    return found + [f"course/{lesson.name} shows a line of an answer: {line!r}." for line in shown]


def dependencies(lesson: Lesson, compiled: NotebookNode) -> list[str]:
    """Names that solution and tests cells take from demonstrations, which the grader does not run."""
    bound = set(dir(builtins))
    found = []
    for number, cell in enumerate(compiled.cells, start=1):
        marks = cell.metadata.get("nbgrader")
        if cell.cell_type != "code" or not marks:
            continue
        tree = ast.parse("\n".join(line for line in cell.source.splitlines() if not line.startswith("%")))
        bound |= _bound(tree)
        if marks["solution"] or marks["grade"]:
            loose = sorted(_used(tree) - bound)
            where = f"{lesson.name}, cell {number}"
            found += [f"{where}: {name!r} comes from a cell the grader does not run." for name in loose]
    return found


def _bound(tree: ast.AST) -> set[str]:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return names


def _used(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _essence(cell: NotebookNode) -> tuple[object, ...]:
    return cell.cell_type, cell.id, cell.source, cell.metadata
