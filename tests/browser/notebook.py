"""A notebook that is open in JupyterLab: run it, write in it, read what it shows."""

from __future__ import annotations

import symtable
from collections.abc import Sequence
from typing import Any

from nbformat import NotebookNode
from playwright.sync_api import ElementHandle, Page

from browser.lab import Lab

READY = """() => {
    const panel = window.jupyterapp?.shell.currentWidget;
    return panel?.context?.isReady && panel.sessionContext.isReady
        && panel.sessionContext.session?.kernel?.status === "idle";
}"""
INDEX = "({id}) => jupyterapp.shell.currentWidget.content.widgets.findIndex(cell => cell.model.id === id)"


class OpenNotebook:
    """The notebook at `path` of the lab, opened in `page` with its kernel idle."""

    def __init__(self, page: Page, lab: Lab, path: str) -> None:
        self.page = page
        page.goto(lab.url(f"lab/tree/{path}?reset"))
        page.wait_for_function(READY)

    def cell(self, cell_id: str) -> ElementHandle:
        """The cell on the page, scrolled into view."""
        number = self._number(cell_id)
        self.page.evaluate("n => jupyterapp.shell.currentWidget.content.scrollToItem(n, 'center')", number)
        found = self.page.evaluate_handle("n => jupyterapp.shell.currentWidget.content.widgets[n].node", number)
        element = found.as_element()
        assert element is not None
        element.scroll_into_view_if_needed()
        return element

    def run_all(self) -> None:
        """Run > Run All Cells, until it is through or a cell has stopped it."""
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")

    def run(self, cell_ids: Sequence[str]) -> None:
        """Each of these cells, as Ctrl+Enter runs them."""
        for cell_id in cell_ids:
            self.page.evaluate(
                "async n => { jupyterapp.shell.currentWidget.content.activeCellIndex = n;"
                " await jupyterapp.commands.execute('notebook:run-cell'); }", self._number(cell_id))

    def write(self, sources: dict[str, str]) -> None:
        """Put these sources into the cells of these ids."""
        for cell_id, source in sources.items():
            self.page.evaluate(
                "([n, text]) => jupyterapp.shell.currentWidget.content.widgets[n].model.sharedModel.setSource(text)",
                [self._number(cell_id), source])

    def type(self, cell_id: str, source: str) -> None:
        """Replace what stands in the cell, by keyboard, and run it with Ctrl+Enter."""
        editor = self.cell(cell_id).wait_for_selector(".cm-content")
        editor.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)
        before = self.count(cell_id)
        self.page.keyboard.press("Control+Enter")
        self._wait_for_run(cell_id, before)

    def press_run(self, cell_id: str) -> str:
        """Click the cell, run it with Ctrl+Enter; what it shows then."""
        before = self.count(cell_id)
        self.cell(cell_id).wait_for_selector(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        self._wait_for_run(cell_id, before)
        return self.shown(cell_id)

    def shown(self, cell_id: str) -> str:
        """The text of the cell's outputs, as they stand on the page."""
        outputs = self.cell(cell_id).query_selector_all(".jp-OutputArea-output")
        return "\n".join(output.inner_text() for output in outputs)

    def errors(self) -> list[tuple[str, str]]:
        """(cell id, name of the exception) of every cell that stopped at one."""
        found: list[Any] = self.page.evaluate("""() =>
            jupyterapp.shell.currentWidget.content.widgets.flatMap(({model}) => model.type !== "code" ? [] :
                model.outputs.toJSON().filter(o => o.output_type === "error").map(o => [model.id, o.ename]))""")
        return [(cell, name) for cell, name in found]

    def count(self, cell_id: str) -> int | None:
        """The number in brackets beside the cell; None before it ran."""
        return self.page.evaluate("n => jupyterapp.shell.currentWidget.content.widgets[n].model.executionCount",
                                  self._number(cell_id))

    def close(self) -> None:
        """Shut the kernel down: the next lesson needs the memory."""
        self.page.evaluate("jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def _number(self, cell_id: str) -> int:
        number = int(self.page.evaluate(INDEX, {"id": cell_id}))
        assert number >= 0, f"no cell {cell_id} on the page"
        return number

    def _wait_for_run(self, cell_id: str, before: int | None) -> None:
        self.page.wait_for_function(
            "([n, before]) => { const panel = jupyterapp.shell.currentWidget; const cell = panel.content.widgets[n];"
            " return cell.model.executionCount !== null && cell.model.executionCount !== before"
            " && cell.model.executionState === 'idle'; }", arg=[self._number(cell_id), before])


def needed(cells: Sequence[NotebookNode], last: NotebookNode) -> list[NotebookNode]:
    """The code cells before `last` that make a name it uses, or a name these use in turn; then `last`.

    Whatever the lesson's other demonstrations compute takes its time and changes nothing for `last`.
    """
    wanted, found = _names(last)[1], [last]
    for cell in reversed(cells[: cells.index(last)]):
        if cell.cell_type == "code":
            made, used = _names(cell)
            if made & wanted:
                wanted = wanted - made | used
                found.append(cell)
    return found[::-1]


def _names(cell: NotebookNode) -> tuple[set[str], set[str]]:
    """The notebook's names that a cell makes, and those it uses without making them."""
    top = symtable.symtable(cell.source, cell.id, "exec")
    made = {one.get_name() for one in top.get_symbols() if one.is_assigned() or one.is_imported()}
    used = {one.get_name() for one in top.get_symbols() if one.is_referenced()}
    inner = top.get_children()
    while inner:
        table = inner.pop()
        used |= {one.get_name() for one in table.get_symbols() if one.is_global() and one.is_referenced()}
        inner += table.get_children()
    return made, used - made
