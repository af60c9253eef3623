from __future__ import annotations

import dataclasses
import json
import random
import shutil
from pathlib import Path

import pytest

from tasador.appraisal.appraiser import ENTRIES, HEDONIC
from tasador.appraisal.calibration import FILE as CALIBRATION
from tasador.appraisal.heads import FREE, HISTORY, INPUTS, LADDER, PRICE, price_file
from tasador.errors import BundleError, SourceError, UnknownValueError, WorkspaceError
from tasador.registry import bundle
from tasador.similar import table
from tasador.storage import bundles, catalogue, snapshots
from tasador.storage.workspace import Current, Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.ingest import ingest
from tasador.workflows.profile import profile
from tasador.workflows.promote import RolledBack, promote, rollback
from tasador.workflows.run import Ran, run
from tasador.workflows.train import train
from tests.models.light import LIGHT


def write(path: Path, n: int, seed: int) -> str:
    path.write_bytes(b"\n".join(make_raw_lines(n, seed=seed)) + b"\n")
    return str(path)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    return Workspace(tmp_path / "workspace")


def copied(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Copy a workspace that a test may change."""
    shutil.copytree(workspace.root, tmp_path / "copy")
    return Workspace(tmp_path / "copy")


def test_the_whole_path_ends_with_a_champion(ran: tuple[Workspace, Ran]) -> None:
    workspace, found = ran
    assert found.decision.promote, found.decision
    assert workspace.current() == Current(found.ingested.snapshot, found.trained.version)
    assert found.profiled.page.exists()
    assert [entry["action"] for entry in workspace.history()] == ["promote"]
    assert bundles.challenger(workspace) is None


def test_a_second_run_on_the_same_source_makes_nothing_anew(ran: tuple[Workspace, Ran], sample_file: Path) -> None:
    workspace, first = ran
    told: list[str] = []
    again = run(workspace, str(sample_file), parameters=LIGHT, progress=lambda step, *_: told.append(step))
    assert (again.ingested.reused, again.profiled.reused, again.trained.reused) == (True, True, True)
    assert again.trained.version == first.trained.version
    assert again.trained.metrics == json.loads(json.dumps(first.trained.metrics))
    assert told == []
    assert len(workspace.history()) == 1


def test_the_bundle_holds_no_pickle_and_says_where_it_comes_from(ran: tuple[Workspace, Ran]) -> None:
    workspace, found = ran
    loaded = bundles.load(workspace, found.trained.version)
    boosters = {price_file(route, number) for route in ("known", "blind") for number in (0, 1)}
    read = {INPUTS, HISTORY, PRICE, LADDER, FREE, CALIBRATION, HEDONIC, ENTRIES, table.FILE}
    told = {
        bundle.FEATURES, bundle.METRICS, bundle.HELD_OUT, bundle.ANSWERS, bundle.PRICES, bundle.CARD, bundle.ACCURACY,
        bundle.FLATTERY, bundle.STATISTICS, catalogue.FILE,
    }  # fmt: skip
    assert loaded.files.keys() == boosters | read | told
    assert found.trained.version.startswith("launch-")
    assert loaded.manifest["snapshot"] == found.ingested.snapshot
    assert loaded.manifest["candidate"] == "launch"
    assert loaded.manifest["parameters"] == LIGHT.to_dict()
    assert loaded.manifest["seed"] == LIGHT.price.seed
    assert {"version", "fingerprint"} == loaded.manifest["made_by"].keys()


def test_a_broken_source_leaves_the_last_good_state(workspace: Workspace, tmp_path: Path) -> None:
    good = write(tmp_path / "good.json", 300, 1)
    ingest(workspace, [good])
    before = workspace.current()
    bad = tmp_path / "bad.json"
    bad.write_bytes(b"id,name\n1,x\n")
    with pytest.raises(SourceError):
        run(workspace, str(bad))
    assert workspace.current() == before
    assert len(snapshots.ids(workspace)) == 1


def test_a_run_that_fails_half_way_leaves_what_was_current(workspace: Workspace, tmp_path: Path) -> None:
    ingest(workspace, [write(tmp_path / "good.json", 300, 1)])
    before = workspace.current()
    with pytest.raises(WorkspaceError, match="too few games"):
        run(workspace, write(tmp_path / "few.json", 400, 1))
    assert workspace.current() == before


def test_too_few_games_are_not_trained_on(workspace: Workspace, tmp_path: Path) -> None:
    found = ingest(workspace, [write(tmp_path / "few.json", 400, 1)])
    with pytest.raises(WorkspaceError, match=r"too few games to train on.*at least 500"):
        train(workspace, found.snapshot)


def test_an_unknown_snapshot_or_version_is_named(workspace: Workspace) -> None:
    with pytest.raises(UnknownValueError, match="snapshot"):
        profile(workspace, "none")
    with pytest.raises(UnknownValueError, match="model version"):
        promote(workspace, "none")
    with pytest.raises(WorkspaceError, match="there was no champion before"):
        rollback(workspace)


def test_a_challenger_that_learned_nothing_is_held(workspace: Workspace, tmp_path: Path) -> None:
    lines = list(make_raw_lines(1_200, seed=5))
    rng = random.Random(0)
    shuffled = []
    for line in lines:
        head, found, tail = line.partition(b"u'price': ")
        end = min((tail.index(mark) for mark in (b",", b"}") if mark in tail), default=0)
        is_number = found and tail[:end].replace(b".", b"").isdigit()
        # A price that is drawn without regard to anything: there is nothing to learn.
        shuffled.append(
            head + found + str(rng.choice([0.99, 4.99, 9.99, 19.99])).encode() + tail[end:] if is_number else line
        )
    source = tmp_path / "shuffled.json"
    source.write_bytes(b"\n".join(shuffled))
    found_run = run(workspace, str(source), parameters=LIGHT)
    assert "beats_constant_median_out_of_time" in found_run.decision.failed
    assert "beats_constant_median_unseen_developers" in found_run.decision.failed
    assert workspace.current().champion is None
    assert workspace.history() == []
    assert bundles.challenger(workspace) == found_run.trained.version


def test_a_version_that_learned_from_what_comes_after_launch_is_held_and_no_challenger(
    ran: tuple[Workspace, Ran], tmp_path: Path
) -> None:
    workspace = copied(ran[0], tmp_path)
    full = train(workspace, ran[1].ingested.snapshot, parameters=dataclasses.replace(LIGHT, variant="full"))
    assert bundles.challenger(workspace) is None
    decision = promote(workspace, full.version)
    assert "asked_as_a_request_asks" in decision.failed
    check = next(check for check in decision.checks if check.name == "asked_as_a_request_asks")
    assert "inputs are known later only, such as tag: " in check.says
    assert workspace.current().champion == ran[1].trained.version


def test_promotion_and_rollback_are_recorded_and_undone(succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path) -> None:
    assert succeeded[2].decision.failed == ()
    workspace, first, second = copied(succeeded[0], tmp_path), *(one.trained.version for one in succeeded[1:])
    assert workspace.current().champion == second
    assert rollback(workspace) == RolledBack(first, second)
    assert workspace.current().champion == first
    assert [entry["action"] for entry in workspace.history()] == ["promote", "promote", "rollback"]


def test_a_tampered_bundle_is_not_promoted_and_the_champion_stays(ran: tuple[Workspace, Ran], tmp_path: Path) -> None:
    workspace, found = copied(ran[0], tmp_path), ran[1]
    path = workspace.models / found.trained.version / bundle.METRICS
    metrics = json.loads(path.read_text())
    metrics["accuracy"]["splits"]["out_of_time"]["scopes"]["all"]["candidates"]["model"]["errors"]["rmse_usd"] = 0.01
    path.write_text(json.dumps(metrics))
    with pytest.raises(BundleError, match="the file was altered"):
        promote(workspace, found.trained.version)
    assert workspace.current().champion == found.trained.version
    mended = train(workspace, found.ingested.snapshot, parameters=LIGHT)
    assert not mended.reused
    assert mended.metrics == found.trained.metrics
    assert bundles.challenger(workspace) is None


@pytest.mark.parametrize("damage", ["games.parquet/part-00000.parquet", "manifest.json"])
def test_ingesting_again_mends_a_damaged_snapshot(workspace: Workspace, tmp_path: Path, damage: str) -> None:
    source = write(tmp_path / "games.json", 300, 1)
    name = ingest(workspace, [source]).snapshot
    (workspace.snapshots / name / damage).unlink()
    again = ingest(workspace, [source])
    assert (again.snapshot, again.reused) == (name, False)
    assert snapshots.load_games(workspace, name).height > 0


def test_a_damaged_snapshot_does_not_stop_another_source(workspace: Workspace, tmp_path: Path) -> None:
    name = ingest(workspace, [write(tmp_path / "one.json", 300, 1)]).snapshot
    (workspace.snapshots / name / "manifest.json").write_text('{"format": 1, "kind": "snapshot", "files": {}}')
    assert ingest(workspace, [write(tmp_path / "two.json", 300, 2)]).snapshot != name


def test_a_damaged_champion_does_not_stop_another(succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path) -> None:
    workspace, first, second = copied(succeeded[0], tmp_path), *(one.trained.version for one in succeeded[1:])
    rollback(workspace)
    (workspace.models / first / LADDER).write_bytes(b"")
    decision = promote(workspace, second, again=True)
    assert decision.promote
    assert "cannot be read" in decision.notes[0]
    assert workspace.current().champion == second


def test_a_damaged_profile_is_made_anew(workspace: Workspace, tmp_path: Path) -> None:
    name = ingest(workspace, [write(tmp_path / "games.json", 300, 1)]).snapshot
    made = profile(workspace, name)
    whole = made.page.read_bytes()
    assert profile(workspace, name).reused
    made.page.write_bytes(b"half")
    assert not profile(workspace, name).reused
    assert made.page.read_bytes() == whole
