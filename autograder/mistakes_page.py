"""docs/mistakes.md: every known mistake, what is said of it, where it can show, and how well the judge names it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.files import write_whole
from autograder.mistakes import Coverage, coverage
from bnlib.check.exercises import all_exercises
from bnlib.check.model import Exercise
from bnlib.oracle import SWITCHES

HEAD = """# The mistakes the check knows

Made by `autograder build` from the switches of `bnlib.oracle`. Two mistakes with the same place exclude each other. A
mistake marked *seen* is not computed but read off the answer's form: its shape, its type, a changed argument.

| mistake | what a student is told | place | exercises that can show it |
|---|---|---|---|
"""
MEASURED = """
## How well they are named

Every mistake alone, and every two that can be made together, played against the judge on fresh random cases: *caught*
means points are lost, *named* that exactly the mistakes made are said. Pairs that are not named answer like
something else on every input; what is said instead stands below the table.
"""


def page(before: str = "", lessons: Iterable[str] | None = None) -> str:
    """The page; exercises of `lessons` (all when None) are measured, the others keep what `before` says of them."""
    wanted = None if lessons is None else set(lessons)
    old = sections(before)
    parts = []
    for exercise in all_exercises().values():
        kept = old.get(_title(exercise))
        if kept is None or wanted is None or exercise.lesson in wanted or _names(kept) != _computed(exercise):
            kept = _section(exercise, coverage(exercise))
        parts.append(kept)
    return HEAD + "".join(row + "\n" for row in _rows()) + MEASURED + "".join(parts)


def write_mistakes(path: Path, lessons: Iterable[str] | None = None) -> None:
    """Write the page, measuring the exercises of `lessons`."""
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    write_whole(path, page(before, lessons))


def stale(path: Path) -> list[str]:
    """Sentences on where the page no longer says what the switches say; nothing is measured."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    measured = {title: _names(section) for title, section in sections(text).items()}
    now = {_title(exercise): _computed(exercise) for exercise in all_exercises().values()}
    head = text.partition(MEASURED)[0]
    if head == HEAD + "".join(row + "\n" for row in _rows()) and measured == now:
        return []
    return [f"docs/{path.name} differs from the switches: run `autograder build`."]


def sections(text: str) -> dict[str, str]:
    """The page's sections, one an exercise, by their headings."""
    parts = re.split(r"(?m)^(?=\n### )", text.partition(MEASURED)[2])
    return {part.strip().split("\n", 1)[0][4:]: part for part in parts if part.strip()}


def _rows() -> list[str]:
    shown: dict[str, list[str]] = {name: [] for name in SWITCHES}
    for exercise in all_exercises().values():
        for name in exercise.switches:
            shown[name].append(f"`{exercise.name}`")
    rows = []
    for name, switch in sorted(SWITCHES.items(), key=lambda item: (item[1].observed, item[0])):
        place, where = "*seen*" if switch.observed else switch.slot, ", ".join(shown[name]) or "all"
        rows.append(f"| `{name}` | {_cell(switch.message)} | {place} | {where} |")
    return rows


def _title(exercise: Exercise) -> str:
    return f"{exercise.lesson[:2]} · `{exercise.name}`"


def _computed(exercise: Exercise) -> list[str]:
    return [name for name in exercise.switches if not SWITCHES[name].observed]


def _names(section: str) -> list[str]:
    """The mistakes of a section's table, in its order."""
    return re.findall(r"(?m)^\| `(\w+)` \|", section)


def _section(exercise: Exercise, found: Coverage) -> str:
    lines = ["", f"### {_title(exercise)}", "",
             "| mistake | alone | pairs with it | caught | named |", "|---|---|---|---|---|"]
    for name in _computed(exercise):
        mine = [one for one in found.outcomes if name in one.switches]
        pairs = [one for one in mine if len(one.switches) == 2]
        alone = next(one for one in mine if len(one.switches) == 1)
        verdict = "named" if alone.named else "caught" if alone.caught else "missed"
        counts = (len(pairs), sum(one.caught for one in pairs), sum(one.named for one in pairs))
        lines.append(f"| `{name}` | {verdict} | {' | '.join(map(str, counts))} |")
    unnamed = [f"{_list(sorted(made))} as {_list(said)}" for made, said in found.unnamed]
    if unnamed:
        lines += ["", f"Said otherwise: {'; '.join(unnamed)}."]
    return "\n".join(lines) + "\n"


def _list(names: Sequence[str]) -> str:
    return " + ".join(f"`{name}`" for name in names) or "a mistake without a name"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
