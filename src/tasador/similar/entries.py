"""The entries of a catalogue by kind, as a bundle holds them: what describes each, and what is told of it."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tasador.errors import BundleError
from tasador.features.game import Game
from tasador.similar.index import Index

__all__ = ["ARRAYS", "FILE", "Entries", "entry_key", "read"]

FILE: Final = "entries.npz"

#: What the file holds for each kind. Of an entry: what `Index` says, its release year, `entry_key`, its list price in
#: US dollars (NaN where unknown), what the hedonic twin says of a paid one that comparables are taken from (NaN
#: elsewhere), and where its name ends in `names`, which are UTF-8. `owned_*` tell what the same people own: where an
#: entry's likes end, their rows, ascending, and how alike they are by that.
ARRAYS: Final[Mapping[str, Any]] = {
    "term_keys": np.uint64,
    "families": np.uint8,
    "ends": np.int32,
    "held": np.int32,
    "days": np.int32,
    "years": np.int16,
    "app_ids": np.int64,
    "keys": np.uint64,
    "prices_usd": np.float64,
    "log_prices": np.float64,
    "names": np.uint8,
    "name_ends": np.int32,
    "owned_ends": np.int32,
    "owned_rows": np.int32,
    "owned_shares": np.float32,
}
_BY_ENTRY: Final = (
    *("ends", "days", "years", "app_ids", "keys"),
    *("prices_usd", "log_prices", "name_ends", "owned_ends"),
)

#: What damaged files raise: the last three are for files of another shape.
_DAMAGED: Final = (
    *(ValueError, OSError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error),
    *(LookupError, TypeError, AttributeError),
)


@dataclass(frozen=True)
class Entries:
    """The entries of a kind, in order of the days by which they were out, then of app ids.

    Attributes:
        index: Who is near whom.
        arrays: By the names of `ARRAYS`.
    """

    index: Index
    arrays: Mapping[str, npt.NDArray[Any]]

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Entries:
        """Put the parts together.

        Raises:
            ValueError: They do not fit.
        """
        if not _fits(arrays):
            raise ValueError("its parts do not fit together")
        index = Index(
            arrays["term_keys"],
            arrays["families"],
            arrays["ends"],
            arrays["held"],
            days=arrays["days"],
            app_ids=arrays["app_ids"],
        )
        return cls(index, arrays)

    @cached_property
    def paid(self) -> npt.NDArray[np.bool_]:
        """Which entries comparables are taken from."""
        found: npt.NDArray[np.bool_] = np.isfinite(self.arrays["log_prices"])
        return found

    @cached_property
    def _rows(self) -> npt.NDArray[np.int64]:
        return np.argsort(self.arrays["app_ids"], kind="stable")

    def row(self, app_id: int) -> int | None:
        """Find the entry of an app id; None where there is none."""
        app_ids = self.arrays["app_ids"]
        place = int(np.searchsorted(app_ids, app_id, sorter=self._rows))
        found = int(self._rows[place]) if place < len(self._rows) else None
        return found if found is not None and int(app_ids[found]) == app_id else None

    def name(self, row: int) -> str:
        """Give an entry's name."""
        ends = self.arrays["name_ends"]
        begin = int(ends[row - 1]) if row else 0
        return self.arrays["names"][begin : int(ends[row])].tobytes().decode("utf-8", "surrogatepass")

    def owned_with(self, row: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """Give what the people who own an entry own beside it, and how alike the two are by that, 0 to 1."""
        ends = self.arrays["owned_ends"]
        part = slice(int(ends[row - 1]) if row else 0, int(ends[row]))
        return self.arrays["owned_rows"][part], self.arrays["owned_shares"][part]


def read(data: bytes) -> dict[str, Entries]:
    """Read the entries by kind.

    Raises:
        BundleError: The file is damaged.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            kinds = dict.fromkeys(name.partition("/")[0] for name in file.files)
            return {kind: Entries.of({name: file[f"{kind}/{name}"] for name in ARRAYS}) for kind in kinds}
    except _DAMAGED as error:
        raise BundleError(
            "the index of entries is damaged", where=FILE, got=error, do="Train again; do not use this bundle."
        ) from error


def entry_key(game: Game) -> int:
    """Number a name and developer, however they are cased; the same entry under two app ids has one number."""
    text = f"{game.name.casefold()}\n{(game.developer or '').casefold()}"
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest())


def _fits(arrays: Mapping[str, npt.NDArray[Any]]) -> bool:
    n = len(arrays["ends"])
    owned = arrays["owned_rows"]
    return (
        all(arrays[name].dtype == kind and arrays[name].ndim == 1 for name, kind in ARRAYS.items())
        and n > 0
        and all(len(arrays[name]) == n for name in _BY_ENTRY)
        and all(_ascend(arrays[name]) for name in ("ends", "days", "name_ends", "owned_ends"))
        and int(arrays["name_ends"][-1]) == len(arrays["names"])
        and _are_texts(arrays["names"], arrays["name_ends"])
        and int(arrays["owned_ends"][-1]) == len(owned) == len(arrays["owned_shares"])
        and bool(np.all((owned >= 0) & (owned < n)))
        and bool(np.all((arrays["owned_shares"] >= 0) & (arrays["owned_shares"] <= 1)))
        and bool(np.all(np.isnan(arrays["prices_usd"]) | (arrays["prices_usd"] >= 0)))
        and not bool(np.any(np.isfinite(arrays["log_prices"]) & ~(arrays["prices_usd"] > 0)))
    )


def _ascend(values: npt.NDArray[Any]) -> bool:
    return bool(values[0] >= 0 and np.all(np.diff(values) >= 0))


def _are_texts(characters: npt.NDArray[np.uint8], ends: npt.NDArray[np.int32]) -> bool:
    """Say whether all is UTF-8, and nothing ends inside a character; raise what Python raises if it is not UTF-8."""
    characters.tobytes().decode("utf-8", "surrogatepass")
    begins = ends[ends < len(characters)]
    return bool(np.all(characters[begins] & 0xC0 != 0x80))
