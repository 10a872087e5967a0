"""The nouns of a check: an exercise has cases; a call gives an answer; answers give a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Args = tuple[Any, ...]
Outputs = tuple[NDArray, ...]


@dataclass(frozen=True)
class Case:
    """One call: what the function is given, and how near the truth its answer must come.

    `blame` names the switch to report when this case goes wrong although every other case is
    explained: some mistakes (cancellation, a constant column) show nowhere else.  `hard` cases come from the
    judge's hidden ones.  `known` holds outputs that no oracle computes: what a hidden case knows, and the students'
    edition must not, such as the verdict on a claim.
    """

    title: str
    args: Args
    rtol: float = 1e-7
    atol: float = 1e-9
    blame: str | None = None
    hard: bool = False
    known: Mapping[str, NDArray] = field(default_factory=dict)

    @property
    def ordinary(self) -> bool:
        """A case that decides whether the idea is right; the others decide whether it always holds."""
        return not self.hard and self.blame is None


@dataclass(frozen=True)
class Property:
    """Something that must hold of the answer: said when no known mistake explains a failure."""

    holds: Callable[[Args, Outputs], bool]
    message: str


@dataclass(frozen=True)
class Exercise:
    """A graded function.

    `cases(rng)` makes the visible cases: the same sizes every time, fresh numbers from `rng`.
    `oracle(args, switches)` gives the outputs of someone who makes exactly these mistakes; with
    no switch on it is the truth.  An output named in `ignored` (a cache) is compared only where a case knows it;
    one in `angles` is compared modulo 2π.  A class, or a function on PyTorch objects, is exercised by the `driver` of
    that name (see drivers/), which is called with it and the case's arguments.  `torch` says that the answer needs
    PyTorch: the worker holds it then.  `shrunk` is the switch to report when every answer is the truth times one and
    the same small factor: the step of a difference quotient, which the student chose and no oracle can know.
    """

    name: str
    lesson: str
    signature: str
    outputs: tuple[str, ...]
    cases: Callable[[np.random.Generator], list[Case]]
    oracle: Callable[[Args, frozenset[str]], Outputs]
    switches: tuple[str, ...]
    ignored: frozenset[str] = frozenset()
    angles: frozenset[str] = frozenset()
    properties: tuple[Property, ...] = ()
    driver: str | None = None
    torch: bool = False
    shrunk: str | None = None
    see: str = ""

    def expected(self, case: Case, switches: frozenset[str]) -> Outputs:
        """The outputs of someone who makes exactly these mistakes in this case, and knows what the case knows."""
        outputs = self.oracle(case.args, switches)
        return tuple(case.known.get(name, output) for name, output in zip(self.outputs, outputs, strict=True))


@dataclass(frozen=True)
class Answer:
    """What one call gave back, as plain data.

    `values` has one entry an output: a numeric array (0-d for a number), or None for anything
    else, whose type then stands in `kinds`.  `error` is "ValueError: …" when the call raised, or a
    sentence when the result has the wrong form.  `mutated` lists the arguments it changed.
    """

    values: tuple[NDArray | None, ...] = ()
    kinds: tuple[str, ...] = ()
    error: str | None = None
    mutated: tuple[int, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What is said of a function: `failed` are titles of cases; `mistakes` are switch names.

    `share` in [0, 1] is the part of the points earned: nothing unless every ordinary case is right,
    then one half, and the other half in proportion to the hard cases that are right.  Where cases know what no oracle
    computes (a verdict), that is multiplied by the part of them that are right: both are needed.
    """

    exercise: str
    passed: bool
    tried: tuple[str, ...]
    failed: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()
    message: str = ""
    share: float = 0.0
