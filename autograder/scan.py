"""Finds library normalizations in a student's code, for the instructor to look at: a flag costs no points."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from autograder.syntax import tree

LIBRARY = re.compile(
    r"torch\.(nn\.)?(functional\.)?(native_)?(batch|layer|group|instance)_norm\b"
    r"|torch\.nn\.(modules\.\w+\.)?(Sync|Lazy)?(Batch|Layer|Group|Instance|RMS)Norm\w*"
    r"|sklearn\.preprocessing\.\w+|scipy\.stats\.(zscore|zmap)\b"
    r"|(tensorflow|keras|jax|flax|tinygrad)\b"
    r"|bnlib\.(oracle|reference|layers|check\.probes)\b|autograder\b"
)
LONGEST = 100_000  # characters of a cell that is looked through: a tree of ten million takes gigabytes
TOO_LONG = f"a cell of more than {LONGEST} characters, which was not looked through"
WORDS = re.compile(r"torch|sklearn|scipy|tensorflow|keras|jax|flax|tinygrad|oracle|reference|layers|probes|autograder")


def names(sources: Iterable[str]) -> dict[str, str]:
    """{name: what it stands for} of these cells' imports, as far as normalizations can be reached by them."""
    nodes = [node for source in sources for node in ast.walk(tree(source) or ast.Module([], []))]
    found = {name: full for node in nodes for name, full in _imported(node).items()}
    return {name: full for name, full in found.items() if WORDS.match(full)}


def library_calls(sources: Iterable[str], given: Mapping[str, str] | None = None) -> list[str]:
    """Dotted names of library normalizations (and of the course's own answers) that these cells use, each once.

    `given`: the `names` of the cells before them.  To ask whether something is a normalization,
    `isinstance(m, nn.LayerNorm)`, is not to use one, nor is to list what to ask for.
    """
    found: dict[str, None] = {}
    known = dict(given or {})
    for source in sources:
        if len(source) > LONGEST:
            found[TOO_LONG] = None
            continue
        if not WORDS.search(source) and not known:
            continue  # parsing every cell of a class takes longer than running it
        nodes = list(ast.walk(tree(source) or ast.Module([], [])))
        for node in nodes:
            known |= _imported(node)
        asked = {id(part) for node in nodes for kind in _asked_for(node) for part in ast.walk(kind)}
        for node in nodes:
            if id(node) in asked:
                continue
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names = [*modules, *_imported(node).values(), _dotted(node, known)]
            found |= dict.fromkeys(match.group() for name in names if (match := LIBRARY.match(name)))
    return list(found)


def _asked_for(node: ast.AST) -> list[ast.expr]:
    """The kinds that are asked about: `isinstance(m, (A, B))`, `type(m) in {A, B}`, `KINDS = [A, B]`, `case A():`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "issubclass"):
        kinds = node.args[1:]
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        kinds = [kind for kind in node.elts if isinstance(kind, ast.Attribute) and kind.attr[0].isupper()]
    elif isinstance(node, ast.MatchClass):
        kinds = [node.cls]
    else:
        kinds = node.comparators if isinstance(node, ast.Compare) else []
    return [kind for kind in kinds if not any(isinstance(part, ast.Call) for part in ast.walk(kind))]


def _imported(node: ast.AST) -> dict[str, str]:
    """{name in the cell: what it stands for} of an import."""
    if isinstance(node, ast.Import):
        return {(alias.asname or alias.name.split(".")[0]): (alias.name if alias.asname else alias.name.split(".")[0])
                for alias in node.names}
    if isinstance(node, ast.ImportFrom) and not node.level:
        return {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return {}


def _dotted(node: ast.AST, known: dict[str, str]) -> str:
    """The full dotted name of an expression such as `F.batch_norm`, or ""."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in known:
        return ""
    return ".".join([known[node.id], *reversed(parts)])
