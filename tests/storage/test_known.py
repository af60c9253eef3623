from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasador.errors import SourceError, UnknownValueError
from tasador.storage import known
from tests.conftest import shared_file
from tests.storage.publisher import CONTENT, published


@pytest.fixture
def entry() -> Iterator[known.KnownCatalogue]:
    """A known catalogue that a server of the tests' own has."""
    with published() as found:
        yield found


@pytest.mark.parametrize("catalogue", known.KNOWN, ids=lambda catalogue: catalogue.name)
def test_an_entry_says_where_it_is_under_which_terms_and_how_to_be_sure_of_it(
    catalogue: known.KnownCatalogue,
) -> None:
    assert known.find(catalogue.name) is catalogue
    assert catalogue.page.startswith("https://")
    assert catalogue.licence.endswith(".")
    if catalogue.url is not None:
        assert catalogue.url.startswith("https://")
        assert catalogue.url.endswith(f"/{catalogue.file}")
        assert catalogue.sha256 is not None
        assert len(bytes.fromhex(catalogue.sha256)) == 32


def test_names_are_unique() -> None:
    assert len({catalogue.name for catalogue in known.KNOWN}) == len(known.KNOWN)


@pytest.mark.real_data
def test_the_course_projects_input_is_the_file_that_is_named() -> None:
    published = shared_file("data", "steam_games.json.gz").read_bytes()
    catalogue = known.find("ucsd-2018")
    assert hashlib.sha256(published).hexdigest() == catalogue.sha256
    assert len(published) == catalogue.size_bytes


def test_an_unknown_name_is_told_those_there_are() -> None:
    with pytest.raises(UnknownValueError, match="catalogue: there is no such value; got 'ucsd'; expected one of ucsd-"):
        known.find("ucsd")


def test_a_catalogue_is_downloaded_and_its_progress_told(entry: known.KnownCatalogue, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    target = tmp_path / "new" / "games.json"
    assert known.fetch(entry, target, progress=lambda done, total: told.append((done, total)))
    assert target.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))


def test_a_file_that_is_there_is_not_downloaded_again_unless_forced(
    entry: known.KnownCatalogue, tmp_path: Path
) -> None:
    target = tmp_path / "games.json"
    target.write_bytes(CONTENT)
    assert not known.fetch(dataclasses.replace(entry, url="http://127.0.0.1:1/games.json"), target)
    assert known.fetch(entry, target, force=True)


@pytest.mark.parametrize("checked", [True, False], ids=["checked", "unchecked"])
def test_another_file_in_its_place_is_not_replaced_unless_forced(
    entry: known.KnownCatalogue, tmp_path: Path, checked: bool
) -> None:
    wanted = entry if checked else dataclasses.replace(entry, sha256=None)
    target = tmp_path / "games.json"
    target.write_bytes(b"mine")
    with pytest.raises(SourceError, match=r"another file is there; got sha256 [0-9a-f]{64}; expected") as caught:
        known.fetch(wanted, target)
    assert "--output PATH" in str(caught.value)
    assert target.read_bytes() == b"mine"
    assert known.fetch(wanted, target, force=True)
    assert target.read_bytes() == CONTENT


def test_a_folder_is_no_place_for_a_file(entry: known.KnownCatalogue, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file can be written there"):
        known.fetch(entry, tmp_path)


def test_a_file_that_is_not_what_was_published_does_not_take_its_place(
    entry: known.KnownCatalogue, tmp_path: Path
) -> None:
    target = tmp_path / "games.json"
    with pytest.raises(SourceError) as caught:
        known.fetch(dataclasses.replace(entry, sha256="0" * 64), target)
    assert "0" * 64 in str(caught.value)
    assert not target.exists()


def test_a_catalogue_behind_a_login_says_where_to_log_in_and_what_to_do_then(tmp_path: Path) -> None:
    catalogue = known.find("nikdavis-2019")
    with pytest.raises(SourceError, match="only people who log in get this catalogue") as caught:
        known.fetch(catalogue, tmp_path / "steam.csv")
    assert catalogue.page in str(caught.value)
    assert "`tasador ingest PATH`" in str(caught.value)
    assert not (tmp_path / "steam.csv").exists()
