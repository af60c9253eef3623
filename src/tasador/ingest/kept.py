"""Which row an app id keeps, over the blocks and sources of a catalogue."""

from __future__ import annotations

import polars as pl

from tasador.ingest.refusals import REPEATED, SUPERSEDED
from tasador.ingest.seen import Seen

__all__ = ["Kept"]


class Kept:
    """The app ids that have their row.

    One app id keeps one row: within a source the first record of it that keeps every rule; between sources the one that
    comes first here, so the source named last goes first; against an earlier snapshot the one observed later, or where
    either day is unknown, the new one. A row that the earlier snapshot's beats keeps no other out.

    Args:
        earlier: `app_id` and `observed_on` of the games of the snapshot that this one goes on from, if any.
    """

    def __init__(self, earlier: pl.DataFrame | None = None) -> None:
        self._earlier = earlier
        self._elsewhere = Seen()
        self._here = Seen()

    def begin(self) -> None:
        """Begin a source."""
        self._elsewhere.add(self._here.ids)
        self._here = Seen()

    def take(self, good: pl.DataFrame) -> pl.DataFrame:
        """Find the rows that repeat another, or that the earlier snapshot's are better than.

        Args:
            good: The next rows of the source that keep every rule, in order.

        Returns:
            Of each such row `record_no` and `rules`.
        """
        ids = good["app_id"]
        elsewhere = self._elsewhere.contains(ids) | self._observed_later(good)
        # NOTE: a row that is superseded keeps no other out, in whichever block that comes.
        contending = ids.set(elsewhere, None)
        here = self._here.contains(ids) | ~(contending.is_first_distinct() | elsewhere)
        repeats = elsewhere | here
        self._here.add(ids.filter(~repeats))
        rule = pl.when(elsewhere).then(pl.lit(SUPERSEDED)).otherwise(pl.lit(REPEATED))
        return good.select("record_no", rules=pl.concat_list(rule)).filter(repeats)

    def replaced(self, earlier: pl.DataFrame) -> pl.Series:
        """Say of each row of the earlier snapshot whether a newer one replaces it; called when all sources are read."""
        return self._elsewhere.contains(earlier["app_id"])

    def _observed_later(self, good: pl.DataFrame) -> pl.Series:
        """Whether the earlier snapshot has a row of the app id that was observed later."""
        if self._earlier is None:
            return pl.repeat(value=False, n=good.height, dtype=pl.Boolean, eager=True)
        both = good.select("app_id", "observed_on").join(
            self._earlier, on="app_id", how="left", suffix="_before", maintain_order="left"
        )
        return (both["observed_on_before"] > both["observed_on"]).fill_null(value=False)
