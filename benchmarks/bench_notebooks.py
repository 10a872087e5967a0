"""How long the lessons take: every solved notebook run and compared as `make test` does, into docs/evidence.md."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from datetime import date
from pathlib import Path

from autograder.evidence import write_evidence
from autograder.lessons import ROOT, lessons

JOBS = 2
NBVAL = ["-m", "pytest", "-q", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=60", "-n", str(JOBS),
         "--dist", "loadfile", "-p", "no:cacheprovider"]


def main() -> None:
    """Print the table of seconds and put it into docs/evidence.md."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "BNLIB_CACHE": "off"}
    with tempfile.TemporaryDirectory() as folder:
        report, load = Path(folder) / "report.xml", os.getloadavg()[0]
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, *NBVAL, "solutions", f"--junitxml={report}"], cwd=ROOT, env=environment,
                              capture_output=True, text=True)
        seconds = time.perf_counter() - begun
        cases = list(ElementTree.parse(report).iter("testcase"))
    spent, slowest = defaultdict(float), defaultdict(float)
    for case in cases:
        name, took = case.attrib["classname"].split(".")[1], float(case.attrib["time"])
        spent[name] += took
        slowest[name] = max(slowest[name], took)
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    rows = [f"| {lesson.name} | {spent[lesson.name]:.0f} | {slowest[lesson.name]:.0f} |" for lesson in lessons()]
    text = "\n".join([
        f"Every solved notebook run and compared with what it shows, {JOBS} at a time on {os.cpu_count()} cores, one "
        f"thread each: {seconds:.0f} s in all, {len(cases)} cells, {failed} differ. Measured on {date.today()} by "
        f"`python -m benchmarks notebooks`; load average before it: {load:.1f}.",
        "", "| lesson | seconds | slowest cell |", "|---|---|---|", *rows, ""])
    print(text)
    if done.returncode:
        print(done.stdout[-2000:])
        sys.exit(1)
    write_evidence(ROOT / "docs" / "evidence.md", lessons(), text)


if __name__ == "__main__":
    main()
