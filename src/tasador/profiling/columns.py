"""Columns: the type, missing values, distinct values, distribution and examples of each."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from tasador.contracts.games import Games
from tasador.profiling.figures import share
from tasador.profiling.missingness import not_in_source, null_meanings

__all__ = ["describe_columns", "first_rows"]

#: Frequent values listed of a column, and examples.
TOP_VALUES: Final = 10
EXAMPLES: Final = 3

#: Bins of a number's histogram below its 99th percentile; what is above has one bin more, so that a few huge
#: values do not push all others into the first bin.
BINS: Final = 12

#: Longest text of a value shown; the rest is cut, and marked with an ellipsis.
TEXT_LENGTH: Final = 80

_QUANTILES: Final = {"p01": 0.01, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p99": 0.99}


def describe_columns(games: pl.DataFrame) -> list[dict[str, Any]]:
    """Describe every column, in the table's order.

    Args:
        games: One row an app id.

    Returns:
        A dict a column: `column`, `description` (the contract's), `type`, `shape` (number, text, category, yes/no,
        date or labels), `n`, `n_missing`, `share_missing`, `in_source` (whether any row has a value), `null_means`,
        `n_distinct` (null left out), `distribution` by shape, and `examples`, the first distinct values of the table
        as text.
    """
    contract, empty, meanings = Games.columns(), not_in_source(games), null_meanings(games)
    return [
        {
            "column": name,
            "description": contract[name].description if name in contract else None,
            "in_source": name not in empty,
            "null_means": meanings.get(name),
            **_describe(games[name].rename("value")),
        }
        for name in games.columns
    ]


def first_rows(games: pl.DataFrame) -> list[dict[str, str | None]]:
    """Write the first rows of the table as texts, by column; null where there is no value."""
    rows = games.head(EXAMPLES).to_dicts()
    return [{name: None if value is None else _cut(_text(value)) for name, value in row.items()} for row in rows]


def _describe(values: pl.Series) -> dict[str, Any]:
    present = values.drop_nulls()
    shape = _shape(values.dtype)
    comparable = present.list.join("\x1f") if shape == "labels" else present
    distribution: dict[str, Any] = {}
    if shape == "number":
        distribution = _numbers(present)
    elif shape == "date":
        distribution = {"min": present.min(), "max": present.max(), "top": _top(present.dt.year().cast(pl.String))}
    elif shape == "labels":
        sizes, labels = present.list.len(), present.explode(empty_as_null=False)
        distribution = {"n_distinct_labels": labels.n_unique(), "sizes": _spread(sizes), "top": _top(labels)}
    else:
        texts = present.cast(pl.String)
        distribution = {"top": _top(texts)}
        if shape == "text":
            distribution["lengths"] = _spread(texts.str.len_chars())
    return {
        "type": _type_name(values.dtype),
        "shape": shape,
        "n": len(values),
        "n_missing": values.null_count(),
        "share_missing": share(values.null_count(), len(values)),
        "n_distinct": comparable.n_unique(),
        "distribution": distribution,
        "examples": _examples(present, comparable),
    }


def _shape(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.List):
        return "labels"
    if dtype == pl.Boolean:
        return "yes/no"
    if isinstance(dtype, pl.Enum | pl.Categorical):
        return "category"
    if dtype.is_temporal():
        return "date"
    return "number" if dtype.is_numeric() else "text"


def _type_name(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Enum):
        return f"Enum of {len(dtype.categories)}"
    return f"List of {dtype.inner}" if isinstance(dtype, pl.List) else str(dtype)


def _spread(numbers: pl.Series) -> dict[str, Any]:
    return {
        "min": numbers.min(),
        **{name: numbers.quantile(q, interpolation="linear") for name, q in _QUANTILES.items()},
        "max": numbers.max(),
        "mean": numbers.mean(),
    }


def _numbers(numbers: pl.Series) -> dict[str, Any]:
    spread = _spread(numbers)
    low, high = spread["min"], spread["p99"]
    if low is None or high is None or high <= low:
        bins = [] if low is None else [{"from": low, "to": spread["max"], "n": len(numbers)}]
        return {**spread, **_moments(numbers), "histogram": bins}
    width = (high - low) / BINS
    # NOTE: the 99th percentile itself belongs to the last regular bin, what is above it to the bin of the rest.
    place = (
        pl.when(pl.col("value") > high)
        .then(BINS)
        .otherwise(((pl.col("value") - low) / width).floor().clip(0, BINS - 1))
        .cast(pl.Int32)
    )
    counts = dict(numbers.to_frame("value").group_by(place.alias("place")).len().rows())
    edges = [*(low + width * place for place in range(BINS)), high, spread["max"]]
    bins = [
        {"from": edges[place], "to": edges[place + 1], "n": counts.get(place, 0)}
        for place in range(BINS + (BINS in counts))
    ]
    return {**spread, **_moments(numbers), "histogram": bins}


def _moments(numbers: pl.Series) -> dict[str, Any]:
    skewness = numbers.skew() if numbers.n_unique() > 1 else None
    return {"std": numbers.std(ddof=0), "skewness": skewness, "n_zero": int((numbers == 0).sum())}


def _top(values: pl.Series) -> list[dict[str, Any]]:
    counts = values.rename("value").to_frame().group_by("value").len("n")
    # A column in which no value comes twice has no frequent values.
    top = counts.filter(pl.col("n").max() > 1).sort(["n", "value"], descending=[True, False]).head(TOP_VALUES)
    return [{"value": _cut(str(value)), "n": n, "share": n / len(values)} for value, n in top.rows()]


def _examples(present: pl.Series, comparable: pl.Series) -> list[str]:
    first = comparable.head(1000).to_frame("value").with_row_index().unique("value", maintain_order=True)
    chosen = present.gather(first["index"].head(EXAMPLES)).to_list()
    return [_cut(_text(value)) for value in chosen]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "(empty list)"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_LENGTH else text[: TEXT_LENGTH - 1] + "…"
