from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasador.errors import TasadorError
from tasador.profiling import sample
from tasador.storage import snapshots
from tasador.storage.appraisal_journal import Journal
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.ingest import ingest
from tasador.workflows.profile import compare, profile


def ingested(workspace: Workspace, place: Path, seed: int) -> str:
    source = place / f"{seed}.json"
    source.write_bytes(b"\n".join(make_raw_lines(600, seed=seed)) + b"\n")
    return ingest(workspace, [str(source)]).snapshot


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


def written(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_two_snapshots_are_compared_once(workspace: Workspace, tmp_path: Path) -> None:
    before, after = (ingested(workspace, tmp_path, seed) for seed in (1, 2))
    found = compare(workspace, before, after)
    facts = written(found.data)
    assert (facts["before"], facts["after"]) == (before, after)
    assert facts["comparison"]["before"]["n"] == len(snapshots.load_games(workspace, before))
    assert f"Snapshots {before} (the earlier) and {after} (the later)" in found.page.read_text(encoding="utf-8")
    assert compare(workspace, before, after).reused
    assert not compare(workspace, before, after, force=True).reused


def test_a_snapshot_is_not_compared_with_itself(workspace: Workspace, tmp_path: Path) -> None:
    snapshot = ingested(workspace, tmp_path, 1)
    with pytest.raises(TasadorError, match=f"compare: a snapshot does not differ from itself; got {snapshot}"):
        compare(workspace, snapshot, snapshot)
    assert not list(workspace.profiles.glob("*/compare-*"))


def test_a_profile_is_made_anew_when_more_was_asked(workspace: Workspace, tmp_path: Path) -> None:
    snapshot = ingested(workspace, tmp_path, 1)
    assert written(profile(workspace, snapshot).data)["profile"]["populations"]["served"] is None
    journal = Journal(workspace.root / "appraisals")
    line = {"at": "2026-01-02T03:04:05+00:00", "id": "a", "model_version": "v", "given": ["kind"], "kind": "dlc"}
    journal.write([json.dumps({**line, "estimate_usd": 4.99}).encode() + b"\n"])
    journal.close()
    found = profile(workspace, snapshot)
    assert not found.reused
    assert written(found.data)["profile"]["populations"]["served"]["n_second"] == 1
    assert "Requests are those of the appraisal log, 1 from 2026-01-02" in found.page.read_text(encoding="utf-8")
    assert profile(workspace, snapshot).reused


def test_a_large_snapshot_is_profiled_by_a_sample_that_is_named(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = ingested(workspace, tmp_path, 1)
    n = len(snapshots.load_games(workspace, snapshot))
    monkeypatch.setattr(sample, "MOST_ROWS", n // 3)
    found = profile(workspace, snapshot)
    overview = written(found.data)["profile"]["overview"]
    assert overview["n_table"] == n
    assert 0 < overview["n"] < n // 2
    page = found.page.read_text(encoding="utf-8")
    assert f"The table has {n} rows: every figure of this page is of a sample of {overview['n']} of them" in page


def test_a_sample_is_read_in_the_order_of_the_table(workspace: Workspace, tmp_path: Path) -> None:
    snapshot = ingested(workspace, tmp_path, 1)
    games = snapshots.load_games(workspace, snapshot)
    kept = pl.col("app_id") % 3 == 0
    assert snapshots.load_games(workspace, snapshot, keep=kept).equals(games.filter(kept))
