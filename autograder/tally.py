"""What a class's results add up to: by exercise, by mistake, by student."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from autograder.feedback import sentence
from autograder.results import SubmissionResult

WEAK = 0.4  # of all points: below it a student needs a word
OFTEN = 3  # exercises with one and the same mistake after which it is no slip any more
MOST = 5  # mistakes shown of each exercise
UNWRITTEN = frozenset({"not_implemented", "returns_none"})  # nothing to explain about these

Table = Mapping[str, Mapping[str, SubmissionResult]]  # by student, then lesson


@dataclass(frozen=True)
class Mistake:
    """A mistake: its sentence, who made it, and where."""

    sentence: str
    who: list[str]
    where: list[str]


@dataclass
class ExerciseRow:
    """How one exercise went."""

    lesson: str
    name: str
    tried: int = 0
    passed: int = 0
    seconds: list[float] = field(default_factory=list)
    mistakes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def rate(self) -> float:
        """The share that passed."""
        return self.passed / self.tried if self.tried else 0.0

    @property
    def median_seconds(self) -> float:
        return median(self.seconds)

    @property
    def commonest(self) -> list[Mistake]:
        """The most frequent mistakes first; ties by name, so that the page is the same every time."""
        order = sorted(self.mistakes.items(), key=lambda item: (-len(item[1]), item[0]))
        return [Mistake(sentence(name), who, [self.name]) for name, who in order[:MOST]]


def share(results: Iterable[SubmissionResult]) -> float:
    """The points earned, as a share of those there were."""
    results = list(results)
    most = sum(result.max_score for result in results)
    return sum(result.score for result in results) / most if most else 0.0


def rows(results: Iterable[SubmissionResult]) -> list[ExerciseRow]:
    """Each exercise of those handed in, in the lessons' order."""
    found: dict[tuple[str, str], ExerciseRow] = {}
    for result in sorted(results, key=lambda result: result.lesson):
        if result.status == "missing":
            continue
        for exercise in result.exercises:
            key = (result.lesson, exercise.name)
            row = found.setdefault(key, ExerciseRow(*key))
            row.tried += 1
            row.passed += exercise.passed
            row.seconds.append(exercise.seconds)
            for mistake in exercise.mistakes:
                row.mistakes[mistake].append(result.student)
    return list(found.values())


def commonest(exercises: Sequence[ExerciseRow], most: int = 10) -> list[Mistake]:
    """The mistakes of most students in all lessons, with the exercises they showed in."""
    who: dict[str, set[str]] = defaultdict(set)
    where: dict[str, list[str]] = defaultdict(list)
    for row in exercises:
        for name, students in row.mistakes.items():
            who[name].update(students)
            where[name].append(row.name)
    order = sorted(who.keys() - UNWRITTEN, key=lambda name: (-len(who[name]), name))
    return [Mistake(sentence(name), sorted(who[name]), where[name]) for name in order[:most]]


def words(table: Table, totals: Mapping[str, float]) -> list[tuple[str, str]]:
    """Students to speak with and why: nothing handed in, a file that did not run, few points, one mistake again."""
    found = []
    for student, row in table.items():
        missing = [result.lesson for result in row.values() if result.status == "missing"]
        broken = [f"{r.lesson} ({r.status.replace('_', ' ')})" for r in row.values()
                  if r.status not in ("graded", "graded_with_errors", "missing")]
        made = Counter(name for result in row.values() for one in result.exercises for name in set(one.mistakes))
        why = []
        if missing:
            why.append("handed in nothing" if len(missing) == len(row) else f"nothing for {', '.join(missing)}")
        if broken:
            why.append(f"could not be run to its end: {', '.join(broken)}")
        if totals[student] < WEAK and len(missing) < len(row):
            why.append(f"{totals[student]:.0%} of the points")
        why += [f"in {count} exercises: “{sentence(name)}”" for name, count in sorted(made.items())
                if count >= OFTEN and name not in UNWRITTEN]
        if why:
            found.append((student, "; ".join(why)))
    return sorted(found, key=lambda item: (totals[item[0]], item[0]))
