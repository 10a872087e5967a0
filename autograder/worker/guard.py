"""Refuses imports that a lesson's answers do not need.

A courtesy to honest students (they read why) and a saving of time.  It can be undone from inside;
what must not be read has to be out of the sandbox.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from types import ModuleType

KEPT_BACK = ("autograder", "bnlib.oracle", "bnlib.reference")


class Refuse(MetaPathFinder):
    """Raises ImportError for the modules named and all beneath them."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """None (someone else may find it), or ImportError."""
        __tracebackhide__ = True  # IPython leaves this frame out
        for name in self.names:
            if fullname == name or fullname.startswith(name + "."):
                if name == "torch":
                    raise ImportError("This lesson's answers need no PyTorch: it is not there while they are graded.")
                raise ImportError(f"{name} is not there while answers are graded.")


def refuse(*names: str) -> None:
    """Refuse `names` and what is always kept back, from now on."""
    sys.meta_path.insert(0, Refuse((*KEPT_BACK, *names)))
