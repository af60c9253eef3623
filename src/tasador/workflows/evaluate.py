"""How accurate a version is: the tables it was promoted on, or new ones on games that it never saw."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from tasador.appraisal.appraiser import Appraiser
from tasador.errors import TasadorError
from tasador.features.game import from_row
from tasador.ingest.formats.format import Format
from tasador.models import accuracy, baselines
from tasador.models.accuracy_page import PARTS
from tasador.models.families import families
from tasador.models.held_out import answers
from tasador.models.population import priced_rows, training_rows
from tasador.models.splits import Split
from tasador.models.twins import near_twins
from tasador.registry import bundle
from tasador.storage import bundles, snapshots
from tasador.storage.bundles import Bundle
from tasador.storage.workspace import Workspace
from tasador.workflows.ingest import ingest
from tasador.workflows.progress import Progress, silent

__all__ = ["NEW", "Evaluated", "evaluate"]

#: The split of rows from elsewhere.
NEW: Final = "new"

#: With fewer new games a table says nothing.
_MIN_ROWS: Final = 30


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The tables.

    Attributes:
        version: Whose they are.
        snapshot: The snapshot whose games they are over; of a file, the one that it would be.
        metrics: `accuracy`, and of the version's own tables the other `tasador.models.accuracy_page.PARTS`.
    """

    version: str
    snapshot: str
    metrics: dict[str, Any]


def evaluate(
    workspace: Workspace,
    version: str,
    *,
    on: str | Path | None = None,
    written: Format | None = None,
    progress: Progress = silent,
) -> Evaluated:
    """Give a version's accuracy tables.

    Args:
        version: Its name.
        on: A snapshot's id or a catalogue's path, of which nothing is kept; the games that the version did not learn
            from are appraised and compared with their prices. None gives the tables that were made with the version.
        written: The catalogue's format; None finds it by the content.

    Raises:
        UnknownValueError: There is no such version or snapshot.
        BundleError: The bundle is damaged.
        WorkspaceError: A snapshot is damaged or gone.
        SourceError: The file cannot be read or is no catalogue.
        TasadorError: There are too few games that the version did not learn from.
    """
    found = bundles.load(workspace, version)
    if on is None:
        metrics = bundle.read_json(found, bundle.METRICS)
        shown = {part: metrics[part] for part in PARTS if part in metrics}
        return Evaluated(version, found.manifest["snapshot"], shown)
    snapshot, games = (
        _read(on, written, progress) if isinstance(on, Path) else (on, snapshots.load_games(workspace, on))
    )
    learned = priced_rows(snapshots.load_games(workspace, found.manifest["snapshot"]))
    rows = training_rows(games).join(learned, on="app_id", how="anti", maintain_order="left")
    if rows.height < _MIN_ROWS:
        raise TasadorError(
            "too few games that the version did not learn from",
            where=str(on) if isinstance(on, Path) else f"snapshot {on}",
            got=f"{rows.height} with a price in US dollars, a date and genres",
            expected=f"at least {_MIN_ROWS}",
            do=f"Name a newer catalogue, or leave --on out: {version} has tables of its own.",
        )
    return Evaluated(version, snapshot, {"accuracy": _assess(found, learned, rows, progress)})


def _read(path: Path, written: Format | None, progress: Progress) -> tuple[str, pl.DataFrame]:
    """Clean a catalogue as `tasador ingest` would, in a workspace that is gone afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        scratch = Workspace(Path(directory))
        snapshot = ingest(scratch, [str(path)], written=written, progress=progress).snapshot
        return snapshot, snapshots.load_games(scratch, snapshot)


def _assess(found: Bundle, learned: pl.DataFrame, rows: pl.DataFrame, progress: Progress) -> dict[str, Any]:
    """Appraise new rows, beside the baselines that know what the version learned from."""
    progress("evaluate", 0, rows.height)
    appraiser = Appraiser(found.files, version=found.version, snapshot=found.manifest["snapshot"])
    games = [from_row(row) for row in rows.iter_rows(named=True)]
    both = pl.concat([learned, rows])
    numbers = np.arange(both.height)
    train, test = numbers[: learned.height], numbers[learned.height :]
    says = f"Entries that {found.version} did not learn from."
    split = Split(NEW, says, train, test, near_twins(both, train, test))
    table = answers(games, appraiser.heads.score(games), appraiser.calibration).with_columns(
        *rows.select(
            "app_id", pl.col("kind").cast(pl.String), "release_date", "release_year", "price_usd"
        ).get_columns(),
        pl.Series("near_twin", split.near_twin),
        pl.Series("family", families(rows)),
        *(
            pl.Series(name, values)
            for name, values in baselines.predict_all(learned.filter(pl.col("price_usd") > 0), rows).items()
        ),
        split=pl.lit(NEW),
    )
    progress("evaluate", rows.height, rows.height)
    return accuracy.assess(table, [split]).to_dict()
