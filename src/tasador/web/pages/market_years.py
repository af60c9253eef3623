"""The figures over all years on the market page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tasador.web.pages.figures import Column, Figure, Row
from tasador.web.pages.market_asked import MEDIAN, QUANTILES, Market, drawn, flat
from tasador.web.pages.names import message

__all__ = ["FEWEST", "figures_over_years"]

#: Years with fewer entries, or that are not over, are left out of the lines; their numbers stay in the tables.
FEWEST: Final = 20

_YEAR: Final = Column("year", message("Release year"), "year")
_N: Final = Column("n", message("Entries"), "count")
_N_PAID: Final = Column("n_paid", message("Paid"), "count")
_FREE: Final = Column("share_free", message("Free, of known prices"), "share")
_EARLY: Final = Column("share_early_access", message("In early access"), "share")


def figures_over_years(market: Market) -> list[Figure]:
    """Make the figures; none where no year has such entries."""
    years = [flat(row) for row in market.of_all()]
    enough = [row for row in years if row["n"] >= FEWEST and market.is_whole(row["year"])]
    return [_releases(market, years), _medians(market, years, enough), _shares(market, years, enough)] if years else []


def _releases(market: Market, years: Sequence[Row]) -> Figure:
    columns = (_YEAR, _N)
    most = max(years, key=lambda row: row["n"])
    return Figure(
        "releases",
        message("Releases by year"),
        market.say(
            message("The year with the most is {year}: {n}."),
            [most],
            lambda row: {"year": str(row["year"]), "n": market.language.number(row["n"])},
        ),
        columns,
        years,
        market.api(),
        "n",
        market.chart("count_columns", years, columns),
    )


def _medians(market: Market, years: Sequence[Row], enough: Sequence[Row]) -> Figure:
    columns = (_YEAR, _N_PAID, *QUANTILES)
    paid = [row for row in enough if row["n_paid"]]
    money = market.language.money
    return Figure(
        "medians",
        message("Prices by year: the median, and the middle half"),
        market.say(
            message("The median was {before} in {first} and {after} in {last}."),
            paid,
            lambda row: {
                "before": money(row["median"]),
                "first": str(row["year"]),
                "after": money(paid[-1]["median"]),
                "last": str(paid[-1]["year"]),
            },
        ),
        columns,
        years,
        market.api(),
        chart=market.chart(
            "price_band", [drawn(row) for row in paid], columns, {**MEDIAN, "price": message("List price")}
        ),
    )


def _shares(market: Market, years: Sequence[Row], enough: Sequence[Row]) -> Figure:
    columns = (_YEAR, _N, _FREE, _EARLY, Column("n_early_access", message("Entries in early access"), "count"))
    say, percent = market.language.say, market.language.percent
    lines = [
        {"year": row["year"], "series": say(column.label), "share": row[column.key] or 0, "n": row["n"]}
        for column in (_FREE, _EARLY)
        for row in enough
    ]
    return Figure(
        "shares",
        message("Free and early access by year"),
        market.say(
            message("Of those of {year}, {free} are free and {early} in early access."),
            enough[-1:],
            lambda row: {
                "year": str(row["year"]),
                "free": percent(row["share_free"] or 0),
                "early": percent(row["share_early_access"] or 0),
            },
        ),
        columns,
        years,
        market.api(),
        chart=market.chart(
            "share_lines", lines, (_YEAR, _N), {"share": message("Share of entries"), "series": message("Which")}
        ),
    )
