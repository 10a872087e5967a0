"""Figures: the same bytes each time, small, described in words, and told apart by colour-blind eyes."""

from __future__ import annotations

from base64 import b64decode
from itertools import combinations
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from bnlib import plots

matplotlib.use("agg")

# Machado, Oliveira & Fernandes 2009 (doi 10.1109/TVCG.2009.113), severity 1.0, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
}
TOLD_APART = 10.0  # CIELAB units; about 2.3 is just noticeable side by side


def lab(color: str, vision: str) -> np.ndarray:
    """CIELAB (D65) of an sRGB colour as seen with `vision`."""
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(VISION[vision] @ linear, 0, 1)
    to_xyz = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                       [0.0193339, 0.1191920, 0.9503041]])
    t = to_xyz @ linear / [0.95047, 1.0, 1.08883]
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def nearest(colors: tuple[str, ...], vision: str) -> float:
    """The smallest CIE76 distance between two of `colors`."""
    return min(float(np.linalg.norm(lab(a, vision) - lab(b, vision))) for a, b in combinations(colors, 2))


def picture(shown: list[Any]) -> tuple[bytes, dict]:
    """The PNG and the metadata of the one image that was displayed, with its words beside it."""
    image, _words = shown
    data, metadata = image._repr_mimebundle_()
    return b64decode(data["image/png"]), metadata["image/png"]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    images: list[Any] = []
    monkeypatch.setattr("IPython.display.display", lambda *parts: images.extend(parts))
    return images


def draw(alt: str = "A wave.") -> None:
    fig, ax = plots.new()
    for k, (line, marker) in enumerate(zip(plots.LINES, plots.MARKERS, strict=False)):
        ax.plot(np.sin(np.linspace(0, 9, 50) + k), line, marker=marker, label=f"wave {k}")
    ax.set(xlabel="t", ylabel="height")
    ax.legend()
    plots.show(fig, alt)


def test_the_same_figure_gives_the_same_bytes_without_metadata_under_40_kb(shown):
    draw()
    first, _ = picture(shown)
    shown.clear()
    draw()
    second, _ = picture(shown)
    assert first == second and first.startswith(b"\x89PNG") and len(first) < 40_000
    assert not any(tag in first for tag in (b"tEXt", b"iTXt", b"zTXt", b"tIME"))


def test_the_alt_text_goes_with_the_picture(shown):
    draw("Four waves, each a little later.")
    assert picture(shown)[1]["alt"] == "Four waves, each a little later."


def test_the_alt_text_can_be_opened_below_the_picture(shown):
    draw("Is 1 < 2? <b>Yes</b>.")
    assert shown[1].data == (
        "<details><summary>This figure in words</summary>Is 1 &lt; 2? &lt;b&gt;Yes&lt;/b&gt;.</details>")


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_figure_without_an_alt_text_is_refused(shown, alt):
    with pytest.raises(ValueError, match="a figure needs an alt text"):
        draw(alt)
    assert not shown


def test_a_shown_figure_is_closed_and_the_style_stays_here(shown):
    import matplotlib.pyplot as plt

    plt.close("all")
    before = dict(matplotlib.rcParams)
    draw()
    assert plt.get_fignums() == [] and dict(matplotlib.rcParams) == before


def test_a_figure_is_laid_out_and_drawn_once(shown, monkeypatch):
    fig, ax = plots.new()
    drawn = []
    once = ax.draw
    monkeypatch.setattr(ax, "draw", lambda renderer: (drawn.append(1), once(renderer)))
    plots.show(fig, "Nothing.")
    assert len(drawn) == 1 and shown


@pytest.mark.parametrize("vision", VISION)
def test_the_palette_is_told_apart(vision):
    assert nearest(plots.COLORS, vision) > TOLD_APART


def test_the_measure_would_have_refused_red_and_green():
    pair = ("#D62728", "#2CA02C")
    assert nearest(pair, "normal") > 5 * TOLD_APART
    assert nearest(pair, "deuteranopia") < TOLD_APART


def test_lines_and_markers_differ_for_those_who_see_no_colour_at_all():
    assert len(set(plots.LINES)) == len(plots.LINES) >= 4
    assert len(set(plots.MARKERS)) == len(plots.MARKERS) >= len(plots.COLORS)
