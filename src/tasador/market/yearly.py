"""What a snapshot's statistics say of a release year: answers, made from the short form that a bundle keeps.

Quantiles of prices are of the paid entries: type 7 of Hyndman and Fan (1996), "Sample quantiles in statistical
packages", linear between order statistics, rounded to the cent, half a cent up. Shares are rounded to four decimals. A
share or quantile of nothing is null, and beside each stands the n that it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

from tasador.contracts.vocabulary import KINDS, SENTIMENTS

__all__ = [
    "ALL",
    "LABELS",
    "MOST",
    "QUANTILES",
    "THRESHOLD_CENTS",
    "TOPICS",
    "Question",
    "of_all_years",
    "of_year",
    "years",
]

#: All kinds together.
ALL: Final = "all"

#: The columns that hold labels.
LABELS: Final = ("genres", "specs", "tags")

#: The longest list that is kept, and answered.
MOST: Final = 100

#: The quantiles of prices, in percent.
QUANTILES: Final = {"p10": 10, "p25": 25, "median": 50, "p75": 75, "p90": 90}

#: The least price that `share_at_least_20_usd` counts: 19.99 is below it.
THRESHOLD_CENTS: Final = 2_000

_DECIMALS: Final = 4

Statistics: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = dict[str, Any]
Cell: TypeAlias = Mapping[str, Any]

#: What is kept of a year that has none of a kind, and of a list without lines.
_NONE: Final[Cell] = {
    "n": 0,
    "n_free": 0,
    "price": [0, 0, None],
    "n_early_access": [0, 0],
    "sentiments": [[0] * len(SENTIMENTS)] * 2,
}
_EMPTY: Final[Cell] = {"n": [0, 0], "rows": []}


@dataclass(frozen=True, slots=True)
class Question:
    """Which entries are asked for, and how many lines.

    Attributes:
        kind: Their kind; None is all kinds.
        paid: Leave out what is free, or of unknown price.
        limit: The longest list, from 1 to `MOST`.
    """

    kind: str | None = None
    paid: bool = False
    limit: int = 20

    def n(self, cell: Cell) -> int:
        """Count the entries that are asked for."""
        return int(cell["price"][0] if self.paid else cell["n"])


def years(statistics: Statistics) -> list[int]:
    """List the years that have entries, in order."""
    return [int(year) for year in statistics["years"]]


def of_all_years(statistics: Statistics, question: Question) -> Answer:
    """Sum up each year that has such entries."""
    found = [_summary(statistics, year, question) for year in years(statistics)]
    some = [year for year in found if year["n"]]
    return {
        **_asked(question),
        "n": sum(year["n"] for year in some),
        "first_year": some[0]["year"] if some else None,
        "last_year": some[-1]["year"] if some else None,
        "years": some,
    }


def of_year(statistics: Statistics, year: int, topic: str | None, question: Question) -> Answer:
    """Say what a year was like; where it has no such entries, `n` is 0 and lists are empty.

    Args:
        statistics: What `tasador.market.statistics.compute` gave.
        year: One of `years`.
        topic: One of `TOPICS`; None sums the year up.
        question: Which entries are meant.
    """
    if topic is None:
        return {**_asked(question), **_summary(statistics, year, question)}
    cell = _cell(statistics, year, question)
    return {**_asked(question), "year": year, "n": question.n(cell), **TOPICS[topic](cell, question)}


def _asked(question: Question) -> Answer:
    return {"currency": "USD", "kind": question.kind, "paid": question.paid}


def _cell(statistics: Statistics, year: int, question: Question) -> Cell:
    found: Cell = statistics["years"][str(year)].get(question.kind or ALL, _NONE)
    return found


def _summary(statistics: Statistics, year: int, question: Question) -> Answer:
    cells, cell = statistics["years"][str(year)], _cell(statistics, year, question)
    kinds = [kind for kind in KINDS if kind in cells and question.kind in {None, kind}]
    n, n_early_access = question.n(cell), cell["n_early_access"][question.paid]
    return {
        "year": year,
        "n": n,
        "n_by_kind": {kind: question.n(cells[kind]) for kind in kinds if question.n(cells[kind])},
        "n_early_access": n_early_access,
        "share_early_access": _share(n_early_access, n),
        **_priced(cell, question),
    }


def _labels(column: str) -> Callable[[Cell, Question], Answer]:
    def answer(cell: Cell, question: Question) -> Answer:
        found, n = cell.get(column, _EMPTY), question.n(cell)
        rows = [(name, n_all, price) for name, n_all, *price in found["rows"]]
        if question.paid:
            paid = ((name, price[0], price) for name, _, price in rows if price[0])
            rows = sorted(paid, key=lambda row: (-row[1], row[0]))
        return {
            "n_distinct": found["n"][question.paid],
            column: [
                {"name": name, "n": n_having, "share": _share(n_having, n), "price": _price(price)}
                for name, n_having, price in rows[: question.limit]
            ],
        }

    return answer


def _sentiments(cell: Cell, question: Question) -> Answer:
    counts = cell["sentiments"][question.paid]
    n = sum(counts)
    lines = [
        {"name": name, "n": count, "share": _share(count, n)} for name, count in zip(SENTIMENTS, counts, strict=True)
    ]
    return {"n_with_sentiment": n, "sentiments": lines[: question.limit] if n else []}


def _top_rated(cell: Cell, question: Question) -> Answer:
    scored, reviewed = cell.get("metascore", _EMPTY), cell.get("reviews", _EMPTY)
    return {
        "n_with_metascore": scored["n"][question.paid],
        "by_metascore": [
            {**_entry(*entry), "metascore": metascore} for *entry, metascore in _asked_for(scored, question)
        ],
        "n_with_reviews": reviewed["n"][question.paid],
        "by_reviews": [
            {**_entry(*entry), "n_reviews": n, "share_positive": _share(positive, n), "share_positive_at_least": least}
            for *entry, n, positive, least in _asked_for(reviewed, question)
        ],
    }


def _prices(cell: Cell, question: Question) -> Answer:
    found, n = cell.get("price_points", _EMPTY), cell["price"][0]
    return {
        **_priced(cell, question),
        "n_distinct": found["n"][1],
        "price_points": [
            {
                "price": _money(cents),
                "n": n_there,
                "share": _share(n_there, n),
                "share_at_least": _share(n_at_least, n),
            }
            for cents, n_there, n_at_least in found["rows"][: question.limit]
        ],
    }


#: What is said of a year, by the last part of the route.
TOPICS: Final[dict[str, Callable[[Cell, Question], Answer]]] = {
    **{column: _labels(column) for column in LABELS},
    "sentiment": _sentiments,
    "top-rated": _top_rated,
    "prices": _prices,
}


def _priced(cell: Cell, question: Question) -> Answer:
    """Tell how many are free, of those with a known price, and what the others cost."""
    n_free, n_paid = 0 if question.paid else cell["n_free"], cell["price"][0]
    return {
        "n_priced": n_free + n_paid,
        "n_free": n_free,
        "share_free": _share(n_free, n_free + n_paid),
        "price": _price(cell["price"]),
    }


def _price(found: list[Any]) -> Answer:
    n, n_at_least, cents = found
    quantiles = dict(zip(QUANTILES, map(_money, cents), strict=True)) if n else dict.fromkeys(QUANTILES)
    return {"n": n, **quantiles, "share_at_least_20_usd": _share(n_at_least, n)}


def _asked_for(found: Cell, question: Question) -> list[Any]:
    rows: list[Any] = [row for row in found["rows"] if row[3]] if question.paid else found["rows"]
    return rows[: question.limit]


def _entry(app_id: int, name: str, kind: str, cents: int | None) -> Answer:
    return {"app_id": app_id, "name": name, "kind": kind, "price": None if cents is None else _money(cents)}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, _DECIMALS) if whole else None


# NOTE: remembered since a list of labels says the same few prices hundreds of times.
@lru_cache(4_096)
def _money(cents: int) -> str:
    """Write an amount as a decimal number."""
    return f"{cents // 100}.{cents % 100:02d}"
