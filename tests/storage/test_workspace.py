from __future__ import annotations

from pathlib import Path

import pytest

from tasador.errors import WorkspaceError
from tasador.storage.workspace import Current, Workspace, encode_json


def test_an_empty_workspace_has_nothing_current(tmp_path: Path) -> None:
    assert Workspace(tmp_path / "none").current() == Current()


def test_what_is_current_is_read_back(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.set_current(Current("s", "m"))
    assert workspace.current() == Current("s", "m")


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
    workspace.append_history({"version": "a"})
    workspace.append_history({"version": "b"})
    assert [entry["version"] for entry in workspace.history()] == ["a", "b"]


def test_a_damaged_line_of_the_history_is_named(tmp_path: Path) -> None:
    (tmp_path / "history.jsonl").write_text('{"version": "a"}\n{"versi\n')
    with pytest.raises(WorkspaceError, match="line 2: a line of the history is damaged"):
        Workspace(tmp_path).history()


def test_json_has_no_nan() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        encode_json({"x": float("nan")})
