"""What a user can mend: one kind of error for the whole command."""

from __future__ import annotations


class UserError(Exception):
    """A malformed cell, a missing file, a wrong option: the message names it and the way out, one line a problem.

    The command prints it and ends with status 2.
    """
