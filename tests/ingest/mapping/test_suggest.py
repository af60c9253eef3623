from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.errors import SourceError
from tasador.ingest.mapping import Mapping, suggest
from tasador.ingest.mapping.proposal import comment, line
from tasador.ingest.mapping.synonyms import match
from tests.ingest.mapping.tables import cleaned, csv, json_lines, parquet
from tests.ingest.records import piece


def proposed(table: bytes) -> dict[str, Any]:
    """What a proposed mapping says."""
    return tomllib.loads(suggest(piece(table)))


def column(field: str, *values: str, name: str | None = None, quote: str = '"') -> Any:
    """What is proposed for a column of these values, by the field's name."""
    rows = [f"{number},A,2015,{quote}{value}{quote}" for number, value in enumerate(values)]
    return proposed(csv(*rows, columns=f"appid,name,released,{name or field}"))["columns"].get(field)


#: Columns of public data sets, and what is read from which. `…` stands for columns that nothing is read from.
PUBLIC: dict[str, tuple[str, dict[str, str]]] = {
    "the store and SteamSpy, 2019": (
        "appid,name,release_date,english,developer,publisher,platforms,required_age,categories,genres,steamspy_tags,"
        "achievements,positive_ratings,negative_ratings,average_playtime,median_playtime,owners,price",
        {"id": "appid", "tags": "steamspy_tags", "positive_reviews": "positive_ratings", "price": "price"},
    ),
    "all games of the store, as JSON by id": (
        "$key,name,release_date,required_age,price,dlc_count,detailed_description,about_the_game,short_description,"
        "reviews,header_image,website,support_url,support_email,windows,mac,linux,metacritic_score,metacritic_url,"
        "achievements,recommendations,notes,supported_languages,full_audio_languages,packages,developers,publishers,"
        "categories,genres,screenshots,movies,user_score,score_rank,positive,negative,estimated_owners,peak_ccu,tags",
        {
            "id": "$key",
            "windows": "windows",
            "metascore": "metacritic_score",
            "languages": "supported_languages",
            "positive_reviews": "positive",
            "owners": "estimated_owners",
            "developer": "developers",
        },
    ),
    "the same as CSV": (
        "AppID,Name,Release date,Estimated owners,Peak CCU,Required age,Price,Discount,DLC count,About the game,"
        "Supported languages,Full audio languages,Reviews,Header image,Website,Support url,Support email,Windows,Mac,"
        "Linux,Metacritic score,Metacritic url,User score,Positive,Negative,Score rank,Achievements,Recommendations,"
        "Notes,Average playtime forever,Developers,Publishers,Categories,Genres,Tags,Screenshots,Movies",
        {"id": "AppID", "name": "Name", "release_date": "Release date", "price": "Price", "linux": "Linux"},
    ),
    "SteamSpy": (
        "appid,name,developer,publisher,score_rank,positive,negative,userscore,owners,average_forever,average_2weeks,"
        "median_forever,median_2weeks,price,initialprice,discount,ccu,languages,genre,tags",
        {"price": "initialprice", "current": "price", "genres": "genre", "languages": "languages"},
    ),
    "recommendations": (
        "app_id,title,date_release,win,mac,linux,rating,positive_ratio,user_reviews,price_final,price_original,discount,"
        "steam_deck",
        {
            "id": "app_id",
            "name": "title",
            "release_date": "date_release",
            "price": "price_original",
            "current": "price_final",
            "sentiment": "rating",
            "windows": "win",
        },
    ),
    "store pages": (
        "url,types,name,desc_snippet,recent_reviews,all_reviews,release_date,developer,publisher,popular_tags,"
        "game_details,languages,achievements,genre,game_description,mature_content,minimum_requirements,"
        "recommended_requirements,original_price,discount_price",
        {
            "url": "url",
            "kind": "types",
            "tags": "popular_tags",
            "categories": "game_details",
            "price": "original_price",
            "current": "discount_price",
        },
    ),
    "features": (
        "QueryID,ResponseID,QueryName,ResponseName,ReleaseDate,RequiredAge,Metacritic,SteamSpyOwners,IsFree,"
        "PlatformWindows,PlatformLinux,PlatformMac,PriceCurrency,PriceInitial,PriceFinal,SupportedLanguages",
        {
            "id": "ResponseID",
            "name": "ResponseName",
            "metascore": "Metacritic",
            "free": "IsFree",
            "currency": "PriceCurrency",
            "price": "PriceInitial",
            "current": "PriceFinal",
            "owners": "SteamSpyOwners",
            "mac": "PlatformMac",
        },
    ),
    "RAWG": (
        "id,slug,name,metacritic,released,tba,updated,website,rating,ratings_count,platforms,developers,genres,publishers",
        {"id": "id", "name": "name", "release_date": "released", "metascore": "metacritic"},
    ),
    "the store's own answers": (
        "data.type,data.name,data.steam_appid,data.is_free,data.price_overview.initial",
        {},
    ),
}


