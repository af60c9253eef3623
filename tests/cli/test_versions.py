"""The commands on versions that were trained: what they answer, how far they can be trusted, who answers."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from tasador.registry import bundle
from tasador.registry.runs import Runs
from tasador.registry.tracking import Tracking
from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tests.cli.conftest import Tasador

GAME = ("--name", "Quiet Farm", "--genre", "indie", "--genre", "Simulaton", "--release-date", "2017-06-01")


@pytest.fixture
def copied(succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path) -> Workspace:
    """A copy that a test may change."""
    shutil.copytree(succeeded[0].root, tmp_path / "w")
    return Workspace(tmp_path / "w")


def test_a_game_is_appraised_with_reasons_for_people_and_machines(called: Tasador, ran: tuple[Workspace, Ran]) -> None:
    told = called("appraise", *GAME, "--workspace", ran[0].root)
    assert told.returncode == 0, told.stderr
    assert "Quiet Farm (game, 2017-06-01)" in told.stdout
    assert "how the estimate comes about" in told.stdout
    assert "'Simulaton' in genres: the model has not learned it; nearest: Simulation" in told.stdout
    assert f"model {ran[1].trained.version}, snapshot {ran[1].ingested.snapshot}" in told.stdout
    found = json.loads(called("appraise", *GAME, "--workspace", ran[0].root, "--json", "--comparables", 3).stdout)
    assert f"${found['estimate']} if it is not free" in told.stdout
    assert [one["level"] for one in found["intervals"]] == [0.5, 0.8, 0.95]
    assert len(found["comparables"]) == 3
    assert found["model"]["version"] == ran[1].trained.version


def test_a_table_is_appraised_row_by_row_in_its_order_as_single_games_are(
    called: Tasador, tasador: Tasador, ran: tuple[Workspace, Ran], tmp_path: Path
) -> None:
    table = tmp_path / "games.csv"
    table.write_text(
        "id,name,genres,release_date,price_usd\n"
        "7,Quiet Farm,Indie;Simulation,2017-06-01,999\n"
        "8,,Indie,2017-06-01,\n"
        "9,Loud Farm,Action,not a day,\n"
        "10,Quiet Farm,Indie;Simulation,2017-06-01,1\n"
    )
    done = called("appraise", table, "--workspace", ran[0].root, "--output", tmp_path / "out.csv", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"rows": 4, "answered": 2, "abstained": 0, "bad": 2, "overlooked": {}}
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["7", "8", "9", "10"]
    assert [bool(row["error"]) for row in rows] == [False, True, True, False]
    assert rows[0]["price_usd"] == "999"
    answer = [rows[0][name] for name in ("estimate_usd", "lower_80", "upper_80", "suggested_usd")]
    assert answer == [rows[3][name] for name in ("estimate_usd", "lower_80", "upper_80", "suggested_usd")]
    fields = ("--name", "Quiet Farm", "--genre", "Indie", "--genre", "Simulation", "--release-date", "2017-06-01")
    single = json.loads(tasador("appraise", *fields, "--workspace", ran[0].root, "--json").stdout)
    assert float(rows[0]["estimate_usd"]) == float(single["estimate"])
    assert float(rows[0]["upper_80"]) == float(single["intervals"][1]["upper"])


def test_labels_in_one_text_are_answered_as_if_they_came_alone(called: Tasador, ran: tuple[Workspace, Ran]) -> None:
    common = ("appraise", "--name", "Quiet Farm", "--release-date", "2017-06-01", "--json", "--workspace", ran[0].root)
    alone = json.loads(called(*common, "--genre", "Indie", "--genre", "Action").stdout)
    together = json.loads(called(*common, "--genre", "indie; action").stdout)
    assert together == alone
    assert alone["inputs"]["unknown"] == []


def test_a_table_of_which_no_row_is_right_ends_with_one_and_says_why_of_each(
    called: Tasador, ran: tuple[Workspace, Ran], tmp_path: Path
) -> None:
    (tmp_path / "bad.csv").write_text("name,genres\n,Indie\n,Action\n")
    (tmp_path / "empty.csv").write_text("name,genres\n")
    done = called("appraise", tmp_path / "bad.csv", "-o", tmp_path / "out.csv", "--workspace", ran[0].root)
    assert done.returncode == 1
    assert "bad.csv: no row of the table could be answered; got 2 rows that are wrong" in done.stderr
    assert (tmp_path / "out.csv").read_text().count("the name is missing") == 2
    assert called("appraise", tmp_path / "empty.csv", "--workspace", ran[0].root).returncode == 0


def test_what_is_neither_file_nor_snapshot_is_told_with_what_there_is(
    called: Tasador, ran: tuple[Workspace, Ran], tmp_path: Path
) -> None:
    snapshot = ran[1].ingested.snapshot
    for named in ("nothing.json", snapshot[:-2] + "zz"):
        done = called("evaluate", "--on", named, "--workspace", ran[0].root)
        assert done.returncode == 1
        assert f"--on: no such file or snapshot; got '{named}'" in done.stderr
        assert f"or a snapshot such as {snapshot}" in done.stderr
    assert called("evaluate", "--map", tmp_path / "m", "--workspace", ran[0].root).returncode == 2


def test_a_table_is_measured_by_its_mapping(
    called: Tasador, succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path
) -> None:
    workspace, first, second = succeeded
    table, mapping = tmp_path / "games.csv", tmp_path / "mapping.toml"
    assert called("sample", 1_500, "--seed", 10, "-o", table).returncode == 0
    unmapped = called("evaluate", first.trained.version, "--on", table, "--workspace", workspace.root)
    assert (unmapped.returncode, "add --map mapping.toml" in unmapped.stderr) == (1, True)
    mapping.write_text(called("ingest", "--suggest-map", table).stdout.replace('currency = ""', 'currency = "USD"'))
    asked = ("evaluate", first.trained.version, "--workspace", workspace.root, "--json", "--on")
    by_map = json.loads(called(*asked, table, "--map", mapping).stdout)["accuracy"]["splits"]["new"]
    by_snapshot = json.loads(called(*asked, second.ingested.snapshot).stdout)["accuracy"]["splits"]["new"]
    assert by_map["n_test"] == by_snapshot["n_test"]


def test_a_year_is_told_with_its_snapshot_and_with_what_the_server_answers_from(
    called: Tasador, succeeded: tuple[Workspace, Ran, Ran], copied: Workspace
) -> None:
    first, second = (one.ingested.snapshot for one in succeeded[1:])
    told = called("market", 2016, "--workspace", copied.root).stdout
    assert told.splitlines()[0].endswith(f"games by name, snapshot {second}")
    assert "note:" not in told
    assert called("models", "rollback", "--workspace", copied.root).returncode == 0
    after = called("market", 2016, "--workspace", copied.root).stdout
    assert f"note: the server answers from the champion's snapshot, {first}: --snapshot {first} shows it." in after
    asked = ("market", 2016, "--snapshot", first, "--workspace", copied.root)
    assert "note:" not in called(*asked).stdout
    assert json.loads(called(*asked, "--json").stdout)["snapshot"] == first


def test_a_version_is_not_compared_with_itself(called: Tasador, ran: tuple[Workspace, Ran]) -> None:
    done = called("models", "compare", "champion", "champion", "--workspace", ran[0].root)
    assert (done.returncode, f"got {ran[1].trained.version} for both" in done.stderr) == (2, True)


def test_a_champion_that_was_tampered_with_does_not_answer(called: Tasador, copied: Workspace) -> None:
    champion = copied.current().champion
    assert champion is not None
    path = copied.models / champion / "price.known.0.txt"
    path.write_bytes(path.read_bytes().replace(b"0.1", b"0.2", 1))
    done = called("appraise", *GAME, "--workspace", copied.root)
    assert (done.returncode, done.stdout) == (1, "")
    assert "the file was altered" in done.stderr


def test_the_tables_of_a_version_are_printed_and_new_ones_are_made_on_games_it_never_saw(
    called: Tasador, succeeded: tuple[Workspace, Ran, Ran]
) -> None:
    workspace, first, second = succeeded
    told = called("evaluate", first.trained.version, "--workspace", workspace.root)
    assert told.stdout.startswith("# Accuracy")
    page = bundles.load(workspace, first.trained.version).files[bundle.ACCURACY].decode()
    assert told.stdout.rstrip() == page.rstrip()
    new = called(
        "evaluate", first.trained.version, "--on", second.ingested.snapshot, "--workspace", workspace.root, "--json"
    )
    found = json.loads(new.stdout)
    assert (found["version"], found["snapshot"]) == (first.trained.version, second.ingested.snapshot)
    assert list(found["accuracy"]["splits"]) == ["new"]
    scope = found["accuracy"]["splits"]["new"]["scopes"]["all"]
    assert {"model", "constant_median", "comparables_25", "bagging", "hedonic"} <= scope["candidates"].keys()
    same = called("evaluate", first.trained.version, "--on", first.ingested.snapshot, "--workspace", workspace.root)
    assert same.returncode == 1
    assert "too few games that the version did not learn from" in same.stderr


def test_the_champion_passes_the_audit_and_a_doctored_one_does_not(called: Tasador, copied: Workspace) -> None:
    clean = called("audit", "--workspace", copied.root)
    assert clean.returncode == 0, clean.stdout + clean.stderr
    champion = copied.current().champion
    assert champion is not None
    found = bundles.load(copied, champion)
    metrics = bundle.read_json(found, bundle.METRICS)
    metrics["accuracy"]["splits"]["out_of_time"]["scopes"]["all"]["candidates"]["model"]["errors"]["rmse_usd"] **= 0.5
    doctored = {**found.files, bundle.METRICS: json.dumps(metrics).encode()}
    facts = {name: found.manifest[name] for name in ("snapshot", "n_rows", "parameters", "made_by")}
    bundles.publish(copied, "doctored", doctored, facts)
    copied.change_current(champion="doctored")
    done = called("audit", "--workspace", copied.root, "--json")
    assert done.returncode == 3, done.stderr
    defects = [one for one in json.loads(done.stdout)["findings"] if one["verdict"] == "found"]
    assert {one["check"] for one in defects} == {"claim_disagrees"}


def test_versions_are_listed_shown_and_compared(called: Tasador, succeeded: tuple[Workspace, Ran, Ran]) -> None:
    workspace, first, second = succeeded
    rows = json.loads(called("models", "list", "--workspace", workspace.root, "--json").stdout)
    aliases = {row["version"]: row["aliases"] for row in rows}
    assert aliases == {first.trained.version: [], second.trained.version: ["champion"]}
    card = called("models", "show", "champion", "--card", "--workspace", workspace.root).stdout
    assert card.startswith("---\n")
    assert f"# Model card: {second.trained.version}\n" in card
    data = json.loads(called("models", "show", first.trained.version, "--workspace", workspace.root, "--json").stdout)
    assert set(data["metrics"]["accuracy"]["splits"]) == {"out_of_time", "unseen_developers", "random"}
    compared = called("models", "compare", first.trained.version, "champion", "--workspace", workspace.root)
    assert compared.returncode == 0, compared.stderr
    assert compared.stdout.startswith(f"A  {first.trained.version}\nB  {second.trained.version}\n")


def test_a_version_is_promoted_rolled_back_and_promoted_again(
    called: Tasador, copied: Workspace, succeeded: tuple[Workspace, Ran, Ran]
) -> None:
    first, second = (one.trained.version for one in succeeded[1:])
    back = called("models", "rollback", "--workspace", copied.root)
    assert back.stdout == f"champion  {first} (was {second})\n"
    held = called("models", "promote", second, "--workspace", copied.root)
    assert held.returncode == 3
    assert f"`tasador models promote {second} --again` asks the gate all the same" in held.stdout
    again = called("models", "promote", second, "--again", "--workspace", copied.root, "--json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["promote"] is True
    history = json.loads(called("models", "history", "--workspace", copied.root, "--json").stdout)
    assert [(row["action"], row["version"]) for row in history] == [
        ("promote", first), ("promote", second), ("rollback", first), ("promote", second)
    ]  # fmt: skip
    assert Runs(Tracking.of(copied)).aliases() == {"champion": second}


def test_training_again_tells_the_figures_that_were_there(
    called: Tasador, lightly: None, succeeded: tuple[Workspace, Ran, Ran], copied: Workspace
) -> None:
    first = succeeded[1]
    done = called("train", "--snapshot", first.ingested.snapshot, "--workspace", copied.root)
    assert done.returncode == 0, done.stderr
    assert f"model     {first.trained.version} (was there)" in done.stdout
    errors = first.trained.metrics["accuracy"]["splits"]["out_of_time"]["scopes"]["game"]["candidates"]["model"]
    assert f"{errors['errors']['mae_usd']:.2f}" in done.stdout
    assert "Next: tasador models promote" in done.stdout
    data = json.loads(
        called("train", "--snapshot", first.ingested.snapshot, "--workspace", copied.root, "--json").stdout
    )
    assert (data["version"], data["reused"]) == (first.trained.version, True)
