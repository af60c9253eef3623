"""The games of a snapshot, by app id, by name and by what they are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Final

from tasador.errors import BundleError
from tasador.storage.catalogue import query as queries
from tasador.storage.catalogue.making import APPLICATION_ID, FIELDS, FORMAT, unpacked
from tasador.storage.catalogue.names import NameIndex, fold
from tasador.storage.catalogue.query import Label, Page, Query
from tasador.storage.catalogue.reader import Reader

__all__ = ["FILE", "Catalogue"]

#: The file of a bundle.
FILE: Final = "games.sqlite"

_QUERY_SECONDS: Final = 0.25

#: Developers that are proposed for an unknown one.
_PROPOSED: Final = 3

#: What SQLite takes as a number of a row.
_LARGEST: Final = 2**63 - 1


class Catalogue:
    """The games of a snapshot. Threads may share one; a call takes milliseconds.

    Args:
        data: The file, its hash checked.
        query_seconds: How long a call may take.

    Attributes:
        labels: The genres, specs and tags, by column, the commonest first.

    Raises:
        BundleError: It is no such file, or of another format.
    """

    def __init__(self, data: bytes, *, query_seconds: float = _QUERY_SECONDS) -> None:
        try:
            self._reader: Final = Reader(data, seconds=query_seconds)
            _check_format(self._reader)
            rows = self._reader.rows("SELECT no, field, label, n_games FROM labels ORDER BY no")
            ((self._sample,),) = self._reader.rows("SELECT sample FROM samples")
            self._names: Final = NameIndex(self._reader.rows, "game")
            self._developers: Final = NameIndex(self._reader.rows, "developer")
        except (sqlite3.Error, ValueError) as error:
            raise BundleError(
                "the catalogue cannot be read", where=FILE, got=error, do="Train again; do not use this bundle."
            ) from error
        found = [Label(*row) for row in rows]
        self.labels: Final = {field: tuple(label for label in found if label.field == field) for field in FIELDS}
        # NOTE: of labels that fold alike the commonest is meant.
        self._folded: Final = {(label.field, fold(label.name)): label for label in reversed(found)}
        self._spelled: Final = {(label.field, label.name): label for label in found}

    def within(self, seconds: float | None = None) -> AbstractContextManager[None]:
        """Bound what all calls of this thread may take together until the block ends: past it they are too slow.

        Args:
            seconds: That bound; None is that of one call.
        """
        return self._reader.within(seconds)

    def label(self, field: str, text: str) -> Label | None:
        """Find a genre, spec or tag, whatever its case, accents and hyphens; None where there is none."""
        return self._spelled.get((field, text)) or self._folded.get((field, fold(text)))

    def developer(self, name: str) -> int | None:
        """Find the number of a developer, whatever the case and accents of the name; None where there is none.

        Raises:
            SlowQueryError: It takes too long.
        """
        with self._reader.turn():
            return self._developers.number(name)

    def developers_like(self, name: str) -> list[str]:
        """Propose developers for an unknown one, the most alike first.

        Raises:
            SlowQueryError: It takes too long.
        """
        with self._reader.turn():
            return [self._developers.name(no) for no in self._developers.search(name)[:_PROPOSED]]

    def record(self, app_id: int) -> bytes | None:
        """Give a game's record as JSON; None where the catalogue has no such game.

        Raises:
            SlowQueryError: It takes too long.
        """
        if not 0 <= app_id <= _LARGEST:
            return None
        with self._reader.turn():
            rows = self._reader.rows("SELECT packed FROM games JOIN records USING (no) WHERE app_id = ?", (app_id,))
        return unpacked(rows[0][0], self._sample) if rows else None

    def page(self, query: Query, *, after: int | None = None, limit: int, counted: bool = False) -> Page:
        """Find games.

        Args:
            query: Which, and in which order.
            after: The place in that order after which to begin; None begins at its beginning.
            limit: At most so many.
            counted: Whether to tell how many there are in all.

        Raises:
            SlowQueryError: It takes too long.
        """
        with self._reader.turn():
            found = None if query.text is None else self._names.search(query.text)
            rows = self._reader.rows(*queries.places(query, found, after=after, limit=limit + 1))
            packed = self._packed([no for no, _ in rows[:limit]])
            n_total = self._reader.rows(*queries.count(query, found))[0][0] if counted else None
        last = rows[limit - 1][1] if len(rows) > limit else None
        return Page(tuple(unpacked(record, self._sample) for record in packed), last, n_total)

    def _packed(self, games: Sequence[int]) -> list[bytes]:
        rows = self._reader.rows(
            "SELECT packed FROM json_each(?) AS game JOIN records ON no = game.value ORDER BY game.key",
            (json.dumps(games),),
        )
        return [record for (record,) in rows]


def _check_format(reader: Reader) -> None:
    ((application,),) = reader.rows("PRAGMA application_id")
    ((found,),) = reader.rows("PRAGMA user_version")
    if (application, found) != (APPLICATION_ID, FORMAT):
        raise BundleError(
            "the catalogue is of another format",
            where=FILE,
            got=f"format {found}" if application == APPLICATION_ID else "another SQLite file",
            expected=f"format {FORMAT}",
            do="Use the Tasador version that wrote it, or train again with this one.",
        )
    # NOTE: a SQLite without JSON, which somebody may have built, is told of now and not at the first query.
    reader.rows("SELECT value FROM json_each('[0]')")
