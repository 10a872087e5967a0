"""What of a submission is run, and in which order: decided from the source, never from the student's metadata."""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from autograder.cells import kind_of
from autograder.scan import LONGEST
from autograder.syntax import tree


@dataclass(frozen=True)
class Step:
    """A cell of the autograded notebook and what is done with it.

    `kind`: "setup" (the source's readonly cells), "solution" and "own" are run, "tests" are judged, "shown" is
    only kept.  `key` is the source's id of the cell, None for the student's own.
    """

    kind: str
    cell: NotebookNode
    key: str | None = None

    @property
    def runs(self) -> bool:
        """Whether the worker runs this cell."""
        return self.kind in ("setup", "solution", "own", "demonstration")


def plan(source: NotebookNode, submitted: NotebookNode, all_cells: bool = False) -> list[Step]:
    """The steps of one submission.

    Readonly and tests cells are the source's, wherever the student left them; what a student wrote into one runs
    before it, as a cell of their own.  Those deleted come back, set-up first, tests last.  Of a tests cell or a
    set-up cell that is there twice, one counts.  The source's demonstrations are not run, unless `all_cells`, or the
    student changed them to define something an answer uses.
    """
    originals = {identity(cell): cell for cell in source.cells}
    texts = {cell.source.strip() for cell in source.cells}
    steps = [step for cell in submitted.cells for step in _steps(cell, originals, texts)]
    steps = _once(steps, "setup", keep_last=False)
    steps = _once(steps, "tests", keep_last=True)
    present = {step.key for step in steps}
    lost = [_restored(key, cell) for key, cell in originals.items() if key not in present]
    steps = [
        *(step for step in lost if step.kind == "setup"),
        *steps,
        *(step for step in lost if step.kind == "tests"),
    ]
    return _wake(steps, originals, all_cells)


def behind_answers(steps: Sequence[Step], source: NotebookNode) -> list[Step]:
    """The solution cells, and what else the student wrote that makes a name which one of these takes from outside."""
    texts = {cell.source.strip() for cell in source.cells}
    rest = [step for step in steps
            if step.kind in ("own", "demonstration") and step.cell.source.strip() not in texts]
    found = [step for step in steps if step.kind == "solution"]
    wanted = set().union(*(_wanted(step.cell.source) for step in found))
    while more := [step for step in rest if _names(step.cell.source, ast.Store) & wanted]:
        rest = [step for step in rest if all(step is not one for one in more)]
        found += more
        wanted = wanted.union(*(_wanted(step.cell.source) for step in more))
    return found


def identity(cell: NotebookNode) -> str:
    """The id by which a cell of the source is known: its grade_id where it has one."""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    return str(grade_id or cell.get("id", ""))


def autograded(source: NotebookNode, steps: list[Step]) -> NotebookNode:
    """The notebook that goes back: restored cells, the student's text, the source's metadata."""
    notebook = NotebookNode(nbformat=4, nbformat_minor=5, metadata=copy.deepcopy(source.metadata),
                            cells=[step.cell for step in steps])
    used: set[str] = set()
    for number, cell in enumerate(notebook.cells):
        if cell.id in used:
            cell["id"] = f"cell-{number}"
        used.add(cell.id)
    return notebook


def _steps(cell: NotebookNode, originals: dict[str, NotebookNode], texts: set[str]) -> list[Step]:
    """One step, or two: an answer may stand in a readonly or tests cell, written there or merged into it."""
    step = _step(cell, originals, texts)
    if step.kind not in ("setup", "tests") or cell.cell_type != "code" or _same(cell.source, step.cell.source):
        return [step]
    own = _clean(cell, NotebookNode())
    own["id"] = f"own-{own.id}"[:64]
    return [Step("own", own), step]


def _same(one: str, two: str) -> bool:
    """Whether two texts say the same, line by line."""
    return [line.rstrip() for line in one.strip().splitlines()] == [
        line.rstrip() for line in two.strip().splitlines()]


def _step(cell: NotebookNode, originals: dict[str, NotebookNode], texts: set[str]) -> Step:
    # A cell whose grading metadata was lost is still known by its id, which is the grade_id.
    meta = cell.metadata.get("nbgrader")
    claimed = meta.get("grade_id") if isinstance(meta, dict) else None
    key = next((k for k in (claimed, cell.get("id")) if isinstance(k, str) and k in originals), None)
    if key is None:
        own = cell.cell_type == "code" and cell.source.strip() not in texts
        return Step("own" if own else "shown", _clean(cell, NotebookNode()))
    restored = _restored(key, originals[key])
    if restored.kind in ("setup", "tests"):
        return restored
    kind = restored.kind if cell.cell_type == "code" else "shown"
    return Step(kind, _clean(cell, originals[key].metadata), key)


def _restored(key: str, original: NotebookNode) -> Step:
    return Step(kind_of(original), _clean(original, original.metadata), key)


def _clean(cell: NotebookNode, metadata: NotebookNode) -> NotebookNode:
    """A copy without outputs and with this metadata."""
    fresh = NotebookNode(id=str(cell.get("id", "cell"))[:64], cell_type=cell.cell_type,
                         metadata=copy.deepcopy(metadata), source=cell.source)
    if cell.cell_type == "code":
        fresh.update(outputs=[], execution_count=None)
    return fresh


def _once(steps: list[Step], kind: str, keep_last: bool) -> list[Step]:
    kept: list[Step] = []
    seen: set[str | None] = set()
    for step in reversed(steps) if keep_last else steps:
        if step.kind == kind and step.key in seen:
            continue
        if step.kind == kind:
            seen.add(step.key)
        kept.append(step)
    return kept[::-1] if keep_last else kept


def _wake(steps: list[Step], originals: dict[str, NotebookNode], all_cells: bool) -> list[Step]:
    """Demonstrations become "shown", but for those that have to run."""
    if all_cells:
        return steps
    changed = [step.kind == "demonstration" and step.key is not None
               and step.cell.source.strip() != originals[step.key].source.strip() for step in steps]
    needed: set[str] = set()
    if any(changed):
        answers = [step for step in steps if step.kind in ("setup", "solution", "own")]
        needed = needed.union(*(_names(step.cell.source, ast.Load) for step in answers))
        needed -= set().union(*(_names(step.cell.source, ast.Store) for step in answers))
    return [
        replace(step, kind="shown")
        if step.kind == "demonstration" and not (theirs and _names(step.cell.source, ast.Store) & needed) else step
        for step, theirs in zip(steps, changed, strict=True)
    ]


def _wanted(source: str) -> set[str]:
    """Names that a cell reads and does not make: neither assigned, nor arguments."""
    nodes = ast.walk(tree(source) or ast.Module([], [])) if len(source) <= LONGEST else ()
    return _names(source, ast.Load) - _names(source, ast.Store) - {n.arg for n in nodes if isinstance(n, ast.arg)}


def _names(source: str, context: type[ast.expr_context]) -> set[str]:
    """Names that a cell reads (ast.Load) or makes (ast.Store); none when it cannot be parsed, or is endless."""
    if len(source) > LONGEST:
        return set()
    nodes = list(ast.walk(tree(source) or ast.Module([], [])))
    found = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)}
    if context is ast.Store:
        found |= {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        found |= {(alias.asname or alias.name).split(".")[0]
                  for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom)) for alias in node.names}
    return found
