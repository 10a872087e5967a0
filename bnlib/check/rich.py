"""What a check shows beside its words: HTML in notebooks (JupyterLab, VS Code, Colab), lines of text elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from html import escape

from bnlib.check.pictures import picture

GOOD, BAD = "✓", "✗"


def show(html: str, text: str) -> None:
    """Display both forms; the front end takes the one it can show. Without IPython the text is printed."""
    if "IPython" in sys.modules:
        from IPython import get_ipython
        from IPython.display import display

        if get_ipython() is not None:
            display({"text/html": html, "text/plain": text}, raw=True)
            return
    print(text)


def tried(titles: Sequence[str], failed: Sequence[bool], mistakes: Sequence[str]) -> tuple[str, str]:
    """What was tried and how it went, as (HTML, text); the HTML with a drawing of the mistake where there is one."""
    signs = [BAD if wrong else GOOD for wrong in failed]
    rows = "".join(
        f'<tr><td style="text-align: center">{sign}</td><td style="text-align: left">'
        f"{f'<b>{escape(title)}</b>' if sign == BAD else escape(title)}</td></tr>"
        for sign, title in zip(signs, titles, strict=True))
    head = '<tr><th></th><th style="text-align: left">tried</th></tr>'
    html = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    drawn = picture(mistakes)
    if drawn:
        html += f'<div style="margin: 0.5em 0">{drawn}</div>'
    return html, "\n".join(f"  {sign} {title}" for sign, title in zip(signs, titles, strict=True))


def bars(rows: Sequence[tuple[str, float, float]], caption: str) -> tuple[str, str]:
    """Bars of (name, have, of) as (HTML, text), with `caption` below."""
    width = max((len(name) for name, _, _ in rows), default=0)
    lines, cells = [], []
    for name, have, of in rows:
        share = have / of if of else 0.0
        full = int(20 * share + 1e-9)
        lines.append(f"{name:<{width}}  {'█' * full}{'░' * (20 - full)}  {have:g} of {of:g}")
        cells.append(
            f'<tr><td style="text-align: left">{escape(name)}</td><td style="width: 14em"><div role="img" '
            f'aria-label="{100 * share:.0f} percent" style="border: 1px solid; border-radius: 4px; height: 0.8em">'
            f'<div style="width: {100 * share:.0f}%; height: 100%; background: #0072b2"></div></div></td>'
            f'<td style="white-space: nowrap">{have:g} of {of:g}</td></tr>')
    return f"<table><tbody>{''.join(cells)}</tbody></table><p>{escape(caption)}</p>", "\n".join([*lines, caption])
