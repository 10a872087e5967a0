"""What formgrader shows to whoever marks answers in words: the model answer and the rubric below each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bleach
import nbformat
from nbconvert.filters.strings import strip_files_prefix
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from traitlets import Unicode

from autograder.cells import by_grade_id, manual_cells
from autograder.lessons import BEGIN, END

TAGS = frozenset([
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "span", "strong", "sub", "sup", "table", "tbody", "td",
    "th", "thead", "tr", "ul",
])
ATTRIBUTES = {"*": ["class", "id", "title", "align"], "a": ["href"], "img": ["src", "alt", "width", "height"]}
ACTIVE = ("text/html", "text/markdown", "image/svg+xml", "application/javascript")  # outputs that may hold scripts


class ShowRubric(Preprocessor):
    """Puts the model answer and rubric of the lesson's source below each answer in words, in formgrader only.

    nbgrader renders formgrader's pages and students' feedback through the same exporter: the rubric appears only
    where formgrader's own marks of a page (`submission_id`, `index`) are there.  No file is changed.
    """

    enabled = True
    solutions = Unicode("", help="folder of the lessons with answers").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook with its rubrics; as it came when this is no page of formgrader or the source is not there."""
        if not {"submission_id", "index", "assignment_id", "notebook_id"} <= set(resources):
            return nb, resources
        for output in (output for cell in nb.cells for output in cell.get("outputs", [])):
            for kind in ACTIVE:  # formgrader runs with the marker's rights; what is shown besides stays
                output.get("data", {}).pop(kind, None)
        source = Path(self.solutions) / resources["assignment_id"] / f"{resources['notebook_id']}.ipynb"
        if self.solutions and source.is_file():
            nb.cells = list(with_rubrics(nb, nbformat.read(source, as_version=4)))
        return nb, resources


def without_scripts(html: str) -> str:
    """Rendered text without scripts and handlers: formgrader's own page shows answers in words as they come."""
    return str(bleach.clean(strip_files_prefix(html), tags=TAGS, attributes=ATTRIBUTES))


def with_rubrics(notebook: NotebookNode, source: NotebookNode) -> list[NotebookNode]:
    """The cells of `notebook`, a new one after each answer in words; each question of `source` counts once."""
    told = {cell.metadata.nbgrader.grade_id: _model_answer(cell.source) for cell in manual_cells(source)}
    answers = {id(cell): told[name] for name, cell in by_grade_id(notebook).items() if name in told}
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if id(cell) in answers:
            cells.append(new_markdown_cell(f"> **For the marker, not shown to students**\n>\n{answers[id(cell)]}"))
    return cells


def _model_answer(question: str) -> str:
    """What stands between the markers of a question, as a quotation."""
    inside = question.partition(BEGIN)[2].partition(END)[0].strip()
    return "\n".join(f"> {line}".rstrip() for line in inside.splitlines())
