"""Each mistake gives one clear message, the right exit code, and leaves the last good state untouched."""

from __future__ import annotations

import gzip
import json
import os
import socket
from pathlib import Path
from typing import cast

import pytest

from tasador.cli import setting_words
from tasador.errors import TasadorError
from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tests.cli.conftest import Tasador

GOOD = b"{u'id': u'10', u'app_name': u'A', u'release_date': u'2015-01-01', u'early_access': False, u'price': 1.0}\n"


def one_line(stderr: str) -> str:
    """Check that the error is one line from the command, and give it back."""
    lines = [line for line in stderr.splitlines() if line.startswith("tasador: ")]
    assert len(lines) == 1, stderr
    assert "Traceback" not in stderr
    return lines[0]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.json", None, "no such file"),
        ("empty.json", b"", "the file is empty"),
        ("cut.json.gz", gzip.compress(GOOD * 100, mtime=0)[:60], "the gzip archive ends in the middle"),
        ("binary.json", bytes(range(256)) * 4, "got binary data"),
        ("games.zip", b"PK\x03\x04....", "the zip archive is damaged"),
        ("games.csv", b"appid,name\n10,A\n" * 20, "nothing says what the co"),
        ("rows.json", b'[{"id": "10"}, {"id": ', "the JSON array is damaged or ends in the middle"),
        ("half.json", GOOD * 5 + b"{u'id': u'11', u'app_na\n" * 5, "5 of 10 lines (50%)"),
        ("other.json", b"{u'user_id': u'1'}\n" * 5, "no record has a field that a game catalogue has"),
    ],
)
def test_a_source_that_is_no_catalogue(
    tasador: Tasador, tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    workspace, good, bad = tmp_path / "w", tmp_path / "good.json", tmp_path / name
    good.write_bytes(GOOD)
    assert tasador("ingest", good, "--workspace", workspace).returncode == 0
    before = (workspace / "current.json").read_bytes()
    if content is not None:
        bad.write_bytes(content)
    done = tasador("ingest", bad, "--workspace", workspace)
    assert done.returncode == 1
    message = one_line(done.stderr)
    assert says in message
    assert str(bad) in message
    assert done.stdout == ""
    assert (workspace / "current.json").read_bytes() == before
    assert len(list((workspace / "snapshots").iterdir())) == 1


def test_a_damaged_file_of_a_folder_is_named_and_nothing_is_taken(tasador: Tasador, tmp_path: Path) -> None:
    workspace, folder = tmp_path / "w", tmp_path / "folder"
    folder.mkdir()
    (folder / "1.json.gz").write_bytes(gzip.compress(GOOD, mtime=0))
    assert tasador("ingest", folder, "--workspace", workspace).returncode == 0
    before = (workspace / "current.json").read_bytes()
    (folder / "2.json.gz").write_bytes(gzip.compress(GOOD * 100, mtime=0)[:60])
    (folder / "3.json.gz").write_bytes(gzip.compress(GOOD.replace(b"10", b"20"), mtime=0))
    done = tasador("ingest", folder, "--workspace", workspace)
    assert done.returncode == 1
    assert f"{folder / '2.json.gz'}: the gzip archive ends in the middle" in one_line(done.stderr)
    assert (workspace / "current.json").read_bytes() == before
    assert len(list((workspace / "snapshots").iterdir())) == 1


def test_half_a_source_may_be_allowed(tasador: Tasador, tmp_path: Path) -> None:
    half = tmp_path / "half.json"
    half.write_bytes(GOOD * 5 + b"{u'id': u'11', u'app_na\n" * 5)
    done = tasador("ingest", half, "--max-reject-share", "0.5", "--workspace", tmp_path / "w", "--json")
    assert json.loads(done.stdout)["accounting"] == {
        "raw": 10, "games": 1, "duplicates": 4, "quarantine": 0, "rejects": 5
    }  # fmt: skip


def test_a_year_without_games_names_those_there_are(tasador: Tasador, ran: tuple[Workspace, Ran]) -> None:
    done = tasador("market", 1066, "--workspace", ran[0].root)
    assert done.returncode == 1
    assert "year: there is no such value; got 1066; expected one of" in one_line(done.stderr)
    assert "2016" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("profile",), "the workspace has no snapshot yet"),
        (("train",), "the workspace has no snapshot yet"),
        (("market", "2016"), "the workspace has no snapshot yet"),
        (("serve",), "the workspace has no champion to answer"),
        (("snapshots", "use", "abc"), "snapshot: there is no such value; got 'abc'"),
        (("models", "show", "abc"), "model version: there is no such value; got 'abc'"),
        (("models", "show"), "the workspace has no champion yet"),
            (("models", "rollback"), "there was no champion before"),
    ],
)  # fmt: skip
def test_an_empty_workspace_says_which_command_fills_it(
    tasador: Tasador, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = tasador(*arguments, "--workspace", tmp_path)
    assert done.returncode == 1
    message = one_line(done.stderr)
    assert says in message
    assert "`tasador " in message


def test_a_corrupt_workspace_names_the_file(tasador: Tasador, ran: tuple[Workspace, Ran], tmp_path: Path) -> None:
    snapshot = ran[1].ingested.snapshot
    for file in (ran[0].snapshots / snapshot).rglob("*"):
        if file.is_file():
            copy = tmp_path / "snapshots" / snapshot / file.relative_to(ran[0].snapshots / snapshot)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    Workspace(tmp_path).change_current(snapshot=snapshot)
    assert tasador("market", 2016, "--workspace", tmp_path).returncode == 0
    part = tmp_path / "snapshots" / snapshot / "games.parquet" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-100])
    done = tasador("market", 2016, "--workspace", tmp_path)
    assert done.returncode == 1
    assert "part-00000.parquet: the file was altered" in one_line(done.stderr)
    (tmp_path / "current.json").write_text("{")
    done = tasador("market", 2016, "--workspace", tmp_path)
    assert done.returncode == 1
    assert "current.json: the file is damaged" in one_line(done.stderr)


