"""Sliders: a knob and a figure; the figure stands wherever the knob does not run."""

from __future__ import annotations

import builtins
import re
from typing import Any

import ipywidgets
import nbformat
import pytest
from IPython.display import HTML
from nbclient import NotebookClient

from bnlib import plots, widgets

SOURCE = """
from bnlib import plots, widgets
def draw(value):
    fig, ax = plots.new(height=1.5)
    ax.plot([0, value])
    plots.show(fig, alt=f"A line up to {value}.")
widgets.slider(draw, "height", [1, 2.5, 4], 2.5)
"""


class Handle:
    """Stands for IPython's display handle; figures are logged, their words are not."""

    def __init__(self, log: list[tuple[str, Any]]) -> None:
        self.log = log

    def update(self, shown: Any) -> None:
        if not isinstance(shown, HTML):
            self.log.append(("update", shown))


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    entries: list[tuple[str, Any]] = []

    def display(*shown: Any, raw: bool = False, display_id: bool = False) -> Handle | None:
        entries.extend(("raw" if raw else "display", part) for part in shown if not isinstance(part, HTML))
        return Handle(entries) if display_id else None

    monkeypatch.setattr("IPython.display.display", display)
    return entries


@pytest.fixture
def knobs(monkeypatch: pytest.MonkeyPatch) -> list[ipywidgets.SelectionSlider]:
    made: list[ipywidgets.SelectionSlider] = []

    class Kept(ipywidgets.SelectionSlider):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            made.append(self)

    monkeypatch.setattr(ipywidgets, "SelectionSlider", Kept)
    return made


def draw(value: Any) -> None:
    fig, ax = plots.new(height=1.5)
    ax.plot([0, float(value)])
    plots.show(fig, alt=f"A line up to {value}.")


def test_the_knob_comes_first_then_the_figure_and_a_move_replaces_the_figure(log, knobs):
    widgets.slider(draw, "height", [1, 2.5, 4], 2.5)
    assert [kind for kind, _ in log] == ["raw", "display"]
    knobs[0].value = 4
    knobs[0].value = 1
    assert [kind for kind, _ in log] == ["raw", "display", "update", "update"]
    assert [image.alt for _, image in log[1:]] == [f"A line up to {v}." for v in (2.5, 4, 1)]


def test_two_sliders_keep_their_own_figures(log, knobs):
    widgets.slider(draw, "a", [1, 2], 1)
    widgets.slider(draw, "b", [1, 2], 1)
    knobs[0].value = 2
    assert [kind for kind, _ in log] == ["raw", "display", "raw", "display", "update"]


def test_the_labels_are_short_numbers(log, knobs):
    widgets.slider(draw, "eps", [1e-12, 0.1 + 0.2, 3], 3)
    assert [label for label, _ in knobs[0].options] == ["1e-12", "0.3", "3"]


def test_without_ipywidgets_the_figure_stands_alone(log, monkeypatch):
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "ipywidgets":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    widgets.slider(draw, "height", [1, 2], 1)
    assert [kind for kind, _ in log] == ["display"]


def test_a_start_that_is_no_value_is_refused():
    with pytest.raises(ValueError, match=r"start = 3 is not one of the values \[1, 2\]"):
        widgets.slider(draw, "height", [1, 2], 3)


def test_after_a_slider_figures_are_ordinary_again(log, knobs):
    widgets.slider(draw, "height", [1, 2], 1)
    draw(2)
    assert [kind for kind, _ in log] == ["raw", "display", "display"]


def test_in_a_notebook_the_figure_is_an_ordinary_output_and_all_text_is_the_same_each_run():
    def outputs() -> list[Any]:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE)])
        NotebookClient(notebook, timeout=60).execute()
        return notebook.cells[0].outputs

    first, second = outputs(), outputs()
    assert [output.output_type for output in first] == ["display_data"] * 3
    knob, figure, words = first
    assert "A line up to 2.5." in words.data["text/html"]
    assert knob.data["text/plain"] == "A slider for height: run this cell and move it."
    assert figure.metadata["image/png"]["alt"] == "A line up to 2.5." and "transient" not in figure
    assert figure.data == second[1].data and figure.metadata == second[1].metadata
    assert [o.data["text/plain"] for o in first] == [o.data["text/plain"] for o in second]
    assert not re.search(r"0x[0-9a-f]{6}|[0-9a-f]{32}", " ".join(o.data["text/plain"] for o in first))
