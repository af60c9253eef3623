"""A search for the price boosters' parameters on a snapshot, which goes on where it was left."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from tasador import processors, provenance
from tasador.errors import TasadorError
from tasador.features.game import from_row
from tasador.models import protocol
from tasador.models.parameters import Parameters
from tasador.models.population import priced_rows
from tasador.models.price_folds import PriceFolds
from tasador.models.search_space import SPACE
from tasador.models.tuning import tune as search
from tasador.storage import snapshots
from tasador.storage.workspace import Workspace
from tasador.workflows.progress import Progress, silent

__all__ = ["Tuning", "tune"]


@dataclass(frozen=True, slots=True)
class Tuning:
    """What a search found.

    Attributes:
        parameters: The best.
        record: The trials, as JSON can hold them.
    """

    parameters: Parameters
    record: dict[str, Any]


def tune(
    workspace: Workspace,
    snapshot: str,
    start: Parameters,
    *,
    trials: int,
    storage_url: str | None = None,
    master: str | None = None,
    threads: int | None = None,
    progress: Progress = silent,
) -> Tuning:
    """Search on half-years that neither test a version's headline nor calibrate its intervals.

    Processes that reach the same storage share the work; a search that was stopped goes on.

    Args:
        start: The parameters that those that are searched replace; they are tried first.
        trials: How many the study shall have in all, whoever did them.
        storage_url: Where the study is kept; None takes a file in the workspace.
        master: The address of the Spark cluster whose cores share the work, a trial on each; all must reach workspace
            and storage. None works in this process.
        threads: How many a trial takes; None takes all of this process.

    Raises:
        UnknownValueError: There is no such snapshot.
        TasadorError: There are too few games, the storage cannot be opened, or the cluster cannot be reached.
        OSError: The workspace cannot be written.
    """
    if master is not None:
        from tasador.engines.spark.cluster import on_this_machine
        from tasador.engines.spark.spreading import on_every_core

        if not on_this_machine(master) and (storage_url is None or storage_url.startswith("sqlite")):
            raise TasadorError(
                "machines cannot share a search in a file, whose locks do not hold between them",
                got=storage_url or "no TASADOR_TUNING_URL",
                expected="a database that all machines reach",
                do="Set TASADOR_TUNING_URL=postgresql+psycopg2://USER@HOST/DATABASE.",
            )
        place = Workspace(workspace.root.resolve())
        # NOTE: what is left to do here then is to read what was found.
        on_every_core(
            master,
            functools.partial(tune, place, snapshot, start, trials=trials, storage_url=storage_url, threads=1),
        )
    rows = priced_rows(snapshots.load_games(workspace, snapshot))
    games = [from_row(row) for row in rows.iter_rows(named=True)]
    # NOTE: a trial takes all cores, and one follows the other, so that the same seed gives the same trials.
    folds = PriceFolds(games, protocol.search_folds(rows), start, num_threads=threads or processors.count())
    if storage_url is None:
        runs = workspace.root.resolve() / "runs"
        runs.mkdir(parents=True, exist_ok=True)
        storage_url = f"sqlite:///{runs / 'tuning.db'}"
    progress("tune", 0, trials)
    present = start.price.to_dict()
    # NOTE: what lies beyond the searched values, such as no penalty at all, is tried at the nearest of them.
    first = {name: min(max(present[name], values.low), values.high) for name, values in SPACE.items()}
    found = search(
        folds,
        folds=len(folds),
        space=SPACE,
        first=[first],
        trials=trials,
        storage_url=storage_url,
        study_name=_study(snapshot, start),
        told=lambda done, total, note: progress("tune", done, total, note),
    )
    chosen: dict[str, Any] = dict(found.parameters)
    return Tuning(replace(start, price=replace(start.price, **chosen)), found.to_dict())


def _study(snapshot: str, start: Parameters) -> str:
    """Name a study by what its scores depend on."""
    spec = {"start": start.to_dict(), "code": provenance.code()}
    digest = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:8]
    return f"{start.variant}-{snapshot}-{digest}"
