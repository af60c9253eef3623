"""A snapshot to a candidate: fitted, measured, and written as a bundle."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl

from tasador import provenance
from tasador.errors import BundleError, WorkspaceError
from tasador.features import classic as classic_features
from tasador.market import classic as classic_market
from tasador.models import card
from tasador.models.bagging import FOLDS, GRID, BaggingParameters, dump, tune
from tasador.models.evaluate import Evaluation, evaluate, training_rows
from tasador.models.splits import random
from tasador.registry import bundle
from tasador.storage import bundles, snapshots
from tasador.storage.workspace import Workspace, encode_json
from tasador.workflows.progress import Progress, silent

__all__ = ["Trained", "train"]

#: With fewer rows the splits have no rows to test on.
MIN_ROWS: Final = 100

#: Rows for which a written model must predict what it did before.
_CHECKED_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Trained:
    """A candidate.

    Attributes:
        version: Its name: the same snapshot, parameters, code and libraries give the same.
        metrics: Its errors: see `Evaluation`.
        reused: Whether it was there already.
    """

    version: str
    metrics: dict[str, Any]
    reused: bool


def train(
    workspace: Workspace,
    snapshot: str,
    *,
    search: bool = False,
    force: bool = False,
    progress: Progress = silent,
) -> Trained:
    """Fit and measure the model on a snapshot and publish it as a bundle; does not promote it.

    Args:
        search: Search the parameters' grid first, instead of taking those that the course project's search found.
        force: Train even if this candidate is there.

    Raises:
        UnknownValueError: There is no such snapshot.
        WorkspaceError: The snapshot is damaged, or has too few rows with a price.
        TasadorError: The games cannot be split: all are of one day or one developer.
        OSError: The workspace cannot be written.
    """
    games = snapshots.load_games(workspace, snapshot)
    rows = training_rows(games)
    currencies = games.filter(pl.col("currency") != "USD")["currency"].value_counts(sort=True)
    if rows.height < MIN_ROWS and not currencies.is_empty():
        code, count = currencies.row(0)
        raise WorkspaceError(
            "too few games with a price in US dollars",
            where=f"snapshot {snapshot}",
            got=f"{rows.height}, and {count:,} with one in {code}",
            expected=f"at least {MIN_ROWS}: the model learns prices in US dollars, and none is converted",
            do="Ingest a catalogue with prices in US dollars.",
        )
    if rows.height < MIN_ROWS:
        raise WorkspaceError(
            "too few games to train on",
            where=f"snapshot {snapshot}",
            got=f"{rows.height} with a price, a date and genres",
            expected=f"at least {MIN_ROWS}",
            do="Ingest a larger catalogue.",
        )
    version = _version(snapshot, search=search)
    if not force and version in bundles.versions(workspace):
        # NOTE: a damaged bundle is made anew.
        with contextlib.suppress(BundleError):
            known = bundles.load(workspace, version)
            return Trained(version, bundle.read_json(known, bundle.METRICS), reused=True)
    parameters, tried = _search(rows, progress) if search else (BaggingParameters(), [])
    progress("train", 0, 1)
    evaluation = evaluate(rows, parameters)
    metrics = _metrics(evaluation, tried)
    facts = {
        "snapshot": snapshot,
        "n_rows": rows.height,
        "parameters": parameters.to_dict(),
        "made_by": provenance.code(),
        "libraries": _libraries(),
    }
    bundles.publish(workspace, version, _files(version, games, evaluation, facts, metrics), facts)
    progress("train", 1, 1)
    return Trained(version, metrics, reused=False)


def _search(rows: pl.DataFrame, progress: Progress) -> tuple[BaggingParameters, list[dict[str, Any]]]:
    split = random(rows)
    inputs = classic_features.build(rows, classic_features.genre_labels(rows)).to_numpy()
    return tune(
        inputs[split.train],
        rows["price_usd"].to_numpy()[split.train],
        progress=lambda done, total: progress("tune", done, total),
    )


def _files(
    version: str, games: pl.DataFrame, evaluation: Evaluation, facts: dict[str, Any], metrics: dict[str, Any]
) -> dict[str, bytes]:
    labels = evaluation.labels
    features = [feature.to_dict() for feature in classic_features.definitions(labels)]
    return {
        bundle.MODEL: dump(evaluation.model, classic_features.build(games.head(_CHECKED_ROWS), labels).to_numpy()),
        bundle.FEATURES: encode_json({"genres": labels, "features": features}),
        bundle.METRICS: encode_json(metrics),
        bundle.ANSWERS: encode_json(classic_market.answers(classic_market.classic_rows(games))),
        bundle.PRICES: encode_json([asdict(group) for group in evaluation.groups]),
        bundle.CARD: card.render(version, facts, metrics).encode(),
    }


def _metrics(evaluation: Evaluation, tried: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "splits": [split.to_dict() for split in evaluation.splits],
        "groups": [asdict(group) for group in evaluation.groups],
        "search": tried,
    }


def _version(snapshot: str, *, search: bool) -> str:
    """Name a candidate by all that its figures depend on."""
    spec = {
        "snapshot": snapshot,
        "parameters": {"searched": GRID, "folds": FOLDS} if search else BaggingParameters().to_dict(),
        "code": provenance.code(),
        **_libraries(),
    }
    return f"bagging-{hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:12]}"


def _libraries() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in ("numpy", "polars", "scikit-learn", "skops")}
