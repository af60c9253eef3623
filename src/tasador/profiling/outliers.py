"""Outliers: rows far from the rest by a stated rule, and what is done about them. None is removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from tasador.profiling.currency import Currency
from tasador.profiling.figures import amount, round_money, share
from tasador.profiling.prices import paid
from tasador.profiling.sales import is_told_of_all

__all__ = ["describe_outliers"]

#: Modified z-score from which a value counts as far away, and the factor that makes the median absolute
#: deviation estimate a standard deviation. Source: B. Iglewicz and D. Hoaglin (1993), "How to detect and handle
#: outliers".
FAR_Z: Final = 3.5
MAD_TO_STD: Final = 1.4826

#: Kinds with fewer paid rows have no stable middle to be far from.
FEWEST_IN_KIND: Final = 20

#: A release year is far from the rest when it holds fewer rows than both.
RARE_YEAR_ROWS: Final = 10
RARE_YEAR_SHARE: Final = 0.0005

#: Distance in interquartile ranges below the first quartile from which a score is low. Source: J. W. Tukey
#: (1977), "Exploratory data analysis".
TUKEY_FENCE: Final = 1.5

#: Rows listed a rule.
LISTED: Final = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """One way of being far from the rest.

    `find` keeps the rows that are by a `column`, with a column `far` (how far, for the order of the list) and a column
    `why`.
    """

    id: str
    column: str
    title: str
    definition: str
    action: str
    find: Callable[[pl.DataFrame], pl.DataFrame]


def describe_outliers(games: pl.DataFrame, currency: Currency) -> dict[str, Any]:
    """List outliers.

    Args:
        games: One row an app id, with its `price` in the currency.

    Returns:
        `rules` on columns that have any value, each with its definition, what is done about its rows, `n` and the rows
        farthest from the rest (`app_id`, `name`, `kind`, `price`, `release_year`, `why`); `influence`, the paid
        prices with and without those above `threshold`.
    """
    rules = (_above(currency), *_RULES, _not_below(games))
    return {
        "threshold": currency.dear,
        "rules": [_apply(rule, games) for rule in rules if games[rule.column].count()],
        "influence": _influence(games, currency),
    }


def _apply(rule: Rule, games: pl.DataFrame) -> dict[str, Any]:
    found = rule.find(games).sort(["far", "app_id"], descending=[True, False], nulls_last=True)
    rows = found.head(LISTED).select("app_id", "name", pl.col("kind").cast(pl.String), "price", "release_year", "why")
    return {
        "id": rule.id,
        "title": rule.title,
        "definition": rule.definition,
        "action": rule.action,
        "n": len(found),
        "share": share(len(found), len(games)),
        "rows": rows.to_dicts(),
    }


def _influence(games: pl.DataFrame, currency: Currency) -> dict[str, Any]:
    price = paid(games)["price"]
    kept = price.filter(price <= currency.dear)
    dear, median = price > currency.dear, price.median()
    squared = (price - median) ** 2 if isinstance(median, float) else price.clear()
    return {
        "with": _figures(price),
        "without": _figures(kept),
        "n_above": int(dear.sum()),
        "share_of_rows": share(int(dear.sum()), len(price)),
        "share_of_sum": share(float(price.filter(dear).sum()), float(price.sum())),
        "share_of_squared_error": share(float(squared.filter(dear).sum()), float(squared.sum())),
    }


def _figures(price: pl.Series) -> dict[str, Any]:
    return {
        "n": len(price),
        "mean": price.mean(),
        "median": price.median(),
        "p90": price.quantile(0.9, interpolation="linear"),
        "std": price.std(ddof=0),
        "skewness": price.skew() if price.n_unique() > 1 else None,
        "max": price.max(),
    }


def _far_from_kind(games: pl.DataFrame) -> pl.DataFrame:
    log_price = pl.col("log_price")
    middle = log_price.median().over("kind")
    scored = paid(games).with_columns(middle=middle, size=pl.len().over("kind"))
    mad = (log_price - pl.col("middle")).abs().median().over("kind") * MAD_TO_STD
    scored = scored.with_columns(mad=mad).filter((pl.col("size") >= FEWEST_IN_KIND) & (pl.col("mad") > 1e-9))
    scored = scored.with_columns(z=(log_price - pl.col("middle")) / pl.col("mad")).filter(pl.col("z").abs() > FAR_Z)
    times = (log_price - pl.col("middle")).exp()
    return scored.with_columns(
        far=pl.col("z").abs(),
        why=pl.format("{} times the median of its kind, modified z {}", times.round(2), pl.col("z").round(1)),
    )


def _rare_year(games: pl.DataFrame) -> pl.DataFrame:
    size = pl.len().over("release_year")
    middle = games["release_year"].median()
    found = games.with_columns(size=size).filter(
        (pl.col("size") < RARE_YEAR_ROWS) & (pl.col("size") < RARE_YEAR_SHARE * len(games))
    )
    return found.with_columns(
        far=(pl.col("release_year") - (middle if isinstance(middle, float) else 0.0)).abs(),
        why=pl.format("entries released in {}: {}", "release_year", "size"),
    )


def _low_metascore(games: pl.DataFrame) -> pl.DataFrame:
    score = games["metascore"].cast(pl.Float64)
    first, third = score.quantile(0.25, interpolation="linear"), score.quantile(0.75, interpolation="linear")
    fence = None if first is None or third is None else first - TUKEY_FENCE * (third - first)
    found = games.filter(pl.col("metascore").cast(pl.Float64) < pl.lit(fence, dtype=pl.Float64))
    return found.with_columns(
        far=-pl.col("metascore").cast(pl.Float64),
        why=pl.format("metascore {}, fence at {}", "metascore", pl.lit(fence, dtype=pl.Float64).round(1)),
    )


def _above(currency: Currency) -> Rule:
    """Make the rule of dear entries, which depends on the currency."""
    text, unit = round_money(currency.dear, currency.code), f" {currency.code}" if currency.code else ""
    return Rule(
        "price_above_threshold",
        "price",
        f"Prices above {text}",
        f"List price above {amount(currency.dear)}{unit}.",
        f"Kept in the training and test sets; figures with and without rows above {text} are both shown.",
        lambda games: games.filter(pl.col("price") > currency.dear).with_columns(
            far=pl.col("price"), why=pl.format(f"{{}}{unit}", pl.col("price").round(2))
        ),
    )


def _not_below(games: pl.DataFrame) -> Rule:
    """Make the rule of sales that lower nothing, which depends on what the sources give."""
    of_all = games.select(is_told_of_all().alias("of_all"))["of_all"]
    texts = {
        "Discount price at or above the list price.": not (of_all.any() and of_all.all()),
        "Where a source gives the current price of every entry, current price above the list price.": of_all.any(),
    }
    return Rule(
        "discount_not_below_price",
        "current_price",
        "Sale prices not below the list price",
        " ".join(text for text, is_said in texts.items() if is_said),
        "Kept. Never make the discount price a feature: it gives the price away.",
        _no_discount,
    )


def _no_discount(games: pl.DataFrame) -> pl.DataFrame:
    current, listed = pl.col("current_price"), pl.col("list_price")
    # NOTE: a price that is both current and listed is no sale where all are told, and none that lowers it where only
    # sales are.
    found = games.filter(pl.when(is_told_of_all()).then(current > listed).otherwise(current >= listed))
    return found.with_columns(
        far=(current - listed) / listed, why=pl.format("current price {}, list price {}", current, listed)
    )


#: The rules that are the same for every table, in the order of the profile.
_RULES: Final = (
    Rule(
        "price_far_from_kind",
        "price",
        "Prices far from their kind",
        f"Modified z-score of the log price above {FAR_Z} in absolute value: distance from the median of the kind, "
        f"divided by {MAD_TO_STD} times the median absolute deviation (Iglewicz and Hoaglin 1993). Kinds with "
        f"fewer than {FEWEST_IN_KIND} paid rows are not judged.",
        "Kept. Learn the logarithm of the price, on which they weigh less, and report errors by kind too.",
        _far_from_kind,
    ),
    Rule(
        "release_year_rare",
        "release_year",
        "Release years far from the rest",
        f"Years that hold fewer than {RARE_YEAR_ROWS} rows and less than {RARE_YEAR_SHARE:.2%} of the table.",
        "Kept; the years are read as published.",
        _rare_year,
    ),
    Rule(
        "metascore_low",
        "metascore",
        "Low critics' scores",
        f"Metascore below the first quartile by more than {TUKEY_FENCE} interquartile ranges (Tukey 1977).",
        "Kept; critics do score some games this low. A score comes after launch: not for a model at launch.",
        _low_metascore,
    ),
)