def test_a_workspace_that_is_a_file(tasador: Tasador, tmp_path: Path) -> None:
    good, file = tmp_path / "good.json", tmp_path / "file"
    good.write_bytes(GOOD)
    file.write_text("not a folder")
    done = tasador("ingest", good, "--workspace", file)
    assert done.returncode == 1
    assert "the workspace is no folder; got a file" in one_line(done.stderr)


def test_a_port_in_use_names_another(tasador: Tasador, ran: tuple[Workspace, Ran]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = tasador("serve", "--port", port, "--workspace", ran[0].root)
    assert done.returncode == 1
    message = one_line(done.stderr)
    assert f"127.0.0.1:{port}: the port is in use" in message
    assert "--port" in message


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("market", "soon"), "'YEAR': got 'soon', expected a whole number from 0 to 9999"),
        (("market",), "Missing argument 'YEAR'"),
        (("ingest",), "Missing argument 'SOURCE'"),
        (("ingest", "a", "--max-reject-share", "2"), "'--max-reject-share': got 2, expected a share from 0 to 1"),
        (("ingest", "a", "--max-reject-share", "much"), "'--max-reject-share': got 'much', expected a share"),
        (
            ("ingest", "a", "--format", "csv"),
            "'--format': got 'csv', expected one of auto, python-literals, json-lines",
        ),
        (("ingest", "a", "--ids", "b"), "only steam-api as the source asks the store"),
        (("ingest", "a", "--country", "de"), "only steam-api as the source asks the store"),
        (("ingest", "-", "-"), "got - twice, but standard input comes once"),
        (("ingest", "a", "--suggest-map", "--map", "b"), "one proposes a mapping, the other uses one"),
        (("ingest", "a", "--format", "json-lines", "--map", "b"), "a mapping says the format itself"),
        (
            ("ingest", "a", "--observed-on", "2999-01-01"),
            "'--observed-on': got 2999-01-01, expected a day that has come",
        ),
        (("run", "a", "--observed-on", "2999-01-01"), "got 2999-01-01, expected a day that has come"),
        (("run", "a", "--map", "none.toml"), "--map: none.toml: the mapping cannot be read"),
        (("ingest", "a", "--max-age-days", "3"), "--max-age-days: only steam-api as the source asks the store"),
        (
            ("ingest", "a", "--observed-on", "2017-13-01"),
            "got '2017-13-01', expected a day that exists",
        ),
        (("ingest", "a", "--observed-on", "1/2/17"), "got '1/2/17', expected a day as year-month-day"),
        (("models", "history", "--on", "soon"), "'--on': got 'soon', expected a day as year-month-day"),
        (("snapshots", "delete"), "Missing argument 'ID'"),
        (("ingest", "a", "b", "--suggest-map"), "got 2 sources, expected one"),
        (("sample", "few"), "'N': got 'few', expected a whole number from 0"),
        (("sample", "5", "--seed", "x"), "'--seed': got 'x', expected a whole number from 0"),
        (("serve", "--port", "70000"), "'--port': got 70000, expected a whole number from 0 to 65535"),
        (("nothing",), "No such command 'nothing'"),
        (("models", "nothing"), "No such command 'nothing'"),
        (("train", "--colour"), "No such option: --colour"),
    ],
)
def test_a_command_used_wrongly_exits_with_2_and_names_the_argument(
    tasador: Tasador, arguments: tuple[str, ...], says: str
) -> None:
    done = tasador(*arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("PORT", "many", "a whole number from 0 to 65,535"),
        ("PORT", "99999", "a whole number from 0 to 65,535"),
        ("MAX_REJECT_SHARE", "10%", "a number from 0 to 1"),
        ("STORE_REQUESTS_PER_MINUTE", "0", "a number above 0, at most 600"),
        ("STOP_SECONDS", "-1", "a whole number, at least 1"),
        ("REQUIRE_KEY", "maybe", "true or false"),
        ("LOG_LEVEL", "loud", "one of debug, info, warning, error"),
        ("TRACKING_URI", "mlruns", "an address that begins with its scheme"),
        ("TUNING_URL", "tuning.db", "an address that begins with its scheme"),
    ],
)
def test_a_setting_with_a_wrong_value_is_named_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(f"TASADOR_{setting}", value)
    (problem,) = cast("list[TasadorError]", setting_words.read())
    assert str(problem) == (
        f"TASADOR_{setting}: a setting has a value that it cannot have; got {value!r}; expected {problem.expected}. "
        "Unset it, or give it such a value."
    )
    assert str(problem.expected).startswith(expected)


