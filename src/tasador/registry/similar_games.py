"""Opens a bundle's similar games: its table, its entries and its catalogue, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tasador.appraisal.bundle_files import file
from tasador.similar.games import SimilarGames
from tasador.similar.table import FILE, Table
from tasador.storage.catalogue import RELEVANCE, Catalogue, Query

if TYPE_CHECKING:
    from tasador.similar.entries import Entries

__all__ = ["similar_games"]

#: Of the names that are like what was typed so many are looked at.
_NAMES: Final = 10


def similar_games(
    files: Mapping[str, bytes], games: Catalogue, entries: Callable[[], Mapping[str, Entries]]
) -> SimilarGames:
    """Open a bundle's similar games.

    Args:
        files: The bundle's, their hashes checked.
        games: The same bundle's.
        entries: Gives the same bundle's, when they are first needed.

    Raises:
        BundleError: The table is missing, or no such file.
    """

    def search(text: str) -> Sequence[bytes]:
        return games.page(Query(RELEVANCE, text=text), limit=_NAMES).records

    return SimilarGames(Table(file(files, FILE)), entries, record=games.record, search=search, labels=games.labels)
