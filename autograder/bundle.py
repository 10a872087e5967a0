"""`autograder bundle`: the students' edition as one zip, the same bytes every time, with no answer in it."""

from __future__ import annotations

import argparse
import os
import re
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import yaml

from autograder.cells import answer_lines
from autograder.errors import UserError
from autograder.lessons import ROOT, lessons

# Instructors' packages that a student does without.
NOT_FOR_STUDENTS = {"jinja2", "jupytext", "nbclient", "nbformat", "nbgrader", "nbval", "pyyaml", "rapidfuzz", "rich"}
LEFT_OUT = ("bnlib/reference/",)
TAKEN = ("LICENSE", "CITATION.cff", "constraints.txt", "course/glossary.md")
SHIPPED = {".py", ".typed", ".ipynb"}
FORBIDDEN = re.compile(r"^\s*(from|import) (autograder|bnlib\.reference)\b", re.MULTILINE)
DAY = (2026, 1, 1, 0, 0, 0)  # of every file in the zip, whenever it is made


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `autograder bundle`."""
    parser.add_argument("--out", type=Path, default=Path("dist"), metavar="DIR", help="folder for the zip (dist)")


def run(args: argparse.Namespace) -> int:
    """Write the zip and say what is in it."""
    path = write(args.out)
    with zipfile.ZipFile(path) as zipped:
        count = len(zipped.namelist())
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB, {count} files, no answer in it.")
    return 0


def write(folder: Path) -> Path:
    """Write the zip into `folder`; UserError, and no zip, if an answer would be in it."""
    files = dict(sorted(contents()))
    leaks = answers_in(files)
    if leaks:
        raise UserError("The students' edition would hold answers:\n" + "\n".join(leaks))
    name = f"batchnorm-course-{_project()['version']}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.zip"
    part = path.with_name(path.name + ".part")
    with zipfile.ZipFile(part, "w") as zipped:
        for place, data in files.items():
            entry = zipfile.ZipInfo(f"{name}/{place}", DAY)
            entry.external_attr, entry.create_system = 0o644 << 16, 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, data)
    os.replace(part, path)
    return path


def contents() -> Iterator[tuple[str, bytes]]:
    """(place in the zip, bytes) of every file of the students' edition."""
    for place in TAKEN:
        yield place, (ROOT / place).read_bytes()
    # The page for students is the zip's README, and the glossary lies with the lessons.
    yield "README.md", (ROOT / "docs" / "students.md").read_bytes().replace(b"(../course/", b"(course/")
    yield "pyproject.toml", _pyproject().encode()
    yield "environment.yml", _environment().encode()
    folders = [ROOT / "bnlib", *sorted((ROOT / "course").glob("[a-z0-9][a-z0-9_-]*"))]
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        place = path.relative_to(ROOT).as_posix()
        hidden = any(part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts)
        if path.is_file() and path.suffix in SHIPPED and not hidden and not place.startswith(LEFT_OUT):
            yield place, path.read_bytes()


def answers_in(files: dict[str, bytes]) -> list[str]:
    """A sentence for every file that is, names or quotes what students must not have."""
    found = [f"{place} is not for students." for place in files
             if place.startswith((*LEFT_OUT, "solutions/", "autograder/", "tests/"))]
    secret = answer_lines(lesson.compiled() for lesson in lessons())
    for place, data in files.items():
        text = data.decode()
        if place.endswith(".ipynb"):
            cells = nbformat.reads(text, as_version=4).cells
            lines = {line.strip() for cell in cells for line in cell.source.splitlines()}
            found += [f"{place} quotes an answer: {line}" for line in sorted(secret & lines)]
            found += [f"{place} holds {word!r}." for word in ("BEGIN SOLUTION", "HIDDEN TESTS") if word in text]
        elif place.endswith(".py") and FORBIDDEN.search(text):
            found.append(f"{place} imports what students do not have.")
    return found


def _project() -> dict[str, str]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"])


def _pyproject() -> str:
    """A package of bnlib alone; PyTorch is not pinned here, so that it installs where one is already (Colab)."""
    project = _project()
    wanted = [one for one in project["dependencies"] if _name(one) not in NOT_FOR_STUDENTS]
    listed = "".join(f'    "{one.replace("torch==", "torch>=")}",\n' for one in wanted)
    return (
        '[build-system]\nrequires = ["setuptools>=64"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\n'
        f'name = "batchnorm-course-student"\nversion = "{project["version"]}"\n'
        'description = "A course on batch normalization: the lessons\' package"\nreadme = "README.md"\n'
        f'requires-python = "{project["requires-python"]}"\ndependencies = [\n{listed}]\n\n'
        '[tool.setuptools.packages.find]\ninclude = ["bnlib*"]\n\n'
        '[tool.setuptools.package-data]\nbnlib = ["py.typed"]\n'
    )


def _environment() -> str:
    """environment.yml with what students need, the same versions."""
    whole = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    wanted = {_name(one) for one in _project()["dependencies"]} - NOT_FOR_STUDENTS | {"python", "pip", "pytorch"}
    kept = [one for one in whole["dependencies"] if isinstance(one, str) and one.split("=")[0] in wanted]
    return yaml.safe_dump({**whole, "dependencies": [*kept, {"pip": ["-e ."]}]}, sort_keys=False)


def _name(requirement: str) -> str:
    return re.split(r"[<>=!~ ]", requirement, maxsplit=1)[0]
