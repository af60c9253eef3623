"""The appraisal log: what was asked and answered, written down beside the requests and never in their way.

Rows wait in memory for at most half a second, so that a killed process loses less than a second of them. Whoever asks
is not in a row: neither address nor key.
"""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tasador.appraisal.appraisal import Appraisal
from tasador.appraisal.request import FIELDS
from tasador.storage.appraisal_journal import SUFFIX, Journal

__all__ = ["AppraisalLog", "row"]

_EVERY_SECONDS: Final = 0.5

#: Rows beyond this that wait to be written are dropped: the disk is too slow, or full.
_MOST_WAITING_BYTES: Final = 8 * 2**20

#: NOTE: in a process of its own, which gives its memory back: what writes Parquet takes more of it than the server.
_ROTATE: Final = (sys.executable, "-m", "tasador.storage.appraisal_log")

#: How long the end of the server waits for the last rows to be written, and for a rotation that is under way.
_CLOSE_SECONDS: Final = 5.0

_LEVELS: Final = (50, 80, 95)

logger = logging.getLogger(__name__)


class AppraisalLog:
    """Writes appraisals down from a thread of its own.

    Args:
        directory: Where to.
        dropped: Told how many rows could not be taken or written.
    """

    def __init__(self, directory: Path, *, dropped: Callable[[int], None]) -> None:
        self._directory = directory
        self._dropped = dropped
        self._journal = Journal(directory)
        self._lock = threading.Lock()
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._stopping = threading.Event()
        #: What has failed and was told, until it does not fail.
        self._failing: set[str] = set()
        #: Rows of the journal that may be lost yet.
        self._unsafe = 0
        self._rotating: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="appraisal-log", daemon=True)

    def start(self) -> None:
        """Begin to write, and take up what a killed process left."""
        self._thread.start()

    def close(self) -> None:
        """Write what waits, and end; a disk that does not answer, or a long rotation, is not waited for."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(_CLOSE_SECONDS)
        if self._rotating is not None:
            # NOTE: one that takes longer ends by itself, or what it leaves is done at the next start.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._rotating.wait(_CLOSE_SECONDS)

    def __call__(self, appraisal: Appraisal, id_: str, request_id: str) -> None:
        """Take an appraisal to be written soon."""
        found = row(appraisal, id_, request_id, datetime.now(UTC))
        line = json.dumps(found, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            taken = self._waiting_bytes + len(line) <= _MOST_WAITING_BYTES
            if taken:
                self._waiting.append(line)
                self._waiting_bytes += len(line)
        if not taken:
            self._dropped(1)

    def _run(self) -> None:
        if any(self._directory.glob(f"*{SUFFIX}")):
            self._rotate()
        while not self._stopping.wait(_EVERY_SECONDS):
            self._write()
            if self._journal.is_due:
                self._end_journal()
                self._rotate()
        self._write()
        self._end_journal()

    def _write(self) -> None:
        with self._lock:
            lines, self._waiting, self._waiting_bytes = self._waiting, [], 0
        try:
            self._journal.write(lines)
        except OSError as error:
            self._fail("write", error, len(lines))
        else:
            self._unsafe += len(lines)
            if lines:
                self._failing.discard("write")

    def _end_journal(self) -> None:
        try:
            self._journal.close()
        except OSError as error:
            self._fail("end", error, self._unsafe)
        else:
            self._failing.discard("end")
        self._unsafe = 0

    def _fail(self, step: str, error: OSError, rows: int) -> None:
        """Count rows that are lost, or may be, and say so once."""
        self._dropped(rows)
        if step not in self._failing:
            logger.error("appraisals_not_logged", extra={"why": error.strerror, "rows": rows})
        self._failing.add(step)

    def _rotate(self) -> None:
        """Have closed journals turned into Parquet; if that is being done, the next time does these too."""
        if self._rotating is not None:
            code = self._rotating.poll()
            if code is None:
                return
            if code != 0:
                logger.error("appraisals_not_rotated", extra={"code": code})
        try:
            self._rotating = subprocess.Popen(  # noqa: S603  (the package's own module)
                [*_ROTATE, str(self._directory)], stdin=subprocess.DEVNULL, start_new_session=True
            )
        except OSError as error:
            logger.error("appraisals_not_rotated", extra={"why": error.strerror})


def row(appraisal: Appraisal, id_: str, request_id: str, at: datetime) -> dict[str, Any]:
    """Turn an appraisal into a row of the log."""
    game, given, suggested = appraisal.game, appraisal.given, appraisal.suggested
    inputs = {field: getattr(game, field) for field in FIELDS}
    found: dict[str, Any] = {
        "at": at.isoformat(timespec="microseconds"),
        "id": id_,
        "request_id": request_id,
        "model_version": appraisal.model_version,
        "snapshot": appraisal.snapshot,
        "given": [*given.used, *given.ignored],
        **inputs,
        "release_date": game.release_date.isoformat(),
        "estimate_usd": appraisal.estimate_usd,
        "suggested_usd": None if suggested is None else suggested.price_usd,
        "p_suggested": None if suggested is None else suggested.probability,
        "p_free": appraisal.p_free,
        "confidence": None if appraisal.confidence is None else appraisal.confidence.word,
        "abstained": appraisal.abstained,
        "reasons": [reason.code for reason in appraisal.abstention],
    }
    for level in _LEVELS:
        interval = appraisal.interval(level / 100)
        found[f"lower_{level}"] = None if interval is None else interval.lower_usd
        found[f"upper_{level}"] = None if interval is None else interval.upper_usd
    return found
