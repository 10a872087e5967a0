"""A switch for a wrong verdict on each claim of lesson 12, named without giving the right one away."""

from __future__ import annotations

from bnlib.oracle.switches import Switch

SWITCHES = tuple(
    Switch(f"verdict_{claim}", f"Claim {claim}: the numbers do not bear out your verdict. Read them again, and read "
           "each word of the claim.", "observed", True)
    for claim in range(1, 31)
)
