"""What a switch is, and those that are seen from outside rather than computed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """One mistake: its name, what to say of it, and where it sits.

    Two switches of one `slot` exclude each other (one cannot divide by N−1 and by the variance's
    square in the same place), so the search never tries them together.  A switch with
    `observed=True` is not computed but seen from outside: a changed argument, a wrong shape.
    """

    name: str
    message: str
    slot: str
    observed: bool = False


OBSERVED = (
    Switch("not_implemented", "The function still raises NotImplementedError: write its body.", "observed", True),
    Switch("calls_unwritten", "It calls another function of yours that is not written yet: write that one first.",
           "observed", True),
    Switch("returns_none", "Your function returned nothing: did you forget the return?", "observed", True),
    Switch("wrong_count", "Your function returned the wrong number of results.", "observed", True),
    Switch("wrong_order", "Your results are right but come in another order than the docstring gives.", "observed",
           True),
    Switch("not_numeric", "A result is not an array of numbers.", "observed", True),
    Switch("wrong_shape", "A result has the wrong shape.", "observed", True),
    Switch("keepdims", "A result has an axis of length 1 too many: drop keepdims, [:, None] or the list around "
           "it, or later sums broadcast by accident.", "observed", True),
    Switch("not_finite", "A result holds NaN or infinity.", "observed", True),
    Switch("in_place", "You changed the caller's array: work on a copy, not in place.", "observed", True),
    Switch("single_precision", "You dropped to a lower precision: keep the dtype you are given.", "observed", True),
    Switch("integer_cast", "Integer input gives a wrong result: convert to float before you divide or store.",
           "observed", True),
    Switch("cancellation", "Cancellation: E[x²] − E[x]² subtracts two huge numbers. Centre first, then square.",
           "observed", True),
    Switch("calls_another_answer", "Your closed form calls one of your other two functions: write it with x̂, rstd and "
           "γ alone.", "observed", True),
    Switch("needs_more_of_cache", "Your closed form needs x, μ, σ² or ε of the cache: x̂, rstd and γ are "
           "enough, and two sums.", "observed", True),
    Switch("batch_of_one_taken", "A batch of one has no unbiased variance: raise a ValueError, or N − 1 = 0 makes NaN "
           "of the running statistics.", "observed", True),
    Switch("population_batches_kept", "You kept the batches: take count, mean and sum of squares of each, and let it "
           "go.", "observed", True),
    Switch("unsteady", "Two identical calls gave two different answers: nothing here may be random.",
           "observed", True),
)