@pytest.mark.parametrize("which", PUBLIC)
def test_the_columns_of_public_data_sets_are_known(which: str) -> None:
    columns, expected = PUBLIC[which]
    found = match(columns.split(","))
    assert found == {**found, **expected}
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (("a;b", "c"), {"column": "genres", "separator": ";"}),
        (("a|b", "c,d|e"), {"column": "genres", "separator": "|"}),
        (("a,b", "c"), {"column": "genres", "separator": ","}),
        (("a", "b"), {"column": "genres", "separator": ";"}),
        (("['a', 'b']", "[]"), {"column": "genres", "bracketed": True}),
        (("{'a': 1}", "{}"), {"column": "genres", "bracketed": True}),
    ],
)
def test_the_way_lists_are_written_is_found(values: tuple[str, ...], told: Any) -> None:
    assert column("genres", *values) == told


def test_commas_in_names_part_no_names() -> None:
    assert column("developer", "KOEI TECMO GAMES CO., LTD.", "Valve") == "developer"
    assert column("developer", "One;Two, Inc.", "Valve") == {"column": "developer", "separator": ";"}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (("2015-03-02", "2016-01-31", "soon"), "day"),
        (("2015-03-02 12:00:00",), "day"),
        (("2 Mar, 2015", "Q1 2016"), "day"),
        (("13/02/2015", "01/02/2015"), {"column": "day", "format": "%d/%m/%Y"}),
        (("02/13/2015", "01/02/2015"), {"column": "day", "format": "%m/%d/%Y"}),
        (("20150302",), {"column": "day", "format": "%Y%m%d"}),
    ],
)
def test_the_way_dates_are_written_is_found(values: tuple[str, ...], told: Any) -> None:
    rows = [f'{number},A,"{value}"' for number, value in enumerate(values)]
    found = proposed(csv(*rows, columns="appid,name,day").replace(b"day", b"Release Date", 1))["columns"][
        "release_date"
    ]
    assert found == json.loads(json.dumps(told).replace('"day"', '"Release Date"'))


def test_dates_that_may_be_read_in_two_ways_are_told() -> None:
    text = suggest(piece(csv("1,A,01/02/2015", columns="appid,name,released")))
    assert 'format = "%d/%m/%Y" }  # 1 of 1 values are dates as %d/%m/%Y writes them; so are they as %m/%d/%Y' in text


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (("9.99", "0"), {"unit": "units", "currency": ""}),
        (("999", "0", "1999"), {"unit": "cents", "currency": ""}),
        (("5", "10", "20"), {"unit": "units", "currency": ""}),
        (("8,99€", "Free"), {"unit": "units", "decimal": ",", "currency": "EUR"}),
        (("£8.99",), {"unit": "units", "currency": "GBP"}),
        (("$8.99",), {"unit": "units", "currency": ""}),
        (("",), {"unit": "units", "currency": ""}),
    ],
)
def test_what_prices_count_is_found_but_not_the_currency_that_nobody_says(values: tuple[str, ...], told: Any) -> None:
    rows = [f'{number},A,2015,"{value}"' for number, value in enumerate(values)]
    table = csv(*rows, columns="appid,name,released,price")
    assert proposed(table)["price"] == {"column": "price", **told}
    if not told["currency"]:
        with pytest.raises(SourceError, match=r"my\.toml, line \d+: nothing says the currency of the prices"):
            Mapping.read(suggest(piece(table)), "my.toml")


