"""The figures of a year on the market page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tasador.contracts.vocabulary import SENTIMENTS
from tasador.web.pages.figures import Column, Figure, Row
from tasador.web.pages.market_asked import MEDIAN, QUANTILES, Market, drawn, flat
from tasador.web.pages.names import KINDS, SENTIMENT, message

__all__ = ["year_figures"]

#: Summaries of reviews that are good on the whole.
_GOOD: Final = frozenset(SENTIMENTS[: SENTIMENTS.index("Mostly Positive") + 1])

#: Of a longer list the first so many are drawn.
_DRAWN: Final = 12

_N: Final = Column("n", message("Entries"), "count")
_N_PAID: Final = Column("n_paid", message("Paid"), "count")
_SHARE: Final = Column("share", message("Share of entries"), "share")


def year_figures(market: Market) -> list[Figure]:
    """Make the figures of the year; those that would be empty are left out."""
    made = [
        *([] if market.kind else [_kinds(market)]),
        _labels(market, "genres", message("Genres"), Column("name", message("Genre"), "genre")),
        _labels(market, "specs", message("Features"), Column("name", message("Feature"), "text")),
        _price_points(market),
        _spread(market),
        _sentiments(market),
        _best(market),
    ]
    return [figure for figure in made if figure.rows]


def _labels(market: Market, topic: str, title: str, name: Column) -> Figure:
    rows = [flat(row) for row in market.asked(topic)[topic]]
    columns = (name, _N, _SHARE, _N_PAID, QUANTILES[2])
    return Figure(
        topic,
        title,
        market.say(
            message("{label} is the commonest: {share} of the entries have it."),
            rows,
            lambda row: {"label": row["name"], "share": market.language.percent(row["share"])},
        ),
        columns,
        rows,
        market.of_year(topic),
        "share",
        market.chart("share_bars", rows[:_DRAWN], columns[:3]),
    )


def _spread(market: Market) -> Figure:
    columns = (Column("name", message("Genre"), "genre"), _N_PAID, *QUANTILES)
    rows = [row for one in market.asked("genres")["genres"] if (row := flat(one))["n_paid"]]
    spread = [drawn(row) for row in rows]
    # NOTE: an axis of one amount has no length.
    varies = len({amount for row in spread for amount in (row["p10"], row["p90"])}) > 1
    money = market.language.money
    return Figure(
        "price-by-genre",
        message("Prices by genre"),
        market.say(
            message("Half of the paid entries of {label} cost {low} to {high}."),
            rows,
            lambda row: {"label": row["name"], "low": money(row["p25"]), "high": money(row["p75"])},
        ),
        columns,
        rows,
        market.of_year("genres"),
        chart=market.chart("price_spread", spread, columns, MEDIAN) if varies else None,
    )


def _price_points(market: Market) -> Figure:
    found = market.asked("prices")
    rows, dear = found["price_points"], found["price"]["share_at_least_20_usd"]
    columns = (
        Column("price", message("Price"), "money"),
        Column("n", message("Paid entries"), "count"),
        Column("share", message("Share of the paid entries"), "share"),
        Column("share_at_least", message("At this price or more"), "share"),
    )
    money, percent = market.language.money, market.language.percent
    rising = [{**row, "price": money(row["price"])} for row in sorted(rows, key=lambda row: float(row["price"]))]
    return Figure(
        "prices",
        message("The commonest prices"),
        market.say(
            message("{price} is the commonest: {share} of the paid entries. {dear} cost {threshold} or more."),
            rows,
            lambda row: {
                "price": money(row["price"]),
                "share": percent(row["share"]),
                "dear": percent(dear),
                "threshold": money(20),
            },
        ),
        columns,
        rows,
        market.of_year("prices"),
        "share",
        market.chart("share_columns", rising, columns),
    )


def _sentiments(market: Market) -> Figure:
    found = market.asked("sentiment")
    rows, n, language = found["sentiments"], found["n_with_sentiment"], market.language
    columns = (
        Column("name", message("Summary of the reviews"), "sentiment"),
        _N,
        Column("share", message("Share of those with a summary"), "share"),
    )
    good = sum(row["n"] for row in rows if row["name"] in _GOOD)
    return Figure(
        "sentiment",
        message("What users say"),
        market.say(
            message("Of {n} entries with a summary of their reviews, {share} are mostly positive or better."),
            rows,
            lambda _: {"n": language.number(n), "share": language.percent(good / n)},
        ),
        columns,
        rows,
        market.of_year("sentiment"),
        "share",
        market.chart("share_bars", _named(market, rows, SENTIMENT), columns),
    )


def _best(market: Market) -> Figure:
    found = market.asked("top-rated")
    rows, n = found["by_metascore"], market.language.number(found["n_with_metascore"])
    columns = (
        Column("name", message("Title"), "game"),
        Column("metascore", message("Critics’ score"), "count"),
        Column("price", message("Price"), "money"),
        Column("app_id", message("Number in the store"), "text"),
    )
    return Figure(
        "top-rated",
        message("Best rated by critics"),
        market.say(
            message("{n} entries have a score. The best: {name}, {score}."),
            rows,
            lambda row: {"n": n, "name": row["name"], "score": str(row["metascore"])},
        ),
        columns,
        rows,
        market.of_year("top-rated"),
        "metascore",
        market.chart("score_bars", _distinct(rows[:_DRAWN]), columns[:2]),
    )


def _kinds(market: Market) -> Figure:
    columns = (Column("name", message("Kind"), "kind"), _N)
    counts = market.asked()["n_by_kind"]
    rows = [{"name": kind, "n": counts[kind]} for kind in sorted(counts, key=lambda kind: -counts[kind])]
    return Figure(
        "kinds",
        message("What was released"),
        "",
        columns,
        rows,
        market.api(str(market.year)),
        "n",
        market.chart("count_bars", _named(market, rows, KINDS), columns),
    )


def _named(market: Market, rows: Sequence[Row], names: Mapping[str, str]) -> list[Row]:
    """Call rows what the reader does."""
    told = map(market.language.say, (names[row["name"]] for row in rows))
    return [{**row, "name": name} for row, name in zip(rows, told, strict=True)]


def _distinct(rows: Sequence[Row]) -> list[Row]:
    """Tell entries of one name apart, or they would be drawn at one place."""
    names = [row["name"] for row in rows]
    return [
        row if names.count(row["name"]) == 1 else {**row, "name": f"{row['name']} ({row['app_id']})"} for row in rows
    ]
