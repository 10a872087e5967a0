"""Figures in one style: safe for colour-blind eyes, small, and with a text that says what they show."""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import matplotlib
from cycler import cycler

# Okabe and Ito's palette: told apart by every common kind of colour vision.
BLUE, ORANGE, GREEN, PURPLE, SKY, RED, YELLOW, BLACK = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000",
)
COLORS = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED, BLACK)
LINES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

STYLE: Any = {
    "axes.prop_cycle": cycler(color=COLORS),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "font.size": 9,
    "legend.frameon": False,
    "figure.dpi": 90,
}

_place: ContextVar[Callable[[Any, Any], None] | None] = ContextVar("place", default=None)


def new(rows: int = 1, cols: int = 1, width: float = 6.4, height: float = 3.2, **kwargs: Any) -> tuple[Any, Any]:
    """A figure and its axes in the course's style; `kwargs` go to `plt.subplots`."""
    import matplotlib.pyplot as plt

    with matplotlib.rc_context(STYLE):
        return plt.subplots(rows, cols, figsize=(width, height), layout="constrained", **kwargs)


def show(fig: Any, alt: str) -> None:
    """Show `fig` in the notebook, with `alt` for those who cannot see it, and close it.

    The PNG carries no metadata, so that the same data give the same bytes.  The alt text goes with the
    picture and is also there to open below it: JupyterLab gives its pictures no alt of their own.
    """
    import matplotlib.pyplot as plt
    from IPython.display import HTML, Image, display

    if not alt.strip():
        raise ValueError("a figure needs an alt text: say in a sentence what it shows")
    with matplotlib.rc_context(STYLE):
        png = _png(fig)
    plt.close(fig)
    place = _place.get() or display
    place(Image(data=png, format="png", alt=alt),
          HTML(f"<details><summary>This figure in words</summary>{html.escape(alt)}</details>"))


@contextmanager
def shown_by(place: Callable[[Any, Any], None]) -> Iterator[None]:
    """Inside, `show` hands picture and words to `place` instead of adding outputs; a slider replaces its own so."""
    token = _place.set(place)
    try:
        yield
    finally:
        _place.reset(token)


def _png(fig: Any) -> bytes:
    """`fig` drawn once, in 255 colours chosen from it: a third of the bytes of all its colours."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas = FigureCanvasAgg(fig)
    canvas.draw()  # `savefig` would draw a figure with a layout twice
    picture = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba()).convert("RGB")
    png = io.BytesIO()
    picture.quantize(255, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(png, "png", optimize=True)
    return png.getvalue()