def test_a_wrong_setting_ends_a_command_with_one(tasador: Tasador) -> None:
    done = tasador("settings", env={"TASADOR_PORT": "many"})
    assert done.returncode == 1
    assert "TASADOR_PORT: a setting has a value that it cannot have; got 'many'" in one_line(done.stderr)


def test_a_setting_of_another_name_is_named(tasador: Tasador) -> None:
    done = tasador("settings", env={"TASADOR_WRKSPACE": "x"})
    assert done.returncode == 1
    assert "got 'TASADOR_WRKSPACE'; expected one of TASADOR_WORKSPACE" in one_line(done.stderr)


def test_a_command_whose_library_is_absent_says_what_to_install(
    tasador: Tasador, tmp_path: Path, ran: tuple[Workspace, Ran]
) -> None:
    for name in ("uvicorn", "sklearn"):
        (tmp_path / f"{name}.py").write_text(f"raise ModuleNotFoundError(\"No module named '{name}'\", name='{name}')")
    env = {"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    serve = tasador("serve", "--workspace", ran[0].root, env=env)
    assert (serve.returncode, ".[serve]" in one_line(serve.stderr)) == (1, True)
    train = tasador("train", "--workspace", ran[0].root, env=env)
    assert (train.returncode, ".[train]" in one_line(train.stderr)) == (1, True)
