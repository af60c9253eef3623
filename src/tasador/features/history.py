"""Earlier releases and their prices, looked up strictly before a date: by studio, series, labels, words, app id.

A release of the same day or later is never seen, whatever the history was made from, so that the inputs of a training
row are those that a request would have had on that row's date.
"""

from __future__ import annotations

import math
import sys
from array import array
from base64 import b64decode, b64encode
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain
from operator import ge, le, lt
from typing import Any, Final, TypeAlias

from tasador.errors import TasadorError
from tasador.features import keys
from tasador.features.game import Game
from tasador.features.price_level import above_level
from tasador.features.title import words

__all__ = ["WINDOW", "History"]

#: Prices are summed up over the last so many earlier releases: a look-up costs the same however long a history is.
WINDOW: Final = 64

#: Hashes of the keys in order; where the positions of each end; the positions of all, one key's after another's,
#: ascending. NOTE: as texts the hundred thousand keys of the real catalogue would take 23 MB of a server's memory.
Index: TypeAlias = tuple["array[int]", "array[int]", "array[int]"]

#: What keys are hashed by: the text as a number, modulo a prime of 64 bits (Karp and Rabin, 1987). NOTE: one near a
#: power of 2 would give texts that differ in two letters the same hash.
_MODULUS: Final = 0x9E3779B97F4A7C55

#: Hashes are sought among those that share their first bits.
_BUCKET_BITS: Final = 12
_BUCKET_SHIFT: Final = 64 - _BUCKET_BITS

#: Stands for an app id that is not known.
_NO_ID: Final = -1


