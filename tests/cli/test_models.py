"""The commands on model versions, called in this process: the libraries behind them take seconds to import."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tasador.registry import bundle
from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.ingest import ingest
from tasador.workflows.promote import promote
from tests.cli.conftest import Tasador
from tests.workflows.versions import opener, publish


@pytest.fixture
def tasador(called: Tasador) -> Tasador:
    return called


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with three versions: two that were champion in turn, and a challenger. Tests must not change it."""
    root = tmp_path_factory.mktemp("models")
    source = root / "games.json"
    source.write_bytes(b"\n".join(make_raw_lines(1_000, seed=1)) + b"\n")
    workspace = Workspace(root / "workspace")
    snapshot = ingest(workspace, [str(source)]).snapshot
    for version, error in (("table-aa1", 0.6), ("table-aa2", 0.5), ("table-bb3", 0.7)):
        publish(workspace, snapshot, version, error=error)
        promote(workspace, version, opener=opener)
    bundles.set_challenger(workspace, "table-bb3")
    return workspace


def test_versions_are_listed_with_errors_and_aliases(tasador: Tasador, place: Workspace) -> None:
    found = json.loads(tasador("models", "list", "--workspace", place.root, "--json").stdout)
    assert [(row["version"], row["aliases"], row["candidate"]) for row in found] == [
        ("table-aa1", [], "table"),
        ("table-aa2", ["champion"], "table"),
        ("table-bb3", ["challenger"], "table"),
    ]
    games, everything = found[1]["out_of_time"]["game"], found[1]["out_of_time"]["all"]
    assert 0 < games["n"] < everything["n"] == found[1]["rows"]
    assert 0.85 < games["covered_90"] < 0.95
    told = tasador("models", "list", "--workspace", place.root).stdout.splitlines()
    assert told[3].split()[:3] == ["*", "table-aa2", "champion"]
    assert f"{games['mae_usd']:.2f}" in told[3]
    assert f"{games['mdape']:.1%}" in told[3]


def test_a_damaged_version_is_listed_as_such(tasador: Tasador, place: Workspace, tmp_path: Path) -> None:
    shutil.copytree(place.root, tmp_path / "w")
    (tmp_path / "w" / "models" / "table-aa1" / bundle.HELD_OUT).write_bytes(b"")
    done = tasador("models", "list", "--workspace", tmp_path / "w")
    assert done.returncode == 0, done.stderr
    assert "damaged" in done.stdout.splitlines()[2]


def test_a_version_is_shown_with_its_facts_and_card(tasador: Tasador, place: Workspace) -> None:
    told = tasador("models", "show", "table-b", "--workspace", place.root).stdout
    assert "alias     challenger\n" in told
    assert told.endswith("# Model card: table-bb3\n\n")
    card = tasador("models", "show", "challenger", "--card", "--workspace", place.root).stdout
    assert card == "# Model card: table-bb3\n\n"
    data = json.loads(tasador("models", "show", "--workspace", place.root, "--json").stdout)
    assert (data["id"], data["aliases"]) == ("table-aa2", ["champion"])


def test_two_versions_are_compared_on_the_same_rows(tasador: Tasador, place: Workspace) -> None:
    arguments = ("models", "compare", "champion", "challenger", "--workspace", place.root)
    found = json.loads(tasador(*arguments, "--json").stdout)
    assert (found["first"], found["second"]) == ("table-aa2", "table-bb3")
    assert [(one["split"], one["kind"]) for one in found["splits"]] == [
        ("out_of_time", "game"), ("out_of_time", "all"), ("unseen_developers", "game"), ("unseen_developers", "all")
    ]  # fmt: skip
    for one in found["splits"]:
        gap = one["difference_usd"]
        assert gap["estimate"] == pytest.approx(one["first"]["mae_usd"] - one["second"]["mae_usd"])
        assert gap["low"] < gap["estimate"] < gap["high"] < 0
    told = tasador(*arguments).stdout
    assert told.startswith("A  table-aa2\nB  table-bb3\n")
    assert f"{found['splits'][0]['difference_usd']['estimate']:+.2f}" in told


def test_a_version_that_is_held_says_what_was_expected_and_exits_with_3(
    tasador: Tasador, place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # These versions are no price models, so they are opened by what made them.
    assert promote.__kwdefaults__ is not None
    monkeypatch.setitem(promote.__kwdefaults__, "opener", opener)
    done = tasador("models", "promote", "table-b", "--workspace", place.root)
    assert done.returncode == 3, done.stderr
    assert "\nheld  table-bb3\n" in done.stdout
    line = next(line for line in done.stdout.splitlines() if "not_worse_than_the_champion" in line)
    assert line.startswith("  NO ")
    assert "expected: the 95 % interval of the difference is below" in line
    assert place.current().champion == "table-aa2"


def test_a_rollback_says_who_answers_and_brings_the_alias(tasador: Tasador, place: Workspace, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    shutil.copytree(place.root, workspace.root)
    done = tasador("models", "rollback", "--workspace", workspace.root)
    assert done.stdout == "champion  table-aa1 (was table-aa2)\n"
    assert (workspace.root / "runs" / "mlflow.db").exists()
    again = tasador("models", "rollback", "--workspace", workspace.root)
    assert again.returncode == 1
    assert "there was no champion before this one" in again.stderr


def test_the_history_tells_who_answered_on_a_day(tasador: Tasador, place: Workspace) -> None:
    rows = json.loads(tasador("models", "history", "--workspace", place.root, "--json").stdout)
    assert [(row["version"], row["in_effect"]) for row in rows] == [("table-aa1", True), ("table-aa2", True)]
    day = rows[-1]["at"][:10]
    found = json.loads(tasador("models", "history", "--on", day, "--workspace", place.root, "--json").stdout)
    assert found[-1] == {"version": "table-aa2", "since": rows[-1]["at"], "until": None}
    told = tasador("models", "history", "--on", day, "--workspace", place.root).stdout
    assert told.splitlines()[-1].split() == ["table-aa2", rows[-1]["at"], "now"]
    before = tasador("models", "history", "--on", "2001-01-01", "--workspace", place.root)
    assert before.stdout == "no version answered on 2001-01-01\n"
    assert tasador("models", "history", "--on", "yesterday", "--workspace", place.root).returncode == 2


def test_an_empty_workspace_has_no_versions(tasador: Tasador, tmp_path: Path) -> None:
    told = tasador("models", "list", "--workspace", tmp_path)
    assert "has no model yet" in told.stdout
    assert json.loads(tasador("models", "list", "--workspace", tmp_path, "--json").stdout) == []
    assert tasador("models", "history", "--workspace", tmp_path).stdout == "no version was promoted yet\n"


def test_an_unknown_version_names_those_there_are(tasador: Tasador, place: Workspace) -> None:
    done = tasador("models", "compare", "champion", "zzz", "--workspace", place.root)
    assert done.returncode == 1
    assert "got 'zzz'; expected one of table-aa1, table-aa2, table-bb3" in done.stderr
