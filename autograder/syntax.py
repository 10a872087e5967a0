"""Python source as a tree, one thread at a time.

CPython up to 3.12 at least counts how deep it is in a tree that it builds for all threads together; two that build at
once fail with "SystemError: AST constructor recursion depth mismatch".
"""

from __future__ import annotations

import ast
from threading import Lock

TREES = Lock()  # held by whatever builds trees, imports of packages that do so at length included


def tree(source: str) -> ast.Module | None:
    """What a cell says; None where it is no Python, or nested deeper than Python follows."""
    with TREES:
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
