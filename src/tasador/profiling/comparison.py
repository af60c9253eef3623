"""Two versions of the catalogue side by side, as a dict; the page is made from it."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasador.contracts.games import Games
from tasador.ingest.difference import Difference
from tasador.ingest.difference import compare as differ
from tasador.profiling.contrast import compared, contrast
from tasador.profiling.currency import Currency, commonest, with_price
from tasador.profiling.figures import plain, share
from tasador.profiling.prices import price_spread

__all__ = ["COMPARISON_VERSION", "compare"]

#: Version of the dict's layout: a reader of stored comparisons checks it.
COMPARISON_VERSION: Final = 2

#: Entries listed of each kind of change.
LISTED: Final = 30


def compare(before: pl.DataFrame, after: pl.DataFrame, *, n_before: int, n_after: int) -> dict[str, Any]:
    """Compare two tables of games.

    Args:
        before: The earlier one, one row an app id; or a sample of it.
        after: The later one; or a sample by the same rule.
        n_before: Rows of the earlier table, of which these are all or a sample.
        n_after: Rows of the later one.

    Returns:
        A dict that JSON can hold. `before` and `after`: rows, period, prices in the commonest currency of each, quality
        of each column. `currencies_differ`: whether prices are not compared. `entries`: numbers of new, gone, repriced
        and changed entries, by kind too, with some of them. `contrast`: all columns side by side with distances, see
        `contrast.contrast`. `missing`: share of rows without a value of each column.
    """
    currencies = commonest(before), commonest(after)
    priced = [with_price(games, currency) for games, currency in zip((before, after), currencies, strict=True)]
    values = [compared(games) for games in priced]
    differs = currencies[0].code != currencies[1].code
    if differs:
        values = [games.drop("price") for games in values]
    return plain(  # type: ignore[no-any-return]
        {
            "version": COMPARISON_VERSION,
            "before": _side(priced[0], currencies[0], n_before),
            "after": _side(priced[1], currencies[1], n_after),
            "currencies_differ": differs,
            "entries": _entries(before, after),
            "contrast": contrast(*values),
            "missing": _missing(before, after),
        }
    )


def _side(games: pl.DataFrame, currency: Currency, n_table: int) -> dict[str, Any]:
    return {
        "n_table": n_table,
        "currency": currency.code,
        "n_developers": games["developer"].drop_nulls().n_unique(),
        "first_release": games["release_date"].min(),
        "last_release": games["release_date"].max(),
        "sources": sorted(games["source"].unique().to_list()),
        **games.select(price_spread()).row(0, named=True),
    }


def _entries(before: pl.DataFrame, after: pl.DataFrame) -> dict[str, Any]:
    found = differ(before, after)
    newest = after.select("app_id", "release_date", kind=pl.col("kind").cast(pl.String))
    oldest = before.select("app_id", "release_date", kind=pl.col("kind").cast(pl.String))
    new, gone = found.new.join(newest, on="app_id"), found.gone.join(oldest, on="app_id")
    latest = ["release_date", "app_id"]
    return {
        **{f"n_{name}": n for name, n in found.counts().items()},
        "n_both": len(after) - len(found.new),
        "share_repriced": share(len(found.repriced), len(after) - len(found.new)),
        "by_kind": _by_kind(before, after, new, gone),
        "prices": _repriced(found),
        "new": new.sort(latest, descending=True).head(LISTED).to_dicts(),
        "gone": gone.sort(latest, descending=True).head(LISTED).to_dicts(),
        "changed_columns": _changed_columns(found),
    }


def _by_kind(before: pl.DataFrame, after: pl.DataFrame, new: pl.DataFrame, gone: pl.DataFrame) -> list[dict[str, Any]]:
    counts = [
        table.group_by(pl.col("kind").cast(pl.String)).len(name)
        for name, table in (("n_before", before), ("n_after", after), ("n_new", new), ("n_gone", gone))
    ]
    joined = counts[0]
    for other in counts[1:]:
        joined = joined.join(other, on="kind", how="full", coalesce=True)
    return joined.fill_null(0).sort(["n_after", "kind"], descending=[True, False]).to_dicts()


def _repriced(found: Difference) -> dict[str, Any]:
    """Describe the new list prices of entries that had another: how many rose, how far, and which moved most."""
    paid = found.repriced.filter(pl.col("list_price_before") > 0, pl.col("list_price") > 0)
    ratios = paid.with_columns(ratio=pl.col("list_price") / pl.col("list_price_before"))
    ratio = ratios["ratio"]
    listed = ratios.sort([pl.col("ratio").log().abs(), "app_id"], descending=[True, False]).head(LISTED)
    return {
        "n": len(paid),
        "n_up": int((ratio > 1).sum()),
        "n_down": int((ratio < 1).sum()),
        "n_became_free": int((found.repriced["list_price"] == 0).sum()),
        "n_became_known": int(found.repriced["list_price_before"].is_null().sum()),
        "n_became_unknown": int(found.repriced["list_price"].is_null().sum()),
        **{
            name: ratio.quantile(q, interpolation="linear")
            for name, q in (("ratio_p10", 0.1), ("ratio_p50", 0.5), ("ratio_p90", 0.9))
        },
        "rows": listed.to_dicts(),
    }


def _changed_columns(found: Difference) -> list[dict[str, Any]]:
    counts = found.changed.select(column=pl.col("columns")).explode("column").drop_nulls().group_by("column").len("n")
    return counts.sort(["n", "column"], descending=[True, False]).to_dicts()


def _missing(before: pl.DataFrame, after: pl.DataFrame) -> list[dict[str, Any]]:
    rows = [
        {
            "column": name,
            "first": share(before[name].null_count(), len(before)),
            "second": share(after[name].null_count(), len(after)),
        }
        for name in Games.column_names()
    ]
    return sorted(rows, key=lambda row: (-abs((row["second"] or 0) - (row["first"] or 0)), row["column"]))
