"""What a student sees: one line when right, one message when wrong, never a traceback or the answer."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from bnlib.check import CheckFailed, check
from bnlib.check.calls import call
from bnlib.check.exercises import find
from bnlib.check.model import Answer


def right(x: Any) -> Any:
    return x.mean(axis=0), x.var(axis=0)


def test_a_right_answer_gets_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    check("batch_statistics", right)
    out, err = capsys.readouterr()
    assert out == "✓ batch_statistics: visible checks passed (7 cases).\n" and err == ""


def test_numbers_that_come_from_pytorch_are_refused_where_grading_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    def imported(x: Any) -> Any:
        import torch

        return tuple(part.numpy() for part in torch.var_mean(torch.as_tensor(x).double(), 0, correction=0))[::-1]

    torch = pytest.importorskip("torch")

    def named(x: Any) -> Any:
        return next(torch.as_tensor(x).double().mean(0).numpy() for _ in "x"), np.var(x, axis=0)

    for function in (imported, named):
        with pytest.raises(CheckFailed, match=r"from PyTorch\.\n.*is not there while"):
            check("batch_statistics", function)
    assert capsys.readouterr().out == ""


def test_a_failure_shows_its_message_and_no_traceback() -> None:
    with pytest.raises(CheckFailed) as caught:
        check("batch_statistics", lambda x: (x.mean(axis=0), x.var(axis=0, ddof=1)))
    assert "N − 1" in str(caught.value)
    lines = caught.value._render_traceback_()
    assert lines == str(caught.value).splitlines() and all(len(line) <= 88 for line in lines)


def test_a_result_of_odd_shape_never_breaks_the_check_itself() -> None:
    for odd in (np.zeros((4, 4, 4)), 1.0, np.zeros(0), [[1.0]]):
        with pytest.raises(CheckFailed, match="batchnorm_forward: 8 of 8 visible cases fail"):
            check("batchnorm_forward", lambda x, gamma, beta, eps=1e-5, odd=odd: (odd, None))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda x: None, "forget the return"),
        (lambda x: x.mean(axis=0), "wrong number of results"),
        (lambda x: ("mean", "var"), "not an array of numbers"),
        (lambda x: (x.mean(axis=0), x.var(axis=0) * np.nan), "NaN"),
        (lambda x: (x.mean(axis=0), np.zeros((2, 9))), "wrong shape"),
        (lambda x: 1 / 0, "ZeroDivisionError"),
        (lambda x: (np.median(x, axis=0), x.var(axis=0)), "mean is off by up to"),
        (lambda: (1, 2), "TypeError"),
    ],
)
def test_whatever_goes_wrong_is_said_in_words(answer: Any, said: str) -> None:
    with pytest.raises(CheckFailed, match=said):
        check("batch_statistics", answer)


def test_an_unwritten_function_is_told_so() -> None:
    def unwritten(x: Any) -> Any:
        raise NotImplementedError

    with pytest.raises(CheckFailed, match="write its body"):
        check("batch_statistics", unwritten)


def test_something_that_is_no_function_is_told_so() -> None:
    with pytest.raises(CheckFailed, match="expected a function, got int"):
        check("batch_statistics", 3)  # type: ignore[arg-type]


def test_one_array_in_place_of_several_results_is_called_one_array() -> None:
    """A batch of three rows would pass for dx, dgamma and dbeta: the cases that cannot mislead speak."""
    def dx_alone(dy: Any, cache: Any) -> Any:
        return dy

    with pytest.raises(CheckFailed, match=r"wrong number(?s:.*)one array of shape \(5, 5\)\s+instead of 3 results"):
        check("batchnorm_backward", dx_alone)


def test_the_closed_form_prints_once_a_call_and_never_nan(capsys: pytest.CaptureFixture[str]) -> None:
    def talking(dy: Any, cache: Any) -> Any:
        print("mean", cache["mean"])
        dgamma, dbeta = (dy * cache["xhat"]).sum(axis=0), dy.sum(axis=0)
        return cache["gamma"] * cache["rstd"] * (dy - (dbeta + cache["xhat"] * dgamma) / len(dy)), dgamma, dbeta

    check("batchnorm_backward_fused", talking)
    printed = capsys.readouterr().out
    assert printed.count("mean") == 5 and "nan" not in printed


@pytest.mark.parametrize("method", ["forward", "backward"])
def test_a_layer_s_method_without_a_return_is_named(method: str) -> None:
    class Silent:
        def __init__(self, num_features: int, eps: float = 1e-5) -> None:
            self.params, self.grads = [np.ones(num_features), np.zeros(num_features)], [np.zeros(num_features)] * 2

        def forward(self, x: Any) -> Any:
            return None if method == "forward" else x

        def backward(self, dy: Any) -> Any:
            return None

    with pytest.raises(CheckFailed, match=rf"forget the return(?s:.*)nothing \(None\)\s+from\s+{method}"):
        check("BatchNormLayer", Silent)


def test_a_class_is_told_which_of_its_methods_is_not_written() -> None:
    class Half:
        def __init__(self, num_features: int, eps: float = 1e-5) -> None:
            self.params, self.grads = [np.ones(num_features), np.zeros(num_features)], [np.zeros(num_features)] * 2

        def forward(self, x: Any) -> Any:
            raise NotImplementedError

    with pytest.raises(CheckFailed, match=r"write its body(?s:.*)raised NotImplementedError\s+in\s+forward"):
        check("BatchNormLayer", Half)


def test_a_warning_in_the_student_s_code_costs_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    def noisy(x: Any) -> Any:
        np.log(np.zeros(3))
        return right(x)

    check("batch_statistics", noisy)
    assert capfd.readouterr().err == ""


def test_the_message_never_holds_the_expected_values() -> None:
    with pytest.raises(CheckFailed) as caught:
        check("largest_xhat", lambda n: n / 3)
    cases = find("largest_xhat").cases(np.random.default_rng(0))
    assert not any(f"{np.sqrt(case.args[0] - 1):.4f}" in str(caught.value) for case in cases)


def test_the_student_s_function_gets_copies_and_changes_are_seen() -> None:
    x = np.ones((2, 2))

    def spoil(x: Any) -> Any:
        x += 1
        return right(x)

    assert call(spoil, (x,), 2).mutated == (0,)
    assert np.array_equal(x, np.ones((2, 2)))


def test_results_that_are_not_plain_numbers_come_back_as_nothing() -> None:
    odd = call(lambda: (object(), {"a": 1}, np.array(["x"]), [[1, 2], [3]]), (), 4)
    assert odd.values == (None, None, None, None)
    assert isinstance(call(lambda: 2.5, (), 1), Answer)


def test_inside_the_grader_s_worker_check_leaves_judging_to_the_judge(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BNLIB_JUDGED", "1")
    check("batch_statistics", lambda x: None)
    assert "judged outside" in capsys.readouterr().out


def test_a_stream_of_batches_can_be_gone_through_once_only() -> None:
    def twice(batches: Any) -> Any:
        count = sum(len(batch) for batch in batches)
        return sum(batch.sum(axis=0) for batch in batches) / count, np.zeros(3)

    with pytest.raises(CheckFailed, match="you can go through it once"):
        check("population_statistics", twice)


class Mute(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


def raising(error: BaseException) -> Any:
    def function(x: Any) -> Any:
        raise error

    return function


def in_single_precision(x: Any) -> Any:
    x = x.astype(np.float32)
    mean = x.mean(axis=0)
    return mean, np.mean((x - mean) ** 2, axis=0)


def only_floats(wrong: Any) -> Any:
    return lambda x: right(x) if x.dtype.kind == "f" else wrong(x)


@pytest.mark.parametrize(("answer", "said", "unsaid"), [
    (raising(SystemExit(1)), "it raised SystemExit: 1", ""),
    (raising(Mute()), "it raised Mute", "no words"),
    (raising(ValueError("many\nlines " + 400 * "word ")), "many lines word", 80 * "word "),
    (in_single_precision, r"lower precision[\s\S]*mean is float32", "Cancellation"),
    (lambda x: right(x) if x.max() < 1e6 else 1 / 0, "offset of 1e8”: it raised ZeroDivisionError", "Cancellation"),
    (lambda x: ([[1, 2], [1]], [1]), "mean is not an array of numbers, but list", "Integer"),
    (lambda x: (part for part in right(x)), r"a generator \(yield, or round brackets\) instead of 2 results", ""),
    (lambda x: tuple(part.astype(np.float16) for part in right(x)), "mean is float16", "single"),
    (only_floats(lambda x: None), "First seen on “integers”: it returned nothing", "convert to float"),
    (only_floats(raising(NotImplementedError())), "“integers”: it raised NotImplementedError", "convert to float"),
])
def test_what_is_said_is_true_whatever_the_function_does(answer: Any, said: str, unsaid: str) -> None:
    with pytest.raises(CheckFailed) as caught:
        check("batch_statistics", answer)
    message = " ".join(str(caught.value).split())
    assert re.search(said, message) and not (unsaid and unsaid in message)


def test_the_stop_button_stops_a_check() -> None:
    with pytest.raises(KeyboardInterrupt):
        check("batch_statistics", raising(KeyboardInterrupt()))


def test_whatever_is_done_to_an_argument_is_seen() -> None:
    def spoil(params: list, grads: list, lr: float) -> list:
        new = [p - lr * g for p, g in zip(params, grads, strict=True)]
        params[0] = "spoilt"
        return new

    with pytest.raises(CheckFailed, match="You changed the caller's array"):
        check("sgd_step", spoil)
