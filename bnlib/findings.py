"""What a lesson found, in lines that `autograder build` gathers into docs/evidence.md.

`effect: …` is an effect in which chance plays, as one number a seed; `paper: …` sets a number of ours beside a paper's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

EFFECT, PAPER = "effect", "paper"


def effect(claim: int | None, what: str, values: ArrayLike, digits: int = 2) -> None:
    """Print one effect: `values` (seeds,) hold one number a seed, above 0 where the seed shows what is said.

    Take differences, or logarithms or excesses over 1 of ratios.  The line says the claim's number (None: no claim
    hangs on it), mean ± standard deviation to `digits` decimals, and in how many of the seeds the number is above 0.
    """
    x = np.asarray(values, np.float64)
    if x.ndim != 1 or x.size < 2 or not np.all(np.isfinite(x)):
        raise ValueError(f"effect {what!r}: values must be one finite number a seed, for two seeds or more, not {x}")
    name = "no claim" if claim is None else f"claim {claim}"
    _line(EFFECT, name, f"{what:76s}", f"{x.mean():.{digits}f} ± {x.std():.{digits}f}", f"{np.sum(x > 0)} of {x.size}")


def against_paper(experiment: str, paper: str, ours: str, agrees: bool, why: str = "") -> None:
    """Print one experiment: the paper's number, ours, whether they agree (in sign and order), and why if they do not.

    `agrees` is computed from the numbers, `why` is needed where a disagreement is possible and printed where there is
    one.
    """
    if not agrees and not why:
        raise ValueError(f"{experiment!r} does not agree with the paper: say why")
    _line(PAPER, f"{experiment:60s}", f"{paper:30s}", f"{ours:30s}", "agrees" if agrees else f"no: {why}")


def _line(kind: str, *cells: str) -> None:
    for cell in cells:
        if "|" in cell or "\n" in cell:
            raise ValueError(f"{kind}: {cell!r} holds a | or a line break, and these part the cells of a table")
    print(f"{kind}: {' | '.join(cells)}")
