"""A training is the same wherever it is done, and is logged with all that made it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tasador.registry import bundle
from tasador.registry.tracking import Tracking, open_client
from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.workflows.ingest import ingest
from tasador.workflows.promote import promote
from tasador.workflows.run import Ran
from tasador.workflows.train import Trained, train
from tests.models.light import LIGHT


@pytest.fixture(scope="module")
def retrained(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Trained]:
    """Trained on the same catalogue in another workspace, and logged."""
    workspace = Workspace(tmp_path_factory.mktemp("retrained"))
    snapshot = ingest(workspace, [str(sample_file)]).snapshot
    return workspace, train(workspace, snapshot, parameters=LIGHT, tracking=Tracking.of(workspace))


def test_the_same_snapshot_gives_the_same_figures_and_the_same_bytes(
    ran: tuple[Workspace, Ran], retrained: tuple[Workspace, Trained]
) -> None:
    (place, found), (workspace, again) = ran, retrained
    assert not again.reused
    assert (again.version, again.metrics) == (found.trained.version, found.trained.metrics)
    one, other = (bundles.load(where, again.version) for where in (place, workspace))
    assert one.files.keys() == other.files.keys()
    assert [name for name, data in one.files.items() if other.files[name] != data] == []
    assert bundle.read_json(other, bundle.METRICS) == json.loads(json.dumps(again.metrics))


def test_a_training_is_logged_with_its_parameters_figures_and_pages(retrained: tuple[Workspace, Trained]) -> None:
    workspace, trained = retrained
    assert trained.notes == ()
    client: Any = open_client(Tracking.of(workspace))
    ids = [one.experiment_id for one in client.search_experiments()]
    (run,) = [run for run in client.search_runs(ids) if run.info.run_name == trained.version]
    assert run.info.status == "FINISHED"
    assert run.data.params["price.num_iterations"] == "40"
    assert run.data.params["variant"] == "launch"
    errors = trained.metrics["accuracy"]["splits"]["out_of_time"]["scopes"]["game"]["candidates"]["model"]["errors"]
    path = "out_of_time/scopes/game/candidates/model/errors/mae_usd"
    logged = [value for name, value in run.data.metrics.items() if name.endswith(path)]
    assert logged == [pytest.approx(errors["mae_usd"])]
    assert run.data.tags["snapshot"] == bundles.manifest(workspace, trained.version)["snapshot"]
    assert {"code.fingerprint", "library.lightgbm"} <= run.data.tags.keys()
    kept = {one.path for one in client.list_artifacts(run.info.run_id)}
    assert {bundle.CARD, bundle.ACCURACY, bundle.FLATTERY, bundle.METRICS} <= kept


def test_a_trained_version_is_the_challenger_until_it_is_promoted(retrained: tuple[Workspace, Trained]) -> None:
    workspace, trained = retrained
    tracking = Tracking.of(workspace)
    client: Any = open_client(tracking)

    def aliases() -> dict[str, str]:
        (model,) = client.search_registered_models()
        return {
            alias: client.get_model_version(model.name, number).tags["version"]
            for alias, number in model.aliases.items()
        }

    assert bundles.challenger(workspace) == trained.version
    assert workspace.current().champion is None
    assert aliases() == {"challenger": trained.version}
    assert promote(workspace, trained.version, tracking=tracking).promote
    assert aliases() == {"champion": trained.version}
    assert bundles.challenger(workspace) is None


def test_where_runs_cannot_be_logged_the_candidate_stands_and_the_notes_say_so(
    retrained: tuple[Workspace, Trained],
) -> None:
    workspace, trained = retrained
    snapshot = bundles.manifest(workspace, trained.version)["snapshot"]
    away = Tracking("http://127.0.0.1:9", None)
    again = train(workspace, snapshot, parameters=LIGHT, tracking=away)
    assert again.version == trained.version
    assert "the workspace is not touched by that" in " ".join(again.notes)
