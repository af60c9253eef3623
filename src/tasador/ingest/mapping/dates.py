"""Dates as tables write them, as ISO texts."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Final

__all__ = ["iso_date"]

#: A day with a time of day behind it.
_TIMESTAMP: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{2}:")

#: Parts of a format that tell the day of the year, and those that tell the month.
_DAYS: Final = ("%d", "%j")
_MONTHS: Final = ("%m", "%b", "%B")


@lru_cache(maxsize=65_536)
def iso_date(text: str, date_format: str | None) -> str:
    """Write a date as ISO 8601 does: `2019-03-02`, or `2019-03` or `2019` where the format tells no more.

    A text that is not of the format comes back as it is; the day of a timestamp is taken whatever the format.

    Args:
        text: A date.
        date_format: With the directives of `strptime`; None leaves all but timestamps as they are.
    """
    if found := _TIMESTAMP.match(text):
        return found[1]
    if date_format is None:
        return text
    try:
        # NOTE: only the day is of interest, which no time zone changes here.
        day = dt.datetime.strptime(text, date_format).date()  # noqa: DTZ007
    except ValueError:
        return text
    if any(part in date_format for part in _DAYS):
        return day.isoformat()
    return day.strftime("%Y-%m" if any(part in date_format for part in _MONTHS) else "%Y")
