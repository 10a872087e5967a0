"""A lesson's percent script compiled to a notebook with nbgrader's metadata."""

from __future__ import annotations

import ast
import difflib
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.errors import UserError
from autograder.opening import opened
from autograder.syntax import tree


def _course(beside: Path, here: Path) -> Path:
    """The folder that holds `solutions`: the one with this package, else, as for an installed wheel, `here` or above.

    `here` itself when there is none: what needs a lesson then says so.
    """
    return next((folder for folder in (beside, here, *here.parents) if (folder / "solutions").is_dir()), here)


ROOT = _course(Path(__file__).resolve().parent.parent, Path.cwd())
ROLES = ("readonly", "solution", "tests", "manual")
GRADED = ("tests", "manual")
ANSWERED = ("solution", "manual")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
NO_LESSONS = "There are no lessons in {root}: start the command in the course's folder, the one that holds solutions/."
VARIES = "nbval-ignore-output"  # what the cell shows depends on the machine: timings, devices
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class Lesson:
    """Where a lesson's script, its solved notebook and its released notebook lie."""

    name: str
    script: Path
    notebook: Path
    release: Path

    def compiled(self) -> NotebookNode:
        """The notebook its script stands for, never run; UserError for a malformed script."""
        return opened(compile_script(self.script))

    def source_notebook(self) -> NotebookNode:
        """The solved notebook as built, the same object every time: copy it before you change it.

        UserError if it was never built.
        """
        if not self.notebook.is_file():
            raise UserError(f"{self.name}: its notebook is missing. Run `autograder build {self.name}` first.")
        return _read(self.notebook, self.notebook.stat().st_mtime_ns)


def lessons(root: Path = ROOT) -> list[Lesson]:
    """Every lesson that has a script under `root`/solutions, in order."""
    found = []
    for folder in sorted((root / "solutions").glob("[0-9][0-9]_*")):
        stem = folder.name[3:]
        script = folder / f"{stem}.py"
        if script.is_file():
            release = root / "course" / folder.name / f"{stem}.ipynb"
            found.append(Lesson(folder.name, script, script.with_suffix(".ipynb"), release))
    return found


def select(names: list[str], root: Path = ROOT) -> list[Lesson]:
    """The lessons called by full name, number or name; all when `names` is empty."""
    every = lessons(root)
    if not every:
        raise UserError(NO_LESSONS.format(root=root))
    known = {key: lesson for lesson in every for key in (lesson.name, lesson.name[:2], lesson.name[3:])}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f" Did you mean {known[near[0]].name}?" if near else ""
            raise UserError(f"There is no lesson {name!r}.{hint} Lessons: {', '.join(x.name for x in every)}.")
    chosen = {known[name].name for name in names}
    return [lesson for lesson in every if not names or lesson.name in chosen]


def compile_script(script: Path) -> NotebookNode:
    """The notebook of a percent script; UserError lists every malformed cell."""
    import jupytext  # grading does without: a quarter of a second

    parsed = jupytext.reads(script.read_text(encoding="utf-8"), fmt="py:percent")
    problems: list[str] = []
    taken: dict[str, int] = {}
    cells: list[NotebookNode] = []
    for number, raw in enumerate(parsed.cells, start=1):
        metadata = {key: value for key, value in raw.metadata.items() if key != "lines_to_next_cell"}
        where = f"{script.name}, cell {number} ({first_line(raw.source)!r})"
        found = [*_complaints(raw.cell_type, metadata, raw.source)]
        role = next((key for key in ROLES if key in metadata), None)
        if role and metadata[role] in taken:
            found.append(f"grade_id {metadata[role]!r} stands twice, first in cell {taken[metadata[role]]}")
        elif role:
            taken[metadata[role]] = number
        problems += [f"{where}: {complaint}." for complaint in found]
        if not found:
            cells.append(_cell(raw.cell_type, raw.source, metadata, role, cells))
    if problems:
        raise UserError("\n".join(problems))
    return new_notebook(cells=cells, metadata=METADATA)


def _complaints(cell_type: str, metadata: dict[str, Any], source: str) -> list[str]:
    found = [f"unknown key {key!r}" for key in metadata if key not in (*ROLES, "points", "claims", "varies")]
    roles = [key for key in ROLES if key in metadata]
    if len(roles) > 1:
        return [*found, f"two roles, {' and '.join(roles)}: a cell has one"]
    role = roles[0] if roles else None
    if role and not str(metadata[role]).isidentifier():
        found.append(f"{role}={metadata[role]!r} is not a name (letters, digits, underscores)")
    points = metadata.get("points")
    if role in GRADED and (isinstance(points, bool) or not isinstance(points, (int, float)) or points <= 0):
        found.append(f"a {role} cell needs points, a number above 0")
    if role not in GRADED and points is not None:
        found.append("points belong to tests and manual cells only")
    if role == "manual" and cell_type != "markdown":
        found.append("a manual cell is prose: write `# %% [markdown] manual=…`")
    if role in ("solution", "tests") and cell_type != "code":
        found.append(f"a {role} cell holds code, not prose")
    if "varies" in metadata and (role or cell_type != "code" or metadata["varies"] is not True):
        found.append("varies=true belongs to demonstrations only")
    begins, ends = source.count(BEGIN), source.count(END)
    if role in ANSWERED and not (begins == ends >= 1 and source.index(BEGIN) < source.index(END)):
        found.append(f"the answer must stand between {BEGIN!r} and {END!r}")
    if role not in ANSWERED and (begins or ends):
        found.append("an answer stands in a cell that is not a solution or manual cell")
    if role == "tests" and check_call(source) is None:
        found.append('a tests cell is one call of check("name", function)')
    return found


def _cell(cell_type: str, source: str, metadata: dict[str, Any], role: str | None, before: list[Any]) -> NotebookNode:
    kept: dict[str, Any] = {"claims": metadata["claims"]} if "claims" in metadata else {}
    if metadata.get("varies"):
        kept["tags"] = [VARIES]
    if role:
        marks: dict[str, Any] = {
            "grade": role in GRADED, "grade_id": metadata[role], "locked": role in ("readonly", "tests"),
            "schema_version": 3, "solution": role in ANSWERED, "task": False,
        }
        if role in GRADED:
            marks["points"] = metadata["points"]
        kept["nbgrader"] = marks
    digest = hashlib.sha256(source.encode()).hexdigest()[:12]
    same = sum(cell.id.split("-")[0] == digest for cell in before)
    new = new_code_cell if cell_type == "code" else new_markdown_cell
    return new(source=source, metadata=kept, id=metadata[role] if role else f"{digest}-{same}" if same else digest)


@lru_cache(maxsize=1024)
def check_call(source: str) -> tuple[str, str] | None:
    """(exercise, expression) when the source is exactly one check("…", …) call."""
    body = (tree(source) or ast.Module([], [])).body
    if len(body) != 1 or not isinstance(body[0], ast.Expr) or not isinstance(body[0].value, ast.Call):
        return None
    call = body[0].value
    named = isinstance(call.func, ast.Name) and call.func.id == "check"
    if not named or len(call.args) != 2 or not isinstance(call.args[0], ast.Constant):
        return None
    return str(call.args[0].value), ast.unparse(call.args[1])


@lru_cache(maxsize=64)
def _read(notebook: Path, modified: int) -> NotebookNode:
    return nbformat.read(notebook, as_version=4)


def first_line(source: str) -> str:
    """The first line of a cell, short enough for a message."""
    return source.strip().split("\n", 1)[0][:50]
