"""Keeps what a cell shows, as notebook outputs of bounded size."""

from __future__ import annotations

import base64
import io
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from traitlets import Any as AnyTrait

CELL_LIMIT = 200_000  # characters one cell may show; figures count by their base64
TOTAL_LIMIT = 4_000_000
CUT = "\n[the rest of this output was cut]\n"


class Recorder:
    """The outputs of the current cell; beyond the limits nothing is kept."""

    def __init__(self) -> None:
        self.outputs: list[dict[str, Any]] = []
        self.quiet = False
        self.left = CELL_LIMIT
        self.total = TOTAL_LIMIT

    def start(self) -> None:
        """Forget the last cell's outputs."""
        self.outputs = []
        self.left = min(CELL_LIMIT, self.total)

    def text(self, name: str, text: str) -> None:
        """Add to a stream, joined with what was just written to it."""
        if self.quiet or not text or self.left < 0:
            return
        if len(text) > self.left:
            text, self.left = text[: self.left] + CUT, -1
        else:
            self.left -= len(text)
        self.total -= len(text)
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last.get("name") == name:
            last["text"].append(text)
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": [text]})

    def add(self, output: dict[str, Any], size: int) -> None:
        """Add a whole output of about `size` characters, or a note when there is no room for it."""
        if self.quiet:
            return
        if size > self.left:
            self.text("stdout", " " * (self.left + 1))
            return
        self.left -= size
        self.total -= size
        self.outputs.append(output)

    def finished(self) -> list[dict[str, Any]]:
        """The cell's outputs as nbformat has them."""
        return [{**o, "text": "".join(o["text"])} if o["output_type"] == "stream" else o for o in self.outputs]


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a submission."""

    encoding = "utf-8"

    def __init__(self, recorder: Recorder, name: str) -> None:
        self._recorder, self._name = recorder, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._recorder.text(self._name, str(text))
        return len(text)


class Publisher(DisplayPublisher):
    """What `display(...)` shows."""

    recorder = AnyTrait()

    def publish(self, data: Any, metadata: Any = None, *_: Any, **__: Any) -> None:
        data, size = plain(data)
        self.recorder.add({"output_type": "display_data", "data": data, "metadata": metadata or {}}, size)


class Hook(DisplayHook):
    """What the last expression of a cell shows."""

    recorder = AnyTrait()

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        data, size = plain(format_dict)
        self.recorder.add(
            {"output_type": "execute_result", "data": data, "metadata": md_dict or {},
             "execution_count": self.prompt_count}, size)

    def finish_displayhook(self) -> None:
        pass


def plain(data: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """A mimebundle as notebooks hold it (bytes in base64), and its size."""
    held = {mime: base64.b64encode(value).decode() if isinstance(value, bytes) else value
            for mime, value in data.items()}
    return held, sum(len(value) if isinstance(value, str) else len(repr(value)) for value in held.values())
