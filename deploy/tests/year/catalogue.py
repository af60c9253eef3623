"""A synthetic catalogue month by month, whose market and source change as they do in life."""

from __future__ import annotations

import calendar
import gzip
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from tasador.testing import make_raw_records
from tasador.testing.python2_repr import render
from tasador.testing.record import Record

YEAR = 2017

#: The prices of new releases from May on, beside what the generator says.
RAISED = 1.3

#: Chance that a new game is also an RPG from October on.
MORE_RPGS = 0.3

SEED = 3


@dataclass(frozen=True, slots=True)
class Event:
    """A change of the market, which stays with the entries that are released in some months.

    Attributes:
        says: What it is.
        name: The same in a word or two.
        first: The month in which it begins.
        last: The last month.
        change: What it does to an entry.
        at_source: Whether it is a fault of the source instead, in all that it tells in those months.
    """

    says: str
    name: str
    first: int
    last: int
    change: Callable[[Record, random.Random], None]
    at_source: bool = False


def _raise_price(record: Record, _: random.Random) -> None:
    if isinstance(record.get("price"), float):
        record["price"] = round(float(str(record["price"])) * RAISED - 0.01) + 0.99


def _lose_specs(record: Record, _: random.Random) -> None:
    record.pop("specs", None)


def _make_rpg(record: Record, rng: random.Random) -> None:
    genres = record.get("genres")
    if isinstance(genres, list) and "RPG" not in genres and rng.random() < MORE_RPGS:
        record["genres"] = sorted([*genres, "RPG"])


EVENTS = (
    Event(f"from May on, new releases cost {RAISED - 1:.0%} more", f"prices +{RAISED - 1:.0%}", 5, 12, _raise_price),
    Event("in August, the source tells no specs of any entry", "no specs", 8, 8, _lose_specs, at_source=True),
    Event(
        f"from October on, {MORE_RPGS:.0%} of new entries that were none are RPGs too", "more RPGs", 10, 12, _make_rpg
    ),
)


def last_day(month: int) -> date:
    """Tell the last day of a month of the year; of month 0 that of the year before."""
    return date(YEAR, month, calendar.monthrange(YEAR, month)[1]) if month else date(YEAR - 1, 12, 31)


def records(rows: int) -> list[Record]:
    """Make all records of the year's end, each as the market was at its release."""
    rng = random.Random(SEED)
    found = list(make_raw_records(rows, seed=SEED))
    for record in found:
        day = released(record)
        for event in EVENTS:
            if not event.at_source and day.year == YEAR and event.first <= day.month <= event.last:
                event.change(record, rng)
    return found


def deliver(all_records: list[Record], month: int, place: Path) -> Path:
    """Write what the source says at the end of a month, of the entries released until then."""
    path = place / f"catalogue-{month:02}.json.gz"
    end = last_day(month)
    lines = b"\n".join(render(one).encode() for one in _told(all_records, month))
    seconds = datetime.combine(end, datetime.min.time(), UTC).timestamp()
    path.write_bytes(gzip.compress(lines + b"\n", mtime=int(seconds)))
    return path


def _told(all_records: list[Record], month: int) -> Iterator[Record]:
    rng = random.Random(SEED)
    end = last_day(month)
    for record in all_records:
        if released(record) > end:
            continue
        told = dict(record)
        for event in EVENTS:
            if event.at_source and event.first <= month <= event.last:
                event.change(told, rng)
        yield told


def released(record: Record) -> date:
    """Tell the day of release; entries without one were always there."""
    try:
        return date.fromisoformat(str(record.get("release_date")))
    except ValueError:
        return date.min
