"""Keys are made, listed and revoked from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasador.storage.keys import KeyRing
from tasador.storage.workspace import Workspace
from tests.cli.conftest import Tasador


def test_a_key_is_printed_once(called: Tasador, tmp_path: Path) -> None:
    done = called("keys", "create", "--name", "ana", "--workspace", tmp_path)
    assert done.returncode == 0, done.stderr
    key = done.stdout.strip()
    assert "ana's and opens read" in done.stderr
    assert key not in done.stderr
    found = KeyRing(Workspace(tmp_path)).find(key)
    assert found is not None
    assert (found.name, found.scope) == ("ana", "read")
    told = called("keys", "list", "--workspace", tmp_path).stdout
    assert "ana" in told
    assert key.split("_", 2)[2] not in told


def test_a_key_is_made_listed_and_revoked_as_json(called: Tasador, tmp_path: Path) -> None:
    made = json.loads(
        called("keys", "create", "--name", "ops", "--scope", "admin", "--workspace", tmp_path, "--json").stdout
    )
    assert (made["name"], made["scope"]) == ("ops", "admin")
    key = made.pop("key")
    assert json.loads(called("keys", "list", "--workspace", tmp_path, "--json").stdout) == [made]
    assert json.loads(called("keys", "revoke", "ops", "--workspace", tmp_path, "--json").stdout) == made
    assert KeyRing(Workspace(tmp_path)).find(key) is None
    assert "has no key yet" in called("keys", "list", "--workspace", tmp_path).stdout


def test_no_workspace_is_made_for_a_key(called: Tasador, tmp_path: Path) -> None:
    nowhere = tmp_path / "nope"
    for arguments in (("create", "--name", "ana"), ("list",), ("revoke", "ana")):
        done = called("keys", *arguments, "--workspace", nowhere)
        assert done.returncode == 1
        assert "there is no such workspace" in done.stderr
    assert not nowhere.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("create", "--name", "a", "--scope", "root"), 2, "'--scope': got 'root', expected read or admin"),
        (("create",), 2, "Missing option '--name'"),
        (("create", "--name", "a b"), 1, "a key cannot be called so; got 'a b'"),
        (("revoke", "eva"), 1, "key: there is no such value; got 'eva'"),
    ],
)
def test_what_is_wrong_is_told(
    called: Tasador, tmp_path: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = called("keys", *arguments, "--workspace", tmp_path)
    assert done.returncode == code
    assert says in done.stderr
