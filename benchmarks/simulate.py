"""A cluster that grades a class, simulated event by event: what is busy, and for how long.

The parts are those of `autograder.cluster`: one command that reads, sends, receives and writes; a scheduler that every
submission passes twice; workers with one thread each; a bounded number of submissions on their way.
"""

from __future__ import annotations

import random
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

import simpy

from autograder.cluster import WINDOW
from autograder.grading import BATCH

SLICE = 0.005  # seconds that a process has a core for, where there are more processes than cores


@dataclass(frozen=True)
class Costs:
    """Seconds a submission costs: run and judged (a sample of them), besides on its node, in the scheduler, here.

    `start`: seconds that each worker takes once, to import what it needs behind its wall.
    """

    judged: Sequence[float]
    besides: float
    scheduler: float
    command: float
    start: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """Seconds from the first submission sent to the last written; shares of that time something was at work."""

    seconds: float
    workers: float
    scheduler: float
    command: float


def simulate(submissions: int, workers: int, costs: Costs, shared: int = 0, seed: int = 0) -> Outcome:
    """Grade so many `submissions` on so many `workers`.

    `shared` is the number of cores that all of it shares on one machine; 0 gives every process a core of its own.
    """
    env, dice = simpy.Environment(), random.Random(seed)
    cores = simpy.Resource(env, shared) if shared else None
    waiting, done = simpy.Store(env), simpy.Store(env)
    scheduler = simpy.Resource(env, 1)
    busy = {"workers": 0.0, "scheduler": 0.0, "command": 0.0}

    def work(who: str, seconds: float) -> Generator[Any, Any, None]:
        busy[who] += seconds
        while cores is not None and seconds > 0:
            with cores.request() as core:
                yield core
                yield env.timeout(min(seconds, SLICE))
            seconds -= SLICE
        if cores is None:
            yield env.timeout(seconds)

    def pass_on() -> Generator[Any, Any, None]:
        with scheduler.request() as turn:
            yield turn
            yield from work("scheduler", costs.scheduler / 2)

    def worker() -> Generator[Any, Any, None]:
        yield from work("workers", costs.start)
        while True:
            yield waiting.get()
            yield from work("workers", dice.choice(costs.judged) + costs.besides)
            env.process(came())

    def went() -> Generator[Any, Any, None]:
        yield from pass_on()
        yield waiting.put(None)

    def came() -> Generator[Any, Any, None]:
        yield from pass_on()
        yield done.put(None)

    def command() -> Generator[Any, Any, None]:
        sent = back = unwritten = 0
        while back < submissions:
            while sent < submissions and sent - back < WINDOW + 2 * workers:
                sent += 1
                env.process(went())
            yield done.get()
            back, unwritten = back + 1, unwritten + 1
            if unwritten == BATCH or back == submissions:
                yield from work("command", unwritten * costs.command)
                unwritten = 0

    for _ in range(workers):
        env.process(worker())
    env.run(env.process(command()))
    return Outcome(env.now, busy["workers"] / workers / env.now, busy["scheduler"] / env.now, busy["command"] / env.now)
