"""docs/unlisted.md: what is said of wrong answers that no switch was made for.  `python tests/unlisted_table.py`.

tests/unlisted holds five wrong answers or more to every graded function, written without looking at the switches.  A
cell that happens to make a known mistake says so with `named`, after a person has found what is said to be true of
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import jupytext
from test_answers import verdict_on

from bnlib.check.exercises import all_exercises
from bnlib.check.model import Verdict

FOLDER = Path(__file__).parent / "unlisted"
PAGE = Path(__file__).parents[1] / "docs" / "unlisted.md"
SHOWN = 2  # of each function's answers
SEED = 0
HEAD = """# Wrong answers that are in no list

Made by `python tests/unlisted_table.py` and held up to date by a test. To every graded function five wrong answers or
more were written without looking at the known mistakes. Each loses points. {helped} of {all} get more than the place
where they first differ: {named} happen to make a known mistake and are told so, the others are told how their numbers
relate to the right ones, or a rule that must hold and does not. Two of each function's are shown, and what is said.

| function | the mistake | what is said |
|---|---|---|
"""


@dataclass(frozen=True)
class Unlisted:
    """One wrong answer: what is wrong in words, and the known mistakes it happens to make."""

    exercise: str
    what: str
    named: frozenset[str]
    source: str

    def verdict(self, seed: int = SEED) -> Verdict:
        return verdict_on(self.exercise, self.source, seed)


def unlisted() -> list[Unlisted]:
    """All of them, in the order of the lessons."""
    found = []
    for name in all_exercises():
        for cell in jupytext.read(FOLDER / f"{name}.py", fmt="py:percent").cells:
            if "wrong" in cell.metadata:
                named = frozenset(filter(None, cell.metadata.get("named", "").split("+")))
                found.append(Unlisted(name, cell.metadata["wrong"], named, cell.source))
    return found


def helpful(verdict: Verdict) -> bool:
    """A mistake is named, an exception told, or something is said beyond the place, other than "work it out"."""
    lines = verdict.message.splitlines()
    told = any(f": it {verb} " in lines[0] for verb in ("raised", "keeps", "gave", "saved"))
    return bool(verdict.mistakes) or told or (len(lines) > 1 and "by hand" not in lines[1])


def page(verdicts: list[tuple[Unlisted, Verdict]]) -> str:
    """The page; of each function the first answers with a useful message."""
    rows = []
    for name in all_exercises():
        mine = [(one, verdict) for one, verdict in verdicts if one.exercise == name and helpful(verdict)]
        # What no switch explains comes first: that is what the page is about.
        for one, verdict in sorted(mine, key=lambda pair: bool(pair[1].mistakes))[:SHOWN]:
            said = "<br>".join(verdict.message.splitlines()).replace("|", "\\|")
            rows.append(f"| `{name}` | {one.what} | {said} |\n")
    helped = sum(helpful(verdict) for _, verdict in verdicts)
    named = sum(bool(verdict.mistakes) for _, verdict in verdicts)
    return HEAD.format(helped=helped, all=len(verdicts), named=named) + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page([(one, one.verdict()) for one in unlisted()]), encoding="utf-8")
    print(PAGE)
