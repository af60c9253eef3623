"""A catalogue being cleaned, block by block: every record becomes a game or is set aside, whole."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import dataframely as dy
import polars as pl

from tasador.contracts.games import Games
from tasador.contracts.set_aside import SetAside
from tasador.ingest.aside import set_aside, superseded
from tasador.ingest.formats.format import Format
from tasador.ingest.kept import Kept
from tasador.ingest.normalise import normalise
from tasador.ingest.partition import partition
from tasador.ingest.quality import Quality, report
from tasador.ingest.raw import RawRows
from tasador.ingest.shape import check_shape
from tasador.ingest.tally import Tally

__all__ = ["MAX_REJECT_SHARE", "Cleaned", "Cleaning", "Origin"]

#: A source of which a larger share are no records is broken, not messy.
MAX_REJECT_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Origin:
    """Where records come from, and what holds for all of them.

    Attributes:
        identity: What identifies the source: name, sha256, size_bytes and more.
        where: What to call it in errors.
        written: Its format; None for an earlier snapshot.
        observed_on: The day on which it saw its entries, where records do not say; None when nobody knows.
    """

    identity: dict[str, Any]
    where: str
    written: Format | None
    observed_on: dt.date | None = None

    @property
    def id(self) -> str:
        """First 12 digits of the source's sha256."""
        return str(self.identity["sha256"])[:12]

    def told(self) -> dict[str, Any]:
        """What reports and manifests say of it."""
        day = None if self.observed_on is None else self.observed_on.isoformat()
        return {**self.identity, "format": self.written.name if self.written else "snapshot", "observed_on": day}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Where each record of a block went.

    Attributes:
        games: The rows that keep every rule and whose app id did not come before, in source order.
        set_aside: All other records, whole, with their outcome and rules, in source order.
    """

    games: dy.DataFrame[Games]
    set_aside: dy.DataFrame[SetAside]


class Cleaning:
    """Cleans sources block by block and counts what becomes of every record.

    Args:
        earlier: `app_id` and `observed_on` of the games of the snapshot that this one goes on from, if any.
    """

    def __init__(self, earlier: pl.DataFrame | None = None) -> None:
        self._kept = Kept(earlier)
        self._tallies: list[tuple[Origin, Tally]] = []

    def begin(self, origin: Origin) -> None:
        """Begin a source; all that is added until the next one begins is its own."""
        self._kept.begin()
        self._tallies.append((origin, Tally()))

    def add(self, raw: RawRows) -> Cleaned:
        """Clean the next block of the source."""
        origin, tally = self._tallies[-1]
        raw = raw.after(tally.outcomes.total())
        candidates = normalise(
            raw.rows,
            source=origin.id,
            currency=origin.written.currency if origin.written else None,
            observed_on=origin.observed_on,
        )
        good, broken = partition(candidates)
        kept, duplicates = self._kept.take(good)
        games = self._numbered(kept)
        aside = set_aside(raw, duplicates=duplicates, broken=broken, source=origin.id)
        tally.add(raw, candidates, games, aside)
        return Cleaned(games, aside)

    def keep(self, earlier: pl.DataFrame) -> Cleaned:
        """Take over the games of the earlier snapshot that no newer row replaces: the source that was begun last.

        Args:
            earlier: Rows of that snapshot's games.
        """
        _, tally = self._tallies[-1]
        replaced = self._kept.replaced(earlier)
        games, aside = self._numbered(earlier.filter(~replaced)), superseded(earlier.filter(replaced))
        tally.take(games, aside)
        return Cleaned(games, aside)

    def finish(self, *, max_reject_share: float = MAX_REJECT_SHARE, strict: bool = False) -> Quality:
        """Check what became of the sources as wholes, and report it.

        Args:
            max_reject_share: The largest share of a source's records, 0 to 1, that may be rejects.
            strict: Whether a single record in quarantine or a single reject is too much.

        Raises:
            SourceError: Too many records of a source are none, no record has a field that a catalogue has, or none is a
                game.
        """
        for origin, tally in self._tallies:
            if origin.written is not None:
                check_shape(
                    tally,
                    where=origin.where,
                    example=origin.written.example,
                    max_reject_share=max_reject_share,
                    strict=strict,
                )
        return report([(origin.told(), tally) for origin, tally in self._tallies])

    def outcomes(self) -> Counter[str]:
        """Count what became of the records so far: game, duplicate, quarantine, reject."""
        return sum((tally.outcomes for _, tally in self._tallies), Counter())

    def _numbered(self, rows: pl.DataFrame) -> dy.DataFrame[Games]:
        before = sum(tally.outcomes["game"] for _, tally in self._tallies)
        numbers = pl.int_range(before + 1, before + 1 + pl.len(), dtype=pl.UInt32)
        return Games.cast(rows.with_columns(game_no=numbers).select(Games.column_names()))
