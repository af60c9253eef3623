"""The day on which a source's file was written, as the file itself says."""

from __future__ import annotations

import contextlib
import datetime as dt
import struct
from typing import Final

from tasador.storage.sources import archive, local_file, packing
from tasador.storage.sources.source_file import SourceFile

__all__ = ["dated"]

#: Bytes of a gzip header up to the end of MTIME (RFC 1952, 2.3): magic, method, flags, seconds since 1970.
_HEADER: Final = struct.Struct("<2sBBI")

#: What zip archives say where no date is known: the first day that the format can write.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)


def dated(file: SourceFile) -> dt.date | None:
    """Tell the day of a gzip header's MTIME, in UTC, or of a zip archive's member, in its writer's time zone.

    Returns:
        None where neither says one; the date of the file on the disk says only when it was copied there.

    Raises:
        SourceError: The file cannot be read.
    """
    if file.member is not None:
        written = archive.member_info(file.path, file.member).date_time
        # NOTE: archives can write days that the calendar does not have.
        with contextlib.suppress(ValueError):
            return None if written == _NO_DATE else dt.date(*written[:3])
        return None
    with local_file.reading(file.path), file.path.open("rb") as stream:
        header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size or not header.startswith(packing.GZIP):
        return None
    _, _, _, seconds = _HEADER.unpack(header)
    return dt.datetime.fromtimestamp(seconds, dt.UTC).date() if seconds else None
