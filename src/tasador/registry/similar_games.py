"""Opens a bundle's similar games: its table, its entries and its catalogue, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.bundle_files import file
from tasador.similar.games import SimilarGames
from tasador.similar.table import FILE, Table
from tasador.storage.catalogue import RELEVANCE, Catalogue, Query

__all__ = ["similar_games"]

#: Of the names that are like what was typed so many are looked at.
_NAMES: Final = 10


def similar_games(files: Mapping[str, bytes], appraiser: Appraiser, games: Catalogue) -> SimilarGames:
    """Open a bundle's similar games.

    Args:
        files: The bundle's, their hashes checked.
        appraiser: The same bundle's, which holds the entries.
        games: The same bundle's.

    Raises:
        BundleError: The table is missing, or no such file.
    """

    def search(text: str) -> Sequence[bytes]:
        return games.page(Query(RELEVANCE, text=text), limit=_NAMES).records

    return SimilarGames(
        Table(file(files, FILE)), lambda: appraiser.entries, record=games.record, search=search, labels=games.labels
    )
