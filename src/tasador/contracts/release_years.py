"""Which release years a catalogue has whole: the rule of everything that sets years side by side."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

__all__ = ["last_whole_year", "newest_release"]

#: A few games are announced for years ahead: they do not make the rest newer.
_NEWEST_SHARE: Final = 0.999

#: A year that lacks no more than this is whole: in a small catalogue nothing may come out on its last days.
_LAST_DAYS: Final = timedelta(days=7)


def newest_release(days: Iterable[date], observed_on: date | None = None) -> date:
    """Find the day up to which a catalogue has what was released.

    Args:
        days: Its release dates, at least one.
        observed_on: The day on which it was read, where that is known: what comes later is only announced.
    """
    ordered = sorted(days)
    newest = ordered[int((len(ordered) - 1) * _NEWEST_SHARE)]
    return newest if observed_on is None else min(newest, observed_on)


def last_whole_year(newest: date) -> int:
    """Name the last year that was over, or in its last week, on the day of the newest release."""
    return (newest + _LAST_DAYS).year - 1
