"""Logs: a line a record, in JSON where no one looks, and none that a client wrote."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import pytest

LOGS = """
import logging, sys
from tasador.log import configure_logging
configure_logging("info", sys.argv[1])
logger = logging.getLogger("tasador.some")
logger.debug("not_shown")
logger.info("games_read rows=%d", 3, extra={"request_id": "r-1", "ms": 1.5, "name_": "x\\ny"})
logger.warning("path_asked path=%s", "/a\\nFORGED line\\u2028\\x1b[31m ñ 日本")
try:
    raise ValueError("/a\\nFORGED line\\u2028\\x1b[31m")
except ValueError:
    logger.exception("failed")
"""


def logged(log_format: str) -> str:
    done = subprocess.run([sys.executable, "-c", LOGS, log_format], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("log_format", ["json", "auto"])
def test_a_record_is_a_json_object_a_line(log_format: str) -> None:
    lines = [json.loads(line) for line in logged(log_format).splitlines()]
    assert [line["event"].partition(" ")[0] for line in lines] == ["games_read", "path_asked", "failed"]
    first, second, third = lines
    assert first["level"] == "info"
    assert first["logger"] == "tasador.some"
    assert first["at"].endswith("+00:00")
    assert (first["request_id"], first["ms"], first["name_"]) == ("r-1", 1.5, "x\ny")
    assert "FORGED" in second["event"]
    assert third["error"].endswith("ValueError: /a\nFORGED line\u2028\x1b[31m")
    assert set(first) == {"at", "level", "logger", "event", "request_id", "ms", "name_"}


def test_a_record_is_a_line_of_text() -> None:
    lines = logged("text").splitlines()
    assert lines[0].endswith(r" INFO tasador.some games_read rows=3 request_id=r-1 ms=1.5 name_=x\ny")
    assert lines[1].endswith(r"path_asked path=/a\nFORGED line\u2028\x1b[31m ñ 日本")
    assert lines[2].endswith("ERROR tasador.some failed")
    assert lines[3].startswith("  Traceback")
    assert lines[-2:] == ["  ValueError: /a", r"  FORGED line\u2028\x1b[31m"]


def test_a_terminal_is_shown_text() -> None:
    ours, theirs = pty.openpty()
    try:
        subprocess.run([sys.executable, "-c", LOGS, "auto"], stderr=theirs, check=True)
        shown = os.read(ours, 10_000).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert " INFO tasador.some games_read rows=3" in shown.splitlines()[0]
