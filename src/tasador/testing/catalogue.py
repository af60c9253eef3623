"""A made-up catalogue, in the raw format of the store's."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from random import Random
from typing import Final

from tasador.testing import shares
from tasador.testing.entries import EntryMaker
from tasador.testing.genre_shares import SOFTWARE_GENRES
from tasador.testing.ladders import DEAR_COUNTS
from tasador.testing.python2_repr import render
from tasador.testing.record import Record, order_fields
from tasador.testing.studio import Studio, found_house, found_studio
from tasador.testing.warts import GUARANTEED_FROM, add_warts

__all__ = ["make_part", "make_raw_lines", "make_raw_records", "part_sizes"]

#: Records are made, shuffled and let go in parts, so that memory does not grow with their number.
_PART: Final = 40_000

#: Ids of the first part are below; those of later parts are closer, so that a billion are not too many for 32 bits.
_LATER: Final = 1_300_000
_SOFTWARE: Final = frozenset(", ".join(SOFTWARE_GENRES).split(", "))


def make_raw_lines(n: int, *, seed: int = 0) -> Iterator[bytes]:
    """Make a catalogue of games that do not exist, as lines of the store's raw catalogue.

    Its shares (of prices, genres, kinds, years, missing fields…) follow those of the real catalogue of
    January 2018, prices depend on genres, studio, kind, year, early access and tags, and it has every wart
    of the real file: Python 2 literals with all their escapes, HTML entities, a duplicate and missing ids,
    texts for prices, vague and impossible dates, records with nearly nothing. Warts occur about as often
    as in the real file; from 500 lines on each one is guaranteed to occur at least once, every form of
    vague date and free price included, which makes them commoner than real in catalogues of a few
    hundred lines. Below 500 lines only chance decides.

    Args:
        n: How many lines.
        seed: Same seed and `n`, same lines, in any process.

    Yields:
        Each line in UTF-8 (in fact ASCII), without its newline.
    """
    return (render(record).encode() for record in make_raw_records(n, seed=seed))


def make_raw_records(n: int, *, seed: int = 0) -> Iterator[Record]:
    """Make the same catalogue as values: the records that the lines of `make_raw_lines` hold, in their order."""
    return itertools.chain.from_iterable(
        make_part(number, size, seed=seed) for number, size in enumerate(part_sizes(n))
    )


def part_sizes(n: int) -> list[int]:
    """Part a catalogue into parts that know nothing of each other."""
    return [min(_PART, n - start) for start in range(0, n, _PART)]


def make_part(number: int, size: int, *, seed: int) -> Iterator[Record]:
    """Make one part of the catalogue: its own studios, and ids that no other part has."""
    rng = Random(seed if number == 0 else f"{seed}, part {number}")  # noqa: S311 - made-up games keep no secrets
    maker = EntryMaker(rng) if number == 0 else EntryMaker(rng, last_id=_LATER + number * 3 * _PART, step=1)
    for record in _make_block(size, maker, rng):
        yield order_fields(record, rng)


def _make_block(size: int, maker: EntryMaker, rng: Random) -> list[Record]:
    sure = size >= GUARANTEED_FROM
    # The kinds that a small catalogue may miss are made first, and kept clear of the warts.
    spared = [maker.hardware(), maker.video(), *_guaranteed_software(maker, rng)] if sure else []
    if sure:
        spared[0]["price"] = "Starting at $499.00"
    records: list[Record] = []
    room = size - len(spared)
    records += [maker.unpaged() for _ in range(_round(shares.UNPAGED_SHARE * size, rng))]
    records += [maker.video() for _ in range(_round(shares.VIDEO_SHARE * size, rng))]
    records += [maker.hardware() for _ in range(_round(shares.HARDWARE_SHARE * size, rng))]
    for genres, share, level in shares.HOUSES:
        count = _round(share * size, rng)
        house = found_house(genres, count, level, rng)
        records += [maker.of_studio(house) for _ in range(count)]
    # No studio but the houses may weigh on a small catalogue.
    largest = max(3, size // 40)
    while len(records) < room:
        studio = found_studio(largest, rng)
        records += [maker.of_studio(studio) for _ in range(studio.size)]
    del records[room:]
    _add_dear(records, rng)
    add_warts(records, rng, sure=sure)
    records += spared
    rng.shuffle(records)
    return records


def _add_dear(records: list[Record], rng: Random) -> None:
    """Give a few entries prices far above the ladder, once the catalogue is large enough to bear it."""
    dear = [record for record in records if _may_be_dear(record)]
    rng.shuffle(dear)
    # The dearest become dearer still, so that these prices too follow from what the entries are.
    dear.sort(key=_price_of)
    for price, count in DEAR_COUNTS.items():
        for _ in range(min(len(dear), int(count * len(records) / shares.ENTRIES))):
            dear.pop()["price"] = price


def _may_be_dear(record: Record) -> bool:
    genres = record.get("genres")
    software = isinstance(genres, list) and not _SOFTWARE.isdisjoint(genres)
    return _price_of(record) > 0.0 and (software or "title" not in record)


def _price_of(record: Record) -> float:
    price = record.get("price")
    return price if isinstance(price, float) else 0.0


def _guaranteed_software(maker: EntryMaker, rng: Random) -> list[Record]:
    """An entry with both genres whose labels carry HTML entities, and a demo."""
    home = "Animation &amp; Modeling, Design &amp; Illustration"
    studio = Studio(f"Qu{rng.randrange(10, 100)} Labs", "None", 1, "software", 0.0, home)
    studio.publisher = studio.name
    software = maker.game_of(studio)
    return [software, maker.demo_of(studio)]


def _round(expected: float, rng: Random) -> int:
    """A whole number that is the expected one on average, though it be far below one."""
    return int(expected + rng.random())
