from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasador.cli import fetch
from tasador.errors import SourceError
from tasador.storage import known
from tests.cli.conftest import Tasador
from tests.storage.publisher import CONTENT, published


@pytest.fixture
def entry() -> Iterator[known.KnownCatalogue]:
    """A known catalogue that a server of the tests' own has."""
    with published() as found:
        yield found


def test_the_known_catalogues_are_listed(tasador: Tasador) -> None:
    people = tasador("fetch")
    machines = tasador("fetch", "--json")
    assert people.returncode == machines.returncode == 0, people.stderr + machines.stderr
    found = json.loads(machines.stdout)
    assert [item["name"] for item in found] == [catalogue.name for catalogue in known.KNOWN]
    for item in found:
        assert item["name"] in people.stdout
        assert item["observed"] in people.stdout
        assert item["licence"]


def test_a_catalogue_behind_a_login_is_an_instruction_and_not_a_success(tasador: Tasador, tmp_path: Path) -> None:
    done = tasador("fetch", "nikdavis-2019", cwd=tmp_path)
    assert done.returncode == 1
    assert "licence   CC BY 4.0" in done.stdout
    assert "Log in at https://www.kaggle.com/datasets/nikdavis/steam-store-games" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_catalogue_names_those_there_are(tasador: Tasador) -> None:
    done = tasador("fetch", "ucsd")
    assert done.returncode == 1
    assert "catalogue: there is no such value; got 'ucsd'; expected one of ucsd-2018" in done.stderr


def test_terms_come_before_the_download_and_the_next_step_after(
    entry: known.KnownCatalogue, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "my games.json"
    fetch.save(entry, target, force=False, json=False)
    told = capsys.readouterr()
    assert target.read_bytes() == CONTENT
    assert told.out.index(f"licence   {entry.licence}") < told.out.index("saved     ")
    assert f"saved     {target}: {len(CONTENT):,} bytes, sha256 as published" in told.out
    assert told.out.endswith(f"\nNext: tasador ingest '{target}'\n")
    assert f"games.json: 100%, {len(CONTENT) / 1e6:.1f} MB" in told.err
    fetch.save(entry, target, force=False, json=False)
    assert "(was there)" in capsys.readouterr().out


def test_terms_are_told_also_when_the_download_fails(
    entry: known.KnownCatalogue, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = dataclasses.replace(entry, url=f"{entry.url}.gone")
    with pytest.raises(SourceError, match="the download failed"):
        fetch.save(gone, tmp_path / "games.json", force=False, json=False)
    told = capsys.readouterr().out
    assert entry.licence in told
    assert "saved" not in told


def test_a_folder_takes_the_file_under_its_own_name_and_json_tells_all(
    entry: known.KnownCatalogue, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "here").mkdir()
    fetch.save(entry, tmp_path / "here", force=False, json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["path"] == str(tmp_path / "here" / "games.json")
    assert told["sha256"] == hashlib.sha256((tmp_path / "here" / "games.json").read_bytes()).hexdigest()
    assert (told["reused"], told["observed"], told["licence"]) == (False, "2018-01-04", entry.licence)


def test_a_size_that_the_server_does_not_say_is_not_made_up(
    entry: known.KnownCatalogue, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unmeasured = dataclasses.replace(entry, url=f"{entry.url}.unmeasured")
    fetch.save(unmeasured, tmp_path / "games.json", force=False, json=False)
    told = capsys.readouterr()
    assert f"saved     {tmp_path / 'games.json'}: {len(CONTENT):,} bytes" in told.out
    assert "%" not in told.err
