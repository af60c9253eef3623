"""A hedonic price index over release years: how prices differ between years among entries that are otherwise alike.

The time-dummy method: one least-squares regression of the logarithm of the price on what an entry is and on a dummy for
each year; the index of a year is 100 exp(its coefficient). Source: OECD, J. Triplett (2006), "Handbook on Hedonic
Indexes and Quality Adjustments in Price Indexes", chapter III; Eurostat (2013), "Handbook on Residential Property
Prices Indices", chapter 5. Intervals allow the errors of one developer's entries to be alike (the cluster-robust
variance: Liang and Zeger, Biometrika 73, 1986).
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tasador.profiling.currency import Currency
from tasador.profiling.inflation import inflation_to
from tasador.profiling.prices import FEWEST_PAID, base_year, paid
from tasador.profiling.whole_years import of_whole_years

__all__ = ["FORMULA", "describe_hedonic_index"]

Array = npt.NDArray[np.float64]

#: The method, for the reader of the profile.
FORMULA: Final = (
    "log(price) = sum of year effects + sum of effects of kind, genres, specs, early access and whether the developer "
    "released before + error, by least squares; index of a year = 100 exp(effect of the year - effect of the base "
    "year). Source: OECD, Triplett (2006), Handbook on Hedonic Indexes, the time-dummy method. The interval is that of "
    "95% with the cluster-robust variance of Liang and Zeger (1986), clusters being developers as published."
)

#: Labels of fewer rows get no effect of their own.
FEWEST_LABELLED: Final = 30

_LEVEL: Final = 0.95


def describe_hedonic_index(games: pl.DataFrame, currency: Currency) -> dict[str, Any] | None:
    """Compute the index.

    Args:
        games: One row an app id, with its `price` in the currency.

    Returns:
        `n` paid rows of the whole years with `FEWEST_PAID` of them or more, `n_developers`, `base_year`, `r_squared`,
        the `formula`, `years` (`year`, `n`, `index`, `low`, `high`, `plain`, the index of the geometric mean without
        the regression, and `real_index` after consumer prices, null where there is none), and the `effects` of what is
        held equal (`group`, `term`, `n`, `difference`, `low`, `high`, as shares of 1). None with fewer than two such
        years, or too few rows.
    """
    rows = _rows(games)
    base = base_year(games)
    years = sorted(rows["release_year"].unique())
    if base is None or len(years) < 2:
        return None
    dummies = [("year", str(year), rows["release_year"] == year) for year in years if year != base]
    terms = [*dummies, *_terms(rows)]
    design = np.ones((len(rows), len(terms) + 1), order="F")
    for place, (_, _, column) in enumerate(terms, start=1):
        design[:, place] = column.to_numpy()
    logs = rows["log_price"].to_numpy()
    if len(rows) <= design.shape[1]:
        return None
    effects, reach, r_squared = _fit(design, logs, rows["developer"])
    table = [
        _line(group, term, int(column.sum()), float(effects[place]), float(reach[place]))
        for place, (group, term, column) in enumerate(terms, start=1)
    ]
    return {
        "formula": FORMULA,
        "base_year": base,
        "n": len(rows),
        "n_developers": rows["developer"].n_unique(),
        "n_terms": len(terms) - len(dummies),
        "r_squared": r_squared,
        "years": _years(rows, base, table[: len(dummies)], currency),
        "effects": table[len(dummies) :],
    }


def _rows(games: pl.DataFrame) -> pl.DataFrame:
    """Keep the paid rows of whole years that have enough, with the developer, or the app id where it is not given."""
    before = pl.col("release_date") > pl.col("release_date").min().over("developer")
    # NOTE: before rows are left out, since a first entry that is free, or of a small year, is a first entry.
    known = games.with_columns(is_known=before.fill_null(value=False) & pl.col("developer").is_not_null())
    return (
        paid(of_whole_years(known))
        .filter(pl.len().over("release_year") >= FEWEST_PAID)
        .select(
            "release_year",
            "log_price",
            "early_access",
            "genres",
            "specs",
            "is_known",
            pl.col("kind").cast(pl.String),
            is_unnamed=pl.col("developer").is_null(),
            developer=pl.coalesce("developer", pl.format("app {}", "app_id")),
        )
    )


def _terms(rows: pl.DataFrame) -> list[tuple[str, str, pl.Series]]:
    """List what is held equal, each a yes or no that enough rows have, and not all."""
    found = [
        ("developer", "released before", rows["is_known"]),
        ("developer", "not given", rows["is_unnamed"]),
        ("early access", "yes", rows["early_access"]),
        *(("kind", kind, rows["kind"] == kind) for kind in sorted(rows["kind"].unique()) if kind != "game"),
    ]
    for name in ("genres", "specs"):
        labels = rows[name].fill_null([])
        counts = rows.select(label=pl.col(name).list.unique()).explode("label").drop_nulls().group_by("label").len()
        frequent = sorted(counts.filter(pl.col("len") >= FEWEST_LABELLED)["label"])
        found += [(name, label, labels.list.contains(label)) for label in frequent]
    return [term for term in found if FEWEST_LABELLED <= int(term[2].sum()) < len(rows)]


def _fit(design: Array, logs: Array, developers: pl.Series) -> tuple[Array, Array, float | None]:
    """Give the effects, half the width of their intervals, and the share of the variance that is explained."""
    # NOTE: the pseudo-inverse, as a label may follow from others, such as a kind from a spec.
    inverse = np.linalg.pinv(design.T @ design, hermitian=True)
    effects = inverse @ (design.T @ logs)
    residuals = logs - design @ effects
    n, k = design.shape
    clusters = developers.rank("dense").to_numpy().astype(np.int64) - 1
    n_clusters = int(clusters.max()) + 1
    # NOTE: a column at a time, as the whole product would be as large as the design again.
    scores = np.column_stack([np.bincount(clusters, weights=column * residuals) for column in design.T])
    correction = n_clusters / max(n_clusters - 1, 1) * (n - 1) / (n - k)
    variances = correction * np.diagonal(inverse @ (scores.T @ scores) @ inverse)
    reach = NormalDist().inv_cdf((1 + _LEVEL) / 2) * np.sqrt(np.maximum(variances, 0))
    total = float(np.square(logs - logs.mean()).sum())
    return effects, reach, 1 - float(np.square(residuals).sum()) / total if total > 1e-12 else None


def _line(group: str, term: str, n: int, effect: float, reach: float) -> dict[str, Any]:
    difference, low, high = (float(np.expm1(value)) for value in (effect, effect - reach, effect + reach))
    return {"group": group, "term": term, "n": n, "difference": difference, "low": low, "high": high}


def _years(rows: pl.DataFrame, base: int, lines: list[dict[str, Any]], currency: Currency) -> list[dict[str, Any]]:
    inflation = inflation_to(base, currency.code)
    factors = inflation.factors if inflation else {}
    means = rows.group_by("release_year").agg(pl.len(), pl.col("log_price").mean())
    sizes = {year: (n, mean) for year, n, mean in means.iter_rows()}
    by_year = {int(line["term"]): line for line in lines}
    at_base = {"difference": 0.0, "low": 0.0, "high": 0.0}
    found = []
    for year in sorted(sizes):
        n, mean = sizes[year]
        index, low, high = (100 * (1 + by_year.get(year, at_base)[key]) for key in ("difference", "low", "high"))
        plain = 100 * float(np.exp(mean - sizes[base][1]))
        real = index * factors[year] if year in factors else None
        found.append(
            {"year": year, "n": n, "index": index, "low": low, "high": high, "plain": plain, "real_index": real}
        )
    return found
