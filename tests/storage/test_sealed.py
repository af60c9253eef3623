from __future__ import annotations

import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tasador.errors import BundleError, WorkspaceError
from tasador.storage import atomic, sealed

KIND = "snapshot"
FACTS = {"sources": [1], "made_by": "first", "accounting": {}}


def seal(root: Path, text: str = "hello", **facts: object) -> Path:
    with atomic.scratch_directory(root) as directory:
        (directory / "a").mkdir()
        (directory / "a" / "b.txt").write_text(text)
        sealed.seal(directory, root / "out", kind=KIND, facts={**FACTS, **facts})
    return root / "out"


def test_a_sealed_directory_verifies_and_tells_its_facts(tmp_path: Path) -> None:
    found = sealed.verify(seal(tmp_path), kind=KIND)
    assert (found["id"], found["sources"], list(found["files"])) == ("out", [1], ["a/b.txt"])


def test_sealing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    before = (seal(tmp_path) / "manifest.json").stat().st_mtime_ns
    assert (seal(tmp_path) / "manifest.json").stat().st_mtime_ns == before


def test_sealing_the_same_files_by_other_code_changes_the_manifest_only(tmp_path: Path) -> None:
    before = (seal(tmp_path) / "a" / "b.txt").stat().st_mtime_ns
    place = seal(tmp_path, made_by="second")
    assert (place / "a" / "b.txt").stat().st_mtime_ns == before
    assert sealed.verify(place, kind=KIND)["made_by"] == "second"


def test_what_a_newer_version_wrote_is_not_replaced(tmp_path: Path) -> None:
    make_newer(seal(tmp_path))
    with pytest.raises(WorkspaceError, match="written by a newer version"):
        seal(tmp_path)


def test_a_damaged_directory_stays_where_its_replacement_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (seal(tmp_path) / "a" / "b.txt").write_text("altered")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        seal(tmp_path)
    assert (tmp_path / "out" / "a" / "b.txt").read_text() == "altered"


def test_sealing_again_replaces_a_damaged_directory(tmp_path: Path) -> None:
    (seal(tmp_path) / "a" / "b.txt").write_text("altered")
    sealed.verify(seal(tmp_path), kind=KIND)


def test_many_that_seal_the_same_at_once_all_succeed(tmp_path: Path) -> None:
    for number in range(20):
        root = tmp_path / str(number)
        with ThreadPoolExecutor(6) as threads:
            places = list(threads.map(lambda _: seal(root), range(6)))  # noqa: B023  (done within the round)
        assert set(places) == {root / "out"}
        assert [path.name for path in root.iterdir()] == ["out"]
        sealed.verify(root / "out", kind=KIND)


def alter(place: Path) -> None:
    (place / "a" / "b.txt").write_text("hellO")


def truncate(place: Path) -> None:
    (place / "a" / "b.txt").write_text("hel")


def remove(place: Path) -> None:
    (place / "a" / "b.txt").unlink()


def forget_fact(place: Path) -> None:
    found = json.loads((place / "manifest.json").read_text())
    del found["accounting"]
    (place / "manifest.json").write_text(json.dumps(found))


def spoil_files(place: Path) -> None:
    found = json.loads((place / "manifest.json").read_text())
    (place / "manifest.json").write_text(json.dumps({**found, "files": {"a/b.txt": None}}))


def move(place: Path) -> None:
    found = json.loads((place / "manifest.json").read_text())
    (place / "manifest.json").write_text(json.dumps({**found, "id": "another"}))


def add(place: Path) -> None:
    (place / "a" / "more.txt").write_text("")


def spoil_manifest(place: Path) -> None:
    (place / "manifest.json").write_text('{"format": 1, "ki')


def remove_manifest(place: Path) -> None:
    (place / "manifest.json").unlink()


def make_newer(place: Path) -> None:
    found = json.loads((place / "manifest.json").read_text())
    (place / "manifest.json").write_text(json.dumps({**found, "format": 3}))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (alter, "b.txt: the file was altered; got sha256"),
        (truncate, "b.txt: the file was altered"),
        (remove, "a difference in a/b.txt"),
        (add, "a difference in a/more.txt"),
        (spoil_manifest, "manifest.json: the file is damaged"),
        (remove_manifest, "manifest.json: the file is missing"),
        (forget_fact, "the manifest is damaged; got no accounting"),
        (spoil_files, "the manifest is damaged"),
        (move, "the manifest is damaged"),
        (make_newer, "got kind 'snapshot' in format 3; expected kind 'snapshot' in format 2"),
    ],
)
def test_any_damage_is_found_and_named(tmp_path: Path, damage: object, says: str) -> None:
    place = seal(tmp_path)
    assert callable(damage)
    damage(place)
    with pytest.raises(BundleError) as caught:
        sealed.verify(place, kind=KIND, error=BundleError, do="Mend it.")
    assert says in str(caught.value)


def test_a_directory_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="expected kind 'bundle'"):
        sealed.verify(seal(tmp_path), kind="bundle")
