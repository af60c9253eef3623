"""Candidates into those that keep every rule of a contract and those that break some."""

from __future__ import annotations

from collections.abc import Callable

import dataframely as dy
import polars as pl

__all__ = ["partition"]


def partition(
    candidates: pl.DataFrame, contract: type[dy.Schema], rule_name: Callable[[str], str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Check every candidate against a contract.

    Args:
        candidates: Rows with the columns of the contract; `record_no` is one of them.
        contract: What a good row is.
        rule_name: Names the rule that a key of the contract stands for.

    Returns:
        The good rows with the columns of the contract, and of the others `record_no` and `rules`, the names of all the
        rules they broke; both in their order.
    """
    good, failure = contract.filter(contract.cast(candidates))
    details = failure.details()
    invalid = details.select(pl.exclude(candidates.columns) == "invalid")
    # NOTE: a contract may have a hundred rules, of which a block breaks a few.
    keys = [column.name for column in invalid if column.any()]
    rules: list[pl.Expr] = [pl.when(pl.col(key) == "invalid").then(pl.lit(rule_name(key))) for key in keys] or [
        pl.lit(None, pl.String)
    ]
    return good, details.select(
        "record_no", rules=pl.concat_list(rules).list.drop_nulls().list.unique(maintain_order=True)
    )
