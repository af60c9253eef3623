"""Market statistics on a cluster: each year's by what computes them here, on one worker; labels are summed up."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tasador.contracts.games import Games
from tasador.contracts.vocabulary import KINDS
from tasador.engines.spark.cluster import cluster
from tasador.market import classic, statistics
from tasador.market.yearly import LABELS

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["by_year"]

#: What the statistics read.
_READ: Final = (
    "game_no",
    "app_id",
    "name",
    "kind",
    "release_year",
    "early_access",
    "metascore",
    "price_usd",
    "price_basis",
    "sentiment",
    "positive_reviews",
    "negative_reviews",
    *LABELS,
)


def by_year(master: str, games: Path, *, year: int | None = None) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Compute what `tasador.market.statistics.compute` and `tasador.market.classic.answers` say of a snapshot's games.

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
        found = asked.groupBy("release_year").applyInArrow(_of_year, "year int, said string").collect()
    parts = [json.loads(said) for _, said in sorted((row["year"], row["said"]) for row in found)]
    years = {key: cell for one in parts for key, cell in one["statistics"]["years"].items()}
    vocabulary = _joined([one["statistics"]["vocabulary"] for one in parts])
    answers: dict[str, dict[str, Any]] = {name: {} for name in classic.STATISTICS}
    for one in parts:
        for name, of_year in one["answers"].items():
            answers[name].update(of_year)
    return {"years": years, "vocabulary": vocabulary}, answers


def _of_year(rows: pa.Table) -> pa.Table:
    """Compute a year's statistics: what runs in a worker."""
    import pyarrow as pa

    frame = pl.from_arrow(rows)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(f"got {type(frame).__name__}, expected a table")
    schema = Games.create_empty().schema
    # NOTE: some answers go by the order of the games, which a shuffle does not keep.
    games = frame.cast({name: schema[name] for name in _READ}).sort("game_no")
    answers = classic.answers(classic.classic_rows(games))
    said = json.dumps({"statistics": statistics.compute(games), "answers": answers})
    return pa.table({"year": pa.array([games["release_year"][0]], pa.int32()), "said": [said]})


def _joined(found: Iterable[dict[str, list[Any]]]) -> dict[str, list[Any]]:
    """Add up how often each kind and label comes, the commonest label first; of equals by name."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("kinds", *LABELS)}
    for one in found:
        for name, counted in one.items():
            counts[name].update(dict(counted))
    return {
        "kinds": [[kind, counts["kinds"][kind]] for kind in KINDS],
        **{
            name: [[*one] for one in sorted(counts[name].items(), key=lambda one: (-one[1], one[0]))] for name in LABELS
        },
    }
