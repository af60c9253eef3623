"""Prices: the share that is free or unknown, and how the paid ones are spread."""

from __future__ import annotations

import math
from typing import Any, Final

import polars as pl

from tasador.profiling.currency import Currency
from tasador.profiling.figures import share
from tasador.profiling.whole_years import of_whole_years

__all__ = ["FEWEST_PAID", "QUANTILES", "base_year", "describe_prices", "paid", "price_spread"]

#: Quantiles given of every group of prices, by name. Linear interpolation between order statistics: type 7 of
#: Hyndman and Fan (1996), "Sample quantiles in statistical packages".
QUANTILES: Final = {"p10": 0.10, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p90": 0.90}

#: Groups with fewer paid rows are not drawn over years, nor told of where there are larger ones.
FEWEST_PAID: Final = 20

#: Bins of the histogram in one doubling of the price.
BINS_PER_DOUBLING: Final = 2

_PRICE = pl.col("price")
_PAID = _PRICE.filter(_PRICE > 0)


def paid(games: pl.DataFrame) -> pl.DataFrame:
    """Keep the rows whose `price` is known and above 0, with `log_price`, its natural logarithm."""
    return games.filter(_PRICE > 0).with_columns(log_price=_PRICE.log())


def base_year(games: pl.DataFrame) -> int | None:
    """Find the whole release year of most paid rows, the later of equal ones; None when none has a paid row."""
    sizes = paid(of_whole_years(games)).group_by("release_year").len().sort("len", "release_year", descending=True)
    return None if sizes.is_empty() else int(sizes["release_year"][0])


def price_spread() -> list[pl.Expr]:
    """Give the aggregations that describe a group of rows by its prices.

    Returns:
        `n` rows, of which `n_paid`, `n_free`, `n_unknown` and `n_other_currency`, those priced in another currency than
        the rest; `share_free` of the rows whose price is known in any; `share_unknown` of all; quantiles and `mean`
        over the paid rows, null when none is paid.
    """
    listed = pl.col("list_price")
    free, unknown, known = (_PRICE == 0).sum(), listed.null_count(), listed.count()
    return [
        pl.len().alias("n"),
        _PAID.len().alias("n_paid"),
        free.alias("n_free"),
        unknown.alias("n_unknown"),
        (_PRICE.null_count() - unknown).alias("n_other_currency"),
        pl.when(known > 0).then(free / known).alias("share_free"),
        pl.when(pl.len() > 0).then(unknown / pl.len()).alias("share_unknown"),
        *(_PAID.quantile(q, interpolation="linear").alias(name) for name, q in QUANTILES.items()),
        _PAID.mean().alias("mean"),
    ]


def describe_prices(games: pl.DataFrame, currency: Currency) -> dict[str, Any]:
    """Describe all prices.

    Args:
        games: One row an app id, with its `price` in the currency.

    Returns:
        The figures of `price_spread`, the shares of free, paid and unknown rows and of those in another currency (they
        sum to 1), and of the paid prices: range, standard deviation, skewness (Fisher-Pearson, not corrected for bias)
        before and after the logarithm, `share_low` below the currency's mark, and a histogram.
    """
    spread = games.select(price_spread()).row(0, named=True)
    rows, priced = spread["n"], paid(games)
    price, log_price = priced["price"], priced["log_price"]
    return {
        **spread,
        "shares": {
            "paid": share(spread["n_paid"], rows),
            "free": share(spread["n_free"], rows),
            "unknown": share(spread["n_unknown"], rows),
            "other_currency": share(spread["n_other_currency"], rows),
        },
        "min": price.min(),
        "max": price.max(),
        "std": price.std(ddof=0),
        "geometric_mean": math.exp(mean) if isinstance(mean := log_price.mean(), float) else None,
        "skewness": price.skew(),
        "log_skewness": log_price.skew(),
        "share_low": share(int((price < currency.low).sum()), len(price)),
        "histogram": _histogram(priced),
    }


def _histogram(priced: pl.DataFrame) -> list[dict[str, Any]]:
    """Count paid prices in bins of equal width on the log scale, lower edge included, empty bins too."""
    if priced.is_empty():
        return []
    # NOTE: the tiny shift keeps a price that is exactly an edge (2.00, 4.00) in the bin above it.
    step = (_PRICE.log(2) * BINS_PER_DOUBLING + 1e-9).floor().cast(pl.Int32)
    counts = dict(priced.select(step.alias("step")).group_by("step").len().rows())
    return [
        {
            "from": 2 ** (step / BINS_PER_DOUBLING),
            "to": 2 ** ((step + 1) / BINS_PER_DOUBLING),
            "n": counts.get(step, 0),
            "share": counts.get(step, 0) / len(priced),
        }
        for step in range(min(counts), max(counts) + 1)
    ]
