"""What an experiment found is kept: by every parameter and the code, whole or not at all, and never instead of it."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bnlib.experiments import Form, progress, store
from bnlib.experiments.__main__ import main
from bnlib.experiments.store import experiment


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BNLIB_CACHE", str(tmp_path / "kept"))
    monkeypatch.setattr(store, "EXPERIMENTS", dict(store.EXPERIMENTS))
    return tmp_path / "kept"


def counted():
    """An experiment that counts how often it really ran, and the counter."""
    runs: list[tuple] = []

    @experiment
    def toy(form: Form, lr: float = 0.1, seeds: tuple[int, ...] = (0, 1)) -> dict[str, np.ndarray]:
        """Nothing is trained."""
        runs.append((form, lr, seeds))
        return {"loss": lr * np.arange(len(seeds)), "step": np.array(3)}

    return toy, runs


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*"))


def test_the_same_call_runs_once_whatever_way_it_is_written(own_folder):
    toy, runs = counted()
    first = toy(Form("relu"))
    toy.cache_clear()  # as another process: from disk
    second = toy(form=Form("relu"), seeds=(0, 1), lr=0.1)
    assert len(runs) == 1 and len(files(own_folder)) == 1
    for name, values in first.items():
        np.testing.assert_array_equal(values, second[name])
        assert values.dtype == second[name].dtype


@pytest.mark.parametrize("other", [{"lr": 0.2}, {"seeds": (0, 2)}, {"form": Form("relu", group=4)}])
def test_any_other_parameter_is_another_result(other):
    toy, runs = counted()
    toy(**{"form": Form("relu")})
    toy(**{"form": Form("relu"), **other})
    assert len(runs) == 2


def test_other_code_is_another_result(monkeypatch):
    toy, runs = counted()
    toy(Form())
    toy.cache_clear()
    monkeypatch.setattr(store, "version", lambda: "later")
    toy(Form())
    assert len(runs) == 2


def test_the_version_is_that_of_the_code(monkeypatch, tmp_path):
    package = tmp_path / "experiments"
    package.mkdir()
    (tmp_path / "data.py").write_text("")
    (package / "store.py").write_text("one = 1")
    monkeypatch.setattr(store, "__file__", str(package / "store.py"))
    before = store.version.__wrapped__()
    assert before == store.version.__wrapped__()
    (package / "store.py").write_text("one = 2")
    assert before != store.version.__wrapped__()


def test_a_file_that_is_broken_or_of_another_question_is_not_believed(own_folder):
    toy, runs = counted()
    toy(Form())
    toy(Form(), lr=0.2)
    one, two = files(own_folder)
    one.write_bytes(two.read_bytes())  # the name says one thing, the file another
    two.write_bytes(two.read_bytes()[:50])
    toy.cache_clear()
    np.testing.assert_array_equal(toy(Form())["loss"], [0, 0.1])
    np.testing.assert_array_equal(toy(Form(), lr=0.2)["loss"], [0, 0.2])
    assert len(runs) == 4


def test_a_run_that_fails_keeps_nothing(own_folder):
    @experiment
    def broken() -> dict[str, np.ndarray]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert not files(own_folder)


def test_a_write_that_fails_costs_nothing_but_time(own_folder, monkeypatch):
    toy, _ = counted()
    monkeypatch.setattr(np, "savez", lambda *args, **kwargs: (_ for _ in ()).throw(OSError("disk full")))
    assert toy(Form())["step"] == 3
    assert not files(own_folder)


def test_two_at_once_leave_one_whole_file(own_folder):
    toy, _ = counted()

    def alone(_: int) -> float:
        toy.cache_clear()
        return float(toy(Form())["loss"][1])

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(alone, range(40))) == {0.1}
    assert [file.suffix for file in files(own_folder)] == [".npz"]


def test_off_keeps_nothing_on_disk(own_folder, monkeypatch):
    monkeypatch.setenv("BNLIB_CACHE", "off")
    toy, runs = counted()
    toy(Form())
    toy(Form())
    assert len(runs) == 1 and not own_folder.exists()


def test_results_cannot_be_changed_for_the_next_who_asks():
    toy, _ = counted()
    found = toy(Form())
    with pytest.raises(ValueError, match="read-only"):
        found["loss"][0] = 7
    found["loss"] = np.zeros(1)
    assert toy(Form())["loss"].size == 2


def test_the_command_lists_counts_and_clears(own_folder, capsys):
    toy, _ = counted()
    toy(Form())
    note = own_folder / "letter.txt"
    note.write_text("not ours")
    assert main([]) == 0
    said = capsys.readouterr().out
    assert "sweep(form" in said and "Train one network for every setting" in said
    assert f"Kept in {own_folder}: 1 results of this code" in said
    assert main(["--clear"]) == 0
    assert not list(own_folder.glob("*/*.npz")) and note.exists()
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "BNLIB_CACHE" in capsys.readouterr().out


def test_a_bar_shows_when_somebody_watches_and_leaves_no_trace_when_nobody_does(monkeypatch, capsys):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.delenv("BNLIB_PROGRESS", raising=False)
    with progress.showing("sweep"):
        assert list(progress.steps_of(range(1, 4), 3)) == [1, 2, 3]
    assert capsys.readouterr() == ("", "")
    monkeypatch.setenv("JPY_SESSION_NAME", "lesson.ipynb")
    assert progress.watched()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    with progress.showing("sweep"):
        assert list(progress.steps_of(range(1, 4), 3)) == [1, 2, 3]
    assert "sweep" in capsys.readouterr().out
