"""Calls a student's function once and turns whatever comes back into plain data."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from copy import deepcopy
from functools import partial
from textwrap import shorten
from types import FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bnlib.check.drivers import all_drivers, all_readers
from bnlib.check.model import Answer, Args, Case, Exercise

NOTHING = "it returned nothing (None)"
WRONG_COUNT = "it returned "
CALLS = "it calls "
UNWRITTEN = "NotImplementedError"
TAKEN = "it took a batch of one"
KEPT = "it kept the batches"
STEPPED = "it changed self.params"
MORE = "it needs "
LONGEST = 300  # characters of an exception's own text that are repeated


def call(function: Callable[..., Any], args: Args, outputs: int, driver: str | None = None) -> Answer:
    """Call function(*args), or driver(function, *args), on copies of the arguments and expect `outputs` results.

    Never raises for what the function does: an exception, SystemExit included, becomes the answer's `error`; only a
    KeyboardInterrupt, the stop button, goes through.  Warnings are not the student's fault and are dropped.
    """
    called = function
    if driver:
        function = partial(all_drivers()[driver], function)
    given = deepcopy(args)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            returned = function(*given)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if isinstance(getattr(error, "seen", None), str):  # a driver has its own words for it
                return Answer(error=error.seen)  # type: ignore[attr-defined]
            other = _another_unwritten(error, called)
            if other:
                return Answer(error=f"{CALLS}{other}, which is not written yet")
            return Answer(error=_said(error) + _method_unwritten(error, called))
    mutated = tuple(k for k, (now, before) in enumerate(zip(given, args, strict=True)) if _changed(now, before))
    if returned is None:
        return Answer(error=NOTHING, mutated=mutated)
    results, found = _results(returned, outputs)
    if found:
        wanted = str(outputs) if "result" in found else f"{outputs} result{'s' * (outputs != 1)}"
        return Answer(error=f"{WRONG_COUNT}{found} instead of {wanted}", mutated=mutated)
    values = tuple(_plain(value) for value in results)
    return Answer(values=values, kinds=tuple(map(_kind, results)), mutated=mutated)


def _results(returned: Any, outputs: int) -> tuple[Sequence[Any], str]:
    """What came back as `outputs` results, and "" or, where it is not that many, what it is instead.

    `mean, var = f(x)` works with a tuple, a list and an array of two rows alike, so each of them is two results.
    """
    if isinstance(returned, Iterator):
        return (), "a generator (yield, or round brackets)" if isinstance(returned, Generator) else "an iterator"
    if isinstance(returned, np.ndarray) and outputs > 1 and returned.ndim and len(returned) == outputs:
        return tuple(returned), ""
    many = isinstance(returned, (tuple, list))
    if outputs == 1 and isinstance(returned, tuple) and len(returned) > 1 and _plain(returned) is None:
        return (), f"{len(returned)} results"
    if outputs == 1:
        return (returned,), ""
    if not many:
        shape = f"array of shape {returned.shape}" if isinstance(returned, np.ndarray) else type(returned).__name__
        return (), f"one {shape}"
    return returned, "" if len(returned) == outputs else f"{len(returned)} result{'s' * (len(returned) != 1)}"


def call_all(function: Callable[..., Any], exercise: Exercise, cases: Sequence[Case]) -> list[Answer]:
    """The function's answers to every case, in order."""
    return [read(exercise, case.args, call(function, case.args, results_of(exercise), exercise.driver))
            for case in cases]


def results_of(exercise: Exercise) -> int:
    """How many results one call gives."""
    reader = all_readers().get(exercise.driver or "")
    return reader.seen if reader else len(exercise.outputs)


