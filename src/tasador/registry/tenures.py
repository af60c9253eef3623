"""Which version answered when, by the history of promotions and rollbacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

__all__ = ["Tenure", "in_effect", "on_day", "predecessor", "promoted", "rolled_back", "tenures"]

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tenure:
    """How long a version answered without a break.

    Attributes:
        version: Its name.
        since: When it became the champion, in UTC.
        until: When another one did; None where it still answers.
    """

    version: str
    since: datetime
    until: datetime | None

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {
            **asdict(self),
            "since": self.since.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
        }


def in_effect(history: Sequence[Entry], champion: str | None) -> list[Entry]:
    """Keep the entries that took effect, oldest first.

    An entry is written before its change, so one whose writer was killed in between changed nothing: the next one says
    another version before it, or another is the champion.

    Args:
        history: All entries, oldest first.
        champion: The version that answers now.
    """
    after = [*(entry["previous"] for entry in history), champion][1:]
    return [entry for entry, then in zip(history, after, strict=True) if entry["version"] == then]


def tenures(history: Sequence[Entry], champion: str | None) -> list[Tenure]:
    """Tell who answered from when to when, oldest first."""
    entries = in_effect(history, champion)
    begins = [_moment(entry) for entry in entries]
    ends = [*begins, None][1:]
    return [Tenure(entry["version"], since, until) for entry, since, until in zip(entries, begins, ends, strict=True)]


def on_day(history: Sequence[Entry], champion: str | None, day: date) -> list[Tenure]:
    """Tell who answered on a day (in UTC), oldest first: more than one where it changed, none before the first."""
    begin = datetime.combine(day, time(), UTC)
    end = begin + timedelta(days=1)
    return [
        tenure
        for tenure in tenures(history, champion)
        if tenure.since < end and (tenure.until is None or tenure.until > begin)
    ]


def predecessor(history: Sequence[Entry], champion: str | None) -> str | None:
    """Tell whom a rollback makes the champion: the one before, and rolling back again goes further back.

    Args:
        history: All entries, oldest first.
        champion: The version that answers now.
    """
    stack: list[str] = []
    for entry in in_effect(history, champion):
        if entry["action"] == "rollback":
            stack = stack[: _last(stack, entry["version"])]
        elif entry["previous"] is not None and entry["previous"] not in stack[-1:]:
            stack.append(str(entry["previous"]))
        stack.append(str(entry["version"]))
    return stack[-2] if len(stack) > 1 else None


def promoted(history: Sequence[Entry], version: str) -> Entry | None:
    """Find the last promotion of a version that says by which checks; None where there is none."""
    found = (entry for entry in reversed(history) if entry["action"] == "promote" and entry["version"] == version)
    return next((entry for entry in found if entry.get("checks")), None)


def rolled_back(history: Sequence[Entry], champion: str | None, version: str) -> Entry | None:
    """Find the rollback that took a version from its place; None where it was promoted since, or never taken.

    Args:
        history: All entries, oldest first.
        champion: The version that answers now.
        version: Of which it is asked.
    """
    for entry in reversed(in_effect(history, champion)):
        if entry["version"] == version:
            return None
        if entry["action"] == "rollback" and entry["previous"] == version:
            return entry
    return None


def _last(stack: Sequence[str], version: str) -> int:
    """Find where a version stands last; the end where it does not stand."""
    places = [place for place, other in enumerate(stack) if other == version]
    return places[-1] if places else len(stack)


def _moment(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry["at"]).astimezone(UTC)
