"""The command line: what a user got wrong, or a machine has not, is one sentence and a status, never a traceback."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from autograder import cli, report


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_says_what_it_is_for(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0 and f"usage: autograder {command}" in said


@pytest.mark.parametrize(("arguments", "said"), [
    (["--jobs", "many"], "--jobs/-j: a whole number of at least 1, not 'many'"),
    (["--jobs", "0"], "--jobs/-j: a whole number of at least 1, not '0'"),
    (["--memory-mb", "-5"], "--memory-mb: a whole number of at least 1, not '-5'"),
    (["--total-seconds", "inf"], "--total-seconds: a number of seconds above 0, not 'inf'"),
    (["--total-seconds", "nan"], "--total-seconds: a number of seconds above 0, not 'nan'"),
    (["--cell-seconds", "-1"], "--cell-seconds: a number of seconds above 0, not '-1'"),
    (["--cell-seconds", "soon"], "--cell-seconds: a number of seconds above 0, not 'soon'"),
])
def test_a_number_that_is_none_is_named_with_its_option(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["grade", *arguments])
    assert ended.value.code == 2 and said in capsys.readouterr().err


def test_a_work_folder_among_the_students_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ada" / "03_batchnorm_forward").mkdir(parents=True)
    for work in (tmp_path, tmp_path / "graded"):
        assert cli.main(["grade", "--submitted", str(tmp_path), "--work", str(work), "--unsafe-no-sandbox"]) == 2
        assert "where every folder is a student" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["ada"]


@pytest.mark.parametrize(("raised", "status", "said"), [
    (OSError(errno.ENOSPC, "No space left on device"), 2,
     "Writing failed: No space left on device. Mend that and try again.\n"),
    (PermissionError(errno.EACCES, "Permission denied", "graded/report"), 2,
     "graded/report: Permission denied. Mend that and try again.\n"),
    (KeyboardInterrupt(), 130, "Stopped.\n"),
])
def test_faults_of_the_machine_and_interruptions_are_one_sentence(
    raised: BaseException, status: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def failing(*_: object) -> Path:
        raise raised

    (tmp_path / "results.jsonl").write_text("")
    monkeypatch.setattr(report, "write", failing)
    assert (cli.main(["report", "--work", str(tmp_path)]), capsys.readouterr().err) == (status, said)


def test_a_fault_of_the_program_keeps_its_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> Path:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "template.j2")

    (tmp_path / "results.jsonl").write_text("")
    monkeypatch.setattr(report, "write", failing)
    with pytest.raises(FileNotFoundError):
        cli.main(["report", "--work", str(tmp_path)])
