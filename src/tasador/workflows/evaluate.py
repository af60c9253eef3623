"""How accurate a version is: the tables it was promoted on, or new ones on games that it never saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tasador.appraisal.appraiser import Appraiser
from tasador.errors import TasadorError
from tasador.features.game import from_row
from tasador.models import accuracy
from tasador.models.held_out import answers
from tasador.models.population import training_rows
from tasador.registry import bundle
from tasador.storage import bundles, snapshots
from tasador.storage.workspace import Workspace
from tasador.workflows.progress import Progress, silent

__all__ = ["Evaluated", "evaluate"]

#: With fewer new games a table says nothing.
_MIN_ROWS = 30


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The tables.

    Attributes:
        version: Whose they are.
        snapshot: The snapshot whose games they are over.
        accuracy: See `tasador.models.accuracy.Accuracy.to_dict`.
    """

    version: str
    snapshot: str
    accuracy: dict[str, Any]


def evaluate(workspace: Workspace, version: str, *, on: str | None = None, progress: Progress = silent) -> Evaluated:
    """Give a version's accuracy tables.

    Args:
        version: Its name.
        on: A snapshot; its games that the version did not learn from are appraised and compared with their prices.
            None gives the tables that were made with the version.

    Raises:
        UnknownValueError: There is no such version or snapshot.
        BundleError: The bundle is damaged.
        WorkspaceError: A snapshot is damaged or gone.
        TasadorError: There are too few games that the version did not learn from.
    """
    found = bundles.load(workspace, version)
    if on is None:
        metrics = bundle.read_json(found, bundle.METRICS)
        return Evaluated(version, found.manifest["snapshot"], metrics["accuracy"])
    known = training_rows(snapshots.load_games(workspace, found.manifest["snapshot"]))
    rows = training_rows(snapshots.load_games(workspace, on)).join(
        known, on="app_id", how="anti", maintain_order="left"
    )
    if rows.height < _MIN_ROWS:
        raise TasadorError(
            "too few games that the version did not learn from",
            where=f"snapshot {on}",
            got=f"{rows.height} with a price in US dollars, a date and genres",
            expected=f"at least {_MIN_ROWS}",
            do=f"Ingest a newer catalogue, or leave --on out: {version} has tables of its own.",
        )
    progress("evaluate", 0, rows.height)
    appraiser = Appraiser(found.files, version=version, snapshot=found.manifest["snapshot"])
    games = [from_row(row) for row in rows.iter_rows(named=True)]
    scored = appraiser.heads.score(games)
    progress("evaluate", rows.height, rows.height)
    table = answers(games, scored, appraiser.calibration).with_columns(
        *rows.select(
            "app_id", pl.col("kind").cast(pl.String), "release_date", "release_year", "price_usd"
        ).get_columns(),
        split=pl.lit("new"),
        near_twin=pl.Series(np.zeros(rows.height, dtype=np.bool_)),
    )
    return Evaluated(version, on, accuracy.assess(table, rows).to_dict())
