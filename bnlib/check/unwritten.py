"""A cell that meets a function which is not written yet says so in one line instead of a page of traceback."""

from __future__ import annotations

import ast
import os
import sys
from types import TracebackType
from typing import Any


def soften() -> None:
    """In a notebook, from now on, an unwritten function is met with one line; elsewhere nothing changes.

    The stub that students are given raises NotImplementedError, and every demonstration that stands on it would end
    in a traceback through the demonstration's own code, which is not where the student should look.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython and not os.environ.get("BNLIB_JUDGED") else None
    if shell is not None:
        shell.set_custom_exc((NotImplementedError, NameError), _Softener())


class _Softener:
    """IPython calls this in place of showing the traceback of one of the exceptions above."""

    def __init__(self) -> None:
        self.unwritten = ""  # the function that last stopped a cell
        self.stopped: dict[str, str] = {}  # what a stopped cell would have made: the function it stopped at

    def __call__(
        self, shell: Any, etype: type, value: BaseException, tb: TracebackType | None, tb_offset: int | None = None
    ) -> list[str]:
        name = _raiser(tb, shell.user_ns) if issubclass(etype, NotImplementedError) else ""
        if name:
            self.unwritten = name
            self.stopped |= dict.fromkeys(_made_by(shell), name)
            _close_figures()
            lines = [f"✎ {name} is not written yet. Write it in its cell above, run that cell, then run this one "
                     "again."]
        else:
            lines = shell.InteractiveTB.structured_traceback(etype, value, tb, tb_offset=tb_offset)
            missing = getattr(value, "name", None)
            stopped_at = self.stopped.get(missing or "", self.unwritten)
            if missing and stopped_at and missing not in shell.user_ns:
                self.stopped |= dict.fromkeys(_made_by(shell), stopped_at)  # nor is there what this cell would make
                lines = [*lines, f"If a cell above makes {missing}: it may have stopped at {stopped_at}, "
                                 "which was not written yet. Run it again."]
        shell._showtraceback(etype, value, lines)
        return []


def _made_by(shell: Any) -> set[str]:
    """The names that the cell now running assigns."""
    try:
        tree = ast.parse(shell.user_ns.get("In", [""])[-1])
    except SyntaxError:
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _raiser(tb: TracebackType | None, notebook: dict[str, Any]) -> str:
    """The function of the notebook that raised, or "" when the exception comes from elsewhere."""
    if tb is None:
        return ""
    while tb.tb_next is not None:
        tb = tb.tb_next
    code = tb.tb_frame.f_code
    ours = tb.tb_frame.f_globals is notebook and code.co_name != "<module>"
    return code.co_qualname.replace("<locals>.", "") if ours else ""


def _close_figures() -> None:
    """A figure that was begun would be shown half empty at the end of the cell."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")
