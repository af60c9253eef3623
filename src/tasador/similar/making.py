"""Writes what a bundle holds of alike entries, from the games of a snapshot: the same games give the same bytes."""

from __future__ import annotations

import io
import math
from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tasador.features.game import Game
from tasador.similar import table
from tasador.similar.entries import ARRAYS, FILE, Entries, entry_key
from tasador.similar.joining import joined
from tasador.similar.terms import FAMILIES, Term, key, terms

__all__ = ["Owned", "entries", "files", "neighbours"]

Column = npt.NDArray[Any]

#: What people own beside each entry, by app id, and how alike two are by that.
Owned = Mapping[int, Mapping[int, float]]

#: Stands for an app id that nobody knows.
_NO_APP_ID: Final = -1

#: Of a larger kind no table is made: a search takes milliseconds, but all of them hours.
_MOST_TABLED: Final = 100_000


def files(games: Iterable[Game], log_prices: Iterable[float | None], owned: Owned | None = None) -> dict[str, bytes]:
    """Write the files: the entries by kind, and each one's nearest of its kind.

    Args:
        games: All of a snapshot, in any order.
        log_prices: What the hedonic twin says of each; None for those that no comparable is to be taken from.
        owned: What the same people own, where that is known.
    """
    made = entries(games, log_prices, owned or {})
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        allow_pickle=False,
        **{f"{kind}/{name}": values for kind, one in made.items() for name, values in one.arrays.items()},
    )
    return {FILE: buffer.getvalue(), table.FILE: table.write(neighbours(made.values()))}


def entries(games: Iterable[Game], log_prices: Iterable[float | None], owned: Owned) -> dict[str, Entries]:
    """Make the entries by kind."""
    kinds: dict[str, _Kind] = {}
    for game, log_price in zip(games, log_prices, strict=True):
        kinds.setdefault(game.kind, _Kind()).add(game, log_price)
    return {kind: Entries.of(kinds[kind].arrays(owned)) for kind in sorted(kinds)}


def neighbours(kinds: Iterable[Entries]) -> Iterator[tuple[int, list[tuple[int, float]]]]:
    """Find the nearest of each entry among those of its kind: its app id, and theirs with their similarity."""
    for found in kinds:
        if found.index.n_entries > _MOST_TABLED:
            continue
        app_ids = found.arrays["app_ids"]
        for row, app_id in enumerate(app_ids.tolist()):
            rows, similarities = joined(found, row, table.LENGTH)
            yield app_id, list(zip(app_ids[rows].tolist(), similarities.tolist(), strict=True))


class _Kind:
    """The entries of a kind, as they come: numbers only, so that a million fit."""

    def __init__(self) -> None:
        self._vocabulary: dict[Term, int] = {}
        self._held = array("i")
        self._sizes = array("i")
        self._names: list[bytes] = []
        self._columns: dict[str, array[Any]] = {
            name: array(code)
            for name, code in (
                *(("days", "i"), ("years", "h"), ("app_ids", "q"), ("keys", "Q")),
                *(("prices_usd", "d"), ("log_prices", "d"), ("digests", "Q")),
            )
        }

    def add(self, game: Game, log_price: float | None) -> None:
        """Take an entry."""
        numbers = [self._vocabulary.setdefault(term, len(self._vocabulary)) for term in terms(game)]
        self._held.extend(numbers)
        self._sizes.append(len(numbers))
        self._names.append(game.name.encode("utf-8", "surrogatepass"))
        unpaid = log_price is None or not game.price_usd
        values = {
            "days": game.released_by.toordinal(),
            "years": game.release_date.year,
            "app_ids": _NO_APP_ID if game.app_id is None else game.app_id,
            "keys": entry_key(game),
            "prices_usd": math.nan if game.price_usd is None else game.price_usd,
            "log_prices": math.nan if unpaid else log_price,
            # NOTE: parts entries that have neither an app id nor anything else of their own.
            "digests": key(Term("", repr(game))),
        }
        for name, value in values.items():
            self._columns[name].append(value)

    def arrays(self, owned: Owned) -> dict[str, Column]:
        """Put the entries in order."""
        columns: dict[str, Column] = {name: np.array(values) for name, values in self._columns.items()}
        order = np.lexsort((columns.pop("digests"), columns["app_ids"], columns["days"]))
        found = {name: values[order] for name, values in columns.items()}
        names = [self._names[row] for row in order.tolist()]
        found |= self._terms(order)
        found |= _owned(found["app_ids"], owned)
        found["names"] = np.frombuffer(b"".join(names), dtype=np.uint8)
        found["name_ends"] = np.cumsum([len(name) for name in names])
        return {name: found[name].astype(kind, copy=False) for name, kind in ARRAYS.items()}

    def _terms(self, order: Column) -> dict[str, Column]:
        """Number the terms from the rarest to the commonest, and list those of each entry in that order."""
        held, sizes = np.array(self._held), np.array(self._sizes)
        keys = np.fromiter(map(key, self._vocabulary), np.uint64, len(self._vocabulary))
        families = np.fromiter((FAMILIES.index(term.family) for term in self._vocabulary), np.uint8, len(keys))
        by_rarity = np.lexsort((keys, np.bincount(held, minlength=len(keys))))
        numbers = np.empty(len(keys), np.int32)
        numbers[by_rarity] = np.arange(len(keys), dtype=np.int32)
        places = np.empty(len(sizes), np.int32)
        places[order] = np.arange(len(sizes), dtype=np.int32)
        owners, held = np.repeat(places, sizes), numbers[held]
        return {
            "term_keys": keys[by_rarity],
            "families": families[by_rarity],
            "ends": np.cumsum(sizes[order]),
            "held": held[np.lexsort((held, owners))],
        }


def _owned(app_ids: Column, owned: Owned) -> dict[str, Column]:
    places = {app_id: row for row, app_id in enumerate(app_ids.tolist())}
    lists = [
        sorted((places[other], share) for other, share in owned.get(app_id, {}).items() if other in places)
        for app_id in app_ids.tolist()
    ]
    return {
        "owned_ends": np.cumsum([len(found) for found in lists]),
        "owned_rows": np.array([row for found in lists for row, _ in found]),
        "owned_shares": np.array([share for found in lists for _, share in found]),
    }
