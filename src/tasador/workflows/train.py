"""A snapshot to a candidate: measured, fitted, audited, and written as a bundle."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from tasador import processors, provenance
from tasador.audit.training import leaks
from tasador.errors import BundleError, WorkspaceError
from tasador.features.title import studios
from tasador.market import classic as classic_market
from tasador.market import statistics
from tasador.models import accuracy_page, candidate, card, flattery
from tasador.models.learning import Learning, here
from tasador.models.owned_together import owned_together
from tasador.models.parameters import Parameters
from tasador.models.population import priced_rows, training_rows
from tasador.registry import bundle, mirror
from tasador.registry.runs import RunRecord
from tasador.registry.tracking import Tracking
from tasador.storage import bundles, catalogue, snapshots
from tasador.storage.bundles import Bundle
from tasador.storage.workspace import Workspace, encode_json
from tasador.workflows.owned import Ownership, read_owned
from tasador.workflows.progress import Progress, silent
from tasador.workflows.tune import tune

__all__ = ["Trained", "train"]

#: What a run keeps of the bundle that it made.
_DOCUMENTS: Final = (bundle.CARD, bundle.ACCURACY, bundle.FLATTERY, bundle.METRICS)

#: With fewer rows the splits have no rows to test on.
MIN_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class Trained:
    """A candidate.

    Attributes:
        version: Its name: the same snapshot, parameters, code and libraries give the same.
        metrics: Its figures: see `tasador.models.candidate`.
        reused: Whether it was there already.
        notes: What could not be done beside it, such as logging the run.
    """

    version: str
    metrics: dict[str, Any]
    reused: bool
    notes: tuple[str, ...] = ()


def train(
    workspace: Workspace,
    snapshot: str,
    *,
    parameters: Parameters | None = None,
    trials: int = 0,
    storage_url: str | None = None,
    tracking: Tracking | None = None,
    owned: Path | None = None,
    master: str | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> Trained:
    """Fit and measure a model on a snapshot and publish it as a bundle; does not promote it.

    It is the challenger then, but where it learned from what is known after launch: such a version is there to compare.

    Args:
        parameters: The candidate's, with what its inputs are made from; None takes the launch variant and the defaults.
        trials: Search the price boosters' parameters first, so many trials in all; 0 takes the defaults.
        storage_url: Where the search is kept; None takes a file in the workspace.
        tracking: Where the run is logged; None logs nowhere. Where it cannot be reached, the candidate stands and the
            notes say so.
        owned: A table of who owns what, which similar games are joined with: see `tasador.workflows.owned`. Of it a
            version keeps only how alike games are.
        master: The address of the Spark cluster whose cores share the search and the fits; None works in this process.
            A catalogue that is fitted in one part gives the same version there.
        force: Train even if this candidate is there.

    Raises:
        UnknownValueError: There is no such snapshot.
        SourceError: The table of who owns what is none.
        WorkspaceError: The snapshot is damaged, or has too few rows with a price.
        TasadorError: The games cannot be split: all are of one month or one family of studios.
        OSError: The workspace cannot be written.
    """
    games = snapshots.load_games(workspace, snapshot)
    _check_enough(games, snapshot)
    chosen, search = parameters or Parameters(), None
    if trials:
        tuned = tune(
            workspace, snapshot, chosen, trials=trials, storage_url=storage_url, master=master, progress=progress
        )
        chosen, search = tuned.parameters, tuned.record
    ownership = None if owned is None else read_owned(owned, games)
    parts = 1 if master is None else _n_parts(games)
    version = _version(snapshot, chosen, ownership, parts)
    if not force and version in bundles.versions(workspace):
        # NOTE: a damaged bundle is made anew.
        with contextlib.suppress(BundleError):
            found = bundles.load(workspace, version)
            metrics = bundle.read_json(found, bundle.METRICS)
            # NOTE: whoever made it may have been killed before it was the challenger, and logged.
            _name_challenger(workspace, chosen, version)
            return Trained(version, metrics, reused=True, notes=_logged(workspace, tracking, found, again=False))

    def told(done: int, total: int) -> None:
        progress("train", done, total)
        if done == total:
            progress("measure", 0, 1)

    with _learning(workspace, snapshot, games, master) as (learning, workers):
        made = candidate.make(
            games,
            chosen,
            name=version,
            snapshot=snapshot,
            owned=None if ownership is None else owned_together(ownership.libraries),
            learning=learning,
            workers=workers,
            told=told,
        )
    progress("measure", 1, 1)
    tripped = [f"{one.check} [{one.subject}]: {one.seen}" for one in leaks(made.evaluation, chosen.variant)]
    metrics = {**made.metrics, "leaks": tripped, "search": search}
    facts = {
        "snapshot": snapshot,
        "candidate": chosen.variant,
        "n_rows": training_rows(games).height,
        "parameters": chosen.to_dict(),
        "seed": chosen.price.seed,
        "made_by": provenance.code(),
        "libraries": _libraries(),
        **({} if ownership is None else {"owned": ownership.counts()}),
        **({} if parts == 1 else {"parts": parts}),
    }
    documents = _documents(version, facts, metrics, made)
    bundles.publish(workspace, version, {**made.files, **_data(games, metrics, made), **documents}, facts)
    _name_challenger(workspace, chosen, version)
    notes = _logged(workspace, tracking, bundles.load(workspace, version), again=True)
    return Trained(version, metrics, reused=False, notes=notes)


def _n_parts(games: pl.DataFrame) -> int:
    from tasador.engines.spark.learning import n_parts

    return n_parts(priced_rows(games).height)


@contextlib.contextmanager
def _learning(
    workspace: Workspace, snapshot: str, games: pl.DataFrame, master: str | None
) -> Iterator[tuple[Learning, int]]:
    """Choose what fits, and how many fits there are at a time."""
    if master is None:
        yield here, processors.count()
        return
    from tasador.engines.spark.learning import on_cluster

    directory = snapshots.directory_of(workspace, snapshot) / snapshots.GAMES
    with on_cluster(master, directory) as cluster:
        yield cluster.learning, cluster.at_a_time(priced_rows(games).height)


def _name_challenger(workspace: Workspace, chosen: Parameters, version: str) -> None:
    with bundles.one_at_a_time(workspace):
        if chosen.variant == "launch" and workspace.current().champion != version:
            bundles.set_challenger(workspace, version)


def _logged(workspace: Workspace, tracking: Tracking | None, made: Bundle, *, again: bool) -> tuple[str, ...]:
    """Log the run that made a bundle, by what the bundle says, and give back what could not be done."""
    if tracking is None:
        return ()
    metrics, told = bundle.read_json(made, bundle.METRICS), made.manifest
    record = RunRecord(
        made.version,
        told["candidate"],
        _flat(told["parameters"]),
        {name: metrics[name] for name in ("accuracy", "free")},
        _tags(told),
        {name: made.files[name] for name in _DOCUMENTS},
    )
    return mirror.log(workspace, tracking, record, again=again).notes


def _check_enough(games: pl.DataFrame, snapshot: str) -> None:
    rows = training_rows(games)
    if rows.height >= MIN_ROWS:
        return
    currencies = games.filter(pl.col("currency") != "USD")["currency"].value_counts(sort=True)
    if not currencies.is_empty():
        code, count = currencies.row(0)
        raise WorkspaceError(
            "too few games with a price in US dollars",
            where=f"snapshot {snapshot}",
            got=f"{rows.height}, and {count:,} with one in {code}",
            expected=f"at least {MIN_ROWS}: the model learns prices in US dollars, and none is converted",
            do="Ingest a catalogue with prices in US dollars.",
        )
    raise WorkspaceError(
        "too few games to train on",
        where=f"snapshot {snapshot}",
        got=f"{rows.height} with a price, a date and genres, of {_present(games)}",
        expected=f"at least {MIN_ROWS}",
        do="Look at the source, or ingest a larger catalogue.",
    )


def _present(games: pl.DataFrame) -> str:
    """Say how many games have each of what is needed: a source that lost a column is found by that."""
    having = {"a price": "price_usd", "genres": "genres"}
    told = ", ".join(f"{games[column].count():,} with {name}" for name, column in having.items())
    return f"{games.height:,} games: {told}"


def _data(games: pl.DataFrame, metrics: dict[str, Any], made: candidate.Candidate) -> dict[str, bytes]:
    held_out = io.BytesIO()
    made.held_out.write_parquet(held_out)
    return {
        bundle.FEATURES: encode_json(made.features),
        bundle.METRICS: encode_json(metrics),
        bundle.HELD_OUT: held_out.getvalue(),
        bundle.ANSWERS: encode_json(classic_market.answers(classic_market.classic_rows(games))),
        bundle.PRICES: encode_json(made.prices),
        bundle.STATISTICS: statistics.to_json(statistics.compute(games)),
        catalogue.FILE: catalogue.make(games.iter_rows(named=True), studios),
    }


def _documents(
    version: str, facts: dict[str, Any], metrics: dict[str, Any], made: candidate.Candidate
) -> dict[str, bytes]:
    page = accuracy_page.render(metrics, version=version, snapshot=facts["snapshot"], figure=bundle.FLATTERY)
    return {
        bundle.CARD: card.render(version, facts, metrics, made.features).encode(),
        bundle.ACCURACY: page.encode(),
        bundle.FLATTERY: flattery.figure(metrics["accuracy"]).encode(),
    }


def _flat(parameters: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in parameters.items():
        found |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found


def _tags(facts: dict[str, Any]) -> dict[str, str]:
    return {
        "snapshot": facts["snapshot"],
        **{f"code.{name}": str(value) for name, value in facts["made_by"].items()},
        **{f"library.{name}": value for name, value in facts["libraries"].items()},
    }


def _version(snapshot: str, parameters: Parameters, ownership: Ownership | None, parts: int = 1) -> str:
    """Name a candidate by all that its figures depend on."""
    spec = {
        "snapshot": snapshot,
        "parameters": parameters.to_dict(),
        "code": provenance.code(),
        **_libraries(),
        **({} if ownership is None else {"owned": ownership.digest}),
        **({} if parts == 1 else {"parts": parts}),
    }
    digest = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:12]
    return f"{parameters.variant.replace('+', '-')}-{digest}"


def _libraries() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in ("lightgbm", "numpy", "polars", "scikit-learn", "scipy")}
