from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.ingest import ingest
from tests.cli.conftest import Tasador


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, list[str]]:
    """A workspace with two snapshots, and their ids."""
    workspace, found = Workspace(tmp_path / "workspace"), []
    for seed in (1, 2):
        source = tmp_path / f"{seed}.json"
        source.write_bytes(b"\n".join(make_raw_lines(400, seed=seed)) + b"\n")
        found.append(ingest(workspace, [str(source)]).snapshot)
    return workspace.root, found


def test_a_profile_is_written_and_told_with_its_weight(called: Tasador, place: tuple[Path, list[str]]) -> None:
    root, (_, current) = place
    done = called("profile", "--workspace", root, "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert Path(told["page"]) == root / "profiles" / current / "profile.html"
    assert told["page_bytes"] == Path(told["page"]).stat().st_size
    assert not told["reused"]
    assert "(was there)" in called("profile", "--workspace", root).stdout


def test_an_earlier_snapshot_is_set_beside_the_current_one(called: Tasador, place: tuple[Path, list[str]]) -> None:
    root, (before, current) = place
    told = json.loads(called("profile", "--compare", before[:6], "--workspace", root, "--json").stdout)
    assert Path(told["page"]) == root / "profiles" / current / f"compare-{before}.html"
    data = json.loads(Path(told["data"]).read_text(encoding="utf-8"))
    assert data["comparison"]["entries"].keys() >= {"n_new", "n_gone", "n_repriced"}


def test_an_unknown_snapshot_to_compare_with_is_named(called: Tasador, place: tuple[Path, list[str]]) -> None:
    root, _ = place
    done = called("profile", "--compare", "nothing", "--workspace", root)
    assert done.returncode == 1
    assert "nothing" in done.stderr
