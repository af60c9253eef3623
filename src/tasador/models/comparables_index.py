"""Write the index of comparables that a bundle holds: who has which genre, spec and word, and what it weighs."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tasador.appraisal.paid_entries import ARRAYS, FILES, entry_key
from tasador.appraisal.similarity import terms
from tasador.features.game import Game

__all__ = ["build"]

Column = npt.NDArray[Any]

#: Stands for an app id that nobody knows.
_NO_APP_ID: Final = -1


def build(games: Iterable[Game], log_prices: Iterable[float]) -> dict[str, bytes]:
    """Write the index of the paid among games; free ones and those of unknown price are left out.

    The same games give the same bytes, in whatever order they come.

    Args:
        log_prices: What the hedonic twin says of each game.

    Returns:
        The files, by name.
    """
    by_kind: dict[str, list[tuple[Game, float]]] = {}
    for game, log_price in zip(games, log_prices, strict=True):
        if game.price_usd:
            by_kind.setdefault(game.kind, []).append((game, log_price))
    arrays: dict[str, Column] = {}
    texts: dict[str, dict[str, list[str]]] = {}
    for kind, entries in sorted(by_kind.items()):
        entries.sort(key=lambda entry: _place(entry[0]))
        columns, vocabulary = _postings([terms(game) for game, _ in entries])
        columns |= _columns(entries)
        arrays |= {f"{kind}/{name}": columns[name].astype(dtype) for name, dtype in ARRAYS.items()}
        texts[kind] = {"names": [game.name for game, _ in entries], "terms": vocabulary}
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return dict(zip(FILES, (buffer.getvalue(), json.dumps(texts, ensure_ascii=False).encode()), strict=True))


def _place(game: Game) -> tuple[object, ...]:
    studios = (game.developer or "", game.publisher or "")
    return (game.released_by, _app_id(game), game.name, *studios, game.price_usd, game.genres, game.specs)


def _app_id(game: Game) -> int:
    return _NO_APP_ID if game.app_id is None else game.app_id


def _columns(entries: Sequence[tuple[Game, float]]) -> dict[str, Column]:
    games = [game for game, _ in entries]
    return {
        "days": np.array([game.released_by.toordinal() for game in games]),
        "app_ids": np.array([_app_id(game) for game in games]),
        "keys": np.array([entry_key(game) for game in games], dtype=np.uint64),
        "prices_usd": np.array([game.price_usd for game in games]),
        "log_prices": np.array([log_price for _, log_price in entries]),
    }


def _postings(documents: Sequence[Sequence[str]]) -> tuple[dict[str, Column], list[str]]:
    """Weigh the terms of documents, as `tasador.appraisal.similarity.TermIndex` says.

    Returns:
        The parts of the index, and the terms in order.
    """
    counts = [Counter(document) for document in documents]
    vocabulary = sorted({term for count in counts for term in count})
    numbers = {term: number for number, term in enumerate(vocabulary)}
    rows = np.repeat(np.arange(len(counts)), [len(count) for count in counts])
    columns = np.array([numbers[term] for count in counts for term in count])
    times = np.array([n for count in counts for n in count.values()], dtype=np.float64)
    idf = np.log((1 + len(documents)) / (1 + np.bincount(columns))) + 1
    weights = times * idf[columns]
    weights /= np.sqrt(np.bincount(rows, weights**2))[rows]
    order = np.lexsort((rows, columns))
    starts = np.concatenate(([0], np.cumsum(np.bincount(columns))))
    return {"idf": idf, "starts": starts, "rows": rows[order], "weights": weights[order]}, vocabulary
