"""The columns of rows held against the price."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tasador.audit.finding import Finding, found, not_found
from tasador.audit.measures import Array
from tasador.audit.rows import Rows
from tasador.audit.target import Leak, from_groups, function_of_price

__all__ = ["check_columns"]

#: What is no input whatever it is called: the answer, and what says where the row comes from.
_NO_INPUTS: Final = ("price", "predicted", "split", "app_id", "name", "release_date")


def check_columns(rows: Rows, *, ignore: Collection[str] = ()) -> list[Finding]:
    """Look for columns that give the price away, each by itself.

    Args:
        rows: The rows, training rows and test rows.
        ignore: Columns that are no inputs of the model.
    """
    check = "input_from_the_price"
    aside = {getattr(rows.roles, role) for role in _NO_INPUTS} | set(ignore)
    columns = [name for name in rows.frame.columns if name not in aside and not rows.frame[name].dtype.is_nested()]
    leaks = {name: leak for name in columns if (leak := _leak(rows, name)) is not None}
    if not leaks:
        tried = f"{len(columns)} columns, each held against the price of {rows.frame.height:,} rows"
        return [not_found(check, tried=tried, seen=f"none gives it away: {', '.join(columns) or 'there is none'}")]
    return [
        found(
            check,
            "high",
            subject=name,
            tried=f"{name} held against the price of {leak.n:,} rows",
            seen=f"{leak.how} (strength {leak.strength:.3f} of 1)",
            do=f"Take {name} out of the inputs, or make it from what was known before each row's release.",
            figures={"strength": leak.strength, "n": leak.n},
            examples=rows.frame.select(name, str(rows.roles.price)).drop_nulls().head(3).to_dicts(),
        )
        for name, leak in leaks.items()
    ]


def _leak(rows: Rows, name: str) -> Leak | None:
    column, prices = rows.frame[name], rows.prices
    numeric = column.dtype.is_numeric()
    values = column.cast(pl.Float64).fill_null(float("nan")).to_numpy() if numeric else _codes(column).astype(float)
    if not numeric:
        values = np.where(values < 0, np.nan, values)
    # NOTE: of a game with several rows one counts, or the others would foretell it.
    games, test, days = _games(rows), rows.test, _days(rows)
    leak = function_of_price(values[games], prices[games], levels=not numeric)
    if leak is not None or not numeric:
        return leak
    for group in rows.frame.columns:
        if rows.frame[group].dtype == pl.String and group not in {rows.roles.split, rows.roles.name}:
            codes = _codes(rows.frame[group])[games]
            when = None if days is None else days[games]
            made = from_groups(values[games], prices[games], codes, test=test[games], days=when)
            if made is not None:
                return Leak(f"{made.how} (by {group})", made.strength, made.n)
    return None


def _games(rows: Rows) -> npt.NDArray[np.int64]:
    """Number one row of each game, a test row where it has one."""
    order = np.argsort(~rows.test, kind="stable")
    if rows.roles.app_id is None:
        return order
    first: npt.NDArray[np.bool_] = rows.frame[rows.roles.app_id].gather(order).is_first_distinct().to_numpy()
    return np.asarray(order[first], dtype=np.int64)


def _codes(column: pl.Series) -> npt.NDArray[np.int64]:
    return (column.cast(pl.String).rank("dense").cast(pl.Int64) - 1).fill_null(-1).to_numpy()


def _days(rows: Rows) -> Array | None:
    days = rows.days
    return None if days is None else days.cast(pl.Int32).cast(pl.Float64).fill_null(float("nan")).to_numpy()
