"""Market statistics on a cluster: each year's by what computes them here, on one worker."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tasador.contracts.games import Games
from tasador.engines.spark.cluster import cluster
from tasador.engines.spark.work import work
from tasador.market import classic

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["by_year"]

#: What the statistics read.
_READ: Final = (
    "game_no",
    "name",
    "release_year",
    "early_access",
    "metascore",
    "price_basis",
    "sentiment",
    "genres",
    "specs",
)


def by_year(master: str, games: Path, *, year: int | None = None) -> dict[str, dict[str, Any]]:
    """Compute what `tasador.market.classic.answers` says of a snapshot's games.

    A worker holds the read columns of a year's games.

    Args:
        master: The cluster's address.
        games: The folder of the games' files, which the workers see too.
        year: The only year to compute; None is all.

    Raises:
        TasadorError: The cluster cannot be reached, or a step failed there.
    """
    with cluster(master) as spark:
        rows = spark.read.parquet(f"{games.resolve()}/*.parquet").select(*_READ)
        asked = rows if year is None else rows.where(rows["release_year"] == year)
        found = asked.groupBy("release_year").applyInArrow(work(_of_year), "year int, said string").collect()
    answers: dict[str, dict[str, Any]] = {name: {} for name in classic.STATISTICS}
    for _, said in sorted((row["year"], row["said"]) for row in found):
        for name, of_year in json.loads(said).items():
            answers[name].update(of_year)
    return answers


def _of_year(rows: pa.Table) -> pa.Table:
    """Compute a year's statistics: what runs in a worker."""
    import pyarrow as pa

    frame = pl.from_arrow(rows)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(f"got {type(frame).__name__}, expected a table")
    schema = Games.create_empty().schema
    # NOTE: some answers go by the order of the games, which a shuffle does not keep.
    games = frame.cast({name: schema[name] for name in _READ}).sort("game_no")
    said = json.dumps(classic.answers(classic.classic_rows(games)))
    return pa.table({"year": pa.array([games["release_year"][0]], pa.int32()), "said": [said]})
