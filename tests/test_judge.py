"""The judge: every answer gets exactly what it deserves, whatever happens round it."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator

import nbformat
import numpy as np
import pytest
import toy
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.errors import UserError
from autograder.intake import parse
from autograder.judge import checked_answer
from autograder.paper import secret_key
from autograder.plan import plan
from autograder.remote import Limits, Server
from autograder.run import Run, outputs
from autograder.sandbox import UNSAFE
from autograder.scan import TOO_LONG, library_calls
from autograder.worker import wire
from bnlib.check.calls import read, results_of
from bnlib.check.exercises import find
from bnlib.check.model import Answer

FOREVER = "while True:\n    pass"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with toy.server(cell=2.5, total=20.0) as one:
        yield one


def points(notebook: NotebookNode, server: Server) -> tuple[str, float, float]:
    """Status and the points of the toy's two exercises."""
    result = toy.graded(notebook, server).result
    assert result.score == sum(exercise.points for exercise in result.exercises) and result.max_score == 6
    return result.status, result.exercises[0].points, result.exercises[1].points


@pytest.mark.parametrize(("mean", "scale", "expected"), [
    (toy.MEAN, toy.SCALE, ("graded", 4, 2)),
    ("def column_mean(x):\n    return x.mean(axis=1)", toy.SCALE, ("graded", 0, 2)),
    # right on ordinary cases, wrong on one of two hidden ones: a half and a quarter
    ("def column_mean(x):\n    return x.mean(axis=0) + (len(x) == 1)", toy.SCALE, ("graded", 3, 2)),
    ("def column_mean(x):\n    raise NotImplementedError()", toy.SCALE, ("graded", 0, 2)),
    ("raise NotImplementedError()", toy.SCALE, ("graded", 0, 2)),
    ("", toy.SCALE, ("graded", 0, 2)),
    ("def column_mean(x)\n    return 1", toy.SCALE, ("graded_with_errors", 0, 2)),
    (toy.MEAN + "\n1 / 0", toy.SCALE, ("graded_with_errors", 4, 2)),
    (FOREVER, toy.SCALE, ("timeout", 0, 2)),
    (toy.MEAN + "\n" + FOREVER, toy.SCALE, ("timeout", 0, 2)),
    (toy.MEAN, "def doubled(x):\n    while True:\n        pass", ("timeout", 4, 0)),
    # the fresh process after the endless call has run the cells before it: np is there
    ("def column_mean(x):\n    while True:\n        pass", "def doubled(x):\n    return np.multiply(2, x)",
     ("timeout", 0, 2)),
    ("try:\n    while True: pass\nexcept BaseException:\n    while True: pass", toy.SCALE, ("timeout", 0, 2)),
    ("import os\nos._exit(0)", toy.SCALE, ("crashed", 0, 2)),
    (toy.MEAN, "import os\ndef doubled(x):\n    os._exit(0)", ("crashed", 4, 0)),
    (toy.MEAN, "def doubled(x):\n    return np.ones(10**10)", ("out_of_memory", 4, 0)),
    (toy.MEAN, "def doubled(x):\n    raise SystemExit", ("graded", 4, 0)),
    (toy.MEAN + "\nimport sys\nsys.exit()", toy.SCALE, ("graded_with_errors", 4, 2)),
    (toy.MEAN, "import warnings\ndef doubled(x):\n    warnings.warn('loud'); print(1)\n    return 2 * x",
     ("graded", 4, 2)),
    (toy.MEAN, "import torch\ndef doubled(x):\n    return 2 * x", ("graded_with_errors", 4, 0)),
])
def test_each_answer_gets_its_status_and_its_points(mean: str, scale: str, expected: tuple, server: Server) -> None:
    assert points(toy.notebook(mean, scale), server) == expected


def test_a_submission_that_would_kill_its_server_harms_no_other(server: Server) -> None:
    assassin = toy.notebook("import os\nos.kill(os.getppid(), 9)")
    assert points(assassin, server) == ("graded", 0, 2)  # behind the wall there is no parent
    assert points(toy.notebook(), server) == ("graded", 4, 2)
    with toy.server(wall=UNSAFE) as bare:
        # Whether the cell still answers before it dies with its server is a race: its own status and points are, too.
        assert points(assassin, bare)[1] == 0
        assert points(toy.notebook(), bare) == ("graded", 4, 2)


def test_a_thousand_cells_that_do_not_run_again_are_each_left_out() -> None:
    class Dying:
        def ask(self, deadline: float, source: str = "", **message: object) -> dict[str, object]:
            if source != "y = 2":
                raise wire.Closed("died")
            return {"outputs": [], "error": None, "count": 1}

        def end(self, kill: bool) -> dict[str, int]:
            return {"signal": 0, "status": 0, "peak": 0}

    class Fresh:
        limits = Limits()
        open = staticmethod(Dying)

    run = Run(Fresh())  # type: ignore[arg-type]
    run._done = [f"x = {k}" for k in range(1500)]
    run.cell(new_code_cell("y = 2"), "cell 1501", theirs=True)
    assert run._done == ["y = 2"] and run.status == "graded"


