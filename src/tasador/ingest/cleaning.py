"""A catalogue being cleaned, block by block: every record becomes a game or is set aside, whole."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import dataframely as dy
import polars as pl

from tasador.contracts.games import GameRecord, Games, rule_name
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

__all__ = ["MAX_REJECT_SHARE", "Cleaned", "Cleaning", "Origin", "Sifted", "carry_over", "finish", "settle", "sift"]

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


@dataclass(frozen=True, slots=True)
class Sifted:
    """A block, read row by row: no row of it knows of another yet.

    Attributes:
        raw: The block.
        candidates: The rows of `normalise`.
        good: Those of them that keep every rule.
        broken: `record_no` and `rules` of the others.
    """

    raw: RawRows
    candidates: pl.DataFrame
    good: pl.DataFrame
    broken: pl.DataFrame


def sift(raw: RawRows, origin: Origin) -> Sifted:
    """Read a block row by row, and part the rows that keep every rule from the others.

    Args:
        raw: The block, its records numbered as in the source.
        origin: The source.
    """
    candidates = normalise(
        raw.rows,
        source=origin.id,
        currency=origin.written.currency if origin.written else None,
        observed_on=origin.observed_on,
    )
    return Sifted(raw, candidates, *partition(candidates, GameRecord, rule_name))


def settle(sifted: Sifted, origin: Origin, duplicates: pl.DataFrame, *, games_before: int) -> Cleaned:
    """Part a block's records for good, once it is known which of its rows repeat others.

    Args:
        duplicates: `record_no` and `rules` of the good rows that do.
        games_before: How many games the blocks before it have, of all sources.
    """
    good = sifted.good
    kept = good if duplicates.is_empty() else good.join(duplicates, on="record_no", how="anti", maintain_order="left")
    aside = set_aside(sifted.raw, duplicates=duplicates, broken=sifted.broken, source=origin.id)
    return Cleaned(numbered(kept, games_before), aside)


def carry_over(earlier: pl.DataFrame, replaced: pl.Series, *, games_before: int) -> Cleaned:
    """Part the games of an earlier snapshot by whether newer rows replace them."""
    return Cleaned(numbered(earlier.filter(~replaced), games_before), superseded(earlier.filter(replaced)))


def numbered(rows: pl.DataFrame, games_before: int) -> dy.DataFrame[Games]:
    """Number rows as the games that come after so many others."""
    numbers = pl.int_range(games_before + 1, games_before + 1 + pl.len(), dtype=pl.UInt32)
    return Games.cast(rows.with_columns(game_no=numbers).select(Games.column_names()))


def finish(
    tallies: Sequence[tuple[Origin, Tally]], *, max_reject_share: float = MAX_REJECT_SHARE, strict: bool = False
) -> Quality:
    """Check what became of sources as wholes, and report it.

    Args:
        tallies: Each source with the counts of its records, in the order in which they were cleaned.
        max_reject_share: The largest share of a source's records, 0 to 1, that may be rejects.
        strict: Whether a single record in quarantine or a single reject is too much.

    Raises:
        SourceError: Too many records of a source are none, no record has a field that a catalogue has, or none is a
            game.
    """
    for origin, tally in tallies:
        if origin.written is not None:
            check_shape(
                tally,
                where=origin.where,
                example=origin.written.example,
                max_reject_share=max_reject_share,
                strict=strict,
            )
    return report([(origin.told(), tally) for origin, tally in tallies])


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
        sifted = sift(raw.after(tally.outcomes.total()), origin)
        duplicates = self._kept.take(sifted.good)
        cleaned = settle(sifted, origin, duplicates, games_before=self._games())
        tally.add(sifted.raw, sifted.candidates, cleaned.games, cleaned.set_aside)
        return cleaned

    def keep(self, earlier: pl.DataFrame) -> Cleaned:
        """Take over the games of the earlier snapshot that no newer row replaces: the source that was begun last.

        Args:
            earlier: Rows of that snapshot's games.
        """
        _, tally = self._tallies[-1]
        replaced = self._kept.replaced(earlier)
        cleaned = carry_over(earlier, replaced, games_before=self._games())
        tally.take(cleaned.games, cleaned.set_aside)
        return cleaned

    def finish(self, *, max_reject_share: float = MAX_REJECT_SHARE, strict: bool = False) -> Quality:
        """Check what became of the sources as wholes, and report it: see `finish`."""
        return finish(self._tallies, max_reject_share=max_reject_share, strict=strict)

    def outcomes(self) -> Counter[str]:
        """Count what became of the records so far: game, duplicate, quarantine, reject."""
        return sum((tally.outcomes for _, tally in self._tallies), Counter())

    def _games(self) -> int:
        return sum(tally.outcomes["game"] for _, tally in self._tallies)
