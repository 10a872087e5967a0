"""The simulated cluster obeys the laws it must: work takes its time, and the slowest part sets the pace."""

from __future__ import annotations

import pytest

from benchmarks.simulate import Costs, simulate

QUICK = 1e-9


@pytest.mark.parametrize(("workers", "seconds"), [(1, 20.0), (4, 5.0), (1000, 0.1)])
def test_workers_share_the_judging(workers: int, seconds: float) -> None:
    found = simulate(200, workers, Costs([0.1], 0.0, QUICK, QUICK))
    assert found.seconds == pytest.approx(seconds, rel=1e-3)


@pytest.mark.parametrize("slow", ["scheduler", "command"])
def test_the_slowest_part_sets_the_pace_whatever_the_workers(slow: str) -> None:
    parts = {"besides": 0.01, "scheduler": QUICK, "command": QUICK, slow: 0.02}
    found = simulate(1000, 50, Costs([0.01], **parts))
    assert found.seconds == pytest.approx(20.0, rel=0.02)
    assert getattr(found, slow) > 0.97 and found.workers < 0.05


def test_what_shares_two_cores_never_takes_less_than_half_of_all_the_work() -> None:
    costs = Costs([0.05, 0.15], 0.0, 0.01, 0.04)
    shared, alone = simulate(300, 2, costs, shared=2), simulate(300, 2, costs)
    assert shared.seconds > alone.seconds
    assert 1.0 <= shared.seconds / (300 * (0.1 + 0.01 + 0.04) / 2) < 1.15


def test_every_worker_starts_once() -> None:
    costs = Costs([0.1], 0.0, QUICK, QUICK, start=3.0)
    assert [simulate(200, workers, costs).seconds for workers in (1, 4)] == pytest.approx([23.0, 8.0], rel=1e-3)


def test_one_worker_and_the_rest_overlap() -> None:
    found = simulate(300, 1, Costs([0.1], 0.0, 0.01, 0.04))
    assert 30.0 < found.seconds < 33.0
