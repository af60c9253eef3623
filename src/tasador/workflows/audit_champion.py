"""Honesty checks on a model version of our own: its answers, its splits, and its figures recomputed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from tasador.appraisal.request import read_row
from tasador.audit.answer import Predict, of_predict
from tasador.audit.asking import Asking
from tasador.audit.claims import check_claim
from tasador.audit.evidence import ALL_KINDS, Claim, Evidence
from tasador.audit.examine import examine_answers
from tasador.audit.finding import Finding
from tasador.audit.inputs import Input, Questions, values_of
from tasador.audit.kinds import check_kinds
from tasador.audit.report import AuditReport
from tasador.audit.rows import Rows
from tasador.audit.sides import check_groups, check_held_out, check_same_games, check_twins
from tasador.errors import TasadorError
from tasador.features.title import studios
from tasador.models import protocol
from tasador.models.population import priced_rows
from tasador.models.splits import HEADLINE, HONEST, RANDOM, UNSEEN_DEVELOPERS, Split
from tasador.registry import bundle, held_out
from tasador.storage import bundles, snapshots
from tasador.storage.bundles import Bundle
from tasador.storage.workspace import Workspace
from tasador.workflows.progress import Progress, silent

__all__ = ["MOST_QUESTIONS", "audit_champion", "champion_predict", "claims_of", "questions_of"]

#: How many questions are asked; nobody is burdened by them.
MOST_QUESTIONS: Final = 2_000

#: What a request may say of a game, in a catalogue's columns.
_INPUTS: Final = (
    "name", "kind", "genres", "specs", "tags", "developer", "publisher", "release_date", "early_access", "app_id",
    "base_app_id", "required_age", "platforms", "languages",
)  # fmt: skip

#: The measures of metrics.json by the names that the audit knows.
_METRICS: Final = {
    "rmse_usd": "rmse",
    "mae_usd": "mae",
    "median_ae_usd": "median_ae",
    "rmsle": "rmsle",
    "mdape": "mdape",
    "within_10_percent": "within_10_percent",
    "within_20_percent": "within_20_percent",
    "within_50_percent": "within_50_percent",
}


def audit_champion(
    workspace: Workspace,
    version: str,
    predict_with: Callable[[Bundle], tuple[Predict, Collection[str] | None]],
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> AuditReport:
    """Hold a version to what is asked of others: its answers, the sides of its splits, its published figures.

    Args:
        workspace: Where it is.
        version: Its name.
        predict_with: Reads a bundle into what predicts rows of `games`, and the columns that it reads; None for all.
        seed: Draws the rows that are asked for, and what is changed in them.
        progress: Told how many questions were asked.

    Raises:
        UnknownValueError: There is no such version.
        BundleError: The bundle is damaged, or holds no held-out predictions.
    """
    found = bundles.load(workspace, version)
    rows = priced_rows(snapshots.load_games(workspace, found.manifest["snapshot"]))
    games = rows.filter(pl.col("price_usd") > 0)
    frame = held_out.parse(found.files.get(bundle.HELD_OUT, b""), where=version)
    metrics = bundle.read_json(found, bundle.METRICS)
    progress("audit", 0, MOST_QUESTIONS)
    tell: Callable[[int], None] = lambda n: progress("audit", n, MOST_QUESTIONS)  # noqa: E731
    predict, read = predict_with(found)
    asking = Asking(of_predict(predict), limit=MOST_QUESTIONS, tell=tell)
    tested = games.join(held_out.of_split(frame, HEADLINE), on="app_id", how="semi")
    dearest = float(games["price_usd"].cast(pl.Float64).max() or 0.0)  # type: ignore[arg-type]
    findings = examine_answers(asking, questions_of(tested, read, seed=seed), dearest=dearest, seed=seed)
    parted = protocol.make(rows).all
    for name in frame["split"].unique(maintain_order=True):
        said = held_out.of_split(frame, name)
        findings += _sides(rows, said, [split for split in parted if split.name == name], name)
        findings += _figures(said, claims_of(metrics, name), name)
    progress("audit", MOST_QUESTIONS, MOST_QUESTIONS)
    return AuditReport.of(
        version, findings, n_rows=frame.height, n_requests=asking.n_asked, most_requests=MOST_QUESTIONS
    )


def questions_of(games: pl.DataFrame, read: Collection[str] | None, *, seed: int) -> Questions:
    """Make requests of rows of `games`.

    Args:
        games: The rows.
        read: The columns that the model reads, which are varied; None for all.
        seed: Draws the order, and the values that are varied over.
    """
    known = games.select(name for name in _INPUTS if name in games.columns)
    known = known.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
    inputs = [
        Input(name, values_of(known[name].to_list(), seed=seed))
        for name in known.columns
        if read is None or name in read
    ]
    return Questions.of(inputs, known.to_dicts(), seed=seed)


def champion_predict(found: Bundle) -> tuple[Predict, Collection[str] | None]:
    """Read a bundle into what predicts rows of `games` as it answers requests, and the columns that it reads."""
    # NOTE: here, since it loads the booster's library.
    from tasador.appraisal.appraiser import Appraiser

    appraiser = Appraiser(found.files, version=found.version, snapshot=found.manifest["snapshot"])

    def predict(rows: Sequence[Mapping[str, Any]]) -> list[float | None]:
        prices = []
        for row in rows:
            request = read_row(row, appraiser.vocabulary, today=appraiser.day_assumed())
            if isinstance(request, tuple):
                raise TasadorError("the request is wrong", got="; ".join(map(str, request)))
            (appraisal,) = appraiser.appraise_many([request])
            prices.append(appraisal.estimate_usd)
        return prices

    return predict, appraiser.vocabulary.fields


def claims_of(metrics: Mapping[str, Any], split: str) -> list[Claim]:
    """Read the figures of a split from a version's metrics: over all rows, and by kind of entry."""
    scopes = metrics["accuracy"]["splits"].get(split, {}).get("scopes", {})
    claims = []
    for scope, figures in scopes.items():
        errors = figures["candidates"].get("model", {}).get("errors", {})
        if "_" in scope:  # further cuts, of twins or of answered rows alone
            continue
        claims += [
            Claim(metric, errors[name], kind=scope, n=errors["n"], source=f"metrics.json, {split}")
            for name, metric in _METRICS.items()
            if errors.get(name) is not None
        ]
    return claims


