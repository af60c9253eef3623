"""A made-up feed of price changes, of the entries of the made-up catalogue, in the format of the real feeds."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from random import Random
from typing import Final

from tasador.testing.catalogue import make_part
from tasador.testing.record import Record

__all__ = ["HEADER", "make_price_part"]

HEADER: Final = b"itad_id,timestamp,shop,price,regular,currency,cut,appid,title,releaseDate\n"

#: The feed's first and last days.
_BEGUN: Final = dt.datetime(2012, 9, 4, 17, tzinfo=dt.UTC)
_ENDED: Final = dt.datetime(2024, 8, 1, tzinfo=dt.UTC)

#: Discounts a year of an entry, on average over all; popular ones have many times as many.
_DISCOUNTS_A_YEAR: Final = 1.4
_NEVER_DAYS: Final = 10_000.0
_DISCOUNT_DAYS: Final = (1, 3, 7, 7, 7, 14, 14)
_CUTS: Final = (10, 20, 25, 33, 40, 50, 50, 60, 66, 75, 75, 80, 90)

#: Shares of records with a wart, about as in the real feed.
_UNCHANGED: Final = 0.055
_REPEATED: Final = 0.003
_CONTRADICTED: Final = 0.002
_FOREIGN_AMOUNT: Final = 0.000_01
_ABOVE_REGULAR: Final = 0.000_01

_Change = tuple[dt.datetime, float, float]


def make_price_part(number: int, size: int, *, seed: int) -> Iterator[bytes]:
    """Make the price changes of a part of the catalogue, each a line, of an entry the newest first.

    It has the warts of the real feed: changes that change nothing, that come twice, or in two versions at one moment,
    amounts of another currency, prices above the regular one, entries without app id.

    Args:
        number: The part's.
        size: How many entries the part of the catalogue has.
        seed: The catalogue's: same seed, same lines.
    """
    rng = Random(f"{seed}, prices {number}")  # noqa: S311 - made-up prices keep no secrets
    for record in make_part(number, size, seed=seed):
        first, changes = _changes(record, rng)
        yield from _lines(record, first, changes)


def _changes(record: Record, rng: Random) -> tuple[str, list[_Change]]:
    """Draw the day of release, as text, and what happened to the price of an entry, the oldest first."""
    given = str(record.get("release_date", ""))
    try:
        released = dt.datetime.combine(dt.date.fromisoformat(given), dt.time(17), dt.UTC)
    except ValueError:
        given, released = "", _BEGUN
    if released > _ENDED:  # a wart of the catalogue's own, which feeds do not have
        given, released = "", _BEGUN
    price = record.get("price")
    regular = price if isinstance(price, float) else 0.0
    at = max(released, _BEGUN) + dt.timedelta(seconds=rng.randrange(3_600))
    changes = [(at, regular, regular)]
    rate = rng.expovariate(1 / _DISCOUNTS_A_YEAR) / 365.25
    while regular > 0:
        at += dt.timedelta(days=min(max(1.0, rng.expovariate(rate)), _NEVER_DAYS), seconds=rng.randrange(3_600))
        if at > _ENDED:
            break
        cut = rng.choice(_CUTS)
        changes.append((at, _lowered(regular, cut), regular))
        at += dt.timedelta(days=rng.choice(_DISCOUNT_DAYS), seconds=rng.randrange(600))
        if rng.random() < 0.02:
            regular = max(0.49, round(regular * rng.choice((0.5, 0.75, 1.25)) - 0.99) + 0.99)
        changes.append((at, regular, regular))
    return given, [one for change in changes for one in _warts(change, rng)]


def _lowered(regular: float, cut: int) -> float:
    return max(0.01, round(regular * (100 - cut)) / 100)


def _warts(change: _Change, rng: Random) -> Iterator[_Change]:
    at, price, regular = change
    chance = rng.random()
    for share, others in (
        (_UNCHANGED, [change, (at + dt.timedelta(hours=1), price, regular)]),
        (_REPEATED, [change, change]),
        (_CONTRADICTED, [change, (at, 0.0, 0.0)]),
        (_FOREIGN_AMOUNT, [(at, 80_000.0, 80_000.0)]),
        (_ABOVE_REGULAR, [(at, regular + 0.42, regular)]),
    ):
        if chance < share:
            yield from others
            return
        chance -= share
    yield change


def _lines(record: Record, released: str, changes: list[_Change]) -> Iterator[bytes]:
    app_id = str(record.get("id", ""))
    named = str(record.get("title", record.get("app_name", "")))
    number = f"{app_id}.0" if app_id else ""
    last = f"{number},{_cell(named)},{released}\n"
    begins = f"00000000-0000-7000-8000-{int(app_id or 0):012x}"
    for at, price, regular in reversed(changes):
        # NOTE: the real feeds tell the time of Berlin.
        hours = 2 if 4 <= at.month <= 10 else 1
        told = f"{at + dt.timedelta(hours=hours):%Y-%m-%dT%H:%M:%S}+0{hours}:00"
        cut = round(100 * (1 - price / regular)) if regular else 0
        yield f"{begins},{told},Steam,{price!r},{regular!r},USD,{cut},{last}".encode()


def _cell(text: str) -> str:
    cell = io.StringIO()
    csv.writer(cell, lineterminator="").writerow([text.replace("\n", " ")])
    return cell.getvalue()
