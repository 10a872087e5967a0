"""Small drawings for mistakes that a picture tells faster: which entries share a number, which path is missing.

Inline SVG in the colour of the page's text (light or dark), hatched besides coloured, with its content in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

BLUE, RED = "#3b8fd6", "#d9622b"
CELL = 22

# What of an (N, D) batch goes into one statistic, by mistake.
GRIDS = {
    "axis_1": "one row", "axis_1_broadcast": "one row", "running_axis_1": "one row", "dgamma_axis_1": "one row",
    "dbeta_axis_1": "one row", "one_for_all": "everything",
}
# The same of an image batch (N, C, H, W).
IMAGES = {
    "per_pixel": "one pixel of every image", "per_image": "one channel of one image",
    "per_example": "all channels of one image", "one_for_all_channels": "everything",
}
# The edge of the graph on which the gradient goes wrong.
PATHS = {
    "mean_constant": "mean", "mean_not_averaged": "mean", "dmean_sign": "mean", "dmean_not_scaled": "mean",
    "dmean_averaged": "mean", "std_constant": "var", "variance_sign": "var", "missing_two": "var",
    "variance_not_averaged": "var", "dvar_power": "var", "dvar_half": "var", "dvar_sign": "var",
    "dvar_not_summed": "var", "dvar_rstd_power": "var", "dvar_without_eps": "var", "dvar_with_xhat": "var",
    "dvar_with_x": "var", "dxhat_without_gamma": "xhat",
}
# Weights of the old value and of the new batch at momentum 0.1.
WEIGHTS = {"momentum_reversed": (0.1, 0.9), "running_overwritten": (0.0, 1.0), "running_not_decayed": (1.0, 0.1)}


def picture(mistakes: Iterable[str]) -> str:
    """An SVG drawing of the first of these mistakes that has one; empty when none has."""
    for name in mistakes:
        for known, draw in _DRAWINGS:
            if name in known:
                return draw(name)
    return ""


def _svg(width: int, height: int, words: str, parts: Sequence[str]) -> str:
    told = escape(words, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'style="max-width: 100%; height: auto" role="img" aria-label="{told}" font-family="sans-serif" '
        f'font-size="13" fill="currentColor"><title>{told}</title>{"".join(parts)}</svg>')


def _text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def _box(x: float, y: float, size: float, colour: str | None) -> str:
    """A cell of a grid; a coloured one is crossed as well, for those who see no colour."""
    fill = f'fill="{colour}" fill-opacity="0.65"' if colour else 'fill="none"'
    cross = f'<path d="M{x:g} {y + size:g}l{size:g} {-size:g}" stroke="currentColor"/>' if colour else ""
    return f'<rect x="{x:g}" y="{y:g}" width="{size:g}" height="{size:g}" {fill} stroke="currentColor"/>{cross}'


def _grid(name: str) -> str:
    rows, columns, gap = 4, 4, 90
    mine = GRIDS[name]
    parts = []
    for left, colour, whose, what, inside in (
        (30, RED, "yours", mine, lambda n, d: mine == "everything" or n == 0),
        (30 + columns * CELL + gap, BLUE, "needed", "one column", lambda n, d: d == 0),
    ):
        parts += [_box(left + d * CELL, 24 + n * CELL, CELL, colour if inside(n, d) else None)
                  for n in range(rows) for d in range(columns)]
        parts += [_text(left + columns * CELL / 2, 16, "D features"), _text(left - 12, 24 + rows * CELL / 2 + 4, "N"),
                  _text(left + columns * CELL / 2, 42 + rows * CELL, f"{whose}: {what}")]
    return _svg(320, 140, f"What goes into one number. Yours: {mine}. Needed: one column, all examples of one feature.",
                parts)


def _image(name: str) -> str:
    mine, cell, gap = IMAGES[name], 9, 6
    block = 2 * cell + gap  # an image's channel of 2 by 2 pixels
    inside: dict[str, Callable[[int, int, int], bool]] = {
        "one pixel of every image": lambda n, c, p: c == 0 and p == 0,
        "one channel of one image": lambda n, c, p: n == 0 and c == 0,
        "all channels of one image": lambda n, c, p: n == 0,
        "everything": lambda n, c, p: True,
    }
    parts = []
    for left, colour, whose, what, shown in ((75, RED, "yours", mine, inside[mine]),
                                             (320, BLUE, "needed", "one channel of every image",
                                              lambda n, c, p: c == 0)):
        parts += [_box(left + c * block + p % 2 * cell, 24 + n * block + p // 2 * cell, cell,
                       colour if shown(n, c, p) else None) for n in range(3) for c in range(4) for p in range(4)]
        parts += [_text(left + 2 * block - gap / 2, 16, "channels C"), _text(left - 14, 24 + 1.5 * block, "N"),
                  _text(left + 2 * block - gap / 2, 40 + 3 * block, f"{whose}: {what}")]
    return _svg(460, 120, f"What goes into one mean. Yours: {mine}. Needed: one channel of every image, all pixels.",
                parts)


def _path(name: str) -> str:
    """The graph of batch norm with the edge marked on which the gradient goes wrong."""
    bad = PATHS[name]
    nodes = {"x": (30, 70), "μ": (110, 25), "x − μ": (190, 70), "σ²": (270, 115), "x̂": (350, 70), "y": (430, 70)}
    edges = {("x", "μ"): "mean", ("μ", "x − μ"): "mean", ("x", "x − μ"): "", ("x − μ", "σ²"): "var", ("σ²", "x̂"): "var",
             ("x − μ", "x̂"): "", ("x̂", "y"): "xhat"}
    parts = []
    for (tail, head), kind in edges.items():
        (x1, y1), (x2, y2) = nodes[tail], nodes[head]
        style = (f'stroke="{RED}" stroke-width="4" stroke-dasharray="7 5"' if kind == bad
                 else 'stroke="currentColor" stroke-width="1.5"')
        parts.append(f'<path d="M{x1} {y1}L{x2} {y2}" {style}/>')
    for label, (x, y) in nodes.items():
        wide = 26 if len(label) > 2 else 16
        parts.append(f'<rect x="{x - wide}" y="{y - 14}" width="{2 * wide}" height="28" rx="8" fill="#fff" '
                     f'stroke="#333"/><text x="{x}" y="{y + 4}" text-anchor="middle" fill="#111">{label}</text>')
    where = {"mean": "through μ", "var": "through σ²", "xhat": "by way of γ"}[bad]
    parts.append(_text(230, 155, f"the gradient flows back on every line: look at the dashed one, {where}"))
    return _svg(460, 165, f"The graph from x to y. The gradient goes wrong on the path {where}.", parts)


def _weights(name: str) -> str:
    parts = []
    old, new = WEIGHTS[name]
    for row, (whose, before, now) in enumerate((("yours", old, new), ("needed", 0.9, 0.1))):
        y, left, unit = 12 + row * 42, 70, 220
        parts += [
            _text(left - 8, y + 18, whose, "end"),
            f'<rect x="{left}" y="{y}" width="{before * unit:g}" height="26" fill="{BLUE}" fill-opacity="0.65" '
            'stroke="currentColor"/>',
            f'<rect x="{left + before * unit:g}" y="{y}" width="{now * unit:g}" height="26" fill="{RED}" '
            'fill-opacity="0.65" stroke="currentColor" stroke-dasharray="4 3"/>',
            _text(left + (before + now) * unit + 8, y + 18, f"{before:g} old + {now:g} new", "start"),
        ]
    told = f"{old:g} of the old value and {new:g} of the new batch"
    return _svg(440, 90, f"Weights at momentum 0.1. Yours: {told}. Needed: 0.9 of the old and 0.1 of the new.", parts)


_DRAWINGS: tuple[tuple[dict[str, str] | dict[str, tuple[float, float]], Callable[[str], str]], ...] = (
    (GRIDS, _grid), (IMAGES, _image), (PATHS, _path), (WEIGHTS, _weights))
