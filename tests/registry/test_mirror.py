from __future__ import annotations

from pathlib import Path

import pytest

from tasador.errors import WorkspaceError
from tasador.registry.mirror import log, mirror
from tasador.registry.runs import RunRecord, Runs
from tasador.registry.tracking import Tracking
from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.workflows.promote import rollback

FACTS = {"snapshot": "s", "n_rows": 1, "parameters": {}, "made_by": {}}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with two versions, of which the second was promoted after the first."""
    found = Workspace(tmp_path)
    for version, previous in (("one", None), ("two", "one")):
        bundles.publish(found, version, {"price.json": b"{}"}, FACTS)
        found.append_history(
            {"at": "2026-03-01T10:00:00+00:00", "action": "promote", "version": version, "previous": previous}
            | {"snapshot": "s"}
        )
    found.change_current(champion="two")
    return found


@pytest.fixture
def away(tmp_path: Path) -> Tracking:
    """A store that nobody answers for."""
    return Tracking.of(Workspace(tmp_path), "postgresql+psycopg2://me:hush-hush@127.0.0.1:9/runs")


def test_aliases_that_lag_are_brought_to_what_the_workspace_says(
    workspace: Workspace, tracking: Tracking, runs: Runs
) -> None:
    runs.register("one", workspace.models / "one")
    runs.set_aliases({"champion": "one", "challenger": "one"})
    bundles.set_challenger(workspace, "one")
    assert mirror(workspace, tracking) == ()
    assert runs.aliases() == {"champion": "two", "challenger": "one"}
    bundles.set_challenger(workspace, None)
    assert mirror(workspace, tracking) == ()
    assert runs.aliases() == {"champion": "two"}


def test_a_rollback_moves_the_alias(workspace: Workspace, tracking: Tracking, runs: Runs) -> None:
    mirror(workspace, tracking)
    assert rollback(workspace, tracking=tracking).notes == ()
    assert runs.aliases()["champion"] == "one"


def test_a_training_is_logged_registered_and_challenger(workspace: Workspace, tracking: Tracking, runs: Runs) -> None:
    bundles.set_challenger(workspace, "one")
    logged = log(workspace, tracking, RunRecord("one", "boosting", {"seed": 1}, {"mae": 4.9}, {"snapshot": "s"}))
    assert logged.notes == ()
    assert runs.aliases() == {"champion": "two", "challenger": "one"}
    assert logged.run in {found.run_id for found in runs._registered("one")}


def test_a_rollback_stands_where_the_store_is_away_and_the_next_one_mends_it(
    workspace: Workspace, away: Tracking, tracking: Tracking, runs: Runs
) -> None:
    mirror(workspace, tracking)
    found = rollback(workspace, tracking=away)
    assert workspace.current().champion == "one"
    (note,) = found.notes
    assert "The next train, promote or rollback tries again." in note
    assert "hush-hush" not in note
    assert runs.aliases()["champion"] == "two"
    with pytest.raises(WorkspaceError):
        rollback(workspace, tracking=tracking)
    assert mirror(workspace, tracking) == ()
    assert runs.aliases()["champion"] == "one"


def test_a_training_is_kept_where_the_store_is_away(workspace: Workspace, away: Tracking) -> None:
    logged = log(workspace, away, RunRecord("one", "boosting", {}, {}, {}))
    assert logged.run is None
    assert "the run was not logged whole" in logged.notes[0]


def test_a_champion_whose_bundle_is_gone_keeps_its_alias(workspace: Workspace, tracking: Tracking, runs: Runs) -> None:
    mirror(workspace, tracking)
    (workspace.models / "two" / "manifest.json").unlink()
    assert mirror(workspace, tracking) == ()
    assert runs.aliases()["champion"] == "two"