class History:
    """Priced releases in the order of their dates.

    Attributes:
        days: Days by which each was out, as proleptic Gregorian ordinals, ascending; position by position, as all that
            follow.
        logs: Natural logarithms of the list prices in US dollars.
        above_level: The same less the price level of the kind at that date.
        kinds: Kinds.
        titles: Words of the names, joined.
    """

    __slots__ = (
        "_buckets",
        "_ends",
        "_hashes",
        "_ids",
        "_ids_at",
        "_positions",
        "_prices",
        "above_level",
        "days",
        "kinds",
        "logs",
        "titles",
    )

    def __init__(
        self,
        days: array[int],
        prices_usd: array[float],
        kinds: Sequence[str],
        titles: Sequence[str],
        app_ids: array[int],
        index: Index,
    ) -> None:
        self.days = days
        self._prices = prices_usd
        # NOTE: a list, as an array makes a number anew each time that it is read; there are few prices.
        by_price = {price: math.log(price) for price in set(prices_usd)}
        self.logs = [by_price[price] for price in prices_usd]
        self.kinds = kinds
        self.titles = titles
        self.above_level = above_level(self.days, self.logs, self.kinds)
        self._hashes, self._ends, self._positions = index
        starts = range(0, 2**64 + 1, 1 << _BUCKET_SHIFT)
        self._buckets = [bisect_left(self._hashes, start) for start in starts]
        at_ids = [at for at, app_id in enumerate(app_ids) if app_id >= 0]
        self._ids_at = array("i", sorted(at_ids, key=app_ids.__getitem__))
        self._ids = array("q", map(app_ids.__getitem__, self._ids_at))

    @classmethod
    def of(cls, games: Iterable[Game]) -> History:
        """Make the history of games; the order they come in does not matter.

        Args:
            games: Those with a price above 0 count; the others are left out.

        Raises:
            TasadorError: Two keys have the same hash, which is to be expected of one catalogue in a million.
        """
        priced = [(game, game.price_usd) for game in games if game.price_usd]
        priced.sort(key=lambda pair: (pair[0].released_by, pair[0].app_id or 0, pair[0].name, pair[0].kind, pair[1]))
        found: defaultdict[str, list[int]] = defaultdict(list)
        titles = []
        for at, (game, _) in enumerate(priced):
            title = words(game.name)
            titles.append(" ".join(title))
            for key in keys.of(game, title):
                found[key].append(at)
        by_hash = {_hashed(key): positions for key, positions in found.items()}
        if len(by_hash) < len(found):
            raise TasadorError(
                "two keys of the history have the same hash",
                got=f"{len(by_hash):,} hashes of {len(found):,} keys",
                expected="one for each",
                do="Set a row of the catalogue aside; no other rows are likely to do the same.",
            )
        ordered = sorted(by_hash)
        return cls(
            array("i", [game.released_by.toordinal() for game, _ in priced]),
            array("d", [price for _, price in priced]),
            [sys.intern(game.kind) for game, _ in priced],
            titles,
            array("q", [_NO_ID if game.app_id is None else game.app_id for game, _ in priced]),
            (
                array("Q", ordered),
                array("i", accumulate(len(by_hash[hashed]) for hashed in ordered)),
                array("i", chain.from_iterable(by_hash[hashed] for hashed in ordered)),
            ),
        )

    def __len__(self) -> int:
        return len(self.days)

    def before(self, day: int) -> int:
        """Count the releases strictly before a day: they are those at the positions below that number.

        Args:
            day: A proleptic Gregorian ordinal, as `date.toordinal` gives it.
        """
        return bisect_left(self.days, day)

    def look_up(self, key: str, before: int) -> tuple[int, Sequence[int]]:
        """Find the earlier releases that have a key.

        Args:
            key: One of those of `tasador.features.keys`.
            before: What `before` counted.

        Returns:
            Their number, and the positions of the last `WINDOW` of them, oldest first.
        """
        hashed = _hashed(key)
        bucket = hashed >> _BUCKET_SHIFT
        hashes, ends, last = self._hashes, self._ends, self._buckets[bucket + 1]
        number = bisect_left(hashes, hashed, self._buckets[bucket], last)
        if number == last or hashes[number] != hashed:
            return 0, ()
        start = ends[number - 1] if number else 0
        end = bisect_left(self._positions, before, start, ends[number])
        return end - start, self._positions[max(end - WINDOW, start) : end]

    def position(self, app_id: int, before: int) -> int | None:
        """Find an earlier release by its app id."""
        at = bisect_left(self._ids, app_id)
        if at < len(self._ids) and self._ids[at] == app_id and self._ids_at[at] < before:
            return self._ids_at[at]
        return None

    def nearest_ids(self, app_id: int, before: int, within: int, kind: str) -> tuple[tuple[int, int], tuple[int, int]]:
        """Find the earlier releases whose app ids are nearest: stores number what belongs together in a row.

        Args:
            app_id: The number; a release with that very number is the same entry and is passed over.
            before: What `before` counted.
            within: How far apart the numbers may be.
            kind: The kind asked for in the second answer.

        Returns:
            App id and position of the nearest of any kind, and of the nearest of that kind; of two as near the lower
            number. The position is -1 where there is none.
        """
        ids, ids_at, kinds = self._ids, self._ids_at, self.kinds
        nearest = nearest_of_kind = (0, -1)
        any_distance = kind_distance = within + 1
        below = range(bisect_left(ids, app_id) - 1, -1, -1)
        for numbers in (below, range(bisect_right(ids, app_id), len(ids))):
            for number in numbers:
                distance = abs(ids[number] - app_id)
                if distance >= kind_distance:
                    break
                at = ids_at[number]
                if at >= before:
                    continue
                if distance < any_distance:
                    nearest, any_distance = (ids[number], at), distance
                if kinds[at] == kind:
                    nearest_of_kind, kind_distance = (ids[number], at), distance
                    break
        return nearest, nearest_of_kind

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold: lists of numbers as base64 of little-endian arrays, which read at once."""
        app_ids = array("q", [_NO_ID]) * len(self)
        for app_id, at in zip(self._ids, self._ids_at, strict=True):
            app_ids[at] = app_id
        return {
            "days": _packed(self.days),
            "prices_usd": _packed(self._prices),
            "kinds": "\n".join(self.kinds),
            "titles": "\n".join(self.titles),
            "app_ids": _packed(app_ids),
            "hashes": _packed(self._hashes),
            "ends": _packed(self._ends),
            "positions": _packed(self._positions),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> History:
        """Read what `to_dict` wrote.

        Raises:
            ValueError: Its parts do not fit together.
        """
        days = array("i", b64decode(data["days"]))
        prices = array("d", b64decode(data["prices_usd"]))
        app_ids = array("q", b64decode(data["app_ids"]))
        hashes = array("Q", b64decode(data["hashes"]))
        ends = array("i", b64decode(data["ends"]))
        positions = array("i", b64decode(data["positions"]))
        if sys.byteorder == "big":
            for numbers in (days, prices, app_ids, hashes, ends, positions):
                numbers.byteswap()
        kinds, titles = (data[name].split("\n") if days else [] for name in ("kinds", "titles"))
        index = (hashes, ends, positions)
        if not _fit(days, prices, app_ids, (kinds, titles), index):
            raise ValueError("the parts of the history do not fit together")
        return cls(days, prices, [sys.intern(kind) for kind in kinds], titles, app_ids, index)


def _hashed(key: str) -> int:
    return int.from_bytes(key.encode("utf-8", "surrogatepass"), "little") % _MODULUS


def _packed(numbers: array[int] | array[float]) -> str:
    little = numbers[:]
    if sys.byteorder == "big":
        little.byteswap()
    return b64encode(little.tobytes()).decode()


def _fit(
    days: array[int],
    prices_usd: array[float],
    app_ids: array[int],
    texts: tuple[list[str], list[str]],
    index: Index,
) -> bool:
    """Whether every release has its parts, in order of days, and every position of the index leads to one."""
    hashes, ends, positions = index
    starts = array("i", [0]) + ends[:-1]
    if not (len(hashes) == len(ends) and all(map(lt, starts, ends)) and len(positions) == (ends[-1] if ends else 0)):
        return False
    # NOTE: within a key positions rise, so that wherever one does not, a key begins.
    falls = b"\0" + bytes(map(ge, positions, positions[1:]))
    return (
        all(n == len(days) for n in (len(prices_usd), len(app_ids), *map(len, texts)))
        and all(map(le, days, days[1:]))
        and all(0 < price < math.inf for price in prices_usd)
        and min(app_ids, default=_NO_ID) >= _NO_ID
        and all(map(lt, hashes, hashes[1:]))
        and falls.count(1) == sum(map(falls.__getitem__, starts))
        # NOTE: read without its sign, a position below 0 is a large one.
        and max(memoryview(positions).cast("B").cast("I"), default=-1) < len(days)
    )
