"""A slider that redraws a figure, with the figure itself wherever sliders do not run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bnlib import plots


class Picture:
    """A place in a notebook: the first figure is shown as any other is, later ones take its place."""

    def __init__(self) -> None:
        self.handles: list[Any] = []

    def __call__(self, *parts: Any) -> None:
        from IPython.display import display

        if not self.handles:
            # The display id travels beside the output and is not stored: the notebook's file stays the same.
            self.handles = [display(part, display_id=True) for part in parts]
        else:
            for handle, part in zip(self.handles, parts, strict=True):
                handle.update(part)


def slider(draw: Callable[[Any], None], name: str, values: Sequence[Any], start: Any) -> None:
    """Show a slider over `values`, and below it `draw(start)`, drawn anew whenever the slider moves.

    `draw(value)` makes one figure and ends with `plots.show`.  Without ipywidgets, or on a page
    that does not run code, the first figure stands alone.
    """
    if start not in values:
        raise ValueError(f"start = {start!r} is not one of the values {list(values)}")
    picture = Picture()

    def redraw(value: Any) -> None:
        with plots.shown_by(picture):
            draw(value)

    knob = _knob(name, values, start)
    if knob is not None:
        from IPython.display import display

        view = dict(knob._repr_mimebundle_())
        view["text/plain"] = f"A slider for {name}: run this cell and move it."  # ipywidgets writes a memory address
        display(view, raw=True)
        knob.observe(lambda change: redraw(change["new"]), names="value")
    redraw(start)


def _knob(name: str, values: Sequence[Any], start: Any) -> Any:
    """The slider itself, or None without ipywidgets."""
    try:
        import ipywidgets
    except ImportError:
        return None
    return ipywidgets.SelectionSlider(
        options=[(f"{value:g}" if isinstance(value, float) else str(value), value) for value in values],
        value=start, description=name, continuous_update=False, style={"description_width": "initial"},
        layout={"width": "28em"},
    )
