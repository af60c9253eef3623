"""What differs between two versions of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

__all__ = ["Difference", "compare"]

#: Columns that say where a row comes from, not what the entry is.
_ORIGIN: Final = ("game_no", "app_id_source", "source", "record_no", "observed_on", "unreadable")
_PRICES: Final = ("list_price", "price_usd", "price_basis", "price_text", "currency")


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, each table with one row an app id, in its order.

    Attributes:
        new: Entries of the later version only: `app_id`, `name`, `list_price`, `currency`.
        gone: Entries of the earlier version only: the same columns.
        repriced: Entries whose list price is another or known in one version only, in the same currency: `app_id`,
            `name`, `list_price_before`, `list_price`, `currency`.
        changed: Entries of which something else is another, also the currency: `app_id`, `name`, `columns`.
    """

    new: pl.DataFrame
    gone: pl.DataFrame
    repriced: pl.DataFrame
    changed: pl.DataFrame

    def counts(self) -> dict[str, int]:
        """Count the rows of each table."""
        return {name: getattr(self, name).height for name in ("new", "gone", "repriced", "changed")}

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold."""
        return {name: getattr(self, name).to_dicts() for name in ("new", "gone", "repriced", "changed")}


def compare(before: pl.DataFrame, after: pl.DataFrame) -> Difference:
    """Compare two tables of games by app id. Null equals null.

    Args:
        before: The games of the earlier version.
        after: The games of the later version.
    """
    both = after.join(before, on="app_id", suffix="__before").sort("app_id")
    told = [name for name in after.columns if name not in {"app_id", *_ORIGIN, *_PRICES}]
    differs = [
        pl.when(_differs(pl.col(name), pl.col(f"{name}__before"), after.schema[name])).then(pl.lit(name))
        for name in told
    ]
    # NOTE: a price that became known brings its currency along; only one currency in place of another is a change.
    exchanged = pl.col("currency") != pl.col("currency__before")
    differs.append(pl.when(exchanged).then(pl.lit("currency")))
    changed = both.select("app_id", "name", columns=pl.concat_list(differs).list.drop_nulls())
    return Difference(
        new=_only(after, before),
        gone=_only(before, after),
        repriced=both.filter(
            pl.col("list_price").ne_missing(pl.col("list_price__before")), ~exchanged.fill_null(value=False)
        ).select(
            "app_id",
            "name",
            pl.col("list_price__before").alias("list_price_before"),
            "list_price",
            pl.coalesce("currency", "currency__before"),
        ),
        changed=changed.filter(pl.col("columns").list.len() > 0),
    )


def _only(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    return one.join(other, on="app_id", how="anti").select("app_id", "name", "list_price", "currency").sort("app_id")


def _differs(one: pl.Expr, other: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.List):
        one, other = one.list.join("\x1f"), other.list.join("\x1f")
    return one.ne_missing(other)
