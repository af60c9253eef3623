"""Candidate games into those that keep every rule of the contract and those that break some."""

from __future__ import annotations

import polars as pl

from tasador.contracts.games import GameRecord, rule_name

__all__ = ["partition"]


def partition(candidates: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Check every candidate against the contract.

    Args:
        candidates: The rows of `normalise`.

    Returns:
        The good rows with the columns of `GameRecord`, and of the others `record_no` and `rules`, the names of all the
        rules they broke; both in their order.
    """
    good, failure = GameRecord.filter(GameRecord.cast(candidates))
    details = failure.details()
    invalid = details.select(pl.exclude(candidates.columns) == "invalid")
    # NOTE: the contract has a hundred rules, of which a block breaks a few.
    keys = [column.name for column in invalid if column.any()]
    rules: list[pl.Expr] = [pl.when(pl.col(key) == "invalid").then(pl.lit(rule_name(key))) for key in keys] or [
        pl.lit(None, pl.String)
    ]
    return good, details.select(
        "record_no", rules=pl.concat_list(rules).list.drop_nulls().list.unique(maintain_order=True)
    )
