from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tasador.errors import WorkspaceError
from tasador.storage.workspace import Current, Workspace, encode_json

ENTRY = {"at": "2020-01-01", "action": "promote", "version": "a", "previous": None, "snapshot": "s"}


def test_an_empty_workspace_has_nothing_current(tmp_path: Path) -> None:
    assert Workspace(tmp_path / "none").current() == Current()


def test_what_is_current_is_read_back(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.change_current(snapshot="s", champion="m")
    assert workspace.current() == Current("s", "m")


def test_what_is_not_named_stays_current(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.change_current(champion="m")
    workspace.change_current(snapshot="s")
    assert workspace.current() == Current("s", "m")


def test_processes_that_change_what_is_current_do_not_undo_each_other(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tasador.storage.workspace import Workspace;"
        "[Workspace(Path(sys.argv[1])).change_current(**{sys.argv[2]: str(i)}) for i in range(40)]"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in ("snapshot", "champion")]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert Workspace(tmp_path).current() == Current("39", "39")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"format": 1, "snap', "the file is damaged"),
        (b"\xff\xfe", "the file is damaged"),
        (b"[]", "got list; expected an object"),
        (b'{"format": 9}', "got 9; expected 1"),
    ],
)
def test_a_damaged_current_says_what_to_do(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "current.json").write_bytes(content)
    with pytest.raises(WorkspaceError) as caught:
        Workspace(tmp_path).current()
    assert says in str(caught.value)
    assert "current.json" in str(caught.value)


def test_the_history_only_grows(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert workspace.history() == []
    for version in "ab":
        workspace.append_history({**ENTRY, "version": version})
    assert [entry["version"] for entry in workspace.history()] == ["a", "b"]


@pytest.mark.parametrize("line", ['{"versi', '{"x": 1}', "[]"])
def test_a_damaged_line_of_the_history_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "history.jsonl").write_text(f"{json.dumps(ENTRY)}\n{line}\n")
    with pytest.raises(WorkspaceError, match="line 2: a line of the history is damaged"):
        Workspace(tmp_path).history()


def test_json_has_no_nan() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        encode_json({"x": float("nan")})
