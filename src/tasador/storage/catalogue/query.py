"""What is asked of the catalogue, and the same as SQL: fixed texts, whose every value is a parameter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasador.storage.catalogue.making import mark

__all__ = ["RELEVANCE", "SORTS", "Label", "Page", "Query", "count", "places"]

#: The order of what was searched by name: the most alike first.
RELEVANCE: Final = "relevance"

#: The other orders: a column that numbers the games in it, and whether it is read backwards. What is unknown comes
#: last, and app ids part equals.
SORTS: Final[Mapping[str, tuple[str, bool]]] = {
    "name": ("by_name", False),
    "-name": ("by_name", True),
    "release_date": ("by_release_date", False),
    "-release_date": ("by_release_date", True),
    "price": ("by_price", False),
    "-price": ("by_falling_price", False),
    "-metascore": ("by_falling_metascore", False),
}


@dataclass(frozen=True, slots=True)
class Label:
    """A genre, spec or tag of the catalogue.

    Attributes:
        no: Its number in the file.
        field: The column that it is in, such as `genres`.
        name: As the catalogue spells it.
        n_games: How many games have it.
    """

    no: int
    field: str
    name: str
    n_games: int


@dataclass(frozen=True, slots=True)
class Query:
    """What games are asked for: all that is given must hold.

    Attributes:
        sort: One of `SORTS`, or `RELEVANCE`, which needs a text.
        text: What was typed of a name.
        kind: What it is.
        labels: What it has.
        developers: Numbers of those that it is by.
        year_min: The first release year.
        year_max: The last.
        price_min: The lowest price in US cents; what has no price in US dollars is not found by its price.
        price_max: The highest.
        free: Whether it costs nothing.
        early_access: Whether it is sold before it is finished.
    """

    sort: str
    text: str | None = None
    kind: str | None = None
    labels: tuple[Label, ...] = ()
    developers: tuple[int, ...] = ()
    year_min: int | None = None
    year_max: int | None = None
    price_min: int | None = None
    price_max: int | None = None
    free: bool | None = None
    early_access: bool | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the games that a query finds.

    Attributes:
        records: Their records, as JSON.
        last: Where the last of them stands in the order; None where none follows it.
        n_total: How many games the query finds; None where that was not asked.
    """

    records: tuple[bytes, ...]
    last: int | None
    n_total: int | None


def places(query: Query, found: Sequence[int] | None, *, after: int | None, limit: int) -> tuple[str, list[Any]]:
    """Ask for games and their places in the order.

    Args:
        found: The games that have the query's text, the most alike first; None where it has no text.
        after: The place after which to begin.
        limit: At most so many.

    Returns:
        A statement that gives numbers of games and their places, in order, and its parameters.
    """
    conditions, wanted = _conditions(query)
    if query.sort == RELEVANCE and found is not None:
        begin = 0 if after is None else after + 1
        # NOTE: where nothing else is asked, the next ones are those of the page.
        source, values = _source(found[begin:] if conditions else found[begin : begin + limit])
        where = " AND ".join(conditions) or "TRUE"
        statement = f"SELECT no, found.key + ? FROM {source} WHERE {where} ORDER BY found.key LIMIT ?"  # noqa: S608
        return statement, [begin, *values, *wanted, limit]
    place, backwards = SORTS[query.sort]
    if after is not None:
        conditions.append(f"{place} {'<' if backwards else '>'} ?")
        wanted.append(after)
    source, values = _source(found)
    where = " AND ".join(conditions) or "TRUE"
    direction = "DESC" if backwards else "ASC"
    statement = f"SELECT no, {place} FROM {source} WHERE {where} ORDER BY {place} {direction} LIMIT ?"  # noqa: S608
    return statement, [*values, *wanted, limit]


def count(query: Query, found: Sequence[int] | None) -> tuple[str, list[Any]]:
    """Ask how many games there are.

    Args:
        found: As for `places`.
    """
    conditions, wanted = _conditions(query)
    source, values = _source(found)
    return f"SELECT count(*) FROM {source} WHERE {' AND '.join(conditions) or 'TRUE'}", [*values, *wanted]  # noqa: S608


def _source(found: Sequence[int] | None) -> tuple[str, list[Any]]:
    if found is None:
        return "games", []
    # NOTE: a cross join is what tells SQLite to begin with the games that were found.
    return "json_each(?) AS found CROSS JOIN games ON no = found.value", [json.dumps(found)]


def _conditions(query: Query) -> tuple[list[str], list[Any]]:
    asked: list[tuple[str, Any]] = [
        ("kind = ?", query.kind),
        ("release_year >= ?", query.year_min),
        ("release_year <= ?", query.year_max),
        ("price >= ?", query.price_min),
        ("price <= ?", query.price_max),
        ("(price = 0) = ?", query.free),
        ("early_access = ?", query.early_access),
        *(("instr(marks, ?)", mark(label.no)) for label in query.labels),
        *(("instr(studios, ?)", mark(developer)) for developer in query.developers),
    ]
    given = [(condition, value) for condition, value in asked if value is not None]
    return [condition for condition, _ in given], [value for _, value in given]
