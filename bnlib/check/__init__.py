"""`check("name", function)`: is it right, and if not, which mistake was made?"""

from bnlib.check.show import CheckFailed, check
from bnlib.check.unwritten import soften

__all__ = ["CheckFailed", "check"]

soften()
