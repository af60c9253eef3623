"""Logging to standard error, configured by the command line and the server only."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

__all__ = ["LogFormat", "configure_logging"]

LogFormat: TypeAlias = Literal["auto", "json", "text"]

#: What every record has; whatever else it has was given with it.
_ALWAYS: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}


def configure_logging(level: str, log_format: LogFormat = "auto") -> None:
    """Log to standard error from this level on.

    Args:
        level: debug, info, warning or error.
        log_format: A JSON object a line, or text; `auto` is text where somebody looks at it, in a terminal.
    """
    as_text = log_format == "text" or (log_format == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(_Text() if as_text else _Json())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


class _Json(logging.Formatter):
    """A record as a JSON object in one line."""

    def format(self, record: logging.LogRecord) -> str:
        found = {
            "at": _at(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **_given(record),
        }
        if record.exc_info:
            found["error"] = self.formatException(record.exc_info)
        return json.dumps(found, default=str)


class _Text(logging.Formatter):
    """A record as a line of text; the lines of an error come after it, indented.

    NOTE: a client that puts a line end into an address shall not write a line of its own, nor move a terminal's cursor.
    """

    def format(self, record: logging.LogRecord) -> str:
        at = _at(record).astimezone().isoformat(timespec="milliseconds")
        given = "".join(f" {name}={value}" for name, value in _given(record).items())
        line = f"{at} {record.levelname} {record.name} {record.getMessage()}{given}"
        error = self.formatException(record.exc_info).split("\n") if record.exc_info else []
        return "\n  ".join(map(_printable, [line, *error]))


def _at(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


def _printable(line: str) -> str:
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in line)


def _given(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in record.__dict__.items() if name not in _ALWAYS}
