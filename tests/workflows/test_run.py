from __future__ import annotations

import dataclasses
import hashlib
import json
import random
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest

from tasador.appraisal.appraiser import ENTRIES, HEDONIC
from tasador.appraisal.calibration import FILE as CALIBRATION
from tasador.appraisal.heads import FREE, HISTORY, INPUTS, LADDER, PRICE, price_file
from tasador.errors import BundleError, SourceError, UnknownValueError, WorkspaceError
from tasador.registry import bundle
from tasador.registry.runs import Runs
from tasador.registry.tracking import Tracking
from tasador.similar import table
from tasador.storage import bundles, catalogue, last_run, snapshots
from tasador.storage.webhook import Webhook
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


def test_a_champion_is_not_asked_again_and_its_decision_is_that_of_its_promotion(
    ran: tuple[Workspace, Ran], sample_file: Path, tmp_path: Path
) -> None:
    told: list[dict[str, Any]] = []
    workspace = copied(ran[0], tmp_path)
    again = run(workspace, str(sample_file), parameters=LIGHT, told=told.append)
    assert again.decision.checks == ran[1].decision.checks
    assert "is the champion already" in again.decision.notes[0]
    (summary,) = told
    assert (summary["status"], summary["exit_code"]) == ("done", 0)
    assert [(step["name"], step["status"]) for step in summary["steps"]] == [
        ("ingest", "reused"),
        ("profile", "reused"),
        ("train", "reused"),
        ("promote", "reused"),
    ]
    assert json.loads((workspace.root / "runs" / "summary.json").read_text()) == json.loads(json.dumps(summary))


def test_the_summary_tells_what_each_step_took_and_made(ran: tuple[Workspace, Ran], sample_file: Path) -> None:
    workspace, found = ran
    summary = next(one for one in (*last_run.earlier(workspace), last_run.read(workspace)) if one is not None)
    made = {step["name"]: step for step in summary["steps"]}
    assert {step["status"] for step in made.values()} == {"done"}
    sha256 = hashlib.sha256(sample_file.read_bytes()).hexdigest()
    snapshot, version = found.ingested.snapshot, found.trained.version
    assert made["ingest"]["outputs"]["sources"] == [{"name": sample_file.name, "sha256": sha256}]
    assert made["ingest"]["outputs"]["snapshot"] == made["train"]["inputs"]["snapshot"] == snapshot
    assert (workspace.root / made["profile"]["outputs"]["page"]).is_file()
    assert made["train"]["outputs"] == {"version": version}
    assert made["promote"]["inputs"] == {"version": version, "champion": None}
    assert made["promote"]["outputs"] == {"champion": version, "snapshot": snapshot}
    assert summary["decision"] == json.loads(json.dumps(found.decision.to_dict()))
    assert summary["code"].keys() == {"version", "fingerprint", "python"}
    assert sum(step["seconds"] for step in made.values()) <= summary["seconds"]


def test_a_version_that_was_rolled_back_is_not_brought_back_by_a_run_but_by_hand(
    succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path
) -> None:
    workspace, first, second = copied(succeeded[0], tmp_path), *(one.trained.version for one in succeeded[1:])
    source = str(succeeded[0].root.parent / "other_games.json")
    rollback(workspace)
    held = run(workspace, source, parameters=LIGHT).decision
    assert held.failed == ("not_rolled_back",)
    assert f"`tasador models promote {second}`" in held.checks[0].expected
    assert workspace.current().champion == first
    told = last_run.read(workspace)
    assert told is not None
    assert (told["status"], told["exit_code"], told["steps"][-1]["status"]) == ("held", 3, "held")
    assert promote(workspace, second).promote
    assert run(workspace, source, parameters=LIGHT).decision.promote


def test_a_run_that_fails_says_in_which_step_and_what_to_do_and_the_next_goes_on(
    workspace: Workspace, tmp_path: Path
) -> None:
    told: list[dict[str, Any]] = []
    few = write(tmp_path / "few.json", 300, 1)
    for _ in range(2):
        with pytest.raises(WorkspaceError, match="too few games"):
            run(workspace, few, told=told.append)
    first, second = told
    assert (first["status"], first["exit_code"], first["decision"]) == ("failed", 1, None)
    assert first["error"]["step"] == "train"
    assert "too few games to train on" in first["error"]["says"]
    assert first["error"]["do"] == "Ingest a larger catalogue."
    assert [step["status"] for step in first["steps"]] == ["done", "done", "failed", "not reached"]
    assert [step["status"] for step in second["steps"]] == ["reused", "reused", "failed", "not reached"]
    assert last_run.earlier(workspace) == [first]
    assert last_run.read(workspace) == second


def test_a_run_that_is_stopped_says_so(workspace: Workspace, tmp_path: Path) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(workspace, write(tmp_path / "few.json", 300, 1), progress=stop)
    told = last_run.read(workspace)
    assert told is not None
    assert (told["status"], told["exit_code"], told["error"]["step"]) == ("stopped", 130, "ingest")


def test_what_is_secret_in_an_address_is_not_told(workspace: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}/games.json"
    with pytest.raises(SourceError):
        run(workspace, f"http://me:s3cret@{address}?signature=s3cret")
    text = (workspace.root / "runs" / "summary.json").read_text()
    assert f"http://{address}: " in text
    assert "s3cret" not in text


def test_a_webhook_that_is_not_reached_fails_nothing_and_is_told(
    ran: tuple[Workspace, Ran], sample_file: Path, tmp_path: Path
) -> None:
    workspace = copied(ran[0], tmp_path)
    webhook = Webhook("http://127.0.0.1:9/s3cret", pauses_seconds=())
    assert run(workspace, str(sample_file), parameters=LIGHT, webhook=webhook).decision.promote
    told = last_run.read(workspace)
    assert told is not None
    assert told["status"] == "done"
    assert "The webhook at 127.0.0.1 was not reached: Connection refused." in told["notes"][-1]
    assert "s3cret" not in json.dumps(told)


def test_a_run_beside_another_is_refused_before_it_does_anything(workspace: Workspace, tmp_path: Path) -> None:
    with last_run.alone(workspace, wait=False, waiting=print), pytest.raises(WorkspaceError, match="is at work"):
        run(workspace, str(tmp_path / "none.json"))
    assert last_run.read(workspace) is None


def test_a_run_does_not_put_aside_a_champion_that_a_newer_version_made(
    ran: tuple[Workspace, Ran], sample_file: Path, tmp_path: Path
) -> None:
    workspace = copied(ran[0], tmp_path)
    path = workspace.models / ran[1].trained.version / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    before = last_run.read(workspace)
    with pytest.raises(BundleError, match=r"a newer version.*format 99"):
        run(workspace, str(sample_file), parameters=LIGHT)
    assert last_run.read(workspace) == before


def test_a_training_that_was_killed_before_it_was_named_and_logged_is_so_by_the_next(
    ran: tuple[Workspace, Ran], tmp_path: Path
) -> None:
    workspace, version = copied(ran[0], tmp_path), ran[1].trained.version
    (workspace.root / "current.json").unlink()
    tracking = Tracking.of(workspace)
    for _ in range(2):
        again = train(workspace, ran[1].ingested.snapshot, parameters=LIGHT, tracking=tracking)
        assert (again.reused, again.notes) == (True, ())
        assert bundles.challenger(workspace) == version
    runs = Runs(tracking)
    logged = runs.find(version)
    assert logged is not None
    assert [one.run_id for one in runs._registered(version)] == [logged]


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
    decision = promote(workspace, second)
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
