"""The students' edition: the same bytes every time, no answer in it, and it installs and runs by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook

from autograder import bundle
from autograder.cells import answer_lines
from autograder.errors import UserError
from autograder.lessons import ROOT, lessons

PROBE = """
import pathlib, sys
import bnlib
assert pathlib.Path(bnlib.__file__).is_relative_to(sys.argv[1]), bnlib.__file__
from bnlib.check import check
def batch_statistics(x):
    return x.mean(axis=0), x.var(axis=0)
check("batch_statistics", batch_statistics)
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(bundle.write(folder)) as zipped:
        zipped.extractall(folder)
        (root,) = {name.split("/")[0] for name in zipped.namelist()}
    return folder / root


def test_the_zip_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    one, two = (bundle.write(tmp_path / name).read_bytes() for name in "ab")
    assert one == two


def test_it_holds_every_lesson_and_nothing_of_the_instructors(unpacked: Path) -> None:
    places = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert {f"course/{one.name}/{one.release.name}" for one in lessons()} <= places
    assert {"README.md", "pyproject.toml", "environment.yml", "course/glossary.md"} <= places
    assert not [place for place in places if place.startswith(("solutions", "autograder", "tests", "bnlib/reference"))]
    assert (unpacked / "README.md").read_text(encoding="utf-8").count("(course/glossary.md)") == 1


def test_an_answer_a_marker_or_a_forbidden_import_stops_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def notebook(source: str) -> dict[str, bytes]:
        return {"course/x.ipynb": nbformat.writes(new_notebook(cells=[new_code_cell(source)])).encode()}

    line = min(answer_lines(lesson.compiled() for lesson in lessons()))
    for extra in (notebook(line), notebook("### BEGIN SOLUTION"),
                  {"bnlib/x.py": b"from bnlib.reference import batchnorm_forward"}, {"bnlib/reference/x.py": b""}):
        assert len(bundle.answers_in(extra)) == 1
    monkeypatch.setattr(bundle, "contents", lambda: iter({"solutions/x.py": b""}.items()))
    with pytest.raises(UserError, match=r"solutions/x\.py is not for students"):
        bundle.write(tmp_path)
    assert not list(tmp_path.iterdir())


def test_it_installs_and_checks_an_answer_where_the_repository_is_not(unpacked: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target",
                    str(site), str(unpacked)], check=True, env=environment, capture_output=True)
    done = subprocess.run([sys.executable, "-c", PROBE, str(site)], cwd=tmp_path, capture_output=True, text=True,
                          env={**environment, "PYTHONPATH": str(site)}, check=False)
    assert done.returncode == 0, done.stderr
    assert "visible checks passed" in done.stdout


def test_binder_has_the_versions_of_the_environment(unpacked: Path) -> None:
    def pins(path: Path) -> dict[str, str]:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))["dependencies"]
        return dict(entry.replace("pytorch-cpu", "pytorch").partition("=")[::2] for entry in entries
                    if isinstance(entry, str))

    every = pins(ROOT / "environment.yml")
    for path in (ROOT / "binder" / "environment.yml", unpacked / "environment.yml"):
        assert pins(path).items() <= every.items()
    assert pins(unpacked / "environment.yml") == pins(ROOT / "binder" / "environment.yml")
