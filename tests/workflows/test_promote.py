from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasador.errors import BundleError, UnknownValueError, WorkspaceError
from tasador.registry import bundle, held_out, tenures
from tasador.storage import bundles, snapshots
from tasador.storage.bundles import Bundle
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.evidence import Opened, challenger, champion
from tasador.workflows.ingest import ingest
from tasador.workflows.promote import RolledBack, promote, rollback
from tests.registry.predictions import parquet
from tests.workflows.versions import opener, publish


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, str]:
    """A workspace with a snapshot. Tests must not change it."""
    root = tmp_path_factory.mktemp("ingested")
    source = root / "games.json"
    source.write_bytes(b"\n".join(make_raw_lines(1_000, seed=1)) + b"\n")
    workspace = Workspace(root / "workspace")
    return workspace, ingest(workspace, [str(source)]).snapshot


@pytest.fixture
def place(ingested: tuple[Workspace, str], tmp_path: Path) -> tuple[Workspace, str]:
    """A copy of it that a test may change."""
    shutil.copytree(ingested[0].root, tmp_path / "w")
    return Workspace(tmp_path / "w"), ingested[1]


def history(workspace: Workspace) -> list[tuple[str, str, str | None]]:
    return [(entry["action"], entry["version"], entry["previous"]) for entry in workspace.history()]


def test_a_good_version_becomes_the_champion_and_is_no_challenger_any_more(place: tuple[Workspace, str]) -> None:
    workspace, snapshot = place
    publish(workspace, snapshot, "a")
    bundles.set_challenger(workspace, "a")
    decision = promote(workspace, "a", opener=opener)
    assert decision.promote, decision.failed
    assert workspace.current().champion == "a"
    assert bundles.challenger(workspace) is None
    (entry,) = workspace.history()
    assert [check["name"] for check in entry["checks"]] == [check.name for check in decision.checks]
    assert datetime.fromisoformat(entry["at"]).tzinfo == UTC


def test_a_worse_version_is_held_and_stays_challenger(place: tuple[Workspace, str]) -> None:
    workspace, snapshot = place
    publish(workspace, snapshot, "a")
    publish(workspace, snapshot, "b", error=0.7, seed=1)
    promote(workspace, "a", opener=opener)
    bundles.set_challenger(workspace, "b")
    decision = promote(workspace, "b", opener=opener)
    assert decision.failed == ("not_worse_than_the_champion_game", "not_worse_than_the_champion_all")
    assert (workspace.current().champion, bundles.challenger(workspace)) == ("a", "b")
    assert history(workspace) == [("promote", "a", None)]


def test_promoting_the_champion_says_so_and_changes_nothing(place: tuple[Workspace, str]) -> None:
    workspace, snapshot = place
    publish(workspace, snapshot, "a")
    promote(workspace, "a", opener=opener)
    decision = promote(workspace, "a", opener=opener)
    assert decision.promote
    assert decision.notes == ("a is the champion already: nothing is changed.",)
    assert len(workspace.history()) == 1


@pytest.mark.parametrize(
    ("changes", "failed"), [({"leaks": ("tags",)}, "no_leak_found"), ({"answers": 1.01}, "reads_back")]
)
def test_a_leak_or_other_answers_from_the_files_hold(
    place: tuple[Workspace, str], changes: dict[str, object], failed: str
) -> None:
    workspace, snapshot = place
    publish(workspace, snapshot, "a", **changes)  # type: ignore[arg-type]
    decision = promote(workspace, "a", opener=opener)
    assert decision.failed == (failed,)
    assert workspace.current().champion is None


def test_a_version_that_cannot_be_opened_is_refused(place: tuple[Workspace, str]) -> None:
    workspace, snapshot = place
    publish(workspace, snapshot, "a")
    with pytest.raises(BundleError, match="cannot appraise"):
        promote(workspace, "a")
    assert workspace.current().champion is None


