from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter

import pytest

from tasador.ingest.formats.format import FORMATS, detect
from tasador.ingest.mapping import Mapping, suggest
from tasador.ingest.mapping.built_in import NAMES, built_in
from tests.conftest import shared_file
from tests.ingest.records import Catalogue, clean, piece

HEADER = (
    "appid,name,release_date,english,developer,publisher,platforms,required_age,categories,genres,steamspy_tags,"
    "achievements,positive_ratings,negative_ratings,average_playtime,median_playtime,owners,price"
)
ROW = (
    '620,"A Game, 2",2011-04-18,1,Valve;Other,Valve,windows;mac;linux,0,Single-player;Co-op,Action;Adventure,'
    "Puzzle;Co-op;Early Access,51,138220,1891,1102,520,10000000-20000000,7.19"
)


@pytest.mark.parametrize("name", NAMES)
def test_a_mapping_that_comes_with_tasador_is_a_format(name: str) -> None:
    assert FORMATS[name].name == name
    assert FORMATS[name].currency == built_in(name).format().currency


def test_a_row_of_the_stores_catalogue_is_a_game() -> None:
    table = f"{HEADER}\n{ROW}\n".encode()
    (row,) = clean([piece(table)], detect(table, where="test")).parts.games.iter_rows(named=True)
    assert (row["app_id"], row["name"], row["release_text"]) == (620, "A Game, 2", "2011-04-18")
    assert (row["developer"], row["publisher"]) == ("Valve, Other", "Valve")
    assert row["platforms"] == ["windows", "mac", "linux"]
    assert row["genres"] == ["Action", "Adventure"]
    assert row["specs"] == ["Single-player", "Co-op"]
    assert row["tags"] == ["Puzzle", "Co-op", "Early Access"]
    assert row["early_access"] is True
    assert (row["list_price"], row["currency"], row["price_usd"]) == (7.19, "GBP", None)
    assert (row["owners_min"], row["owners_max"]) == (10_000_000, 20_000_000)
    assert (row["positive_reviews"], row["negative_reviews"], row["required_age"]) == (138_220, 1_891, 0)
    assert (row["kind"], row["unreadable"]) == ("game", [])


@pytest.fixture(scope="module")
def table() -> bytes:
    with zipfile.ZipFile(shared_file("data", "nikdavis_steam.csv.zip")) as archive:
        return archive.read("steam.csv")


@pytest.fixture(scope="module")
def real(table: bytes) -> Catalogue:
    found = detect(table[: 1 << 20], where="steam.csv")
    assert found is FORMATS["store-csv"]
    return clean([piece(table)], found)


@pytest.mark.real_data
def test_the_real_catalogue_is_what_csv_says(table: bytes, real: Catalogue) -> None:
    rows = list(csv.DictReader(io.StringIO(table.decode(), newline="")))
    games = real.parts.games
    assert real.quality.accounting.raw == real.quality.accounting.games == len(rows) == 27_075
    assert games["app_id"].to_list() == [int(row["appid"]) for row in rows]
    assert games["list_price"].to_list() == [float(row["price"]) for row in rows]
    assert games["currency"].unique().to_list() == ["GBP"]
    assert games["release_date"].cast(str).to_list() == [row["release_date"] for row in rows]
    assert games["positive_reviews"].to_list() == [int(row["positive_ratings"]) for row in rows]
    owners = zip(games["owners_min"], games["owners_max"], strict=True)
    assert [f"{least}-{most}" for least, most in owners] == [row["owners"] for row in rows]
    for ours, theirs in (("genres", "genres"), ("tags", "steamspy_tags"), ("platforms", "platforms")):
        labels = Counter(label.strip() for row in rows for label in row[theirs].split(";"))
        assert dict(games[ours].explode().value_counts().iter_rows()) == labels
    early = ["Early Access" in f"{row['genres']};{row['steamspy_tags']}".split(";") for row in rows]
    assert games["early_access"].to_list() == early
    assert games["unreadable"].list.len().sum() == 0


@pytest.mark.real_data
def test_the_mapping_proposed_for_the_real_catalogue_gives_the_same_games(table: bytes, real: Catalogue) -> None:
    text = suggest(piece(table))
    assert 'release_date = "release_date"  # 27,075 of 27,075 values look like ISO dates' in text
    told = Mapping.read(text.replace('currency = ""', 'currency = "GBP"'), "mapping.toml")
    assert clean([piece(table)], told.format()).parts.games.equals(real.parts.games)
