"""Both editions as wheels: nothing is missing from them, and they work where the repository is not."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from sample_class import answered, mixed, names, right

from autograder import bundle
from autograder.lessons import ROOT, select

LESSON = select(["02"])[0]
STUDENT = """
import pathlib, sys
import bnlib
assert pathlib.Path(bnlib.__file__).is_relative_to(sys.argv[1]), bnlib.__file__
from bnlib import crowd, data, experiments, plots, widgets
from bnlib.check import check
{answer}
check({name!r}, {name})
"""


def built(source: Path, folder: Path) -> Path:
    """The wheel of the project in `source`, built by the setuptools that is here."""
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder),
                    str(source)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def installed(wheel: Path, site: Path) -> dict[str, str]:
    """Unpack a wheel as pip does; the environment in which Python finds it before anything else."""
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(site), str(wheel)],
                   check=True, capture_output=True)
    return {**os.environ, "PYTHONPATH": str(site), "OMP_NUM_THREADS": "1"}


def inside(wheel: Path) -> set[str]:
    """The files of the packages in a wheel."""
    with zipfile.ZipFile(wheel) as zipped:
        return {name for name in zipped.namelist() if ".dist-info/" not in name}


@pytest.fixture(scope="module")
def instructors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instructors' wheel, from a copy: setuptools writes beside what it builds."""
    copy = tmp_path_factory.mktemp("repository")
    for package in ("bnlib", "autograder"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, copy)
    return built(copy, tmp_path_factory.mktemp("wheel"))


def test_the_instructors_wheel_holds_every_file_of_both_packages(instructors: Path) -> None:
    wanted = {path.relative_to(ROOT).as_posix() for package in ("bnlib", "autograder")
              for path in (ROOT / package).rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert inside(instructors) == wanted


def test_the_instructors_wheel_grades_and_reports_in_a_folder_of_lessons(instructors: Path, tmp_path: Path) -> None:
    environment = installed(instructors, tmp_path / "site")
    course = tmp_path / "course"
    for part in ("solutions", "course"):
        shutil.copytree(ROOT / part / LESSON.name, course / part / LESSON.name)
    for student, answers in {"ada": right(LESSON), "bob": mixed(LESSON, 2), "chien": {}}.items():
        place = course / "submitted" / student / LESSON.name / LESSON.notebook.name
        place.parent.mkdir(parents=True)
        nbformat.write(answered(LESSON, answers), place)

    def autograder(*words: str, cwd: Path = course) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "autograder.cli", *words], cwd=cwd, env=environment,
                              capture_output=True, text=True)

    done = autograder("grade", "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    with (course / "graded" / "grades.csv").open(encoding="utf-8") as file:
        scores = {row["student"]: float(row["total"]) for row in csv.DictReader(file)}
    assert scores["ada"] > scores["bob"] > scores["chien"] == 0
    (page := course / "graded" / "report" / "index.html").unlink()
    assert autograder("report").returncode == 0 and "chien" in page.read_text("utf-8")

    # Elsewhere, and where more than the lessons is needed, it says so.
    away = autograder("grade", cwd=tmp_path)
    assert away.returncode == 2 and "the one that holds solutions/" in away.stderr
    whole = autograder("bundle")
    assert whole.returncode == 2 and "works on the course's repository" in whole.stderr


def test_the_students_wheel_checks_an_answer_and_holds_none(tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle.write(tmp_path)) as zipped:
        zipped.extractall(tmp_path)
        held = {name.partition("/")[2] for name in zipped.namelist()}
    (source,) = (folder for folder in tmp_path.iterdir() if folder.is_dir())
    wheel = built(source, tmp_path / "wheel")
    assert inside(wheel) == {name for name in held if name.startswith("bnlib/")}
    assert not [name for name in inside(wheel) if name.startswith("bnlib/reference")]

    environment, name = installed(wheel, tmp_path / "site"), names(LESSON)[0]
    probe = STUDENT.format(name=name, answer=f"import numpy as np\n{right(LESSON)[name]}")
    done = subprocess.run([sys.executable, "-c", probe, str(tmp_path / "site")], cwd=tmp_path, env=environment,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "visible checks passed" in done.stdout
    for closed in ("bnlib.reference", "autograder.hidden"):
        probe = f"import sys; sys.meta_path = sys.meta_path[:3]; import {closed}"  # no editable install
        assert "ModuleNotFoundError" in subprocess.run([sys.executable, "-c", probe], cwd=tmp_path, env=environment,
                                                       capture_output=True, text=True).stderr