def test_a_column_of_currencies_is_used() -> None:
    table = csv("1,A,2015,999,1999,EUR", columns="appid,name,released,price_final,price_initial,currency")
    assert proposed(table)["price"] == {
        "column": "price_initial",
        "current": "price_final",
        "unit": "cents",
        "currency_column": "currency",
    }


def test_a_column_that_holds_something_else_is_left_for_the_user() -> None:
    rows = [f"{number},A,2015,4.{number},Bundle,soon" for number in range(3)]
    text = suggest(piece(csv(*rows, columns="appid,name,released,rating,type,price")))
    told = tomllib.loads(text)
    assert told.keys() == {"format", "columns"}
    assert '# sentiment = "rating"  # 0 of 3 values are summaries of reviews' in text
    assert "# column = \"type\"  # 0 of 3 values are kinds that are known; others are 'Bundle'" in text
    assert '# column = "price"  # 0 of 3 values are amounts' in text
    assert Mapping.read(text, "my.toml").column_names() == {"appid", "name", "released"}


def test_zero_is_no_score() -> None:
    assert column("metascore", "0", "81") == {"column": "metascore", "missing": ["0"]}
    assert column("metascore", "75", "81") == "metascore"


def test_platforms_may_have_a_column_each() -> None:
    table = csv("1,A,2015,True,False", columns="appid,name,released,Windows,Mac")
    assert proposed(table)["columns"]["platforms"] == {"windows": "Windows", "mac": "Mac"}


def test_kinds_are_proposed_with_what_is_not_known() -> None:
    rows = [f"{number},A,2015,{kind},{dlc}" for number, (kind, dlc) in enumerate([("game", "0"), ("bundle", "1")])]
    table = csv(*rows, columns="appid,name,released,type,is_dlc")
    assert proposed(table)["kind"] == {"column": "type", "dlc": {"column": "is_dlc", "equals": "1"}}
    assert "1 of 2 values are kinds that are known; others are 'bundle'" in suggest(piece(table))


def test_a_column_with_a_number_of_its_own_in_each_row_is_taken_for_the_id() -> None:
    table = csv("70,A,3,1", "80,B,3,2", columns="number,name,players,nr")
    text = suggest(piece(table.replace(b",nr", b",label").replace(b",2\n", b",x\n")))
    assert 'id = "number"  # no column is called so, but 2 of 2 values are whole numbers, each comes once' in text
    assert "id" not in proposed(table)["columns"]


def test_what_cannot_be_known_is_asked_for() -> None:
    text = suggest(piece(csv("1,A", "1,B", columns="number,label")))
    assert '# id = ""  # no column is called so: fill in one of number, label' in text
    assert '# name = ""  # no column is called so: fill in one of number, label' in text
    with pytest.raises(SourceError, match="nothing says the id of a game"):
        Mapping.read(text, "my.toml")
    filled = text.replace('# id = ""', 'id = "number"').replace('# name = ""', 'name = "label"')
    assert Mapping.read(filled, "my.toml").column_names() == {"number", "label"}


def test_an_address_of_the_store_stands_for_an_id() -> None:
    table = csv("https://store.steampowered.com/app/70/,A,1998", columns="url,name,released")
    text = suggest(piece(table))
    assert 'url = "url"  # 1 of 1 values lead to a store page' in text
    assert Mapping.read(text, "my.toml").column_names() == {"url", "name", "released"}


