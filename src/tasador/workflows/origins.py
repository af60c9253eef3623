"""What is known of a source before it is read: format, day of observation, licence."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Final

from tasador.errors import SourceError
from tasador.ingest.cleaning import Origin
from tasador.ingest.formats.format import Format, detect
from tasador.storage import known
from tasador.storage.sources import Source, dated

__all__ = ["Opened", "open_origin"]

#: So many files of a folder are tried to find its format, and all that are large enough to be catalogues.
_TRIED: Final = 9
_LARGE_BYTES: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that can be read.

    Attributes:
        source: Its files.
        written: Its format.
        origin: What holds for all its records, and what is known of where it comes from.
    """

    source: Source
    written: Format
    origin: Origin


def open_origin(source: Source, *, written: Format | None, observed_on: dt.date | None, licence: str | None) -> Opened:
    """Find out what a source does not say of itself.

    The day of observation is the one that was named, else that of a known catalogue, else nobody knows: when a file was
    packed or downloaded says only that it was not later.

    Args:
        source: The source.
        written: Its format; None finds it by the content.
        observed_on: The day on which it saw its entries; None finds it.
        licence: Under which terms it was published; None takes a known catalogue's.

    Raises:
        SourceError: The source cannot be read, or its format is none that Tasador knows.
    """
    found = next((one for one in known.KNOWN if one.sha256 == source.sha256), None)
    identity = source.identity()
    identity.pop("retrieved_at", None)
    packed_on = dated(source.files[0])
    if written is None:
        written = _detected(source)
    return Opened(
        source=source,
        written=written,
        origin=Origin(
            {
                **identity,
                "packed_on": None if packed_on is None else packed_on.isoformat(),
                "licence": licence or (found.licence if found else None),
                "cite": found.cite if found else None,
                "ignored": list(source.ignored),
            },
            source.where,
            written,
            observed_on or (found.observed if found else None),
        ),
    )


def _detected(source: Source) -> Format:
    """Find the format that most of the first files have: a single one may be damaged."""
    found: dict[str, Format] = {}
    errors: list[SourceError] = []
    for number, file in enumerate(source.files):
        if number < _TRIED or file.size_bytes > _LARGE_BYTES:
            try:
                found[file.name] = detect(next(file.blocks()), where=source.where)
            except SourceError as error:
                errors.append(error)
    if not found:
        raise errors[0]
    (written, _), *others = Counter(found.values()).most_common()
    if others:
        examples = {one.name: name for name, one in found.items()}
        raise SourceError(
            "its files are of several formats",
            where=source.where,
            got=", ".join(f"{name} ({file})" for name, file in examples.items()),
            expected="one format in a folder or archive",
            do="Name the files of each format by themselves, or say the format of all with --format.",
        )
    return written
