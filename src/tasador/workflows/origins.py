"""What is known of sources before they are read: format, day of observation, licence, and which of them is newest."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasador.errors import SourceError
from tasador.ingest.cleaning import Origin
from tasador.ingest.formats.format import Format, detect
from tasador.storage import known
from tasador.storage.sources import Source, dated

__all__ = ["Opened", "newest_first", "open_origin"]

#: Files of a folder that are tried to find its format.
_TRIED: Final = 9


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that can be read.

    Attributes:
        source: Its files.
        origin: What holds for all its records.
        licence: Under which terms it was published; None when nobody says.
        cite: Whom its publisher asks to be cited.
    """

    source: Source
    origin: Origin
    licence: str | None
    cite: str | None

    def provenance(self) -> dict[str, Any]:
        """What is known of where it comes from, besides what identifies it."""
        return {
            "retrieved_at": self.source.retrieved_at,
            "licence": self.licence,
            "cite": self.cite,
            "ignored": list(self.source.ignored),
        }


def open_origin(source: Source, *, written: Format | None, observed_on: dt.date | None, licence: str | None) -> Opened:
    """Find out what a source does not say of itself.

    The day of observation is the one that was named; else that of a known catalogue; else the day in the header of a
    packed file; else the day of the download; else nobody knows.

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
    retrieved_at = identity.pop("retrieved_at", None)
    day = observed_on or (found.observed if found else dated(source.files[0]))
    if day is None and retrieved_at is not None:
        day = dt.datetime.fromisoformat(retrieved_at).date()
    if written is None:
        written = _detected(source)
    return Opened(
        source=source,
        origin=Origin(identity, source.where, written, day),
        licence=licence or (found.licence if found else None),
        cite=found.cite if found else None,
    )


def _detected(source: Source) -> Format:
    """Find the format that most of the first files have: a single one may be damaged."""
    votes: Counter[Format] = Counter()
    errors: list[SourceError] = []
    for file in source.files[:_TRIED]:
        try:
            votes[detect(next(file.blocks()), where=source.where)] += 1
        except SourceError as error:
            errors.append(error)
    if not votes:
        raise errors[0]
    return votes.most_common(1)[0][0]


def newest_first(opened: Sequence[Opened]) -> list[Opened]:
    """Order sources: the one observed last comes first, of those of one day or of unknown days the one named last."""
    latest = list(reversed(opened))
    days = [one.origin.observed_on for one in latest]
    if None in days:
        return latest
    return sorted(latest, key=lambda one: one.origin.observed_on or dt.date.min, reverse=True)