def _figures(rows: pl.DataFrame, claims: Sequence[Claim], split: str) -> list[Finding]:
    """Recompute the figures of a split from its held-out predictions."""
    everything = _evidence(rows)
    by_kind = everything if split == RANDOM else _evidence(rows.filter(~pl.col("near_twin")))
    findings = [check_claim(one, everything if one.kind == ALL_KINDS else by_kind) for one in claims]
    return [*findings, check_kinds(claims, everything, asks_kind=True)]


def _evidence(rows: pl.DataFrame) -> Evidence:
    n = rows.height
    return Evidence(
        prices=rows["price_usd"].to_numpy(),
        predicted=rows["predicted_usd"].to_numpy(),
        train=np.zeros(n, bool),
        test=np.ones(n, bool),
        kinds=rows["kind"].cast(pl.String).to_numpy(),
    )


def _sides(rows: pl.DataFrame, said: pl.DataFrame, parted: Sequence[Split], name: str) -> list[Finding]:
    """Look for test rows that a split, made anew, trains on, and for their games, near twins and studios there."""
    numbers = np.concatenate([np.zeros(0, np.int64), *(split.test for split in parted)])
    findings = [check_held_out(said["app_id"], rows[numbers]["app_id"], subject=name)]
    if name not in HONEST or not parted:
        return findings
    train, test = rows[parted[0].train], rows.join(said.filter(~pl.col("near_twin")), on="app_id", how="semi")
    sides = pl.concat([train.with_columns(split=pl.lit("train")), test.with_columns(split=pl.lit("test"))])
    findings += [check_same_games(Rows.of(sides)), check_twins(Rows.of(sides))]
    for studio in ("developer", "publisher") if name == UNSEEN_DEVELOPERS else ():
        each = pl.col(studio).map_elements(lambda names: list(studios(names)), return_dtype=pl.List(pl.String))
        findings += check_groups(Rows.of(sides.with_columns(each).explode(studio)), [studio])
    return findings
