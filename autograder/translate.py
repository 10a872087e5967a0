"""A lesson in another language: the released notebook with its prose replaced, its code cells and grade_ids untouched.

`translations/LANGUAGE/NN_name/name.md` holds one section for each markdown cell, headed by `<!-- cell: ID TEXT -->`:
the cell's id and eight digits of a hash of the English text that the section translates, so that a changed cell shows.
"""

from __future__ import annotations

import copy
import hashlib
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from autograder.errors import UserError
from autograder.files import as_text, write_whole
from autograder.lessons import ROOT, Lesson, first_line

HEAD = re.compile(r"^<!-- cell: (\S+) ([0-9a-f]{8}) -->\n", re.MULTILINE)
KEPT = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$|`[^`\n]+`|\]\([^)\s]+\)", re.DOTALL)  # formulas, code, where links lead


def sources(lesson: Lesson, root: Path = ROOT) -> list[Path]:
    """The lesson's translations, one file a language."""
    return sorted(root.glob(f"translations/*/{lesson.name}/{lesson.notebook.stem}.md"))


def write_translations(lesson: Lesson) -> list[str]:
    """Write the notebook beside each translation that fits; what is wrong with the others, in sentences."""
    problems = []
    for source in sources(lesson):
        try:
            write_whole(source.with_suffix(".ipynb"), as_text(translated(lesson, source)))
        except UserError as error:
            problems += str(error).splitlines()
    return problems


def translated(lesson: Lesson, source: Path) -> NotebookNode:
    """The released lesson in the language of `source`; UserError lists what is missing, stale, extra or altered."""
    released = copy.deepcopy(nbformat.read(lesson.release, as_version=4))
    _, *parts = HEAD.split(source.read_text(encoding="utf-8"))
    sections = {name: (mark, text.strip("\n")) for name, mark, text in zip(*[iter(parts)] * 3, strict=True)}
    problems = []
    for cell in released.cells:
        if cell.cell_type != "markdown":
            continue
        mark, text = sections.pop(cell.id, ("", ""))
        where = f"{source.parent.parent.name}/{source.name}, cell {cell.id} ({first_line(cell.source)!r})"
        problems += [f"{where}: {found}." for found in _complaints(cell.source, mark, text)]
        cell.source = text
        if "checksum" in cell.metadata.get("nbgrader", {}):
            cell.metadata["nbgrader"]["checksum"] = compute_checksum(cell)
    problems += [f"{source.name}: the lesson has no cell {name}." for name in sections]
    if problems:
        raise UserError("\n".join(problems))
    return released


def stale(lesson: Lesson) -> list[str]:
    """Every way in which the lesson's translations, or the notebooks made from them, differ from the lesson."""
    found = []
    for source in sources(lesson):
        notebook = source.with_suffix(".ipynb")
        try:
            text = as_text(translated(lesson, source))
        except UserError as error:
            found += str(error).splitlines()
            continue
        if not notebook.is_file() or notebook.read_text(encoding="utf-8") != text:
            found.append(f"{notebook.name} in {source.parent.parent.name} is not up to date: run `autograder build`.")
    return found


def fingerprint(text: str) -> str:
    """What stands in a section's head for the English text it translates."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _complaints(english: str, mark: str, text: str) -> list[str]:
    if not mark:
        return [f"not translated; its section begins with <!-- cell: … {fingerprint(english)} -->"]
    if mark != fingerprint(english):
        return [f"the English text has changed; when this says the same, write {fingerprint(english)} in its head"]
    lost = sorted(set(KEPT.findall(english)) ^ set(KEPT.findall(text)))
    return [f"these formulas, code or links differ from the English: {', '.join(lost)}"] if lost else []
