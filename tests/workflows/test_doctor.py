"""The doctor sees what is wrong with a workspace, and changes nothing."""

from __future__ import annotations

import fcntl
import json
import shutil
from pathlib import Path

import pytest

from tasador.errors import WorkspaceError
from tasador.registry.tracking import Tracking
from tasador.storage import last_run
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.doctor import Check, examine
from tasador.workflows.monitor import monitor
from tasador.workflows.run import Ran, run


def looked_at(workspace: Workspace, tracking: Tracking | None = None) -> dict[str, Check]:
    return {one.name: one for one in examine(workspace, tracking or Tracking.of(workspace))}


@pytest.fixture
def copied(succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path) -> Workspace:
    """A copy that a test may change."""
    shutil.copytree(succeeded[0].root, tmp_path / "w")
    return Workspace(tmp_path / "w")


def test_a_workspace_that_is_as_it_should_be(succeeded: tuple[Workspace, Ran, Ran]) -> None:
    workspace, _, second = succeeded
    before = {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")}
    found = looked_at(workspace)
    assert {one.state for one in found.values()} == {"ok"}, found
    assert second.ingested.snapshot in found["snapshot"].says
    assert second.trained.version in found["champion"].says
    assert found["tracking"].says == "no run was logged yet"
    assert {path: path.stat().st_mtime_ns for path in workspace.root.rglob("*")} == before


def test_where_there_is_none_yet_that_is_all_there_is_to_say(tmp_path: Path) -> None:
    found = looked_at(Workspace(tmp_path / "none"))
    assert [(one.name, one.state) for one in found.values()] == [("workspace", "note")]
    assert not (tmp_path / "none").exists()
    assert {name for name, one in looked_at(Workspace(tmp_path)).items() if one.state != "ok"} == {
        "snapshot",
        "champion",
    }


def test_a_file_in_the_workspaces_place_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "w").write_text("")
    (only,) = looked_at(Workspace(tmp_path / "w")).values()
    assert (only.state, only.do) == ("wrong", "Name a folder: --workspace DIR.")


def test_damage_is_named(copied: Workspace, succeeded: tuple[Workspace, Ran, Ran]) -> None:
    second = succeeded[2]
    part = copied.snapshots / second.ingested.snapshot / "games.parquet" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-1])
    (copied.models / second.trained.version / "free.txt").write_bytes(b"")
    found = looked_at(copied)
    assert {name for name, one in found.items() if one.state == "wrong"} == {"snapshot", "champion"}
    assert "part-00000.parquet: the file was altered" in found["snapshot"].says
    assert "free.txt: the file was altered" in found["champion"].says
    (copied.root / "history.jsonl").write_text("{")
    found = looked_at(copied)
    assert "a line of the history is damaged" in found["files"].says
    assert "champion" not in found


def test_the_last_look_is_told_with_what_it_saw(copied: Workspace) -> None:
    shutil.rmtree(copied.root / "monitoring")
    assert looked_at(copied)["last look"].says == "there was none yet"
    found = monitor(copied)
    told = looked_at(copied)["last look"]
    assert (told.state, told.says.endswith(": no alert")) == ("ok", True)
    alerts = [{"subject": "genres"}, {"subject": "genres"}, {"subject": "catalogue"}]
    found.data.write_text(json.dumps({**found.report.to_dict(), "alerts": alerts}))
    told = looked_at(copied)["last look"]
    assert (told.state, told.says.endswith(": 3 alerts: genres, catalogue")) == ("note", True)
    assert str(found.page) in told.do


def test_what_is_current_and_gone_is_wrong(copied: Workspace, succeeded: tuple[Workspace, Ran, Ran]) -> None:
    second = succeeded[2]
    shutil.rmtree(copied.snapshots / second.ingested.snapshot)
    found = looked_at(copied)
    assert (found["snapshot"].state, found["champion"].state) == ("wrong", "note")
    assert "its snapshot, " in found["champion"].says
    shutil.rmtree(copied.models / second.trained.version)
    assert "is the champion, and is gone" in looked_at(copied)["champion"].says


def test_a_champion_of_another_snapshot_is_told(copied: Workspace, succeeded: tuple[Workspace, Ran, Ran]) -> None:
    first = succeeded[1]
    copied.change_current(snapshot=first.ingested.snapshot)
    champion = looked_at(copied)["champion"]
    assert (champion.state, "not from the current snapshot" in champion.says) == ("note", True)


def test_a_process_that_holds_the_lock_is_told_while_it_does(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with workspace.locked():
        held = looked_at(workspace)["lock"]
        assert (held.state, str(tmp_path / ".lock") in held.says) == ("note", True)
    assert looked_at(workspace)["lock"].state == "ok"
    with (tmp_path / ".lock").open() as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        assert looked_at(workspace)["lock"].state == "ok"


def test_how_the_last_run_ended_is_told(tmp_path: Path) -> None:
    workspace, source = Workspace(tmp_path / "w"), tmp_path / "few.json"
    source.write_bytes(b"\n".join(make_raw_lines(300, seed=1)))
    with pytest.raises(WorkspaceError):
        run(workspace, str(source))
    failed = looked_at(workspace)["last run"]
    assert (failed.state, failed.do) == ("wrong", "Look at the source, or ingest a larger catalogue.")
    assert "failed in the step train: snapshot " in failed.says
    summary = last_run.read(workspace)
    assert summary is not None
    summary = {**summary, "status": "running", "error": None}
    with last_run.alone(workspace, wait=False, waiting=print):
        last_run.write(workspace, summary)
        working = looked_at(workspace)["last run"]
    assert (working.state, f"by process {summary['pid']} on" in working.says) == ("note", True)
    killed = looked_at(workspace)["last run"]
    assert (killed.state, killed.do) == ("wrong", "Run it again: it goes on where it stopped.")
    assert ": killed in the step train" in killed.says


def test_a_disk_that_is_nearly_full_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    disk = looked_at(Workspace(tmp_path))["disk"]
    assert disk.state == "wrong"
    assert "`tasador snapshots delete ID`" in disk.do


def test_a_tracking_store_that_is_away_is_wrong_and_its_password_untold(tmp_path: Path) -> None:
    tracking = Tracking.of(Workspace(tmp_path), "postgresql+psycopg2://me:s3cret@127.0.0.1:1/runs")
    found = looked_at(Workspace(tmp_path), tracking)["tracking"]
    assert found.state == "wrong"
    assert "me:***@127.0.0.1:1" in found.says
    assert "s3cret" not in found.says
