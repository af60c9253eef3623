"""Candidate games and rejects into games and records set aside, to the row."""

from __future__ import annotations

from dataclasses import dataclass

import dataframely as dy
import polars as pl

from tasador.contracts.games import GameRecord, Games, rule_name
from tasador.contracts.set_aside import SetAside

__all__ = ["Partition", "partition"]


@dataclass(frozen=True, slots=True)
class Partition:
    """Where each record of a source went.

    Attributes:
        games: The rows that keep every rule, the first of each app id, in source order.
        set_aside: All other records, whole, with their outcome and rules, in source order.
    """

    games: dy.DataFrame[Games]
    set_aside: dy.DataFrame[SetAside]


def partition(candidates: pl.DataFrame, rejects: pl.DataFrame, *, source: str) -> Partition:
    """Check every candidate against the contract and keep the first of each app id.

    Args:
        candidates: The rows of `normalise`, in source order.
        rejects: The lines that are no record, with their rule.
        source: First 12 digits of the source file's sha256.
    """
    good, failed = _by_rule(candidates)
    first = good["app_id"].is_first_distinct()
    games = good.filter(first).with_columns(game_no=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
    set_aside = pl.concat(
        [
            good.filter(~first).select(
                "record_no", outcome=pl.lit("duplicate"), rules=pl.lit(["app_id_repeated"]), record="record"
            ),
            failed.select("record_no", outcome=pl.lit("quarantine"), rules="rules", record="record"),
            rejects.select("record_no", outcome=pl.lit("reject"), rules=pl.concat_list("rule"), record="record"),
        ]
    )
    return Partition(
        games=Games.validate(games.select(Games.column_names()), cast=True),
        set_aside=SetAside.validate(set_aside.with_columns(source=pl.lit(source)).sort("record_no"), cast=True),
    )


def _by_rule(candidates: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part candidates that keep every rule from those that break some; the latter get `rules`."""
    kept, failure = GameRecord.filter(candidates, cast=True)
    details = failure.details()
    keys = [name for name in details.columns if name not in candidates.columns]
    broken = details.select(
        "record_no",
        rules=pl.concat_list(pl.when(pl.col(key) == "invalid").then(pl.lit(rule_name(key))) for key in keys)
        .list.drop_nulls()
        .list.unique(maintain_order=True),
    )
    failed = candidates.select("record_no", "record").join(broken, on="record_no", maintain_order="left")
    good = kept.join(candidates.select("record_no", "record"), on="record_no", maintain_order="left")
    return good, failed
