"""Threads that build trees at once do not break each other."""

from __future__ import annotations

import ast
import gc
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.syntax import tree

CELL = "\n".join(f"x{k} = [f(a, b[{k}]) for a in range({k}) if (a + {k}) * 2 > 3]" for k in range(200))


class Circle:
    """Garbage whose end lets another thread in, in the middle of a tree."""

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        sum(range(200))


@pytest.fixture
def hasty() -> None:
    switch, threshold = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(50)
    yield
    sys.setswitchinterval(switch)
    gc.set_threshold(*threshold)


def test_trees_are_built_one_at_a_time(hasty: None) -> None:
    def build(_: int) -> bool:
        for _ in range(5):
            Circle()
        return tree(CELL) is not None

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(build, range(60)))


@pytest.mark.parametrize("source", ["def f(:", "\0", "(" * 500 + ")" * 500])
def test_what_is_no_python_is_no_tree(source: str) -> None:
    assert tree(source) is None


@pytest.mark.parametrize(("cell", "names"), [
    ("%%time\na = 1", ["a"]), ("%matplotlib inline\n\na = 1\n%timeit -n1 f(a)", ["a"]), ("!ls -l *.py\na = 1", ["a"]),
    ("if b:\n    !ls\n    %pip list\na = 1", ["b", "a"]), ("files = !ls\na = 1", ["files", "a"]),
    ("%time a = 1", ["a"]), ("np.mean?\n??np.var\na = 1", ["a"]), ("%%bash\nls -l *.py", None), ("a = (1", None),
    ("a = (5\n% 3)", ["a"]), ("\n" * 100_000 + "!ls", []),
])
def test_a_cell_is_read_without_its_lines_to_the_notebook(cell: str, names: list[str] | None) -> None:
    read = tree(cell)
    assert (read and [node.id for node in ast.walk(read) if isinstance(node, ast.Name)]) == names
