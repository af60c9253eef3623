from __future__ import annotations

import json
from pathlib import Path

import pytest

from tasador.errors import BundleError, WorkspaceError
from tasador.storage import atomic, sealed


def seal(root: Path, text: str = "hello") -> Path:
    with atomic.scratch_directory(root) as directory:
        (directory / "a").mkdir()
        (directory / "a" / "b.txt").write_text(text)
        sealed.seal(directory, root / "out", kind="thing", facts={"fact": 1})
    return root / "out"


def test_a_sealed_directory_verifies_and_tells_its_facts(tmp_path: Path) -> None:
    found = sealed.verify(seal(tmp_path), kind="thing")
    assert (found["id"], found["fact"], list(found["files"])) == ("out", 1, ["a/b.txt"])


def test_sealing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    before = (seal(tmp_path) / "manifest.json").stat().st_mtime_ns
    assert (seal(tmp_path) / "manifest.json").stat().st_mtime_ns == before


def test_sealing_again_replaces_a_damaged_directory(tmp_path: Path) -> None:
    (seal(tmp_path) / "a" / "b.txt").write_text("altered")
    sealed.verify(seal(tmp_path), kind="thing")


def alter(place: Path) -> None:
    (place / "a" / "b.txt").write_text("hellO")


def truncate(place: Path) -> None:
    (place / "a" / "b.txt").write_text("hel")


def remove(place: Path) -> None:
    (place / "a" / "b.txt").unlink()


def add(place: Path) -> None:
    (place / "a" / "more.txt").write_text("")


def spoil_manifest(place: Path) -> None:
    (place / "manifest.json").write_text('{"format": 1, "ki')


def remove_manifest(place: Path) -> None:
    (place / "manifest.json").unlink()


def make_newer(place: Path) -> None:
    found = json.loads((place / "manifest.json").read_text())
    (place / "manifest.json").write_text(json.dumps({**found, "format": 2}))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (alter, "b.txt: the file was altered; got sha256"),
        (truncate, "b.txt: the file was altered"),
        (remove, "a difference in a/b.txt"),
        (add, "a difference in a/more.txt"),
        (spoil_manifest, "manifest.json: the file is damaged"),
        (remove_manifest, "manifest.json: the file is missing"),
        (make_newer, "got kind 'thing' in format 2; expected kind 'thing' in format 1"),
    ],
)
def test_any_damage_is_found_and_named(tmp_path: Path, damage: object, says: str) -> None:
    place = seal(tmp_path)
    assert callable(damage)
    damage(place)
    with pytest.raises(BundleError) as caught:
        sealed.verify(place, kind="thing", error=BundleError, do="Mend it.")
    assert says in str(caught.value)


def test_a_directory_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="expected kind 'snapshot'"):
        sealed.verify(seal(tmp_path), kind="snapshot")
