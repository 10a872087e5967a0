"""Inside one submission's process: runs cells, calls functions. What it answers, the judge does not trust."""

from __future__ import annotations

import contextlib
import io
import math
import socket
import sys
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.worker import wire
from autograder.worker.record import Hook, Publisher, Recorder, Stream
from bnlib.check.calls import call
from bnlib.check.model import Answer

NEVER = math.inf
LARGEST = wire.ANSWER_BODY // 2  # bytes of one result
WARM = ("import numpy as np\nnp.ones(2)", "1 / 0", "def f(x)\n    pass", "print(1)")
FIGURE = """from bnlib import plots
fig, ax = plots.new()
ax.plot([1, 2], label="1")
ax.set(xlabel="x", ylabel="y", yscale="log")
ax.legend()
plots.show(fig, alt="A line.")"""


class Shell(InteractiveShell):
    """IPython's shell, with its outputs recorded instead of printed."""

    recorder: Recorder
    display_pub_class = Type(Publisher)
    displayhook_class = Type(Hook)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        lines = [line[:2000] for line in (stb if isinstance(stb, list) else str(stb).split("\n"))]
        if len(lines) > 60:
            lines = [*lines[:30], "…", *lines[-29:]]
        output = {"output_type": "error", "ename": etype.__name__, "evalue": str(evalue)[:2000], "traceback": lines}
        self.recorder.add(output, sum(map(len, lines)))

    def enable_matplotlib(self, gui: str | None = None) -> tuple[str | None, str]:
        """`%matplotlib widget` and the like: a backend that only the student's machine has stops no cell."""
        try:
            return super().enable_matplotlib(gui)
        except (ImportError, RuntimeError, ValueError):
            return gui, "agg"

    def enable_gui(self, gui: str | None = None) -> None:
        """No windows here."""


class Runner:
    """A shell that keeps no history, and the recorder of what it shows."""

    def __init__(self) -> None:
        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        self.recorder = Recorder()
        self.shell = Shell.instance(config=config, colors="nocolor", xmode="Context", autocall=0)
        parts: tuple[Any, ...] = (self.shell, self.shell.display_pub, self.shell.displayhook)
        for part in parts:
            part.recorder = self.recorder
        self.out, self.err = Stream(self.recorder, "stdout"), Stream(self.recorder, "stderr")

    def warm_up(self, figure: bool) -> None:
        """Run what a submission will run, so that it need not import it: an array, a traceback, perhaps a figure."""
        for source in (*WARM, *([FIGURE] if figure else [])):
            self.cell(source)
        self.shell.reset(new_session=True)
        self.shell.execution_count = 1
        self.recorder.total = Recorder().total

    def cell(self, source: str) -> dict[str, Any]:
        """Run a cell: its outputs, the name of what it raised (None if nothing), its number."""
        self.recorder.start()
        with contextlib.redirect_stdout(self.out), contextlib.redirect_stderr(self.err):
            try:
                result = self.shell.run_cell(source, store_history=True)
                error = result.error_before_exec or result.error_in_exec
            except BaseException as raised:  # SystemExit and KeyboardInterrupt end nothing here
                error = raised
        return {"outputs": self.recorder.finished(), "error": type(error).__name__ if error else None,
                "count": self.shell.execution_count - 1}

    def call(self, expression: str, args: tuple[Any, ...], outputs: int, driver: str | None) -> Answer:
        """Call what `expression` names in the student's namespace."""
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                function = eval(expression, self.shell.user_global_ns)
                return call(function, args, outputs, driver)
            except BaseException as error:
                return Answer(error=f"{type(error).__name__}: {error}".rstrip(": "))


def sendable(answer: Answer) -> tuple[list[Any], list[str]]:
    """Values and kinds, without what is too large for the line: it may be a cache, which nobody compares."""
    values, kinds = list(answer.values), [str(kind)[:80] for kind in answer.kinds]
    for k, value in enumerate(values):
        if value is not None and value.nbytes > LARGEST:
            values[k], kinds[k] = None, "array too large to be sent"
    return values, kinds


def live(sock: socket.socket, runner: Runner) -> None:
    """Serve frames until the judge closes the line."""
    sys.stdin = io.StringIO()
    while True:
        try:
            asked = wire.receive(sock, NEVER)
        except wire.Closed:
            return
        if asked["op"] == "cell":
            reply = runner.cell(asked["source"])
        else:
            answer = runner.call(asked["expression"], asked["args"], asked["outputs"], asked["driver"])
            values, kinds = sendable(answer)
            reply = {"values": values, "kinds": kinds, "error": answer.error and answer.error[:2000],
                     "mutated": list(answer.mutated)}
        try:
            wire.send(sock, {**reply, "id": asked["id"]}, NEVER, wire.ANSWER_HEADER, wire.ANSWER_BODY)
        except wire.Closed:
            return
        except wire.WireError as error:
            # Too large, mostly: neither answer nor outputs, but the line stays in step.
            wire.send(sock, {"error": f"a result that cannot be sent: {error}", "id": asked["id"]}, NEVER)
