"""One submission's run: cell after cell, call after call, and on with the rest when one of them never ends."""

from __future__ import annotations

import json
import signal
import time
from typing import Any

from nbformat import NotebookNode, ValidationError
from nbformat.v4 import new_output

from autograder.remote import Server, Session
from autograder.worker import walls, wire

WORST_FIRST = ("timeout", "out_of_memory", "crashed", "graded_with_errors", "graded")
TEXT_LIMIT = 250_000  # characters of one output that are kept
TOTAL_LIMIT = 5_000_000  # and of all of them
FIELDS = {"stream": ("name", "text"), "display_data": ("data", "metadata"), "error": ("ename", "evalue", "traceback"),
          "execute_result": ("data", "metadata", "execution_count")}


class Run:
    """Drives a worker through a submission.

    A cell or call that ends the process, or does not end in time, costs itself only: the process is replaced,
    the cells before it run again, and the run goes on without it.
    """

    def __init__(self, server: Server) -> None:
        self._server, self._limits = server, server.limits
        self._end = time.monotonic() + self._limits.total
        self._session: Session | None = None
        self._done: list[str] = []
        self._room = TOTAL_LIMIT
        self._statuses = {"graded"}
        self.remarks: list[str] = []

    @property
    def status(self) -> str:
        """The worst that happened."""
        return next(status for status in WORST_FIRST if status in self._statuses)

    def cell(self, cell: NotebookNode, place: str, theirs: bool) -> None:
        """Run a cell and keep its outputs in it; `theirs` when an error of it is an error of the answer."""
        reply = self._ask(place, self._limits.cell, op="cell", source=cell.source)
        if isinstance(reply, str):
            cell.outputs = [new_output("stream", name="stderr", text=reply + "\n")]
            return
        self._done.append(cell.source)
        cell.outputs = outputs(reply.get("outputs"), self._room)
        self._room -= sum(len(json.dumps(output)) for output in cell.outputs)
        count = reply.get("count")
        cell.execution_count = count if type(count) is int and 0 <= count < 1 << 31 else None
        error = reply.get("error")
        if isinstance(error, str) and "MemoryError" in error:
            self._note("out_of_memory", f"It was {place}.")
        elif theirs and isinstance(error, str) and error != "NotImplementedError":
            self._note("graded_with_errors", f"It was {place}: {error[:80]}.")

    def call(self, expression: str, args: tuple[Any, ...], outputs: int, driver: str | None,
             place: str) -> dict[str, Any] | str:
        """Call a function of the student's: the worker's reply, or a sentence why there is none."""
        reply = self._ask(place, self._limits.cell, op="call", expression=expression, args=args, outputs=outputs,
                          driver=driver)
        if isinstance(reply, dict) and "MemoryError" in str(reply.get("error"))[:40]:
            self._note("out_of_memory", f"It was {place}.")
        return reply

    def close(self) -> None:
        """End the submission's process."""
        if self._session is not None:
            self._session.end()
            self._session = None

    def _ask(self, place: str, seconds: float, **message: Any) -> dict[str, Any] | str:
        if time.monotonic() >= self._end:
            self._note("timeout", f"All in all it took longer than {self._limits.total:g} s.")
            return f"Not reached: the notebook took longer than {self._limits.total:g} s in all."
        try:
            if self._session is None:
                self._restart()
            assert self._session is not None
            return self._session.ask(self._deadline(seconds), **message)
        except wire.Late:
            self._drop(kill=True)
            self._note("timeout", f"It was {place}.")
            return f"{place[0].upper()}{place[1:]}: no end within {seconds:g} s, stopped and left out."
        except wire.WireError:
            return self._died(place)

    def _restart(self) -> None:
        """A fresh process in which the cells so far have run; one that will not run again is left out."""
        while self._session is None:
            self._session = self._server.open()
            for source in list(self._done):
                try:
                    self._session.ask(self._deadline(self._limits.cell), op="cell", source=source)
                except wire.WireError:
                    self._done.remove(source)
                    self._drop(kill=True)
                    if time.monotonic() >= self._end:
                        raise
                    break

    def _died(self, place: str) -> str:
        how = self._drop(kill=False)
        status, more = "crashed", ""
        if how["signal"] == signal.SIGXCPU:
            status = "timeout"
        elif how["status"] == walls.TOO_LARGE or (how["signal"] and how["peak"] > self._limits.memory // 2):
            status = "out_of_memory"
        elif how["status"] == walls.TOO_MANY:
            more = f" It started more than {walls.PROCESSES} processes or {walls.THREADS} threads."
        self._note(status, f"It was {place}.{more}")
        return f"{place[0].upper()}{place[1:]}: the process ended there; left out."

    def _drop(self, kill: bool) -> dict[str, int]:
        how = self._session.end(kill) if self._session else {"signal": 0, "status": 0, "peak": 0}
        self._session = None
        return how

    def _deadline(self, seconds: float) -> float:
        return min(time.monotonic() + seconds, self._end)

    def _note(self, status: str, remark: str) -> None:
        """Remember that it happened; what is said belongs to the worst of it, at its first place."""
        worse = WORST_FIRST.index(status) < WORST_FIRST.index(self.status)
        self._statuses.add(status)
        if worse:
            self.remarks = [remark]


def outputs(raw: Any, room: int = TOTAL_LIMIT) -> list[NotebookNode]:
    """A worker's outputs, taken for hostile: of the four known kinds, with strings in the right places.

    Left out is what a notebook file cannot hold, and what comes after `room` characters.
    """
    kept = []
    for output in raw if isinstance(raw, list) else []:
        kind = output.get("output_type") if isinstance(output, dict) else None
        if not isinstance(kind, str) or kind not in FIELDS:
            continue
        try:
            text = json.dumps({name: output.get(name) for name in FIELDS[kind]}, ensure_ascii=False, allow_nan=False)
            room -= len(text)
            if room < 0:
                break
            fields = json.loads(text)
            if len(text) <= TEXT_LIMIT and _well_formed(kind, fields):
                kept.append(new_output(kind, **fields))
        except (TypeError, ValueError, RecursionError, ValidationError):
            continue
    return kept


def _well_formed(kind: str, fields: dict[str, Any]) -> bool:
    if kind == "stream":
        return fields["name"] in ("stdout", "stderr") and isinstance(fields["text"], str)
    if kind == "error":
        lines = fields["traceback"]
        texts = (fields["ename"], fields["evalue"], *(lines if isinstance(lines, list) else [None]))
        return all(isinstance(text, str) for text in texts)
    count = fields.get("execution_count")
    return (isinstance(fields["data"], dict) and isinstance(fields["metadata"], dict)
            and all(mime.endswith("json") or isinstance(value, str) for mime, value in fields["data"].items())
            and (count is None or type(count) is int))
