"""`check("name", function)`: is it right, and if not, which mistake was made?  `check.progress()`: how far am I?"""

from bnlib.check.show import CheckFailed, check
from bnlib.check.standing import progress
from bnlib.check.unwritten import soften

check.progress = progress  # type: ignore[attr-defined]

__all__ = ["CheckFailed", "check", "progress"]

soften()  # in a notebook, a function not written yet is met with one line
