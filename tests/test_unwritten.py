"""A released lesson, run before its answers are written: one line where a page of traceback would stand."""

from __future__ import annotations

from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

CELLS = (
    "from bnlib.check import check",
    "def answer(x):\n    raise NotImplementedError()",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nruns = [answer(k) for k in range(2)]",
    "print(runs)",
    "import datetime\ndatetime.tzinfo().utcoffset(None)",
    "def answer(x):\n    return x",
    "runs = [answer(k) for k in range(2)]",
    "print(runs)",
    "print(rnus)",
    "def early(x):\n    raise NotImplementedError()\ndef late(x):\n    raise NotImplementedError()",
    "first = early(1)",
    "second = first + 1",
    "third = late(1)",
    "print(second)",
)


@pytest.fixture(scope="module")
def outputs() -> list[list[Any]]:
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    NotebookClient(notebook, allow_errors=True, timeout=60, kernel_name="python3").execute()
    return [cell.outputs for cell in notebook.cells]


def shown(outputs: list[Any]) -> str:
    return "\n".join(line for output in outputs for line in output.traceback)


def test_an_unwritten_function_is_met_with_one_line_and_no_half_drawn_figure(outputs: list[list[Any]]) -> None:
    (only,) = outputs[2]
    assert only.traceback == [
        "✎ answer is not written yet. Write it in its cell above, run that cell, then run this one again."]


def test_what_that_cell_would_have_made_is_missed_with_a_hint(outputs: list[list[Any]]) -> None:
    assert "NameError" in shown(outputs[3]) and "may have stopped at answer" in shown(outputs[3])


def test_a_library_s_own_exception_keeps_its_traceback(outputs: list[list[Any]]) -> None:
    assert "Traceback" in shown(outputs[4]) and "not written yet" not in shown(outputs[4])


def test_once_written_everything_runs_and_a_misspelt_name_is_only_that(outputs: list[list[Any]]) -> None:
    assert outputs[7][0].text == "[0, 1]\n"
    assert "rnus" in shown(outputs[8])


def test_the_hint_names_the_function_that_this_name_waits_for_through_other_cells_too(outputs: list[list[Any]]) -> None:
    assert "stopped at early" in shown(outputs[11]) and "stopped at early" in shown(outputs[13])
