"""How many known mistakes are caught and named, alone and two at a time."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from autograder.mistakes import Coverage, coverage
from bnlib.check.exercises import all_exercises
from bnlib.oracle import SWITCHES


def main() -> None:
    """Print the table, and the pairs that go by another name."""
    found = [coverage(exercise) for exercise in all_exercises().values()]
    table = Table("exercise", "alone", "caught", "named", "pairs", "caught", "named", title=f"{len(SWITCHES)} switches")
    for row in [*found, _total(found)]:
        counts = (row.switches, row.caught, row.named, row.pairs, row.pairs_caught, row.pairs_named)
        table.add_row(row.exercise, *map(str, counts))
    console = Console(width=100)
    console.print(table)
    console.print("Pairs that answer like something else on every case, and what was said:")
    for row in found:
        for switches, said in row.unnamed:
            console.print(f"  {row.exercise}: {' + '.join(sorted(switches))} → {' + '.join(said)}")


def _total(found: list[Coverage]) -> Coverage:
    return Coverage("all", [outcome for row in found for outcome in row.outcomes])


if __name__ == "__main__":
    main()
