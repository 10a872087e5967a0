"""Code in a normal form, in which copies look alike whatever was done to layout and names."""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import re
import textwrap
import tokenize

from autograder.syntax import tree

TOKEN = re.compile(r"\w+|[^\w\s]")
BUILTINS = frozenset(dir(builtins))


def lines_of(source: str, given: frozenset[str] = frozenset()) -> list[str]:
    """The statements of a cell, one a line, and its comments: layout and docstrings are gone, names of the
    student's own are all `v`; those in `given` (the skeleton's) stay.

    A cell that is not Python any more gives its own lines, names as they are.
    """
    comments = [f"# {text}" for text in _comments(source)]
    parsed, code = tree(textwrap.dedent(source)), None
    if parsed is not None:
        with contextlib.suppress(RecursionError):
            code = ast.unparse(_Plain(_own_names(parsed) - given).visit(parsed))
    if code is None:
        code = "\n".join(line.partition("#")[0] for line in source.splitlines())
    return [line.strip() for line in code.splitlines() if line.strip()] + comments


def names_of(source: str) -> frozenset[str]:
    """Every name in a cell."""
    return frozenset(re.findall(r"[^\W\d]\w*", source))


def tokens_of(lines: list[str]) -> list[str]:
    """Words, numbers and signs."""
    return [token for line in lines for token in TOKEN.findall(line)]


def _comments(source: str) -> list[str]:
    found: list[str] = []
    if "#" not in source:  # most answers: reading them token by token takes as long as all else
        return found
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                found.append(" ".join(token.string.lstrip("#").split()))
    except (tokenize.TokenError, SyntaxError):
        pass  # what stood before the fault is enough
    return [text for text in found if text]


def _own_names(tree: ast.AST) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
    return frozenset(found) - BUILTINS


class _Plain(ast.NodeTransformer):
    """Own names become `v`; docstrings and annotations go."""

    def __init__(self, own: frozenset[str]) -> None:
        self._own = own

    def _named(self, name: str) -> str:
        return "v" if name in self._own else name

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._named(node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg, node.annotation = self._named(node.arg), None
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        node.attr = self._named(node.attr)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._bodied(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._bodied(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        return node if node.value is None else ast.Assign([node.target], node.value, lineno=node.lineno)

    def _bodied(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        node.name = self._named(node.name)
        self.generic_visit(node)
        return node
