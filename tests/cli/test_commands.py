from __future__ import annotations

import gzip
import json
import os
import subprocess
from pathlib import Path

import pytest

from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.run import Ran
from tasador.workflows.run_record import STEPS
from tests.cli.conftest import Tasador


def test_a_sample_of_one_seed_is_the_same_bytes(tasador: Tasador, tmp_path: Path) -> None:
    for name in ("a.json", "b.json", "c.json.gz"):
        done = tasador("sample", 40, "--seed", 9, "--output", tmp_path / name)
        assert done.returncode == 0, done.stderr
        assert done.stdout == ""
    plain = (tmp_path / "a.json").read_bytes()
    assert plain == (tmp_path / "b.json").read_bytes() == gzip.decompress((tmp_path / "c.json.gz").read_bytes())
    assert plain.count(b"\n") == 40
    assert tasador("sample", 40, "--seed", 9).stdout.encode() == plain


def test_a_sample_goes_into_a_pipe_or_a_device_without_replacing_it(tasador: Tasador, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        assert tasador("sample", 5, "-o", pipe).returncode == 0
        assert reader.stdout is not None
        assert reader.stdout.read().count(b"\n") == 5
    assert pipe.is_fifo()
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    assert tasador("sample", 5, "-o", tmp_path / "link.json").returncode == 0
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_bytes().count(b"\n") == 5


def test_a_sample_cannot_take_the_place_of_a_folder(tasador: Tasador, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none" / "a.json"):
        done = tasador("sample", 5, "-o", place)
        assert (done.returncode, "cannot write there" in done.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_the_whole_path_and_what_it_left(called: Tasador, lightly: None, tmp_path: Path, sample_file: Path) -> None:
    first = called("run", sample_file, "--workspace", tmp_path)
    assert first.returncode == 0, first.stderr
    assert "promoted" in first.stdout
    assert "1,500 raw =" in first.stdout
    assert f"Next: tasador serve --workspace {tmp_path}" in first.stdout
    assert "Intervals held the price of games of the next period in" in first.stdout
    assert "the root taken twice" in first.stdout
    assert "ingest: 100%, 1,500 rows, " in first.stderr
    again = called("run", sample_file, "--workspace", tmp_path, "--json")
    found = json.loads(again.stdout)
    statuses = {step["name"]: step["status"] for step in found["steps"]}
    assert statuses == {**dict.fromkeys(STEPS, "reused"), "monitor": "skipped"}
    assert found["decision"]["promote"] is True
    made = found["steps"][-1]["outputs"]
    (listed,) = json.loads(called("models", "list", "--workspace", tmp_path, "--json").stdout)
    assert (listed["version"], listed["aliases"]) == (made["champion"], ["champion"])
    assert listed["snapshot"] == made["snapshot"]
    again = called("run", sample_file, "--workspace", tmp_path)
    assert again.stdout.count("(was there)") == 3
    assert "is the champion already" in again.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("snapshots", "list"),
        ("snapshots", "show"),
        ("profile",),
        ("market", "2016"),
        ("models", "list"),
        ("models", "history"),
        ("evaluate",),
    ],
)
def test_every_command_prints_json_for_machines_and_words_for_people(
    tasador: Tasador, ran: tuple[Workspace, Ran], arguments: tuple[str, ...]
) -> None:
    people = tasador(*arguments, "--workspace", ran[0].root)
    machines = tasador(*arguments, "--workspace", ran[0].root, "--json")
    assert people.returncode == machines.returncode == 0, people.stderr + machines.stderr
    assert people.stdout
    assert json.loads(machines.stdout)


def test_snapshots_are_made_and_chosen(tasador: Tasador, tmp_path: Path, sample_file: Path) -> None:
    other = tmp_path / "other.json"
    assert tasador("sample", 200, "--seed", 4, "--output", other).returncode == 0
    one = json.loads(tasador("ingest", sample_file, "--workspace", tmp_path, "--json").stdout)["snapshot"]
    two = json.loads(tasador("ingest", other, "--workspace", tmp_path, "--json").stdout)["snapshot"]
    assert Workspace(tmp_path).current().snapshot == two
    assert tasador("snapshots", "use", one, "--workspace", tmp_path).returncode == 0
    assert Workspace(tmp_path).current().snapshot == one
    found = json.loads(tasador("snapshots", "diff", one, two, "--workspace", tmp_path, "--json").stdout)
    assert (found["before"], found["after"]) == (one, two)
    told = tasador("snapshots", "diff", two, "--workspace", tmp_path).stdout
    assert told.startswith(f"{two} to {one}: {len(found['gone']):,} new, {len(found['new']):,} gone")
    assert "more: --json lists all" in told
    assert "(was there)" in tasador("ingest", other, "--workspace", tmp_path).stdout


def test_a_model_that_is_held_exits_with_3(called: Tasador, lightly: None, tmp_path: Path) -> None:
    source = tmp_path / "few.json"
    assert called("sample", 680, "--output", source).returncode == 0
    done = called("run", source, "--workspace", tmp_path / "w")
    assert done.returncode == 3, done.stderr
    assert "\nheld  launch-" in done.stdout
    assert "\n  NO   " in done.stdout
    version = Workspace(tmp_path / "w").models.glob("launch-*").__next__().name
    assert f"\nNext: tasador models show {version} --workspace {tmp_path / 'w'}\n" in done.stdout
    assert "nothing answers yet" in done.stdout
    assert Workspace(tmp_path / "w").current().champion is None


@pytest.mark.parametrize("written", ["python-literals", "json-lines", "csv", "parquet"])
def test_a_sample_is_the_same_catalogue_in_every_format(called: Tasador, tmp_path: Path, written: str) -> None:
    names = {"python-literals": "s.json.gz", "json-lines": "s.jsonl.gz", "csv": "s.csv.gz", "parquet": "s.parquet"}
    source, mapping = tmp_path / names[written], tmp_path / "mapping.toml"
    made = called("sample", 600, "--seed", 2, "--output", source)
    assert f"600 records as {written}, seed 2" in made.stderr
    options: tuple[object, ...] = ()
    if written in {"csv", "parquet"}:
        assert f"Next: tasador ingest --suggest-map {source}" in made.stderr
        proposed = called("ingest", "--suggest-map", source).stdout
        mapping.write_text(proposed.replace('currency = ""', 'currency = "USD"'))
        options = ("--map", mapping)
    done = called("ingest", source, *options, "--workspace", tmp_path / "w", "--json")
    plain = tmp_path / "plain.json"
    plain.write_bytes(b"\n".join(make_raw_lines(600, seed=2)) + b"\n")
    expected = called("ingest", plain, "--workspace", tmp_path / "w", "--json")
    assert json.loads(done.stdout)["accounting"] == json.loads(expected.stdout)["accounting"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--format", "xml"), "got 'xml', expected one of python-literals, json-lines, csv, parquet"),
        (("--format", "csv", "-o", "s.parquet"), "got csv for a name that ends in .parquet"),
        (("-o", "s.parquet.gz"), "Parquet is packed inside"),
    ],
)
def test_a_sample_under_a_name_of_another_format_is_refused(
    called: Tasador, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = called("sample", 5, *arguments)
    assert (done.returncode, says in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_the_settings_do_not_show_a_password(tasador: Tasador) -> None:
    uri = "postgresql+psycopg2://me:s3cret@db/runs"
    told = tasador("settings", env={"TASADOR_TRACKING_URI": uri}).stdout
    assert "postgresql+psycopg2://me:***@db/runs" in told
    assert "s3cret" not in told


def test_a_setting_that_is_empty_is_none(tasador: Tasador) -> None:
    rows = json.loads(tasador("settings", "--json", env={"TASADOR_HOST": "", "tasador_port": "9000"}).stdout)
    origins = {row["setting"]: (row["value"], row["origin"]) for row in rows}
    assert origins["TASADOR_HOST"] == ("127.0.0.1", "default")
    assert origins["TASADOR_PORT"] == ("9000", "environment")


def test_settings_tell_value_and_origin(tasador: Tasador) -> None:
    found = json.loads(tasador("settings", "--json", env={"TASADOR_PORT": "9000"}).stdout)
    by_name = {row["setting"]: row for row in found}
    assert (by_name["TASADOR_PORT"]["value"], by_name["TASADOR_PORT"]["origin"]) == ("9000", "environment")
    assert by_name["TASADOR_HOST"]["origin"] == "default"


def test_the_workspace_may_be_named_by_the_environment(tasador: Tasador, ran: tuple[Workspace, Ran]) -> None:
    done = tasador("models", "list", "--json", env={"TASADOR_WORKSPACE": str(ran[0].root)})
    assert json.loads(done.stdout)[0]["champion"] is True


def test_the_version_is_told(tasador: Tasador) -> None:
    assert tasador("--version").stdout.startswith("tasador 0.")
