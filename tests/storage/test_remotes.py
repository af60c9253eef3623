"""What a folder and a bucket promise: writes that are whole, and one winner of many."""

from __future__ import annotations

import hashlib
import json
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.errors import BundleError, WorkspaceError
from tasador.storage import atomic, bundles
from tasador.storage.remotes import directories
from tasador.storage.remotes.address import open_remote
from tasador.storage.remotes.objects import Objects, RemoteError
from tasador.storage.remotes.pointer import State, merge
from tasador.storage.remotes.s3 import Bucket
from tasador.storage.workspace import Workspace

FACTS = {"snapshot": "s", "n_rows": 1, "parameters": {}, "made_by": {}}
RACERS = 8


def made(place: Path, version: str = "price-one", data: bytes = b"{}") -> Workspace:
    workspace = Workspace(place)
    bundles.publish(workspace, version, {"price.json": data, "model_card.md": b"# A model\n"}, FACTS)
    return workspace


def pulled(remote: Objects, place: Path, version: str = "price-one") -> Workspace:
    workspace = Workspace(place)
    with atomic.scratch_directory(workspace.models) as scratch:
        bundles.adopt(workspace, directories.pull(remote, version, scratch, kind="bundle"))
    return workspace


def test_of_many_that_create_or_replace_at_a_time_one_does(remote: Objects) -> None:
    with ThreadPoolExecutor(RACERS) as pool:
        won = list(pool.map(lambda one: remote.create("key", f"{one}".encode()), range(RACERS)))
        assert sum(won) == 1
        there = remote.read("key")
        assert there is not None
        assert int(there[0]) == won.index(True)
        version = there[1]
        swapped = list(pool.map(lambda one: remote.swap("key", f"new {one}".encode(), version), range(RACERS)))
    assert sum(swapped) == 1
    after = remote.read("key")
    assert after is not None
    assert after[0] == f"new {swapped.index(True)}".encode()
    assert not remote.swap("absent", b"", version)
    assert remote.read("absent") is None


