"""Values that a record has and that cannot be read."""

from __future__ import annotations

from typing import Final

import polars as pl

from tasador.ingest.counts import COUNTS
from tasador.ingest.kinds import SOURCE_KINDS

__all__ = ["unreadable"]

#: What a source writes for a score it does not have.
_NO_SCORE: Final = "NA"


def unreadable(rows: pl.DataFrame) -> pl.Series:
    """Name the fields of each row that had a value but could not be read.

    Args:
        rows: The raw fields as `raw_*`, what was read of them, and `misshapen`.
    """
    lost = {
        "id": _lost("id", "own_id"),
        "price": pl.col("price_basis") == "unreadable",
        "discount_price": _lost("discount_price", "current_price"),
        "current_price": _lost("current_price", "current_price"),
        "sentiment": _lost("sentiment", "sentiment") & pl.col("user_reviews").is_null(),
        "metascore": _lost("metascore", "metascore") & (pl.col("raw_metascore") != _NO_SCORE),
        "kind": pl.col("source_kind").is_not_null() & ~pl.col("source_kind").is_in(list(SOURCE_KINDS)),
        "currency": _lost("currency", "currency"),
        "observed_on": _lost("observed_on", "observed_on"),
        **{field: _lost(field, column) for column, (field, _, _) in COUNTS.items()},
    }
    flags = rows.select(flag.fill_null(value=False).alias(field) for field, flag in lost.items())
    # NOTE: nearly always all could be read, and a list of what was not takes long to make.
    found = [field for field in flags.columns if flags[field].any()]
    if not found:
        return rows["misshapen"].alias("unreadable")
    names = pl.concat_list(pl.when(field).then(pl.lit(field)) for field in found).list.drop_nulls()
    return flags.with_columns(rows["misshapen"]).select(unreadable=pl.concat_list(names, "misshapen")).to_series()


def _lost(field: str, column: str) -> pl.Expr:
    return pl.col(f"raw_{field}").is_not_null() & pl.col(column).is_null()
