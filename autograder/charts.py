"""The report's plots as inline SVG: no file beside the page, the same bytes for the same class."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape
from typing import Any

from markupsafe import Markup

from bnlib import plots


def scores(shares: Sequence[float], title: str) -> Markup:
    """A histogram of scores, given as shares of the points in [0, 1]."""
    counts = [0] * 10
    for share in shares:
        counts[min(int(share * 10 + 1e-9), 9)] += 1
    fig, ax = _new(2.4)
    ax.bar([10 * k + 5 for k in range(10)], counts, width=9, color=plots.BLUE)
    ax.set(xlabel="score, percent of the points", ylabel="students", xlim=(0, 100), xticks=range(0, 101, 20))
    ax.yaxis.get_major_locator().set_params(integer=True)
    said = ", ".join(f"{10 * k} to {10 * k + 10} percent: {n}" for k, n in enumerate(counts) if n)
    return _svg(fig, f"{title}. Students by score: {said or 'none'}.")


def rates(names: Sequence[str], passed: Sequence[int], tried: Sequence[int], title: str) -> Markup:
    """Bars of the pass rate of each exercise, with the counts written beside them."""
    fig, ax = _new(0.7 + 0.36 * len(names))
    shares = [100 * p / max(t, 1) for p, t in zip(passed, tried, strict=True)]
    rows = range(len(names))
    ax.barh(rows, [100] * len(names), color="#e6e6e6", height=0.6)
    ax.barh(rows, shares, color=plots.GREEN, height=0.6, hatch="///", edgecolor="white", linewidth=0)
    for row, p, t in zip(rows, passed, tried, strict=True):
        ax.text(102, row, f"{p} of {t}", va="center")
    ax.set(yticks=rows, yticklabels=names, xlabel="passed, percent", xlim=(0, 100), xticks=range(0, 101, 25))
    ax.invert_yaxis()
    ax.grid(False)
    said = ", ".join(f"{name}: {p} of {t}" for name, p, t in zip(names, passed, tried, strict=True))
    return _svg(fig, f"{title}. Passed: {said}.")


def _new(height: float) -> tuple[Any, Any]:
    """A figure without pyplot, which would keep it and want a screen's backend."""
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(plots.STYLE):
        fig = Figure(figsize=(4.4, height), layout="constrained")
        ax = fig.subplots()
        ax.set_axisbelow(True)
        return fig, ax


def _svg(fig: Any, alt: str) -> Markup:
    import matplotlib

    buffer = io.StringIO()
    # Text stays text (small, searchable, in the page's font); the salt fixes the ids, no date is written.
    with matplotlib.rc_context({**plots.STYLE, "svg.fonttype": "none", "svg.hashsalt": alt}):
        fig.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = buffer.getvalue()
    start = svg.index("<svg")
    body = svg.index(">", start) + 1
    words = escape(alt, quote=True)
    head = svg[start:body - 1] + f' role="img" aria-label="{words}"><title>{words}</title>'
    return Markup(head + svg[body:])  # safe: matplotlib escapes its text, and ours is escaped above