def test_when_the_time_is_up_the_rest_is_not_reached() -> None:
    with toy.server(cell=1.0, total=1.5) as hasty:
        result = toy.graded(toy.notebook("def column_mean(x):\n    while True:\n        pass", "while True:\n    pass"),
                            hasty).result
    assert (result.status, result.score, result.seconds < 4) == ("timeout", 0, True)
    assert result.exercises[1].message.startswith("Not reached")


def test_demonstrations_run_only_when_asked_for_and_their_errors_cost_nothing(server: Server) -> None:
    shown = {}
    for asked in (False, True):
        graded = toy.graded(toy.notebook(), server, asked)
        assert (graded.result.status, graded.result.score) == ("graded", 6) and graded.notebook is not None
        shown[asked] = [output.ename for output in graded.notebook.cells[4].outputs]
    assert shown == {False: [], True: ["RuntimeError"]}


def _without_tests(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if "check" not in cell.id]


def _without_imports(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell.id != "imports"]


def _doubled(notebook: NotebookNode) -> None:
    notebook.cells = [copy.deepcopy(cell) for cell in notebook.cells for _ in range(2)]


def _backwards(notebook: NotebookNode) -> None:
    notebook.cells[2:] = notebook.cells[:1:-1]  # answers stand below their tests


def _stripped(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata = {}


def _rewritten(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata and cell.metadata.nbgrader.grade:
            cell.source = "print('no test any more')"
            cell.metadata.nbgrader.points = 1000


def _own_cells(notebook: NotebookNode) -> None:
    notebook.cells.insert(2, new_code_cell("half = 0.5"))
    mean = next(cell for cell in notebook.cells if cell.id == "mean")
    mean.source = "def column_mean(x):\n    return 2 * half * x.mean(0)"
    notebook.cells.insert(2, new_code_cell("1 / 0"))


def _magic_in_a_demonstration(notebook: NotebookNode) -> None:
    cells = {cell.id: cell for cell in notebook.cells}
    cells["demo"].source = "%matplotlib inline\nfrom math import tau"
    cells["scale"].source = "%%time\ndef doubled(x):\n    return 2 * x * (tau / tau)"


def _helper_in_a_demonstration(notebook: NotebookNode) -> None:
    cells = {cell.id: cell for cell in notebook.cells}
    cells["demo"].source = "def two():\n    return 2"
    cells["scale"].source = "def doubled(x):\n    return two() * x"


@pytest.mark.parametrize("change", [
    _without_tests, _without_imports, _doubled, _backwards, _stripped, _rewritten, _own_cells,
    _helper_in_a_demonstration, _magic_in_a_demonstration,
])
def test_changed_tests_and_metadata_cost_and_gain_nothing(change: Callable, server: Server) -> None:
    notebook = toy.notebook()
    change(notebook)
    assert points(notebook, server) == ("graded", 4, 2)
    graded = toy.graded(notebook, server).notebook
    assert graded is not None
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in graded.cells]
    assert all(ids.count(name) == 1 for name in ("imports", "mean_check", "scale_check"))


def test_of_a_tests_cell_that_stands_twice_the_last_counts() -> None:
    notebook = toy.notebook()
    first = next(cell for cell in notebook.cells if cell.id == "mean_check")
    notebook.cells.insert(1, copy.deepcopy(first))
    keys = [step.key for step in plan(toy.notebook(), parse(json.dumps(notebook).encode()))]
    assert keys.count("mean_check") == 1 and keys.index("mean") < keys.index("mean_check")


def test_a_function_that_answers_differently_each_time_is_told_so(server: Server) -> None:
    unsteady = "calls = []\ndef doubled(x):\n    calls.append(1)\n    return 2 * x + (len(calls) > 2)"
    result = toy.graded(toy.notebook(scale=unsteady), server).result.exercises[1]
    assert result.points == 0 and result.mistakes == ["unsteady"] and "identical calls" in result.message


def test_patching_the_tools_gains_nothing(server: Server) -> None:
    forged = """
import numpy, gc, sys, builtins
numpy.allclose = numpy.array_equal = numpy.isclose = lambda *a, **k: True
for module in list(sys.modules.values()):
    for name in ("check", "judge", "difference", "call", "grade"):
        if hasattr(module, name):
            try: setattr(module, name, lambda *a, **k: True)
            except Exception: pass
class Liar(numpy.ndarray):
    def __eq__(self, other): return True
    def __sub__(self, other): return numpy.zeros(self.shape)
def column_mean(x):
    return numpy.zeros(x.shape[1]).view(Liar)
"""
    assert points(toy.notebook(forged), server)[1] == 0


def test_the_autograded_notebook_shows_outputs_and_verdicts_and_is_valid(server: Server) -> None:
    graded = toy.graded(toy.notebook(scale="print('mine')\ndef doubled(x):\n    return x"), server)
    assert graded.notebook is not None and graded.points_by_cell == {"mean_check": 4, "scale_check": 0}
    nbformat.validate(graded.notebook)
    cells = {cell.id: cell for cell in graded.notebook.cells}
    assert cells["scale"].outputs[0].text == "mine\n"
    assert cells["mean_check"].outputs[0].text == "✓ column_mean: 4 of 4 points.\n"
    assert cells["scale_check"].outputs[0].text.startswith("✗ doubled: 0 of 2 points. First seen on “N = D = 4”")
    assert cells["scale_check"].metadata == toy.notebook().cells[-1].metadata and not cells["demo"].outputs


def test_a_message_never_shows_the_expected_value(server: Server) -> None:
    wrong = toy.graded(toy.notebook("def column_mean(x):\n    return 0 * x[0]"), server).result.exercises[0].message
    truth = toy.paper().questions["mean_check"].cases[0].args[0].mean(axis=0)
    assert not any(f"{value:.4f}"[:6] in wrong for value in truth)


def test_the_same_key_gives_the_same_cases_and_another_key_others(tmp_path) -> None:
    first, again, other = (toy.paper(key).questions["mean_check"].cases[0].args[0] for key in (b"a", b"a", b"b"))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
    assert secret_key(tmp_path, None) == secret_key(tmp_path, None) != secret_key(tmp_path / "another", None)
    assert (tmp_path / ".judge-key").stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob("*.part"))
    assert secret_key(tmp_path, 3) == secret_key(tmp_path / "x", 3) != secret_key(tmp_path, 4)


