"""pyproject.toml, constraints.txt and environment.yml name the same packages and versions."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distributions, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DIRECT = {
    canonicalize_name(requirement.name): requirement
    for requirement in map(Requirement, sum(PROJECT["optional-dependencies"].values(), PROJECT["dependencies"]))
}
CONDA_NAMES = {"pytorch": "torch", "playwright-python": "playwright"}
PIN = re.compile(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)")  # no +cpu: the machine's own build is taken


def constraints() -> dict[str, str]:
    """{package: version}; fails on a line that is not an exact pin."""
    pins: dict[str, str] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            match = PIN.fullmatch(line)
            assert match, f"constraints.txt: not an exact pin: {line}"
            name = canonicalize_name(match[1])
            assert name not in pins, f"constraints.txt: {name} twice"
            pins[name] = match[2]
    return pins


def environment() -> dict[str, str]:
    """{package by its name on PyPI: version} of environment.yml, Python, pip and the course itself left out."""
    pins = {}
    *conda, by_pip = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    for entry in conda:
        if entry != "pip":
            name, _, exact = entry.partition("=")
            pins[CONDA_NAMES.get(name, name)] = exact
    for entry in by_pip["pip"][1:]:  # what is for one system only, which conda cannot say
        requirement = Requirement(entry)
        assert requirement.marker == DIRECT[canonicalize_name(requirement.name)].marker is not None
        pins[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    assert pins.pop("python") == "3.11"
    return pins


@pytest.mark.parametrize("name", sorted(DIRECT))
def test_a_direct_dependency_is_pinned_alike_everywhere(name: str) -> None:
    pinned = constraints()[name]
    assert DIRECT[name].specifier.contains(pinned), f"constraints.txt pins {name} outside pyproject's bounds"
    assert environment()[name] == pinned


def test_the_conda_environment_holds_nothing_else() -> None:
    assert set(environment()) == set(DIRECT)


def test_the_conda_environment_is_conda_forge_only() -> None:
    text = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert text["channels"] == ["conda-forge", "nodefaults"]
    assert text["dependencies"][-1]["pip"][0] == "-e ."


def test_torch_is_exact_in_pyproject() -> None:
    assert str(DIRECT["torch"].specifier) == f"=={constraints()['torch']}"


def test_what_runs_here_is_what_is_pinned() -> None:
    pins = constraints()
    here = [name for name, wanted in DIRECT.items() if wanted.marker is None or wanted.marker.evaluate()]
    assert {name: version(name).split("+")[0] for name in here} == {name: pins[name] for name in here}


def test_every_pinned_version_runs_on_the_oldest_python_that_is_promised() -> None:
    oldest, pins = PROJECT["requires-python"].removeprefix(">=") + ".0", constraints()
    wanted = {canonicalize_name(one.metadata["Name"]): one.metadata.get("Requires-Python") or ""
              for one in distributions()}
    assert {name: python for name, python in wanted.items()
            if name in pins and not SpecifierSet(python).contains(oldest)} == {}
