"""Standard input as a source: kept in a file, since a source is read more than once."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Final

from tasador.errors import SourceError
from tasador.storage import atomic
from tasador.storage.sources import content, packing

__all__ = ["STANDARD_INPUT", "spool"]

#: How standard input is named as a source.
STANDARD_INPUT: Final = "-"
_NAME: Final = "standard-input"


def spool(downloads: Path) -> Path:
    """Write standard input to a file that is named by its content.

    Raises:
        SourceError: Standard input is closed, a terminal, or empty.
        OSError: The disk is full or the place cannot be written.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise SourceError(
            "nothing comes on standard input",
            where=STANDARD_INPUT,
            got="no input" if sys.stdin is None else "a terminal",
            expected=content.EXPECTED,
            do="Pipe a catalogue in (`… | tasador ingest -`), or name a file.",
        )
    parent = downloads / "stdin"
    with atomic.scratch_directory(parent) as scratch:
        digest = hashlib.sha256()
        written = scratch / _NAME
        with written.open("wb") as file:
            while block := sys.stdin.buffer.read(packing.BLOCK_BYTES):
                digest.update(block)
                file.write(block)
            empty = file.tell() == 0
        if empty:
            raise SourceError(
                "nothing came on standard input",
                where=STANDARD_INPUT,
                got="0 bytes",
                expected=content.EXPECTED,
                do="Check the command before the pipe.",
            )
        place = parent / digest.hexdigest()[:12]
        place.mkdir(exist_ok=True)
        # NOTE: replaced also where it is there already, since that one may have been damaged since.
        return written.replace(place / _NAME)
