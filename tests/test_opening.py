"""A lesson opened in the wrong place says what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from autograder.lessons import ROOT, lessons
from autograder.opening import SETUP

COLAB = """
import subprocess, sys, types
colab = types.ModuleType("google.colab")
colab.files = types.SimpleNamespace(upload=lambda: {"course.zip": b""})
sys.modules.update({"google": types.ModuleType("google"), "google.colab": colab})
subprocess.run = lambda command, check: print(command[1:])
"""


def run(code: str, folder: Path, path: str = "") -> subprocess.CompletedProcess[str]:
    """With -I -S: neither the repository nor what is installed is there, unless `path` says so."""
    code = f"import sys\nsys.path[:0] = [{path!r}]\n{code}"
    command = [sys.executable, "-I", "-S", "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_lesson_opens_with_it_and_links_the_glossary() -> None:
    for lesson in lessons():
        title, setup = lesson.compiled().cells[:2]
        assert setup.source == SETUP and setup.metadata["nbgrader"]["locked"]
        assert "](../glossary.md)" in title.source
    assert (ROOT / "course" / "glossary.md").is_file()


def test_where_the_package_is_nothing_is_said(tmp_path: Path) -> None:
    done = run(SETUP, tmp_path, str(ROOT))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_the_package_it_says_what_to_do(tmp_path: Path) -> None:
    done = run(SETUP, tmp_path)
    assert done.returncode == 1 and "install as its README says" in done.stderr and sys.executable in done.stderr


def test_an_old_python_is_told(tmp_path: Path) -> None:
    done = run(f"import sys\nsys.version_info = (3, 10)\n{SETUP}", tmp_path, str(ROOT))
    assert done.returncode == 1 and "needs Python 3.11 or newer" in done.stderr


def test_on_colab_it_installs_the_zip_that_is_uploaded(tmp_path: Path) -> None:
    done = run(COLAB + SETUP, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(["-m", "pip", "install", "-q", "course.zip"])
