"""The records of a block that are not in games, whole, with their outcome and the rules."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from tasador.contracts.set_aside import SetAside
from tasador.ingest.raw import RawRows
from tasador.ingest.refusals import REFUSALS

__all__ = ["set_aside", "superseded"]

_OUTCOMES = {rule: outcome for rule, (outcome, _) in REFUSALS.items()}


def set_aside(raw: RawRows, *, duplicates: pl.DataFrame, broken: pl.DataFrame, source: str) -> dy.DataFrame[SetAside]:
    """Gather what a block holds besides games.

    Args:
        raw: The block, its records numbered as in the source.
        duplicates: `record_no` and `rules` of rows that repeat another.
        broken: The same of rows that break a rule.
        source: First 12 digits of the source's sha256.
    """
    found = pl.concat(
        [
            duplicates.with_columns(outcome=pl.lit("duplicate")),
            broken.with_columns(outcome=pl.lit("quarantine")),
        ]
    ).join(raw.rows.select("record_no", "start", "stop"), on="record_no")
    refused = raw.refused.select(
        "record_no",
        rules=pl.concat_list("rule"),
        outcome=pl.col("rule").replace_strict(_OUTCOMES, return_dtype=pl.String),
        start="start",
        stop="stop",
    )
    every = pl.concat([found, refused]).sort("record_no")
    records = [raw.block[start:stop] for start, stop in every.select("start", "stop").iter_rows()]
    return _as_set_aside(every.with_columns(source=pl.lit(source), record=pl.Series(records, dtype=pl.Binary)))


def superseded(earlier: pl.DataFrame) -> dy.DataFrame[SetAside]:
    """Set rows of an earlier snapshot's games aside that newer ones replace; what they said is kept as JSON."""
    said = pl.Series(earlier.write_ndjson().encode().splitlines(), dtype=pl.Binary)
    return _as_set_aside(
        earlier.select("source", "record_no", outcome=pl.lit("duplicate"), rules=pl.lit(["superseded"]), record=said)
    )


def _as_set_aside(rows: pl.DataFrame) -> dy.DataFrame[SetAside]:
    return SetAside.cast(rows.select(SetAside.column_names()))
