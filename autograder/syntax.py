"""Python source as a tree, one thread at a time.

CPython up to 3.12 at least counts how deep it is in a tree that it builds for all threads together; two that build at
once fail with "SystemError: AST constructor recursion depth mismatch".
"""

from __future__ import annotations

import ast
import re
from threading import Lock

TREES = Lock()  # held by whatever builds trees, imports of packages that do so at length included


# What IPython reads beside Python: %magic, !command, ?help and help?, and `name = %magic`.
TIMED = re.compile(r"^([^\S\n]*)%time[^\S\n]+(?=\S)", re.MULTILINE)  # the rest of that line is Python
ASSIGNED = re.compile(r"^([^\S\n]*[^\W\d][\w, ]*=)[^\S\n]*[%!].*$", re.MULTILINE)
ALONE = re.compile(r"^(?:([^\S\n]+)|)(?:[%!?].*|[\w.]+\?{1,2}[^\S\n]*)$", re.MULTILINE)


def tree(source: str) -> ast.Module | None:
    """What a cell says; None where it is no Python, or nested deeper than Python follows.

    Lines to the notebook (%%time, !ls) are left out where there are any.
    """
    with TREES:
        return _parsed(source) or _parsed(_python_of(source))


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _python_of(source: str) -> str:
    """A cell without its lines to the notebook; an indented one becomes `pass`, for its block may hold nothing else."""
    source = ASSIGNED.sub(r"\1 None", TIMED.sub(r"\1", source))
    return ALONE.sub(lambda line: f"{line[1]}pass" if line[1] else "", source)
