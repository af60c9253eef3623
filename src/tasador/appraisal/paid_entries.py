"""The paid entries that comparables are taken from, as a bundle holds them."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tasador.appraisal.similarity import TermIndex
from tasador.errors import BundleError
from tasador.features.game import Game

__all__ = ["ARRAYS", "FILES", "PaidEntries", "entry_key", "read"]

#: The files, and what the first holds for each kind.
FILES: Final = ("comparables.npz", "comparables.json")
ARRAYS: Final = {
    "idf": np.float32,
    "starts": np.int32,
    "rows": np.int32,
    "weights": np.float32,
    "days": np.int32,
    "app_ids": np.int64,
    "keys": np.uint64,
    "prices_usd": np.float64,
    "log_prices": np.float64,
}
_BY_ENTRY: Final = ("days", "app_ids", "keys", "prices_usd", "log_prices")

_FINITE: Final = ("prices_usd", "log_prices", "idf", "weights")

#: What damaged files raise: the last three are for files of another shape.
_DAMAGED: Final = (
    *(ValueError, OSError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error),
    *(LookupError, TypeError, AttributeError),
)


@dataclass(frozen=True, slots=True)
class PaidEntries:
    """The paid entries of a kind, in order of release.

    Attributes:
        names: Their names.
        terms: Terms by number.
        index: Which entries have which terms.
        days: Days by which they were out, as proleptic ordinals, ascending.
        app_ids: The store's numbers; -1 where unknown.
        keys: What `entry_key` gives.
        prices_usd: List prices.
        log_prices: What the hedonic twin says of each.
    """

    names: Sequence[str]
    terms: Sequence[str]
    index: TermIndex
    days: npt.NDArray[np.int32]
    app_ids: npt.NDArray[np.int64]
    keys: npt.NDArray[np.uint64]
    prices_usd: npt.NDArray[np.float64]
    log_prices: npt.NDArray[np.float64]


def read(arrays: bytes, texts: bytes) -> dict[str, PaidEntries]:
    """Read the entries by kind.

    Raises:
        BundleError: The files are damaged, or do not belong together.
    """
    try:
        with np.load(io.BytesIO(arrays), allow_pickle=False) as file:
            return {
                kind: _entries({name: file[f"{kind}/{name}"] for name in ARRAYS}, **text)
                for kind, text in json.loads(texts).items()
            }
    except _DAMAGED as error:
        raise BundleError(
            "the index of comparables is damaged",
            where=" and ".join(FILES),
            got=error,
            do="Train again; do not use this bundle.",
        ) from error


def entry_key(game: Game) -> int:
    """Number a name and developer, however they are cased; the same entry under two app ids has one number."""
    text = f"{game.name.casefold()}\n{(game.developer or '').casefold()}"
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest())


def _entries(arrays: Mapping[str, npt.NDArray[Any]], names: list[str], terms: list[str]) -> PaidEntries:
    """Put the entries of a kind together.

    Raises:
        ValueError: The parts do not fit.
    """
    starts, rows = arrays["starts"], arrays["rows"]
    fits = (
        all(arrays[name].dtype == kind and arrays[name].ndim == 1 for name, kind in ARRAYS.items())
        and all(len(arrays[name]) == len(names) for name in _BY_ENTRY)
        and len(arrays["idf"]) == len(terms) == len(starts) - 1
        and len(rows) == len(arrays["weights"]) == starts[-1]
        and bool(starts[0] == 0 and np.all(np.diff(starts) > 0) and np.all(np.diff(arrays["days"]) >= 0))
        and bool(np.all((rows >= 0) & (rows < len(names))))
        and bool(np.all(arrays["prices_usd"] > 0))
        and all(bool(np.isfinite(arrays[name]).all()) for name in _FINITE)
        and all(isinstance(text, str) for text in (*names, *terms))
    )
    if not fits:
        raise ValueError("its parts do not fit together")
    index = TermIndex({term: number for number, term in enumerate(terms)}, **_parts(arrays, TermIndex))
    return PaidEntries(names, terms, index, **_parts(arrays, PaidEntries))


def _parts(arrays: Mapping[str, npt.NDArray[Any]], kind: type[TermIndex | PaidEntries]) -> dict[str, Any]:
    return {field.name: arrays[field.name] for field in fields(kind) if field.name in arrays}