def test_keys_are_listed_by_how_they_begin_with_their_sizes(remote: Objects, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    for key in ("models/a-1/x", "models/a-2/y/z", "models/b/x", "snapshots/a/x"):
        remote.put(key, file, hashlib.sha256(b"12345").hexdigest())
    assert remote.sizes("models/a-") == {"models/a-1/x": 5, "models/a-2/y/z": 5}
    assert len(remote.sizes("")) == 4
    assert remote.sizes("nothing/") == {}


def test_a_bundle_comes_back_as_it_went(remote: Objects, tmp_path: Path) -> None:
    here = made(tmp_path / "here")
    assert directories.push(remote, here.models / "price-one", kind="bundle")
    assert not directories.push(remote, here.models / "price-one", kind="bundle")
    assert directories.find(remote, "bundle", "price") == ["price-one"]
    there = pulled(remote, tmp_path / "there")
    assert bundles.load(there, "price-one") == bundles.load(here, "price-one")


def test_many_that_push_the_same_at_a_time_meet_without_harm(remote: Objects, tmp_path: Path) -> None:
    here = made(tmp_path / "here")
    with ThreadPoolExecutor(RACERS) as pool:
        made_visible = list(
            pool.map(lambda _: directories.push(remote, here.models / "price-one", kind="bundle"), range(RACERS))
        )
    assert sum(made_visible) == 1
    assert bundles.load(pulled(remote, tmp_path / "there"), "price-one") == bundles.load(here, "price-one")


def test_other_bytes_under_the_same_name_are_refused_and_the_first_stay(remote: Objects, tmp_path: Path) -> None:
    here, other = made(tmp_path / "here"), made(tmp_path / "other", data=b"[]")
    directories.push(remote, here.models / "price-one", kind="bundle")
    with pytest.raises(RemoteError, match=r"other bytes under the same name; got a difference in price\.json"):
        directories.push(remote, other.models / "price-one", kind="bundle")
    assert bundles.load(pulled(remote, tmp_path / "there"), "price-one") == bundles.load(here, "price-one")


def test_what_was_not_sent_whole_is_not_there_and_is_sent_again(remote: Objects, tmp_path: Path) -> None:
    here, other = made(tmp_path / "here"), made(tmp_path / "other", data=b"[]")
    directories.push(remote, here.models / "price-one", kind="bundle")
    keys = [key for key in remote.sizes("models/price-one/") if not key.endswith("manifest.json")]
    elsewhere = open_remote(f"{remote.url}/elsewhere") if remote.url.startswith("s3") else None
    if elsewhere is None:
        (Path(remote.url) / "elsewhere").mkdir()
        elsewhere = open_remote(f"{remote.url}/elsewhere")
    # as a pusher leaves it that was killed before the manifest
    elsewhere.put(keys[0], here.models / "price-one" / "price.json", hashlib.sha256(b"{}").hexdigest())
    assert directories.find(elsewhere, "bundle", "") == []
    with pytest.raises(RemoteError, match="the remote has no such bundle; got price-one"):
        pulled(elsewhere, tmp_path / "there")
    assert directories.push(elsewhere, other.models / "price-one", kind="bundle")
    assert bundles.load(pulled(elsewhere, tmp_path / "there"), "price-one").files["price.json"] == b"[]"


def test_what_was_altered_there_is_not_taken(remote: Objects, tmp_path: Path) -> None:
    here = made(tmp_path / "here")
    directories.push(remote, here.models / "price-one", kind="bundle")
    (key,) = (key for key in remote.sizes("models/") if key.endswith("price.json"))
    altered = tmp_path / "altered"
    altered.write_bytes(b"[]")
    remote.put(key, altered, hashlib.sha256(b"[]").hexdigest())
    with pytest.raises(BundleError, match=r"price\.json: the file was altered"):
        pulled(remote, tmp_path / "there")
    assert bundles.versions(Workspace(tmp_path / "there")) == []


def test_a_disk_here_that_fails_is_not_told_as_the_remote_and_the_other_way_round(tmp_path: Path) -> None:
    (tmp_path / "remote" / "taken").mkdir(parents=True)
    remote, file = open_remote(str(tmp_path / "remote")), tmp_path / "file"
    file.write_bytes(b"12345")
    remote.put("key", file, "")
    with pytest.raises(WorkspaceError, match="a file of the workspace failed; got No space left"):
        remote.fetch("key", Path("/dev/full"))
    with pytest.raises(WorkspaceError, match="absent: a file of the workspace failed"):
        remote.put("other", tmp_path / "absent", "")
    with pytest.raises(RemoteError, match="missing: the remote failed"):
        remote.fetch("missing", file)
    with pytest.raises(RemoteError, match="taken: the remote failed"):
        remote.put("taken", file, "")
    assert remote.sizes("") == {"key": 5}


def test_a_large_file_goes_to_a_bucket_in_parts_and_comes_back_as_it_was(bucket: str, tmp_path: Path) -> None:
    data = random.Random(0).randbytes((16 << 20) + 5)
    (tmp_path / "file").write_bytes(data)
    Bucket(f"{bucket}/parts", whole=1 << 20).put("key", tmp_path / "file", hashlib.sha256(data).hexdigest())
    remote = open_remote(f"{bucket}/parts")
    found = remote.read("key")
    assert found is not None
    assert found[1].strip('"').endswith("-2")  # the tag of what came in two parts
    assert found[0] == data
    remote.fetch("key", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == data
    assert remote.sizes("") == {"key": len(data)}


def test_other_bytes_than_were_hashed_are_refused_by_a_bucket(bucket: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"altered")
    remote = open_remote(f"{bucket}/checked")
    with pytest.raises(RemoteError, match="the remote failed"):
        remote.put("key", tmp_path / "file", hashlib.sha256(b"12345").hexdigest())
    assert remote.sizes("") == {}


@pytest.mark.parametrize("name", ["../../outside", "/outside", "a/../../outside", ".hidden", "a\\b", ""])
def test_a_manifest_that_would_lead_out_of_the_workspace_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "remote").mkdir()
    remote = open_remote(str(tmp_path / "remote"))
    told = {"id": "price-one", "files": {name: {"sha256": "0" * 64}}}
    remote.create("models/price-one/manifest.json", json.dumps(told).encode())
    with pytest.raises(RemoteError, match="the manifest is damaged"):
        pulled(remote, tmp_path / "there")
    with pytest.raises(RemoteError, match="no directory can have such a name"):
        pulled(remote, tmp_path / "there", "../price-one")


def test_a_folder_that_is_not_mounted_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(RemoteError, match="cannot be reached; got no such folder"):
        open_remote(str(tmp_path / "absent")).create("key", b"")
    assert not (tmp_path / "absent").exists()
    with pytest.raises(RemoteError, match="no remote has such an address"):
        open_remote("gs://bucket/prefix")


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, "the remote refuses"),
        ({"AWS_ACCESS_KEY_ID": "nobody"}, "the remote refuses"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "cannot be reached"),
    ],
)
def test_why_a_bucket_cannot_be_reached_is_told(
    bucket: str, variables: dict[str, str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RemoteError, match=says) as raised:
        open_remote(bucket).read("current.json")
    assert "AWS_ACCESS_KEY_ID" in str(raised.value)


def test_a_bucket_that_is_not_there_is_told(bucket: str) -> None:
    with pytest.raises(RemoteError, match="there is no such bucket; got nowhere"):
        open_remote("s3://nowhere/prefix").sizes("")


def test_without_keys_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("boto3")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "AWS_SHARED_CREDENTIALS_FILE": "absent", "AWS_CONFIG_FILE": "absent", "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    with pytest.raises(RemoteError, match="there are no keys for the remote"):
        open_remote("s3://bucket").sizes("")


NAMES = st.sampled_from([None, "a", "b", "c"])
ENTRIES = st.lists(st.sampled_from([{"version": name} for name in "abcdef"]), unique_by=str, max_size=6)


@given(NAMES, NAMES, NAMES, ENTRIES, ENTRIES)
def test_no_change_is_lost_when_both_sides_are_joined(
    before: str | None, here: str | None, there: str | None, ours: list[dict[str, str]], theirs: list[dict[str, str]]
) -> None:
    merged, both = merge(
        State(champion=before), State(champion=here, history=tuple(ours)), State(champion=there, history=tuple(theirs))
    )
    if there != before:
        assert merged.champion == there
        assert bool(both) == (here not in {None, before, there})
    else:
        assert (merged.champion, both) == (here, ())
    assert sorted(map(str, merged.history)) == sorted({*map(str, ours), *map(str, theirs)})
    assert [entry for entry in merged.history if entry in theirs] == theirs
