"""The repository belongs to no machine, and its front page says how to start."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# A home or scratch folder of somebody's machine, after a space, quote, bracket, = : or ` or at a line's start.
MACHINE_PATH = re.compile(r"""(^|[\s"'(\[=:`,])/(work|farm|root|home|tmp|Users)/[A-Za-z]""", re.MULTILINE)
HOSTS = ("pypi" + ".org", "files.python" + "hosted.org", "download.py" + "torch.org", "conda.ana" + "conda.org")


def tracked() -> dict[str, str]:
    """{path: text} of every tracked text file."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what is tracked is unknown")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = {}
    for name in filter(None, names.split("\0")):
        try:
            texts[name] = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a picture, or deleted and not yet committed
    assert "pyproject.toml" in texts
    return texts


def test_no_tracked_file_names_a_path_of_one_machine() -> None:
    found = [f"{name}: {match[0].strip()}" for name, text in tracked().items() for match in MACHINE_PATH.finditer(text)]
    assert not found


@pytest.mark.parametrize("line", ["see /ho" + "me/ada/x", '"/wo' + 'rk/main"', "/tm" + "p/a", "root=/ro" + "ot/b"])
def test_the_pattern_sees_a_path_of_one_machine(line: str) -> None:
    assert MACHINE_PATH.search(line)


def test_no_tracked_file_names_a_registry() -> None:
    assert not [(name, host) for name, text in tracked().items() for host in HOSTS if host in text]


def test_the_readme_names_the_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test", "lab"):
        assert f"make {target}" in readme
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_readme_names_only_what_is_there() -> None:
    """Every path in the README's tree exists."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    tree = re.search(r"```\n(solutions/.*?)```", readme, re.DOTALL)
    assert tree, "README.md has no tree"
    paths = [line.split()[0] for line in tree[1].splitlines() if line.strip()]
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_the_continuous_integration_runs_what_a_contributor_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111, ".ci/run is not executable"
    assert "make test" in script.read_text(encoding="utf-8")
    assert ".ci/run" in (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
