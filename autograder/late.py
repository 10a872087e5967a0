"""When a lesson was handed in, when it was due, and what being late costs: due dates from a small YAML file."""

from __future__ import annotations

import math
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from nbgrader.utils import parse_utc

from autograder.errors import UserError

STAMP = "timestamp.txt"  # nbgrader's exchange writes the time of handing in into it
STAMP_BYTES = 200


@dataclass(frozen=True)
class Due:
    """When one lesson is due and what lateness costs; times are aware, `extensions` by student."""

    due: datetime | None = None
    grace_hours: float = 0.0
    percent_per_day: float = 0.0
    cap_percent: float = 100.0
    extensions: dict[str, datetime] = field(default_factory=dict)

    def penalty(self, student: str, handed_in: datetime) -> float:
        """Percent of the points earned that are lost: every day begun after the due time counts, up to the cap.

        Within the grace hours nothing is lost; after them the days count from the due time.
        """
        due = self.extensions.get(student, self.due)
        if due is None or handed_in <= due + timedelta(hours=self.grace_hours):
            return 0.0
        days = math.ceil((handed_in - due) / timedelta(days=1))
        return min(self.percent_per_day * days, self.cap_percent)


def read_due(path: Path) -> dict[str, Due]:
    """Due dates by lesson; UserError, in a sentence, for whatever the file holds beside them.

    `timezone` is the zone of times without an offset (UTC when left out); `default` holds for every lesson that
    does not say otherwise; a date alone means the end of that day.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not YAML: {error}") from None
    top = _keys(data, ("timezone", "default", "lessons"), f"{path}")
    try:
        zone = ZoneInfo(str(top.get("timezone", "UTC")))
    except (ZoneInfoNotFoundError, ValueError):
        raise UserError(f"{path}: there is no time zone {top['timezone']!r}. Say one like Europe/Berlin.") from None
    keys = tuple(one.name for one in fields(Due))
    common = _keys(top.get("default") or {}, keys[1:4], f"{path}, default")
    found = {}
    for lesson, said in _keys(top.get("lessons") or {}, None, f"{path}, lessons").items():
        where = f"{path}, {lesson}"
        one = {**common, **_keys(said or {}, keys, where)}
        if "due" not in one:
            raise UserError(f"{where}: has no `due`.")
        extensions = _keys(one.get("extensions") or {}, None, f"{where}, extensions")
        grace, rate, cap = (_number(one, key, where) for key in keys[1:4])
        later = {student: _time(until, zone, f"{where}, {student}") for student, until in extensions.items()}
        found[lesson] = Due(_time(one["due"], zone, where), grace, rate, cap, later)
    return found


def _keys(data: Any, known: tuple[str, ...] | None, where: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise UserError(f"{where}: expected `name: value` lines, found {type(data).__name__}.")
    unknown = [key for key in data if known is not None and key not in known]
    if unknown and known is not None:
        raise UserError(f"{where}: {unknown[0]!r} means nothing here. It may say {', '.join(known)}.")
    return {str(key): value for key, value in data.items()}


def _number(data: dict[str, Any], key: str, where: str) -> float:
    value = data.get(key, getattr(Due, key))
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
        raise UserError(f"{where}: {key} is {value!r}, not a number of at least 0.")
    if key == "cap_percent" and value > 100:
        raise UserError(f"{where}: cap_percent is {value}, more than there is to lose.")
    return float(value)


def _time(value: Any, zone: tzinfo, where: str) -> datetime:
    """YAML gives a datetime, a date, or text when the seconds are left out."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise UserError(f"{where}: {value!r} is not a time. Write it as 2026-11-30 23:59.") from None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(23, 59, 59))
    if not isinstance(value, datetime):
        raise UserError(f"{where}: {value!r} is not a time. Write it as 2026-11-30 23:59.")
    return value if value.tzinfo else value.replace(tzinfo=zone)


def handed_in_at(submitted: Path, student: str, lesson: str, notebook: str) -> datetime | None:
    """When it was handed in, in UTC: what nbgrader's timestamp.txt says, else the notebook's own time.

    None when there is neither. Links are not followed.
    """
    folder = submitted / student / lesson
    if any(part.is_symlink() for part in (folder.parent, folder)):
        return None
    stamp = folder / STAMP
    if _regular(stamp):
        with suppress(OSError, ValueError, OverflowError, AttributeError), stamp.open("rb") as file:
            return parse_utc(file.read(STAMP_BYTES).decode().strip()).replace(tzinfo=UTC)
        # whatever that is, it is not nbgrader's
    path = folder / notebook
    return datetime.fromtimestamp(os.lstat(path).st_mtime, UTC) if _regular(path) else None


def _regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False
