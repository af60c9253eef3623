"""Keys are told once, kept as hashes, and known to a running server a second after they are made or revoked."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import threading
from pathlib import Path

import pytest

from tasador.errors import TasadorError, UnknownValueError, WorkspaceError
from tasador.storage import keys
from tasador.storage.keys import KeyRing
from tasador.storage.workspace import Workspace


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        monkeypatch.setattr("tasador.storage.keys.time.monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_a_key_is_found_by_what_was_told_once(workspace: Workspace) -> None:
    made, text = keys.create(workspace, "ana", "read")
    _, other = keys.create(workspace, "ops", "admin")
    ring = KeyRing(workspace)
    assert ring.find(text) == made
    assert ring.find(other) != made
    assert len({text, other}) == 2


@pytest.mark.parametrize("wrong", ["", "x", "tasador_", "tasador_000000000000_" + "A" * 43, "é", "tasador_\n"])
def test_what_is_no_key_is_not_found(workspace: Workspace, wrong: str) -> None:
    keys.create(workspace, "ana", "read")
    assert KeyRing(workspace).find(wrong) is None


def test_a_key_with_another_secret_is_not_found(workspace: Workspace) -> None:
    _, text = keys.create(workspace, "ana", "read")
    ring = KeyRing(workspace)
    assert ring.find(text[:-1] + ("A" if text[-1] != "A" else "B")) is None
    assert ring.find(text + "A") is None
    assert ring.find(text + "\n") is None


def test_the_file_holds_hashes_and_only_its_owner_reads_it(workspace: Workspace) -> None:
    made, text = keys.create(workspace, "ana", "admin")
    path = workspace.root / "keys.json"
    assert text not in path.read_text()
    assert text.split("_", 2)[2] not in path.read_text()
    assert json.loads(path.read_text())["keys"][0]["sha256"] == hashlib.sha256(text.encode()).hexdigest() == made.sha256
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keys.create(workspace, "eva", "read")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_server_knows_of_changes_a_second_later(workspace: Workspace, clock: Clock) -> None:
    ring = KeyRing(workspace)
    _, text = keys.create(workspace, "ana", "read")
    assert ring.find(text) is None
    clock.now += 1.1
    assert ring.find(text) is not None
    keys.revoke(workspace, "ana")
    assert ring.find(text) is not None
    clock.now += 1.1
    assert ring.find(text) is None


def test_a_file_that_became_unreadable_changes_nothing_and_is_told_once(
    workspace: Workspace, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    _, text = keys.create(workspace, "ana", "read")
    ring = KeyRing(workspace)
    (workspace.root / "keys.json").write_text("{")
    for _ in range(3):
        clock.now += 1.1
        assert ring.find(text) is not None
    assert caplog.text.count("keys_unreadable") == 1
    (workspace.root / "keys.json").unlink()
    clock.now += 1.1
    assert ring.find(text) is None


def test_a_file_that_cannot_be_looked_at_changes_nothing_until_it_can(
    workspace: Workspace, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    _, text = keys.create(workspace, "ana", "read")
    path = workspace.root / "keys.json"
    ring = KeyRing(workspace)
    for attempt in (1, 2):
        aside = path.rename(path.with_suffix(".aside"))
        path.symlink_to(path)  # as one without the right to: an error that is not "there is none"
        for _ in range(3):
            clock.now += 1.1
            assert ring.find(text) is not None
        assert caplog.text.count("keys_unreadable") == attempt
        aside.replace(path)
        clock.now += 1.1
        assert ring.find(text) is not None
    keys.revoke(workspace, "ana")
    clock.now += 1.1
    assert ring.find(text) is None


def test_what_was_unreadable_is_read_when_it_is_readable(workspace: Workspace, clock: Clock) -> None:
    _, text = keys.create(workspace, "ana", "read")
    path = workspace.root / "keys.json"
    ring = KeyRing(workspace)
    keys.revoke(workspace, "ana")
    written, at = path.read_bytes(), path.stat()
    path.write_bytes(b"\xff" * len(written))
    os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))
    clock.now += 1.1
    assert ring.find(text) is not None
    path.write_bytes(written)
    os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))
    clock.now += 1.1
    assert ring.find(text) is None


@pytest.mark.parametrize(
    "written",
    ["[]", "{}", '{"format": 2, "keys": []}', '{"format": 1, "keys": [{}]}', '{"format": 1}',
     '{"format": 1, "keys": [{"id": "a", "name": "b", "scope": "all", "sha256": "c", "made_at": "d"}]}',
     '{"format": 1, "keys": [{"id": 1, "name": "b", "scope": "read", "sha256": "c", "made_at": "d"}]}'],
)  # fmt: skip
def test_a_damaged_file_is_told(workspace: Workspace, written: str) -> None:
    (workspace.root / "keys.json").write_text(written)
    with pytest.raises(WorkspaceError, match=r"keys\.json: the file is damaged"):
        KeyRing(workspace)
    with pytest.raises(WorkspaceError):
        keys.create(workspace, "ana", "read")
    assert (workspace.root / "keys.json").read_text() == written


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "ñ", "a\n", "../x"])
def test_a_key_has_a_name_that_logs_can_hold(workspace: Workspace, name: str) -> None:
    with pytest.raises(TasadorError, match="cannot be called so"):
        keys.create(workspace, name, "read")


def test_two_keys_have_two_names(workspace: Workspace) -> None:
    keys.create(workspace, "ana", "read")
    with pytest.raises(TasadorError, match="there is a key of this name"):
        keys.create(workspace, "ana", "admin")
    keys.revoke(workspace, "ana")
    assert keys.create(workspace, "ana", "admin")[0].scope == "admin"
    with pytest.raises(UnknownValueError, match="got 'eva'; expected one of ana"):
        keys.revoke(workspace, "eva")


def test_keys_that_are_made_at_once_are_all_kept(workspace: Workspace) -> None:
    threads = [threading.Thread(target=keys.create, args=(workspace, f"k{n}", "read")) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(key.name for key in keys.stored(workspace)) == sorted(f"k{n}" for n in range(12))
