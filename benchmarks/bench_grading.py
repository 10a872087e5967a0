"""Grading against stock nbgrader on the same class, walls up; cost a submission as the class grows; ten kills.

The lesson is a usual one: PyTorch and Matplotlib in its demonstrations, twenty training steps, two figures, two
exercises.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from autograder.build import build
from autograder.lessons import Lesson, lessons
from autograder.results import read_results

STUDENTS, CURVE, KILLS = 40, ((50, "answers"), (200, "answers"), (1000, "answers"), (200, "every")), 10
WORDS = {"every": "every cell run", "answers": "demonstrations skipped"}
SCRIPT = '''# %% readonly="imports"
import numpy as np

from bnlib.check import check

# %%
import matplotlib.pyplot as plt
import torch

torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(20, 50), torch.nn.BatchNorm1d(50), torch.nn.ReLU(), torch.nn.Linear(50, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
x, y = torch.randn(256, 20), torch.randn(256, 1)
losses = []
for _ in range(20):
    optimizer.zero_grad()
    loss = torch.nn.functional.mse_loss(net(x), y)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())

# %%
from bnlib import plots

for scale in ("linear", "log"):
    fig, ax = plots.new()
    ax.plot(losses)
    ax.set(xlabel="step", ylabel="loss", yscale=scale)
    plots.show(fig, alt="The loss falls.")

# %% solution="batch_statistics"
def batch_statistics(x):
    ### BEGIN SOLUTION
    return x.mean(axis=0), x.var(axis=0)
    ### END SOLUTION

# %% tests="batch_statistics_check" points=3
check("batch_statistics", batch_statistics)

# %% solution="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    ### BEGIN SOLUTION
    mean, var = batch_statistics(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    return gamma * xhat + beta, (xhat, gamma, rstd)
    ### END SOLUTION

# %% tests="batchnorm_forward_check" points=3
check("batchnorm_forward", batchnorm_forward)
'''
STOCK = '''c = get_config()
c.CourseDirectory.root = {root!r}
c.CourseDirectory.course_id = "bench"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "course"
c.CourseDirectory.ignore = ["*.py"]
c.Exchange.root = {root!r}
'''
GRADE = """
import sys
from pathlib import Path
from autograder.crew import Terms
from autograder.grading import grade_class
from autograder.lessons import lessons
from autograder.remote import Limits
from autograder.sandbox import best
root, submitted, work, every = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4] == "every"
grade_class(lessons(root), submitted, work, Terms(2, Limits(), best(), every))
"""


def main() -> None:
    """Print every figure with what it was measured on."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        lesson = _lesson(root)
        _hand_in(lesson, root / "submitted", STUDENTS)
        stock = _stock(root, lesson)
        print(f"stock nbgrader autograde: {STUDENTS} submissions in {stock:.0f} s, "
              f"{60 * STUDENTS / stock:.0f} a minute", flush=True)
        for cells, words in WORDS.items():
            ours = _ours(root, root / "submitted", root / f"work-{cells}", cells)
            print(f"autograder grade --jobs 2, walls up, {words}: {ours:.1f} s, {60 * STUDENTS / ours:.0f} a minute, "
                  f"{stock / ours:.0f} times stock", flush=True)
        for count, cells in CURVE:
            if not (root / f"class{count}").exists():
                _hand_in(lesson, root / f"class{count}", count)
            spent = _ours(root, root / f"class{count}", root / f"work{count}-{cells}", cells)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
            print(f"{count} submissions, {WORDS[cells]}: {spent:.1f} s, {1000 * spent / count:.0f} ms each with start "
                  f"and report, {stock * count / STUDENTS / spent:.0f} times stock's {1000 * stock / STUDENTS:.0f} ms; "
                  f"largest process so far {peak} MB", flush=True)
        _kills(root, root / "class200")


def _lesson(root: Path) -> Lesson:
    script = root / "solutions" / "03_bench" / "bench.py"
    script.parent.mkdir(parents=True)
    script.write_text(SCRIPT, encoding="utf-8")
    lesson = lessons(root)[0]
    build(lesson)
    return lesson


def _hand_in(lesson: Lesson, submitted: Path, students: int) -> None:
    """Everybody the right answers, with outputs cleared as a careful student would."""
    notebook = nbformat.read(lesson.notebook, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    for k in range(students):
        place = submitted / f"s{k:04d}" / lesson.name / lesson.notebook.name
        place.parent.mkdir(parents=True)
        place.write_text(json.dumps(notebook), encoding="utf-8")


def _stock(root: Path, lesson: Lesson) -> float:
    (root / "nbgrader_config.py").write_text(STOCK.format(root=str(root)), encoding="utf-8")
    beside = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}"}
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parent.parent)
    shutil.rmtree(root / "course")
    for command in ("generate_assignment", "autograde"):
        begun = time.perf_counter()
        done = subprocess.run([str(beside / "nbgrader"), command, lesson.name], cwd=root, env=environment,
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"stock nbgrader {command} failed:\n{done.stderr[-2000:]}")
    return time.perf_counter() - begun


def _ours(root: Path, submitted: Path, work: Path, cells: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", GRADE, str(root), str(submitted), str(work), cells],
                   stderr=subprocess.DEVNULL, check=True)
    spent = time.perf_counter() - begun
    results = read_results(work / "results.jsonl")
    if {(r.status, r.score) for r in results} != {("graded", 6.0)}:
        raise RuntimeError("a right answer did not get its points")
    return spent


def _kills(root: Path, submitted: Path) -> None:
    """Grade with a kill -9 at ten random moments, then to the end: what is missing, what stands twice?"""
    work, dice = root / "killed", random.Random(0)
    command = [sys.executable, "-c", GRADE, str(root), str(submitted), str(work), "answers"]
    for _ in range(KILLS):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(2, 6))
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    results = read_results(work / "results.jsonl")
    with sqlite3.connect(work / "gradebook.db") as db:
        sound = db.execute("PRAGMA integrity_check").fetchone()[0]
        rows = db.execute("SELECT count(*), count(DISTINCT student_id) FROM submitted_assignment").fetchone()
    full = sum(result.score == result.max_score for result in results)
    print(f"{KILLS} kills: {len(results)} results, {full} with full marks; gradebook: {rows[0]} submissions of "
          f"{rows[1]} students, integrity {sound}")


if __name__ == "__main__":
    main()
