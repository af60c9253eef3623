"""The market's statistics by release year and kind, over the whole catalogue: computed once for a snapshot.

What is computed is short, for a bundle to keep: counts, and prices in cents. `tasador.market.yearly` answers with it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import polars as pl

from tasador.contracts.vocabulary import KINDS, SENTIMENTS
from tasador.market.yearly import ALL, LABELS, MOST, QUANTILES, THRESHOLD_CENTS

__all__ = ["compute", "to_json"]

#: What figures are by: a year and a kind are a cell.
_CELL: Final = ("year", "kind")

#: The quantile of the normal distribution for an interval of 95 %.
_Z: Final = 1.96

_CENTS: Final = pl.col("cents")
_IS_PAID: Final = _CENTS > 0

#: What is computed of the prices of any group of rows.
_PRICES: Final = (
    pl.len().alias("n"),
    _IS_PAID.sum().cast(pl.Int64).alias("n_paid"),
    (_CENTS >= THRESHOLD_CENTS).sum().alias("n_at_least"),
    _CENTS.filter(_IS_PAID).sort().alias("paid"),
)

Cells: TypeAlias = dict[tuple[int, str], Any]


def compute(games: pl.DataFrame) -> dict[str, Any]:
    """Compute what may be asked of any year, by kind and of all kinds together.

    Args:
        games: A snapshot's games.

    Returns:
        What JSON can hold: by year, and by kind or `ALL`, the figures; and the vocabulary. Figures that differ between
        all entries and the paid ones are pairs. Lists hold the first `MOST` of either.
    """
    rows = games.select(
        "app_id",
        "name",
        "early_access",
        "metascore",
        *(pl.col(column).list.unique() for column in LABELS),
        year="release_year",
        kind=pl.col("kind").cast(pl.String),
        entry_kind=pl.col("kind").cast(pl.String),
        cents=(pl.col("price_usd") * 100).round().cast(pl.Int64),
        sentiment=pl.col("sentiment").cast(pl.String),
        positive=pl.col("positive_reviews").cast(pl.Int64),
        reviews=pl.col("positive_reviews").cast(pl.Int64) + pl.col("negative_reviews"),
    )
    both = pl.concat([rows, rows.with_columns(kind=pl.lit(ALL))])
    lists = {
        **{column: _labels(both, column) for column in LABELS},
        "metascore": _best(both, pl.col("metascore").cast(pl.Int64), "rating"),
        "reviews": _best(both.filter(pl.col("reviews") > 0), _wilson(), "reviews", "positive", "rating"),
        "price_points": _price_points(both),
    }
    years: dict[str, dict[str, Any]] = {}
    for (year, kind), figures in _figures(both).items():
        # NOTE: a list without lines is left out.
        found = {name: cells[year, kind] for name, cells in lists.items() if (year, kind) in cells}
        years.setdefault(str(year), {})[kind] = figures | found
    return {"years": years, "vocabulary": _vocabulary(rows)}


def to_json(statistics: Mapping[str, Any]) -> bytes:
    """Write statistics as a bundle keeps them."""
    return json.dumps(statistics, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _figures(rows: pl.DataFrame) -> Cells:
    of = {"all": pl.lit(value=True), "paid": _IS_PAID}
    counts = {f"early access, {which}": (pl.col("early_access") & held).sum() for which, held in of.items()}
    for one in SENTIMENTS:
        counts |= {f"{one}, {which}": ((pl.col("sentiment") == one) & held).sum() for which, held in of.items()}
    table = rows.group_by(_CELL).agg(*_PRICES, (_CENTS == 0).sum().alias("n_free"), **counts)
    return {
        (row["year"], row["kind"]): {
            "n": row["n"],
            "n_free": row["n_free"],
            "price": [row["n_paid"], row["n_at_least"], row["quantiles"]],
            "n_early_access": [row[f"early access, {which}"] for which in of],
            "sentiments": [[row[f"{one}, {which}"] for one in SENTIMENTS] for which in of],
        }
        for row in _with_quantiles(table).sort(_CELL).iter_rows(named=True)
    }


def _labels(rows: pl.DataFrame, column: str) -> Cells:
    """Count labels, the commonest first; of equals by name."""
    labels = rows.select(*_CELL, "cents", name=column).explode("name", empty_as_null=False, keep_nulls=False)
    table = labels.group_by(*_CELL, "name").agg(_PRICES).with_columns(is_paid=pl.col("n_paid") > 0)
    by_paid = _placed(table.sort("n_paid", "name", descending=[True, False]), "paid_place")
    by_all = _placed(by_paid.sort("n", "name", descending=[True, False]), "place")
    return _first(_with_quantiles(by_all), "name", "n", "n_paid", "n_at_least", "quantiles")


def _best(rows: pl.DataFrame, rating: pl.Expr, *columns: str) -> Cells:
    """List the best rated entries; of equals by name."""
    rated = rows.with_columns(rating=rating, is_paid=_IS_PAID.fill_null(value=False)).drop_nulls("rating")
    best = _placed(rated.sort("rating", "name", "app_id", descending=[True, False, False]), "place").with_columns(
        pl.col("rating").round(4), paid_place=pl.col("is_paid").cum_sum().over(_CELL) - 1
    )
    return _first(best, "app_id", "name", "entry_kind", "cents", *columns)


def _wilson() -> pl.Expr:
    """Rate by the lower end of the 95 % interval of the positive share (Wilson, 1927): few reviews say little."""
    n, share = pl.col("reviews"), pl.col("positive") / pl.col("reviews")
    spread = _Z * (share * (1 - share) / n + _Z**2 / (4 * n**2)).sqrt()
    return (share + _Z**2 / (2 * n) - spread) / (1 + _Z**2 / n)


def _price_points(rows: pl.DataFrame) -> Cells:
    """Count paid entries by price, the commonest price first; of equals the lower."""
    points = rows.filter(_IS_PAID).group_by(*_CELL, "cents").len("n").sort("cents")
    counted = points.with_columns(n_at_least=pl.col("n").cum_sum(reverse=True).over(_CELL), is_paid=True)
    commonest = _placed(counted.sort("n", "cents", descending=[True, False]), "place")
    return _first(commonest.with_columns(paid_place="place"), "cents", "n", "n_at_least")


def _placed(table: pl.DataFrame, name: str) -> pl.DataFrame:
    """Number the rows of each cell from 0, in the order of the table."""
    return table.with_columns(pl.int_range(pl.len()).over(_CELL).alias(name))


def _first(table: pl.DataFrame, *columns: str) -> Cells:
    """Give each cell its first rows, by `place` or `paid_place`, and how many it has, all and paid ones."""
    counted = table.group_by(_CELL).agg(pl.len(), pl.col("is_paid").sum())
    found: Cells = {(year, kind): {"n": n, "rows": []} for year, kind, *n in counted.iter_rows()}
    kept = table.filter((pl.col("place") < MOST) | (pl.col("is_paid") & (pl.col("paid_place") < MOST)))
    for year, kind, *row in kept.select(*_CELL, *columns).iter_rows():
        found[year, kind]["rows"].append(row)
    return found


def _with_quantiles(table: pl.DataFrame) -> pl.DataFrame:
    """Add the quantiles of the paid prices: null where there are none."""
    last = pl.col("n_paid") - 1

    def quantile(percent: int) -> pl.Expr:
        # NOTE: whole numbers, hundredths of a place and of a cent, so that half a cent is exactly that.
        low, part = last * percent // 100, last * percent % 100
        below, above = (
            pl.col("paid").list.get(place, null_on_oob=True) for place in (low, pl.min_horizontal(low + 1, last))
        )
        return (below * (100 - part) + above * part + 50) // 100

    found = pl.concat_list(quantile(percent) for percent in QUANTILES.values())
    return table.with_columns(quantiles=pl.when(pl.col("n_paid") > 0).then(found))


def _vocabulary(rows: pl.DataFrame) -> dict[str, list[Any]]:
    """Count the kinds that there may be, and the labels that there are, the commonest first; of equals by name."""
    n_of_kind = Counter(rows["kind"])
    found = {"kinds": [[kind, n_of_kind[kind]] for kind in KINDS]}
    for column in LABELS:
        labels = rows.select(name=column).explode("name", empty_as_null=False, keep_nulls=False)
        counts = labels.group_by("name").len("n").sort("n", "name", descending=[True, False])
        found[column] = [[*row] for row in counts.iter_rows()]
    return found