def test_a_large_table_is_looked_at_in_part() -> None:
    table = csv(*(f"{number},A,2015" for number in range(60_000)))
    text = suggest(piece(table))
    assert "by the first 50,000 rows." in text
    assert 'id = "appid"  # 50,000 of 50,000 values are whole numbers, each comes once' in text


def test_columns_that_nothing_is_read_from_are_told() -> None:
    text = suggest(piece(csv("1,A,2015,x,y", columns="appid,name,released,ccu,notes")))
    assert text.endswith("# Nothing is read from: ccu, notes.\n")


def test_rows_of_another_length_than_the_header_are_told() -> None:
    text = suggest(piece(csv("1,A,2015,x", "2,B,2016,y", columns="appid,name,released")))
    assert '# header = ["appid", "name", "released"]  # the first line has 3 names, most rows have 4 cells' in text


@pytest.mark.parametrize(
    ("table", "layout"),
    [
        (json_lines({"appid": 1, "name": "A", "released": "2015"}), "json-lines"),
        (json.dumps([{"appid": 1, "name": "A", "released": "2015"}]).encode(), "json-array"),
        (json.dumps({"1": {"name": "A", "released": "2015"}}, indent=1).encode(), "json-object"),
        (parquet([{"appid": 1, "name": "A", "released": "2015"}]), "parquet"),
        (csv("1;A;2015", columns="appid;name;released"), "csv"),
        (csv("1,Né,2015").decode().encode("cp1252"), "csv"),
    ],
    ids=["lines", "array", "object", "parquet", "semicolons", "encoding"],
)
def test_a_proposal_for_every_layout_is_a_mapping(table: bytes, layout: str) -> None:
    text = suggest(piece(table))
    assert tomllib.loads(text)["format"] == layout
    free = "[constants]\nfree = true\n"
    games = cleaned(table, Mapping.read(text + free, "my.toml")).parts.games
    assert games.select("app_id", "release_year").rows() == [(1, 2015)]


def test_labels_in_lists_of_records_are_found() -> None:
    record = {
        "id": 1,
        "name": "A",
        "released": "2015-01-01",
        "genres": [{"id": 4, "name": "Action"}],
        "tags": {"FPS": 1},
    }
    told = proposed(json_lines(record))["columns"]
    assert (told["genres"], told["tags"]) == ("genres.name", "tags")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (b"<html><body>404</body></html>\n", "no table"),
        (b"", "no table"),
        (b'{"10": {"success": true, "data": {}}}', "the source needs no mapping; got the format appdetails"),
        (b"{u'id': u'10'}\n", "the source needs no mapping; got the format python-literals"),
        (b"[1, 2]", "no record of a table can be read"),
    ],
    ids=["html", "nothing", "answers", "literals", "numbers"],
)
def test_what_is_no_table_gets_no_proposal(table: bytes, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        suggest(piece(table))


@given(st.text(min_size=1, max_size=20), st.text(max_size=20))
def test_what_a_source_says_stays_a_value_or_a_comment(value: str, says: str) -> None:
    text = "\n".join([comment(says), line("column", value, says), line("other", {"column": value, "missing": [value]})])
    told = tomllib.loads(text)
    assert told == {"column": value, "other": {"column": value, "missing": [value]}}


names = st.text(alphabet="abcXYZ _-.\"#=[]'é", min_size=1, max_size=8).map(lambda name: f"x{name}".strip())


@given(
    st.lists(names, min_size=1, max_size=4, unique=True),
    st.lists(st.text(alphabet='ab1;,.€[]"', max_size=6), max_size=4),
)
def test_a_proposal_is_always_toml(columns: list[str], values: list[str]) -> None:
    def row(cells: list[str]) -> str:
        return ";".join('"' + cell.replace('"', '""') + '"' for cell in cells)

    header = ["appid", "name", *(name for name in columns if name not in {"appid", "name"})]
    rows = [row(["1", "A", *[value] * (len(header) - 2)]) for value in values]
    text = suggest(piece(csv(*rows, columns=row(header))))
    assert tomllib.loads(text)["columns"]["id"] == "appid"
