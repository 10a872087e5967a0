"""The drivers of lesson 09 see what one device hides, and blame nobody who is right."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bnlib.check.calls import call_all
from bnlib.check.drivers import all_drivers
from bnlib.check.drivers.lesson_09 import _elsewhere, _Loader, _makers_move, _mixed
from bnlib.check.exercises import find
from bnlib.check.verdict import judge


def batch() -> tuple[torch.Tensor, torch.Tensor]:
    x, y = next(iter(_Loader(np.ones((4, 3)), np.zeros(4, int), 4)))
    _mixed.clear()
    return x, y


@pytest.mark.parametrize("moved", [lambda t: t.to("cpu"), lambda t: t.to(torch.device("cpu"), non_blocking=True),
                                   lambda t: t.to(device="cpu"), lambda t: t.to(torch.ones(1)),
                                   lambda t: t.float().to("cpu", torch.float32), lambda t: t.view(-1, 3).to("cpu"),
                                   lambda t: torch.as_tensor(t, device="cpu"),
                                   lambda t: torch.asarray(t, device="cpu", copy=True),
                                   lambda t: torch.empty_like(t, device="cpu").copy_(t),
                                   lambda t: torch.empty(4, 3, dtype=t.dtype).copy_(t)])
def test_a_batch_moved_by_any_spelling_is_an_ordinary_tensor(moved) -> None:
    with _makers_move():
        x = moved(batch()[0])
    assert type(x) is torch.Tensor
    assert x @ torch.ones(3, 1).to(x.dtype) is not None and not _mixed


@pytest.mark.parametrize("kept", [lambda t: t.float(), lambda t: t.to(torch.float32), lambda t: t.flatten(1),
                                  lambda t: t * 2, lambda t: t[:2], lambda t: torch.empty_like(t).copy_(t),
                                  torch.as_tensor])
def test_a_batch_that_stays_is_noted_when_it_meets_the_model(kept) -> None:
    with _makers_move():
        x = kept(batch()[0])
    assert isinstance(x, _elsewhere()) and not _mixed
    torch.nn.functional.linear(x, torch.nn.Parameter(torch.ones(1, 3).to(x.dtype), requires_grad=False))
    assert _mixed


def test_counting_and_comparing_on_the_host_is_no_mistake() -> None:
    x, y = batch()
    assert len(y) == y.shape[0] == y.size(0) == x.shape[0] and y.tolist() == [0] * 4
    assert int((torch.zeros(4) == y).sum()) == 4 and int((torch.ones(4) - y).sum()) == 4 and not _mixed


def test_labels_that_stay_are_noted_when_they_meet_scores_that_learn() -> None:
    torch.nn.functional.cross_entropy(torch.zeros(4, 3, requires_grad=True), batch()[1])
    assert _mixed


def test_numbers_may_cross_into_a_buffer_and_an_index_may_stay() -> None:
    x, y = batch()
    buffer = torch.zeros(4, 3, dtype=x.dtype)
    buffer[:4] = x
    assert torch.eye(4)[torch.arange(4), y].tolist() == [1, 0, 0, 0] and bool((buffer == 1).all()) and not _mixed


def test_step_before_backward_is_told_in_plain_words() -> None:
    def train_epoch(model, loader, optimizer, device):
        for x, y in loader:
            loss = torch.nn.functional.cross_entropy(model(x.to(device)), y.to(device))
            optimizer.step()
            loss.backward()
        return 0.0

    exercise = find("train_epoch")
    cases = exercise.cases(np.random.default_rng(0))
    verdict = judge(exercise, cases, call_all(train_epoch, exercise, cases))
    assert "step() comes last" in verdict.message and "inplace" not in verdict.message


def test_the_drivers_leave_torch_as_they_found_it() -> None:
    def evaluate(model, loader, device):
        torch.set_grad_enabled(False)
        return 0.5

    exercise = find("evaluate")
    torch.manual_seed(5)
    before = torch.get_rng_state()
    case = exercise.cases(np.random.default_rng(0))[0]
    all_drivers()["evaluate"](evaluate, *case.args)
    assert torch.is_grad_enabled() and torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(("name", "returned", "said"), [
    ("train_epoch", "much", "train_epoch must return one number, not str"),
    ("sync_batchnorm_forward", np.zeros((4, 3)), "must return a list, one output a shard"),
    ("batchnorm_mixed_precision", np.zeros((4, 3)), "must return a tensor, not ndarray")])
def test_a_result_of_the_wrong_kind_is_named(name: str, returned: object, said: str) -> None:
    exercise = find(name)
    cases = exercise.cases(np.random.default_rng(0))
    verdict = judge(exercise, cases, call_all(lambda *args: returned, exercise, cases))
    assert said in verdict.message