@pytest.mark.parametrize("damaged", ["", "abc", "00", "zz" * 32])
def test_a_damaged_key_is_never_taken_for_one(damaged: str, tmp_path) -> None:
    (tmp_path / ".judge-key").write_text(damaged)
    with pytest.raises(UserError, match=r"\.judge-key is damaged: remove it"):
        secret_key(tmp_path, None)


@pytest.mark.parametrize("reply", [
    {}, {"values": "x"}, {"values": [1.0], "kinds": ["float"], "mutated": []},
    {"values": [np.ones(1), np.ones(1)], "kinds": ["a", "a"], "mutated": []},
    {"values": [np.ones(1)], "kinds": [1], "mutated": []}, {"values": [np.ones(1)], "kinds": ["a"], "mutated": ["x"]},
])
def test_a_reply_that_is_no_answer_becomes_an_error(reply: dict) -> None:
    assert checked_answer(reply, 1).error == "the call did not come back with plain results"


def test_outputs_from_a_worker_are_taken_for_hostile() -> None:
    good = {"output_type": "stream", "name": "stdout", "text": "x"}
    bad = [None, 1, {"output_type": "evil"}, {**good, "name": "x"}, {**good, "text": ["x"]},
           {**good, "text": "x" * 10**6},
           {"output_type": "error", "ename": 1, "evalue": "", "traceback": []},
           {"output_type": "display_data", "data": {"text/html": 1}, "metadata": {}},
           {"output_type": "execute_result", "data": {}, "metadata": {}, "execution_count": "1"}]
    assert [o.text for o in outputs([good, *bad])] == ["x"] and outputs("x") == []


ODD = [np.zeros(()), np.full((3, 2), np.nan), np.array([-1, 4]), np.array([2**62, 2**62]), np.zeros((0, 10**9)),
       np.arange(30_000), np.array([True]), np.full((2,) * 16, 1, "float16")]


@pytest.mark.parametrize("name", ["shuffled_batches", "discriminator_batch"])
def test_properties_are_read_from_what_came_out_and_not_said_by_the_worker(name: str) -> None:
    exercise, dice = find(name), random.Random(1)
    for case in exercise.cases(np.random.default_rng(1)):
        count, truth = results_of(exercise), exercise.expected(case, frozenset())
        for values in [truth[:count], *([dice.choice(ODD) for _ in range(count)] for _ in range(50))]:
            assert read(exercise, case.args, Answer(tuple(values), ("ndarray",) * count)).error


def test_a_cell_too_long_to_look_through_is_flagged_and_not_parsed() -> None:
    assert library_calls(["x = [" + "1," * 60_000 + "]  # torch"]) == [TOO_LONG]
