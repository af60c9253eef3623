"""Days on the command line: what is none is told with what came and what may come."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

import typer

__all__ = ["day"]

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day(text: str) -> dt.date:
    """Read a day as ISO 8601 writes it: year, month, day."""
    try:
        if _DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"got {text!r}, expected a day that exists, such as 2017-11-30.") from error
    raise typer.BadParameter(f"got {text!r}, expected a day as year-month-day, such as 2017-11-30.")
