"""What of a work folder is done: a line per graded submission, written after all else of it; and one grader at a time.

Killed at any moment, a folder is taken up again from here: a submission whose line is missing is graded anew, one whose
line stands is not, unless the file or the lesson changed since.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from autograder.errors import UserError
from autograder.files import write_whole
from autograder.results import SubmissionResult

FILE, LOCK = "journal.jsonl", ".lock"
UNSETTLED = ""  # no submission's digest: it is to be graded again
Key = tuple[str, str]


class Journal:
    """The journal of a work folder, this process's own as long as the block lasts; UserError when another has it."""

    def __init__(self, work: Path) -> None:
        work.mkdir(parents=True, exist_ok=True)
        self._path, self._work = work / FILE, work
        self._lock = os.open(work / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._lock, 20).decode().strip() or "unknown"
            os.close(self._lock)
            raise UserError(f"Another grader (process {holder}) is at work in {work}: wait until it is done, "
                            "or choose another folder with --work.") from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)
        self.done: dict[Key, tuple[str, SubmissionResult]] = {}

    def __enter__(self) -> Journal:
        for left in self._left():
            left.unlink()
        for line in self._path.read_bytes().splitlines() if self._path.exists() else ():
            with contextlib.suppress(ValueError, KeyError, TypeError):  # the last line may be half a line
                entry = json.loads(line)
                self._remember(str(entry["digest"]), SubmissionResult.from_json(json.dumps(entry["result"])))
        self._rewrite()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        os.close(self._lock)

    @property
    def results(self) -> list[SubmissionResult]:
        """All that is done, by student and lesson."""
        return [self.done[key][1] for key in sorted(self.done)]

    def has(self, student: str, lesson: str, digest: str) -> bool:
        """Whether exactly this submission is done."""
        return self.done.get((student, lesson), ("", None))[0] == digest

    def forget(self) -> None:
        """Nothing is done: the results stay, until their submissions are graded again."""
        self.done = {key: (UNSETTLED, result) for key, (_, result) in self.done.items()}
        self._rewrite()

    def add(self, graded: Iterable[tuple[str, SubmissionResult]]) -> None:
        """These (digest, result) are done, and all that belongs to them is written."""
        with self._path.open("a", encoding="utf-8") as file:
            for digest, result in graded:
                self._remember(digest, result)
                file.write(self._line(digest, result))
            file.flush()
            os.fsync(file.fileno())

    def _left(self) -> Iterator[Path]:
        """What a grader that was killed left half-written; the work folder may hold files of other people's."""
        yield from self._work.glob("*.part")
        for folder in ("autograded", "feedback", "report"):
            yield from (path for path in (self._work / folder).rglob("*.part") if path.is_file())

    def _rewrite(self) -> None:
        write_whole(self._path, "".join(self._line(*one) for one in self.done.values()))

    def _remember(self, digest: str, result: SubmissionResult) -> None:
        self.done[(result.student, result.lesson)] = (digest, result)

    @staticmethod
    def _line(digest: str, result: SubmissionResult) -> str:
        return json.dumps({"digest": digest, "result": json.loads(result.to_json())}, ensure_ascii=False) + "\n"


def digest(*parts: bytes) -> str:
    """A fingerprint of a submission and of what it is graded by."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()
