"""A slider that redraws a figure, with the figure itself wherever sliders do not run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


def slider(draw: Callable[[Any], None], name: str, values: Sequence[Any], start: Any) -> None:
    """Show `draw(start)` now, and a slider over `values` that calls `draw` again.

    `draw(value)` makes one figure and ends with `plots.show`.  Without ipywidgets, or on a page
    that does not run code, the first figure stands alone.
    """
    if start not in values:
        raise ValueError(f"start = {start!r} is not one of the values {list(values)}")
    try:
        import ipywidgets
    except ImportError:
        draw(start)
        return
    from IPython.display import display

    knob = ipywidgets.SelectionSlider(
        options=[(f"{value:g}" if isinstance(value, float) else str(value), value) for value in values],
        value=start, description=name, continuous_update=False, style={"description_width": "initial"},
        layout={"width": "28em"},
    )
    picture = ipywidgets.Output()

    def redraw(change: Any) -> None:
        still.close()
        picture.clear_output(wait=True)
        with picture:
            draw(change["new"])

    draw_still = ipywidgets.Output()
    still = draw_still
    view = knob._repr_mimebundle_()
    view["text/plain"] = f"A slider for {name}: run this cell and move it."
    display(view, raw=True)
    draw(start)
    bundle = picture._repr_mimebundle_()
    bundle["text/plain"] = ""
    display(bundle, raw=True)
    knob.observe(redraw, names="value")