def read(exercise: Exercise, args: Args, answer: Answer) -> Answer:
    """The answer in the exercise's outputs, where its driver gives what they are read from."""
    reader = all_readers().get(exercise.driver or "")
    if reader is None or answer.error:
        return answer
    if any(value is None for value in answer.values):
        return Answer(error="TypeError: what came out is not all numbers", mutated=answer.mutated)
    try:
        with np.errstate(all="ignore"):
            outputs = reader.read(args, *answer.values)
    except (ValueError, TypeError, IndexError) as error:
        return Answer(error=f"{type(error).__name__}: {error}", mutated=answer.mutated)
    values = tuple(np.asarray(output) for output in outputs)
    return Answer(values, ("ndarray",) * len(values), None, answer.mutated)


def form_of(error: str) -> str | None:
    """The observed mistake that an answer's `error` stands for, if it is one of the known forms."""
    if error == UNWRITTEN or error.startswith(f"{UNWRITTEN} in "):  # a stub's has no message; PyTorch's have one
        return "not_implemented"
    if error.startswith(CALLS):
        return "calls_unwritten"
    if error.startswith(TAKEN):
        return "batch_of_one_taken"
    if error.startswith(KEPT):
        return "population_batches_kept"
    if error.startswith(NOTHING):
        return "returns_none"
    if error.startswith(WRONG_COUNT):
        return "wrong_count"
    if error.startswith("CalledAnother"):
        return "calls_another_answer"
    if error.startswith(MORE):
        return "needs_more_of_cache"
    if error.startswith(STEPPED):
        return "layer_takes_steps"
    return None


def _said(error: BaseException) -> str:
    """The exception's type and text; some have a text of pages, and some fail at telling it."""
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = ""
    return f"{type(error).__name__}: {shorten(text, LONGEST, placeholder=' …')}".rstrip(": ")


def _raised_in(error: BaseException) -> FrameType | None:
    """The frame that raised it."""
    tb = error.__traceback__
    while tb is not None and tb.tb_next is not None:
        tb = tb.tb_next
    return None if tb is None else tb.tb_frame


def _another_unwritten(error: BaseException, called: Callable[..., Any]) -> str:
    """The function from beside `called` that raised, "" if that is `called` itself, a part of it or a library."""
    frame, own = _raised_in(error), getattr(called, "__code__", None)
    if not isinstance(error, NotImplementedError) or frame is None or own is None:
        return ""
    if frame.f_globals is not called.__globals__:
        return ""
    name = frame.f_code.co_qualname
    return "" if name == own.co_qualname or "<" in name else name


def _method_unwritten(error: BaseException, called: Callable[..., Any]) -> str:
    """Which method of a class is still the stub, as " in forward"; "" for a function or another exception."""
    frame = _raised_in(error)
    if frame is None or not isinstance(called, type) or _said(error) != UNWRITTEN:
        return ""
    of, _, method = frame.f_code.co_qualname.rpartition(".")
    return f" in {method}" if of == called.__qualname__ else ""


def _plain(value: Any) -> NDArray | None:
    """A numeric array of its own, or None for whatever is not numbers."""
    if value is None or isinstance(value, (str, bytes, dict)):
        return None
    try:
        array = np.array(value)
        if array.dtype.kind == "O":  # np.frompyfunc gives objects, which may be numbers all the same
            array = np.array(array.tolist())
    except Exception:
        return None
    if array.dtype.kind not in "biuf":
        return None
    long = array.dtype.kind == "f" and array.dtype.itemsize > 8  # long doubles differ between machines
    return array.astype(np.float64 if long else array.dtype.newbyteorder("="), copy=False)


def _kind(value: Any) -> str:
    """What a result is, for a sentence: "dict", "array of object"."""
    return f"array of {value.dtype}" if isinstance(value, np.ndarray) else type(value).__name__


def _changed(now: Any, before: Any) -> bool:
    if type(now) is not type(before):
        return True
    if isinstance(before, dict):
        return now.keys() != before.keys() or any(_changed(now[key], before[key]) for key in before)
    if isinstance(before, (list, tuple)):
        return len(now) != len(before) or any(_changed(*two) for two in zip(now, before, strict=True))
    if not isinstance(before, np.ndarray):
        return False
    return now.shape != before.shape or now.dtype != before.dtype or not np.array_equal(now, before, equal_nan=True)
