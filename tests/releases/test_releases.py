"""A workspace that a release wrote is read by this version; `tests.releases.making` tells how each was made."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tasador import provenance
from tasador.errors import BundleError, WorkspaceError
from tasador.registry import tenures
from tasador.registry.tracking import Tracking
from tasador.storage import bundles, snapshots
from tasador.storage.workspace import Workspace
from tasador.web.app import create_app
from tasador.workflows.doctor import examine
from tests.releases.making import PLACE, answers

RELEASES = sorted(PLACE.glob("workspace-*.tar.xz"))


@pytest.fixture(params=RELEASES, ids=lambda path: path.name.split("-")[1].removesuffix(".tar.xz"))
def written(request: pytest.FixtureRequest, tmp_path: Path) -> Workspace:
    """A workspace as a release wrote it."""
    with tarfile.open(request.param) as archive:
        archive.extractall(tmp_path, filter="data")
    return Workspace(tmp_path)


def test_this_version_has_its_own() -> None:
    assert f"workspace-{provenance.version()}.tar.xz" in {path.name for path in RELEASES}


def test_what_is_in_use_and_who_answered_is_read(written: Workspace) -> None:
    current = written.current()
    assert snapshots.ids(written) == [current.snapshot]
    assert bundles.versions(written) == [current.champion]
    (tenure,) = tenures.tenures(written.history(), current.champion)
    assert tenure.version == current.champion


def test_the_snapshot_and_its_quality_report_are_read(written: Workspace) -> None:
    (name,) = snapshots.ids(written)
    rows = snapshots.manifest(written, name)["accounting"]
    assert snapshots.load_games(written, name).height == rows["games"]
    assert snapshots.load_set_aside(written, name).height == rows["raw"] - rows["games"]
    assert snapshots.quality(written, name)["accounting"] == rows


def test_the_champion_answers_as_it_did(written: Workspace) -> None:
    before = json.loads((written.root / "answers.json").read_text())
    assert answers(written) == pytest.approx(before, rel=1e-6)


def test_the_champion_is_served(written: Workspace) -> None:
    with TestClient(create_app(written)) as client:
        assert client.get("/readyz").status_code == 200
        answer = client.post("/v1/appraisals", json={"name": "A Game", "genres": ["Action"]})
    assert (answer.status_code, answer.json()["model"]["version"]) == (200, written.current().champion)


def test_the_doctor_finds_nothing_wrong(written: Workspace) -> None:
    found = [one for one in examine(written, Tracking.of(written)) if one.state == "wrong"]
    assert found == []


def changed(path: Path, number: int) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": number}))


@pytest.mark.parametrize(
    ("number", "says"), [(99, "Use the Tasador version that wrote it, or a newer one."), (0, "Delete it, then name")]
)
def test_another_format_of_what_is_current_is_refused(written: Workspace, number: int, says: str) -> None:
    changed(written.root / "current.json", number)
    with pytest.raises(WorkspaceError) as raised:
        written.current()
    assert says in str(raised.value)


@pytest.mark.parametrize(
    ("number", "says", "again"),
    [
        (99, "written by a newer version", "Use the Tasador version that wrote it, or a newer one."),
        (0, "written in another format", ""),
    ],
)
def test_another_format_of_a_snapshot_or_a_bundle_is_refused(
    written: Workspace, number: int, says: str, again: str
) -> None:
    current = written.current()
    changed(written.snapshots / str(current.snapshot) / "manifest.json", number)
    with pytest.raises(WorkspaceError, match=says) as of_snapshot:
        snapshots.verify(written, str(current.snapshot))
    assert str(of_snapshot.value).endswith(again or "Ingest its source again.")
    changed(written.models / str(current.champion) / "manifest.json", number)
    with pytest.raises(BundleError, match=says) as of_bundle:
        bundles.load(written, str(current.champion))
    assert str(of_bundle.value).endswith(again or "Train again.")
