"""`check("name", function)`: is it right, and if not, which mistake was made?"""

from bnlib.check.show import CheckFailed, check

__all__ = ["CheckFailed", "check"]
