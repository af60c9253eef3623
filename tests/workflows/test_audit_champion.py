"""The audit of a version of our own: silent on an honest one, and it sees figures, splits and answers that are not."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from tasador.audit.answer import Predict
from tasador.audit.report import AuditReport
from tasador.contracts.vocabulary import KINDS
from tasador.errors import BundleError, TasadorError
from tasador.models import protocol
from tasador.models.accuracy import assess
from tasador.models.families import families
from tasador.models.population import priced_rows
from tasador.models.splits import OUT_OF_TIME
from tasador.registry import bundle
from tasador.storage import bundles, snapshots
from tasador.storage.workspace import Workspace, encode_json
from tasador.workflows.audit_champion import audit_champion
from tasador.workflows.ingest import ingest

FACTS = {"n_rows": 1, "parameters": {}, "made_by": "a test"}
READ = {"name", "kind", "genres", "specs", "developer", "publisher", "release_date", "early_access"}
LEVELS = (50, 80, 90, 95)
FACTORS = {"game": 9.0, "dlc": 5.0, "soundtrack": 3.0, "software": 20.0}


@pytest.fixture(scope="module")
def workspace(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = Workspace(tmp_path_factory.mktemp("audited"))
    ingest(place, [str(sample_file)])
    return place


def price(row: Mapping[str, Any]) -> float:
    """A model by hand, on which every input has some effect, and which refuses what is no game."""
    lists, day = [row["genres"] or [], row["specs"] or []], row["release_date"]
    if row["kind"] not in KINDS or not isinstance(day, date) or not isinstance(row["early_access"], bool):
        raise TasadorError("no such game")
    if not all(isinstance(one, list) for one in lists):
        raise TasadorError("no such labels")
    known = map(str, [*lists[0], *lists[1], row["developer"], row["publisher"], row["name"]])
    letters = sum(map(len, known)) / 500
    early = 0.8 if row["early_access"] else 1.0
    return FACTORS.get(str(row["kind"]), 7.0) * early * (1 + letters) * (1 + day.toordinal() % 97 / 300)


def predict(rows: Sequence[Mapping[str, Any]]) -> list[float | None]:
    return [price(row) for row in rows]


def held_out(games: pl.DataFrame) -> pl.DataFrame:
    games = games.with_columns(family=pl.Series(families(games)))
    frames: list[pl.DataFrame] = []
    for split in protocol.make(games).all:
        paid = (games[split.test]["price_usd"] > 0).to_numpy()
        rows = games[split.test[paid]]
        predicted = np.array(predict(rows.to_dicts()), dtype=float)
        frames.append(
            rows.select(
                "app_id",
                "family",
                split=pl.lit(split.name),
                kind=pl.col("kind").cast(pl.String),
                release_date="release_date",
                release_year=pl.col("release_date").dt.year().cast(pl.Int16),
                developer_known=pl.lit(value=True),
                near_twin=pl.Series(split.near_twin[paid]),
                price_usd=pl.col("price_usd").cast(pl.Float64),
                predicted_usd=pl.Series(predicted),
                **{f"lower_{level}": pl.Series(predicted * 0.5) for level in LEVELS},
                **{f"upper_{level}": pl.Series(predicted * 2.0) for level in LEVELS},
                suggested_usd=pl.Series(predicted),
                p_suggested=pl.lit(0.5),
                abstained=pl.lit(value=False),
                too_wide=pl.lit(value=False),
                constant_median=pl.lit(9.99),
            )
        )
    return pl.concat(frames)


def audited(
    workspace: Workspace,
    version: str,
    *,
    alter: Callable[[dict[str, Any]], None] = lambda _: None,
    change: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame,
    model: Predict = predict,
) -> AuditReport:
    (snapshot,) = snapshots.ids(workspace)
    games = priced_rows(snapshots.load_games(workspace, snapshot))
    frame = held_out(games)
    metrics: dict[str, Any] = {"accuracy": assess(frame).to_dict()}
    alter(metrics)
    buffer = io.BytesIO()
    change(frame).write_parquet(buffer)
    files = {bundle.METRICS: encode_json(metrics), "held_out.parquet": buffer.getvalue()}
    bundles.publish(workspace, version, files, {**FACTS, "snapshot": snapshot})
    return audit_champion(workspace, version, lambda _: (model, READ))


def checks(report: AuditReport) -> set[str]:
    return {one.check for one in report.found}


def test_nothing_is_found_on_an_honest_version(workspace: Workspace) -> None:
    report = audited(workspace, "honest")
    assert [one.to_dict() for one in report.found] == []
    recomputed = [one for one in report.findings if one.check == "claim_disagrees" and one.verdict == "not_found"]
    assert len(recomputed) > 20
    effects = {one.subject: one.verdict for one in report.findings if one.check == "input_without_effect"}
    assert effects == dict.fromkeys(READ, "not_found")


def test_a_figure_of_the_card_that_does_not_come_out_is_found(workspace: Workspace) -> None:
    def halve(metrics: dict[str, Any]) -> None:
        errors = metrics["accuracy"]["splits"]["out_of_time"]["scopes"]["game"]["candidates"]["model"]["errors"]
        errors["rmse_usd"] **= 0.5

    (finding,) = audited(workspace, "rooted", alter=halve).found
    assert finding.check == "claim_disagrees"
    assert "rmse on test rows of kind game" in str(finding.subject)
    assert finding.figures["fits"] == "the square root taken twice"


def test_a_training_error_that_is_stated_as_a_test_error_is_found(workspace: Workspace) -> None:
    """The figures are those of the predictions, which are of rows that the split trains on."""

    def on_training_rows(frame: pl.DataFrame) -> pl.DataFrame:
        (snapshot,) = snapshots.ids(workspace)
        games = priced_rows(snapshots.load_games(workspace, snapshot))
        (split,) = [one for one in protocol.make(games).all if one.name == OUT_OF_TIME]
        trained = games[split.train].filter(pl.col("price_usd") > 0)["app_id"]
        swapped = frame.filter(pl.col("split") == OUT_OF_TIME)
        swapped = swapped.with_columns(app_id=trained.sample(swapped.height, seed=0))
        return pl.concat([swapped, frame.filter(pl.col("split") != OUT_OF_TIME)])

    found = audited(workspace, "trained_on", change=on_training_rows).found
    (finding,) = [one for one in found if one.check == "training_error_as_test_error"]
    assert finding.subject == OUT_OF_TIME
    assert "(100.0%) are not: the model was fitted on them" in finding.seen
    assert "same_game_on_both_sides" in {one.check for one in found}


def test_a_split_that_is_not_made_any_more_is_said_not_to_be_checked(workspace: Workspace) -> None:
    def renamed(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(split=pl.col("split").replace("random", "by_weekday"))

    report = audited(workspace, "renamed", change=renamed)
    verdicts = {one.subject: one.verdict for one in report.findings if one.check == "training_error_as_test_error"}
    assert verdicts["by_weekday"] == "could_not_check"
    assert {verdict for split, verdict in verdicts.items() if split != "by_weekday"} == {"not_found"}


def test_developers_on_both_sides_are_found(workspace: Workspace) -> None:
    def swap(frame: pl.DataFrame) -> pl.DataFrame:
        grouped = pl.col("split") == "unseen_developers"
        return pl.concat(
            [frame.filter(~grouped), frame.filter(~grouped).with_columns(split=pl.lit("unseen_developers"))]
        )

    assert "group_on_both_sides" in checks(audited(workspace, "swapped", change=swap))


def test_a_model_that_answers_all_alike_is_found(workspace: Workspace) -> None:
    report = audited(workspace, "constant", model=lambda rows: [9.99] * len(rows))
    assert "constant_output" in checks(report)


def test_a_bundle_without_held_out_predictions_is_refused(workspace: Workspace) -> None:
    (snapshot,) = snapshots.ids(workspace)
    bundles.publish(workspace, "bare", {bundle.METRICS: b"{}"}, {**FACTS, "snapshot": snapshot})
    with pytest.raises(BundleError, match="held-out predictions"):
        audit_champion(workspace, "bare", lambda _: (predict, READ))
