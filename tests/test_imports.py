"""Imports point one way: tests -> autograder -> bnlib.check -> bnlib.oracle -> torch; lessons stand on bnlib only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LESSONS = sorted((ROOT / "solutions").glob("*/*.py"))
HEAVY = {"IPython", "matplotlib", "mlxtend", "numpy", "pandas", "scipy", "sklearn", "torch"}


def imports_of(source: str, package: str = "") -> set[str]:
    """Every module imported anywhere in `source`, functions included, as dotted names.

    `from a import b` counts as `a` and `a.b`, since b may be a module. `package` resolves relative imports.
    """
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def within(name: str, *packages: str) -> bool:
    """Is the dotted `name` one of `packages` or inside one?"""
    return any(name == package or name.startswith(package + ".") for package in packages)


def imports_under(folder: str) -> dict[str, set[str]]:
    """{file: the modules it imports} for every Python file under `folder`; never empty."""
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files, f"no Python files under {folder}"
    return {
        str(path.relative_to(ROOT)): imports_of(
            path.read_text(encoding="utf-8"), ".".join(path.relative_to(ROOT).parent.parts)
        )
        for path in files
    }


def offences(folder: str, *forbidden: str) -> list[str]:
    return [
        f"{file} imports {name}"
        for file, names in imports_under(folder).items()
        for name in sorted(names)
        if within(name, *forbidden)
    ]


def test_the_walker_sees_every_form_of_import() -> None:
    assert imports_of("import a.b") == {"a.b"}
    assert imports_of("def f():\n    from a import b as c") == {"a", "a.b"}
    assert imports_of("from . import x", "bnlib.check") == {"bnlib.check", "bnlib.check.x"}
    assert imports_of("from ..oracle import x", "bnlib.check") == {"bnlib.oracle", "bnlib.oracle.x"}
    assert within("bnlib.check.show", "bnlib.check")
    assert not within("bnlib.checks", "bnlib.check")


def test_nothing_in_bnlib_knows_the_autograder() -> None:
    assert not offences("bnlib", "autograder", "tests")


def test_the_autograder_does_not_import_the_tests() -> None:
    assert not offences("autograder", "tests")


def test_the_check_never_imports_the_reference() -> None:
    assert not offences("bnlib/check", "bnlib.reference")


def test_the_oracle_stands_alone() -> None:
    assert not offences("bnlib/oracle", "bnlib.check", "bnlib.reference")


def test_the_reference_imports_only_numpy_torch_and_triton() -> None:
    strangers = [
        f"{file} imports {name}"
        for file, names in imports_under("bnlib/reference").items()
        for name in sorted(names)
        if not within(name, "bnlib.reference", "numpy", "torch", "triton")
        and name != "bnlib"  # the package of `from bnlib import reference`; its other modules are named in full
        and name.split(".")[0] not in sys.stdlib_module_names
    ]
    assert not strangers


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.parent.name)
def test_a_lesson_stands_on_bnlib_only(lesson: Path) -> None:
    others = {path.stem for path in LESSONS} | {path.parent.name for path in LESSONS}
    names = imports_of(lesson.read_text(encoding="utf-8"))
    assert names
    assert not [name for name in names if within(name, "bnlib.reference", "autograder", "tests", "solutions", *others)]


def loaded_after(statement: str) -> set[str]:
    """Top-level names of the modules a fresh interpreter holds after `statement`."""
    code = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_import_bnlib_takes_nothing_heavy() -> None:
    assert not loaded_after("import bnlib") & HEAVY


def test_the_check_does_not_import_torch() -> None:
    assert "torch" not in loaded_after("from bnlib.check import check")


def test_the_probe_would_see_a_heavy_import() -> None:
    assert "numpy" in loaded_after("import numpy")
