from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasador.errors import BundleError, UnknownValueError, WorkspaceError
from tasador.registry.mirror import mirror
from tasador.registry.runs import Runs
from tasador.registry.tracking import Tracking, TrackingError
from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.workflows.fetch_version import fetch_version

FACTS = {"snapshot": "s", "n_rows": 1, "parameters": {}, "made_by": {}}


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Where two versions were made, of which the second is the champion."""
    found = Workspace(tmp_path_factory.mktemp("trainer"))
    for version in ("price-one", "price-two"):
        bundles.publish(found, version, {"price.json": version.encode()}, FACTS)
        found.append_history({"at": "2026-03-01T10:00:00+00:00", "action": "promote", "version": version}
            | {"previous": found.current().champion, "snapshot": "s"})  # fmt: skip
        found.change_current(champion=version)
    return found


@pytest.fixture(scope="module")
def store(trainer: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Tracking:
    """The store that both reach."""
    found = Tracking(f"sqlite:///{tmp_path_factory.mktemp('store') / 'mlflow.db'}", None)
    Runs(found).register("price-one", trainer.models / "price-one")
    assert mirror(trainer, found) == ()
    return found


def test_the_champion_is_fetched_whole_and_answers(tmp_path: Path, trainer: Workspace, store: Tracking) -> None:
    here = Workspace(tmp_path)
    found = fetch_version(here, "champion", tracking=store, answer=True)
    assert (found.version, found.answers, found.previous) == ("price-two", True, None)
    assert bundles.load(here, "price-two") == bundles.load(trainer, "price-two")
    assert here.current().champion == "price-two"
    assert [entry["version"] for entry in here.history()] == ["price-two"]
    again = fetch_version(here, "champion", tracking=store, answer=True)
    assert (again.answers, len(here.history())) == (True, 1)


def test_another_version_is_fetched_by_the_beginning_of_its_name_and_does_not_answer(
    tmp_path: Path, store: Tracking
) -> None:
    here = Workspace(tmp_path)
    assert not fetch_version(here, "price-o", tracking=store).answers
    assert (bundles.versions(here), here.current().champion) == (["price-one"], None)
    with pytest.raises(WorkspaceError, match="only the store's champion may answer; got price-one"):
        fetch_version(here, "price-one", tracking=store, answer=True)
    assert here.current().champion is None


def test_a_damaged_copy_is_replaced(tmp_path: Path, trainer: Workspace, store: Tracking) -> None:
    here = Workspace(tmp_path)
    fetch_version(here, "champion", tracking=store)
    (here.models / "price-two" / "price.json").write_bytes(b"damaged")
    fetch_version(here, "champion", tracking=store)
    assert bundles.load(here, "price-two") == bundles.load(trainer, "price-two")


def test_files_that_were_changed_in_the_store_are_not_taken(tmp_path: Path, store: Tracking) -> None:
    there, here = Workspace(tmp_path / "there"), Workspace(tmp_path / "here")
    bundles.publish(there, "changed", {"price.json": b"{}"}, FACTS)
    Runs(store).register("changed", there.models / "changed")
    (there.models / "changed" / "price.json").write_bytes(b"[]")
    with pytest.raises(BundleError, match=r"price\.json: the file was altered"):
        fetch_version(here, "changed", tracking=store)
    manifest = there.models / "changed" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "n_rows": 2}))
    with pytest.raises(BundleError, match="not those that were registered"):
        fetch_version(here, "changed", tracking=store)
    assert bundles.versions(here) == []


def test_a_version_that_would_lead_out_of_the_workspace_is_not_fetched(tmp_path: Path, store: Tracking) -> None:
    there = Workspace(tmp_path / "there")
    bundles.publish(there, "inside", {"price.json": b"{}"}, FACTS)
    Runs(store).register("../../outside", there.models / "inside")
    with pytest.raises(TrackingError, match="has no name"):
        fetch_version(Workspace(tmp_path / "here"), "../../out", tracking=store)
    assert not (tmp_path / "outside").exists()


def test_a_name_that_the_store_does_not_know_and_a_store_that_is_ones_own_are_told(
    tmp_path: Path, store: Tracking
) -> None:
    here = Workspace(tmp_path)
    with pytest.raises(UnknownValueError, match="one of champion, "):
        fetch_version(here, "prise", tracking=store)
    with pytest.raises(UnknownValueError, match="more than one begins so"):
        fetch_version(here, "price", tracking=store)
    with pytest.raises(WorkspaceError, match="got the workspace's own"):
        fetch_version(here, "champion", tracking=Tracking.of(here))
