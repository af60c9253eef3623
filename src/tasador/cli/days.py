"""Days on the command line: what is none is told with what came and what may come."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import typer

__all__ = ["day", "past"]

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day(text: str) -> dt.date:
    """Read a day as ISO 8601 writes it: year, month, day."""
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"got {text!r}, expected a day that exists, such as 2017-11-30.") from error
    raise typer.BadParameter(f"got {text!r}, expected a day as year-month-day, such as 2017-11-30.")


def past(text: str) -> dt.date:
    """Read a day that has come, by the clock of Greenwich."""
    found = day(text)
    if found > dt.datetime.now(dt.UTC).date():
        raise typer.BadParameter(f"got {found}, expected a day that has come.")
    return found
