from __future__ import annotations

import errno
import os
from dataclasses import asdict
from pathlib import Path

import polars as pl
import pytest

from tasador.errors import UnknownValueError, WorkspaceError
from tasador.storage import snapshots
from tasador.storage.workspace import Workspace, encode_json
from tests.ingest.records import IDENTITY, Catalogue, catalogue, line


def publish(workspace: Workspace, price: float = 9.99) -> str:
    found = make(price)
    with snapshots.draft(workspace) as draft:
        draft.add(found.parts.games, found.parts.set_aside)
        name, _ = draft.finish({"quality.json": encode_json(found.quality.to_dict())})
        facts = {"sources": [IDENTITY], "made_by": {"version": "0"}, "accounting": asdict(found.quality.accounting)}
        draft.publish({"README.md": b"card"}, facts)
    return name


def make(price: float = 9.99) -> Catalogue:
    return catalogue(line(price=price), line(id="11", release_date="TBA"))


def files(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_what_is_published_is_read_back(tmp_path: Path) -> None:
    workspace, snapshot = Workspace(tmp_path), make()
    name = publish(workspace)
    assert snapshots.ids(workspace) == [name]
    assert snapshots.load_games(workspace, name).equals(snapshot.parts.games)
    assert snapshots.load_set_aside(workspace, name).equals(snapshot.parts.set_aside)
    assert snapshots.manifest(workspace, name)["accounting"]["raw"] == 2


def test_the_same_source_gives_the_same_id_and_the_same_bytes(tmp_path: Path) -> None:
    one, two = Workspace(tmp_path / "one"), Workspace(tmp_path / "two")
    name = publish(one)
    assert publish(two) == name
    assert files(one.snapshots) == files(two.snapshots)


def test_an_altered_quality_report_is_not_read(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    name = publish(workspace)
    report = workspace.snapshots / name / "quality.json"
    assert snapshots.quality(workspace, name)["accounting"]["raw"] == 2
    report.write_bytes(report.read_bytes() + b" ")
    with pytest.raises(WorkspaceError, match="altered"):
        snapshots.quality(workspace, name)


def test_other_content_gives_another_id(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert publish(workspace) != publish(workspace, 1.99)


def test_a_snapshot_is_found_by_the_beginning_of_its_id_if_no_other_begins_so(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    first = publish(workspace)
    for begins in (first, first[:3]):
        assert snapshots.find(workspace, begins) == first
    other = first[:3] + ("0" if first[3] != "0" else "1") * 9
    (workspace.snapshots / first).rename(workspace.snapshots / other)
    publish(workspace)
    assert snapshots.find(workspace, first) == first
    with pytest.raises(UnknownValueError, match="more than one begins so") as caught:
        snapshots.find(workspace, first[:3])
    assert caught.value.known == tuple(sorted((first, other)))
    for named in ("", "xyz"):
        with pytest.raises(UnknownValueError, match="`tasador ingest SOURCE` makes one"):
            snapshots.find(workspace, named)


def test_an_altered_table_is_not_read(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    name = publish(workspace)
    part = workspace.snapshots / name / "games.parquet" / "part-00000.parquet"
    pl.read_parquet(part).with_columns(price_usd=pl.lit(1.0)).write_parquet(part)
    with pytest.raises(WorkspaceError, match="the file was altered"):
        snapshots.load_games(workspace, name)
    publish(workspace)
    assert snapshots.load_games(workspace, name)["price_usd"].item() == 9.99


def test_a_full_disk_leaves_the_snapshots_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = Workspace(tmp_path)
    name = publish(workspace)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        publish(workspace, 1.99)
    assert [path.name for path in workspace.snapshots.iterdir()] == [name]


def test_an_unknown_snapshot_names_those_there_are(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    name = publish(workspace)
    with pytest.raises(UnknownValueError, match=f"got 'none'; expected one of {name}"):
        snapshots.load_games(workspace, "none")


def test_games_of_another_contract_are_not_read(tmp_path: Path) -> None:
    workspace, found = Workspace(tmp_path), make()
    with snapshots.draft(workspace) as draft:
        draft.add(found.parts.games.drop("tags"), found.parts.set_aside)
        name, _ = draft.finish({})
        draft.publish({}, {"sources": [], "made_by": {}, "accounting": {}})
    with pytest.raises(WorkspaceError, match="a difference in tags; expected the columns of the data dictionary"):
        snapshots.load_games(workspace, name)
