"""The case file of lesson 12: what a student's functions found, printed as they find it and gathered on one page.

The page is a single piece of HTML without scripts, links or dates: it prints as it stands, and the same answers make
the same page.  It knows the claims and not the verdicts.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bnlib.certificate_page import render
from bnlib.check.drivers.lesson_12 import LETTERS, THEMES, VerdictError, letters_and_numbers
from bnlib.claims import CLAIMS

ROUNDING = 1e-9  # smaller numbers differ from 0 by rounding alone, and from machine to machine


def number(value: Any) -> str:
    """A number in three digits, an array as its range; what only rounding keeps from 0 is 0."""
    try:
        array = np.asarray(value, float)
    except (TypeError, ValueError):
        return "not a number"
    if array.size == 0:
        return "nothing"
    array = np.where(np.abs(array) < ROUNDING, 0.0, array)
    low, high = f"{array.min():.3g}", f"{array.max():.3g}"
    return low if low == high else f"{low} to {high}"


class CaseFile:
    """Collects evidence: `add` it as it is found, then `show` the page, or `save` it to print."""

    def __init__(self) -> None:
        self.functions: dict[str, Callable[..., Any]] = {}
        self.verdicts: dict[int, str] = {}
        self.found: dict[str, list[tuple[str, str]]] = {name: [] for name in THEMES}

    def add(self, function: Callable[..., Any], material: str, *args: Any) -> None:
        """Call one of the twelve functions on `args`, print what it finds in `material`, and keep it.

        A function that is not written yet, or gives no verdicts, is reported and leaves its place empty.
        Raises ValueError for a function of another name.
        """
        name = getattr(function, "__name__", repr(function))
        if name not in THEMES:
            raise ValueError(f"{name} is none of the case file's functions: {', '.join(THEMES)}")
        self.functions[name] = function
        theme = THEMES[name]
        try:
            results = letters_and_numbers(theme, function, *args)
        except NotImplementedError:
            results = None
        except VerdictError as error:
            print(f"{material}: {error}")
            return
        if results is None:
            print(f"{material}: {name} is not written yet")
            return
        names = {value: letter for letter, value in LETTERS.items()}
        self.verdicts |= {claim: names[value] for claim, value in zip(theme.claims, results, strict=False)}
        numbers = results[len(theme.claims) :]
        line = ", ".join(f"{what} {number(value)}" for what, value in zip(theme.evidence, numbers, strict=True))
        self.found[name] = [(m, said) for m, said in self.found[name] if m != material] + [(material, line)]
        print(f"{material}: {line}")

    def passed(self) -> list[str]:
        """The functions that pass the visible checks of their evidence."""
        from bnlib.check.calls import call_all
        from bnlib.check.exercises import find
        from bnlib.check.show import VISIBLE_SEED
        from bnlib.check.verdict import judge

        good = []
        for name, function in self.functions.items():
            exercise = find(name)
            cases = exercise.cases(np.random.default_rng(VISIBLE_SEED))
            if judge(exercise, cases, call_all(function, exercise, cases)).passed:
                good.append(name)
        return good

    def page(self, student: str, guesses: str = "") -> str:
        """The certificate as HTML; `guesses` are the thirty letters written before anything was measured, if any.

        Blanks and small letters are taken.  Raises ValueError for another number of letters, or other ones.
        """
        guesses = "".join("".join(guesses).split()).upper()
        if guesses and (len(guesses) != len(CLAIMS) or set(guesses) - set(LETTERS)):
            raise ValueError(f"guesses must be {len(CLAIMS)} letters T, D or F, or nothing, but hold {len(guesses)}: "
                             f"{guesses!r}")
        return render(self, student, guesses)

    def show(self, student: str, guesses: str = "") -> None:
        """Show the certificate in the notebook."""
        from IPython.display import HTML, display

        display(HTML(self.page(student, guesses)))

    def save(self, path: str | Path, student: str, guesses: str = "") -> None:
        """Write the certificate as a page of its own: open it in a browser and print it."""
        head = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Case file: {html.escape(student)}'
        Path(path).write_text(f"{head}</title></head><body>{self.page(student, guesses)}</body></html>\n", "utf-8")
