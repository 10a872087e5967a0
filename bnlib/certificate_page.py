"""How the certificate looks: HTML with its style in it, for a screen and for three sheets of paper."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bnlib.check.drivers.lesson_12 import THEMES
from bnlib.claims import CLAIMS, TITLES

if TYPE_CHECKING:
    from bnlib.certificate import CaseFile

INK = {"T": "#0072B2", "D": "#8A5A00", "F": "#B3430A", "–": "#6B6B6B"}  # each 4.5:1 and more on white
WORDS = {"T": "true", "D": "it depends", "F": "false", "–": "no verdict yet"}
PAPER = ("max-width:760px;margin:8px auto;padding:28px 34px;background:#fff;color:#1c1c1c;border:1px solid #c9c9c9;"
         "font:14px/1.45 Georgia,'Times New Roman',serif")
QUIET = "color:#595959;font-size:12px"


def render(file: CaseFile, student: str, guesses: str) -> str:
    """The whole page."""
    passed = file.passed()
    blocks = "".join(_theme(file, name, name in passed, guesses) for name in THEMES)
    return (
        f'<div style="{PAPER}">'
        f'<div style="text-align:center;border-bottom:3px double #1c1c1c;padding-bottom:14px">'
        f'<div style="{QUIET};letter-spacing:.18em;text-transform:uppercase">Batch normalization · the case file</div>'
        f'<div style="font-size:27px;margin:6px 0 2px">Thirty claims, weighed</div>'
        f'<div>by <strong>{html.escape(student) or "…"}</strong></div></div>'
        f"{_tally(file, guesses)}{blocks}{_foot(len(passed))}</div>"
    )


def _tally(file: CaseFile, guesses: str) -> str:
    """How many of each letter, as one bar, and how often the measurement changed the writer's mind."""
    given = [file.verdicts.get(claim, "–") for claim in CLAIMS]
    counts = [(letter, given.count(letter)) for letter in WORDS if letter in given]
    bar = "".join(
        f'<div style="flex:{count};background:{INK[letter]};color:#fff;text-align:center;font-size:12px;'
        f'padding:3px 2px;min-width:4.5em">{count} {WORDS[letter]}</div>' for letter, count in counts)
    minds = ""
    if guesses:
        changed = changed_minds(guesses, file.verdicts)
        minds = (f'<div style="{QUIET};text-align:center">Guessed before anything was measured; the evidence changed '
                 f'{changed} of {len(guesses)} verdicts (guess → verdict).</div>')
    return f'<div style="display:flex;gap:2px;margin:16px 0 6px">{bar}</div>{minds}'


def _theme(file: CaseFile, name: str, passed: bool, guesses: str) -> str:
    """One theme: its claims with the verdicts given, and below them the numbers."""
    rows = "".join(_claim(claim, CLAIMS[claim], file.verdicts.get(claim, "–"), guesses[claim - 1 : claim])
                   for claim in THEMES[name].claims)
    numbers = "".join(
        f'<div style="font:11.5px/1.5 ui-monospace,Menlo,Consolas,monospace;color:#333">'
        f'{html.escape(material)}: {html.escape(said)}</div>' for material, said in file.found[name])
    mark = ("✓ evidence passes the visible checks" if passed else "evidence not checked, or not right yet")
    return (f'<div style="break-inside:avoid;margin-top:15px"><div style="display:flex;justify-content:space-between;'
            f'align-items:baseline;border-bottom:1px solid #c9c9c9"><strong>{TITLES[name]}</strong>'
            f'<span style="{QUIET}">{mark}</span></div>{rows}'
            f'<div style="margin:3px 0 0 82px">{numbers}</div></div>')


def _claim(claim: int, text: str, letter: str, guess: str) -> str:
    turned = f"{guess} → " if guess and letter != "–" and guess != letter else ""
    return (f'<div style="display:flex;gap:10px;margin:5px 0">'
            f'<div style="width:22px;text-align:right;flex:none">{claim}</div><div title="{WORDS[letter]}" '
            f'style="width:48px;flex:none;color:{INK[letter]};font-weight:bold">'
            f'{turned}{letter}</div><div>{html.escape(text)}</div></div>')


def _foot(passed: int) -> str:
    """What this page vouches for, and what it does not."""
    return (f'<div style="{QUIET};border-top:3px double #1c1c1c;margin-top:18px;padding-top:10px;break-inside:avoid">'
            f"<strong>Checked here:</strong> {passed} of {len(THEMES)} functions give the right numbers in every "
            f"visible case, on layers for which a claim holds and on layers for which it does not. "
            f"<strong>Not checked here:</strong> the {len(CLAIMS)} verdicts, which stand as their author gave them; "
            f"the hidden cases; the essay; who wrote the code. The numbers were computed by the author's own "
            f"functions on the materials named beside them. T true · D it depends · F false.</div>")


def changed_minds(guesses: Sequence[str], verdicts: dict[int, str]) -> int:
    """On how many claims the verdict is not what was guessed first."""
    return sum(verdicts.get(claim, guess) != guess for claim, guess in enumerate(guesses, start=1))