@pytest.mark.parametrize("name", ["price.json", bundle.HELD_OUT])
@pytest.mark.parametrize("damage", ["altered", "truncated", "gone", "added"])
def test_a_damaged_bundle_is_refused_and_the_champion_stays(
    place: tuple[Workspace, str], name: str, damage: str
) -> None:
    workspace, snapshot = place
    publish(workspace, snapshot, "a")
    publish(workspace, snapshot, "b", error=0.4)
    promote(workspace, "a", opener=opener)
    path = workspace.models / "b" / name
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    elif damage == "added":
        (path.parent / "price.known.9.txt").write_text("tree")
    else:
        path.write_bytes(data[: len(data) // 2] if damage == "truncated" else data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(BundleError, match=r"altered|not those of its manifest"):
        promote(workspace, "b", opener=opener)
    assert workspace.current().champion == "a"
    assert len(workspace.history()) == 1


def test_a_bundle_of_a_newer_format_is_refused(place: tuple[Workspace, str]) -> None:
    workspace, snapshot = place
    publish(workspace, snapshot, "a")
    path = workspace.models / "a" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    with pytest.raises(BundleError, match=r"a newer version.*format 99.*Use the Tasador version that wrote it"):
        promote(workspace, "a", opener=opener)


def test_a_champion_that_cannot_be_read_does_not_stand_in_the_way(place: tuple[Workspace, str]) -> None:
    workspace, snapshot = place
    publish(workspace, snapshot, "a")
    publish(workspace, snapshot, "b", error=0.6)
    promote(workspace, "a", opener=opener)
    (workspace.models / "a" / bundle.HELD_OUT).write_bytes(b"")
    decision = promote(workspace, "b", opener=opener)
    assert decision.promote
    assert "cannot be read" in decision.notes[0]
    assert rollback_fails(workspace) == "the file was altered"


def rollback_fails(workspace: Workspace) -> str:
    champion_before = workspace.current().champion
    with pytest.raises(WorkspaceError) as raised:
        rollback(workspace)
    assert workspace.current().champion == champion_before
    return raised.value.what


def test_rolling_back_goes_back_step_by_step_also_from_a_damaged_champion(place: tuple[Workspace, str]) -> None:
    workspace, snapshot = place
    for number, version in enumerate("abc"):
        publish(workspace, snapshot, version, error=0.6 - number / 20)
        assert promote(workspace, version, opener=opener).failed == ()
    shutil.rmtree(workspace.models / "c")
    assert rollback(workspace) == RolledBack("b", "c")
    assert rollback(workspace) == RolledBack("a", "b")
    assert rollback_fails(workspace) == "there was no champion before this one"
    now = tenures.on_day(workspace.history(), workspace.current().champion, datetime.now(UTC).date())
    assert now[-1].version == "a"
    assert [action for action, *_ in history(workspace)] == ["promote"] * 3 + ["rollback"] * 2


def test_a_promotion_that_is_killed_after_the_history_changes_nothing_and_can_be_done_again(
    place: tuple[Workspace, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, snapshot = place
    publish(workspace, snapshot, "a", error=0.6)
    publish(workspace, snapshot, "b")
    promote(workspace, "a", opener=opener)
    with monkeypatch.context() as patch:
        patch.setattr(Workspace, "change_current", killed)
        with pytest.raises(KeyboardInterrupt):
            promote(workspace, "b", opener=opener)
    assert workspace.current().champion == "a"
    assert len(workspace.history()) == 2
    assert rollback_fails(workspace) == "there was no champion before this one"
    assert promote(workspace, "b", opener=opener).promote
    assert rollback(workspace) == RolledBack("a", "b")


def killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_promotions_at_the_same_time_are_done_one_after_the_other(place: tuple[Workspace, str]) -> None:
    workspace, snapshot = place
    names = [f"v{number}" for number in range(4)]
    for name in names:
        publish(workspace, snapshot, name)
    with ThreadPoolExecutor(4) as threads:
        decisions = list(threads.map(lambda name: promote(workspace, name, opener=opener), names))
    assert all(decision.promote for decision in decisions)
    entries = workspace.history()
    assert [entry["previous"] for entry in entries] == [None, *(entry["version"] for entry in entries[:-1])]
    assert len(tenures.tenures(entries, workspace.current().champion)) == 4


def test_the_champion_is_asked_for_games_newer_than_all_it_learned_from(
    place: tuple[Workspace, str], tmp_path: Path
) -> None:
    workspace, snapshot = place
    source = tmp_path / "newer.json"
    lines = list(make_raw_lines(1_000, seed=1))
    new = b"{u'id': u'%d', u'app_name': u'New %d', u'release_date': u'2030-01-01', u'early_access': False, " + (
        b"u'genres': [u'Indie'], u'price': 4.99}"
    )
    source.write_bytes(b"\n".join([*lines, *(new % (9_000_000 + n, n) for n in range(120))]) + b"\n")
    newer = ingest(workspace, [str(source)]).snapshot
    publish(workspace, snapshot, "old")
    publish(workspace, newer, "new")
    asked: list[int] = []

    def recording(_: bundles.Bundle) -> Opened:
        def appraise(row: Mapping[str, Any]) -> float:
            asked.append(row["app_id"])
            return 5.0

        return Opened(appraise, appraise)

    found = champion(workspace, "old", bundles.load(workspace, "new"), recording)
    assert found.answers is not None
    assert sorted(asked) == list(range(9_000_000, 9_000_120)) == found.answers["app_id"].sort().to_list()
    shutil.rmtree(workspace.snapshots / snapshot)
    assert champion(workspace, "old", bundles.load(workspace, "new"), recording).answers is None


def test_games_of_one_developer_are_of_one_family(place: tuple[Workspace, str]) -> None:
    workspace, snapshot = place
    publish(workspace, snapshot, "a")
    found = bundles.load(workspace, "a")
    rows = held_out.parse(found.files[bundle.HELD_OUT], where="a").drop("family")
    without = Bundle("a", found.manifest, {**found.files, bundle.HELD_OUT: parquet(rows)})
    measured = challenger(workspace, without, opener).held_out
    games = snapshots.load_games(workspace, snapshot).select("app_id", "developer")
    by_developer = measured.join(games, on="app_id").drop_nulls("developer").group_by("developer")
    assert by_developer.agg(pl.col("family").n_unique())["family"].max() == 1
    assert measured["family"].n_unique() < measured["app_id"].n_unique()


def test_a_version_is_found_by_its_beginning_or_its_alias(place: tuple[Workspace, str]) -> None:
    workspace, snapshot = place
    for version in ("boosting-abc", "boosting-abd"):
        publish(workspace, snapshot, version)
    promote(workspace, "boosting-abc", opener=opener)
    assert bundles.find(workspace, "boosting-abd") == "boosting-abd"
    assert bundles.find(workspace, "champion") == bundles.find(workspace, "current") == "boosting-abc"
    with pytest.raises(UnknownValueError, match="has no challenger yet"):
        bundles.find(workspace, "challenger")
    bundles.set_challenger(workspace, "boosting-abd")
    assert bundles.find(workspace, "challenger") == "boosting-abd"
    with pytest.raises(UnknownValueError, match="more than one begins so"):
        bundles.find(workspace, "boosting")
    for wrong in ("", "none", "../models"):
        with contextlib.suppress(UnknownValueError):
            raise AssertionError(bundles.find(workspace, wrong))


def test_held_out_predictions_that_are_no_parquet_or_lack_columns_are_refused(place: tuple[Workspace, str]) -> None:
    workspace, snapshot = place
    publish(workspace, snapshot, "a")
    files = dict(bundles.load(workspace, "a").files)
    some = io.BytesIO()
    pl.DataFrame({"split": ["out_of_time"]}).write_parquet(some)
    facts = {"snapshot": snapshot, "n_rows": 1, "parameters": {}, "made_by": {}}
    bundles.publish(workspace, "none", {name: files[name] for name in files.keys() - {bundle.HELD_OUT}}, facts)
    with pytest.raises(BundleError, match="lacks a file"):
        promote(workspace, "none", opener=opener)
    for version, data, says in (("b", b"PAR1", "cannot be read"), ("c", some.getvalue(), "lack columns.*no abstained")):
        bundles.publish(workspace, version, {**files, bundle.HELD_OUT: data}, facts)
        with pytest.raises(BundleError, match=says):
            promote(workspace, version, opener=opener)
