"""The capstone's functions: each gives verdicts, as letters by claim, and the numbers behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

LETTERS = {"T": 1, "D": 0, "F": -1}


class VerdictError(ValueError):
    """What came back has not the form that was asked for; its text says what "it", the function, gave."""

    @property
    def seen(self) -> str:
        """Said as it is: the function raised nothing."""
        return str(self)


@dataclass(frozen=True)
class Theme:
    """The claims that one function decides, and what its evidence is called, in order."""

    claims: tuple[int, ...]
    evidence: tuple[str, ...]


THEMES: dict[str, Theme] = {
    "evidence_scale": Theme((1, 2, 3), ("ratio", "left", "condition")),
    "evidence_axes": Theme((4, 5), ("by_feature", "by_example")),
    "evidence_coupling": Theme((6, 7), ("others", "alone")),
    "evidence_extremes": Theme((8, 9, 10), ("largest", "spread", "tested")),
    "evidence_shape": Theme((11, 12, 13), ("before", "after", "separate", "together")),
    "evidence_gamma_beta": Theme((14, 15, 16), ("gamma_back", "beta_back", "variance", "straight")),
    "evidence_invariance": Theme((17, 18), ("biased", "scaled")),
    "evidence_runaway": Theme((19, 20), ("b", "change", "slope")),
    "evidence_batches": Theme((21, 22, 23), ("mean_off", "variance", "squared_std")),
    "evidence_size": Theme((24, 25, 26), ("error_small", "error_large", "kurtosis")),
    "evidence_memory": Theme((27, 28), ("weight", "exponential", "plain")),
    "evidence_prediction": Theme((29, 30), ("train_change", "eval_change")),
}


def letters_and_numbers(theme: Theme, function: Callable[..., Any], *args: Any) -> Any:
    """function(*args) → one number a claim (T 1, D 0, F −1), then the evidence as it came.

    Raises VerdictError for verdicts that are no dict, a claim without a verdict, a letter that is none, or another
    number of results than the theme asks for.
    """
    returned = function(*args)
    if returned is None:
        return None
    wanted = f"verdicts, {', '.join(theme.evidence)}"
    if not isinstance(returned, tuple | list) or len(returned) != 1 + len(theme.evidence):
        count = len(returned) if isinstance(returned, tuple | list) else 1
        many = f"{count} result{'s' * (count != 1)}"
        raise VerdictError(f"it returned {many} instead of {1 + len(theme.evidence)} ({wanted})")
    verdicts, *numbers = returned
    if not isinstance(verdicts, dict):
        raise VerdictError(f"it gave something of type {type(verdicts).__name__} first, not the dict of verdicts")
    for claim in theme.claims:
        if str(claim) in verdicts:
            raise VerdictError(f'it gave its verdict under "{claim}", a text: the key is the number, {claim}')
        if claim not in verdicts:
            raise VerdictError(f'it gave no verdict on claim {claim}: write "T", "D" or "F"')
        if not isinstance(verdicts[claim], str) or verdicts[claim] not in LETTERS:
            raise VerdictError(f'it gave {verdicts[claim]!r} as its verdict on claim {claim}: write "T", "D" or "F"')
    extra = [str(key) for key in verdicts if key not in theme.claims]
    if extra:
        raise VerdictError(f"it gave verdicts on {', '.join(extra)}: this section has claims "
                           f"{', '.join(map(str, theme.claims))}")
    return (*(LETTERS[verdicts[claim]] for claim in theme.claims), *numbers)


DRIVERS: dict[str, Callable[..., Any]] = {
    name: partial(letters_and_numbers, theme) for name, theme in THEMES.items()
}
