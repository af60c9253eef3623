from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tasador.ingest.mapping.amounts import amount
from tasador.ingest.mapping.dates import iso_date
from tests.ingest.mapping.tables import csv, game, json_lines, mapping, one

PRICE = '[price]\ncolumn = "value"\nunit = "units"\ncurrency = "EUR"\n'


def test_columns_become_fields() -> None:
    table = csv(
        "7,A Game,2015-03-02,One;Two,Three & Co.,Windows;MacOS,Single-player;Co-op,3,1,1000-2000,18,88",
        columns="nr,title,day,devs,pubs,systems,features,up,down,players,age,score",
    )
    told = mapping(
        columns="""
[columns]
app_id = "nr"
app_name = "title"
release_date = "day"
developers = { column = "devs", separator = ";" }
publisher = "pubs"
platforms = { column = "systems", separator = ";" }
categories = { column = "features", separator = ";" }
positive_reviews = "up"
negative_reviews = "down"
owners = "players"
required_age = "age"
metascore = "score"

[constants]
kind = "mod"
free = true
"""
    )
    row = game(table, told)
    assert (row["app_id"], row["name"], row["release_date"]) == (7, "A Game", dt.date(2015, 3, 2))
    assert (row["developer"], row["publisher"]) == ("One, Two", "Three & Co.")
    assert row["platforms"] == ["windows", "mac"]
    assert row["specs"] == ["Single-player", "Co-op"]
    assert (row["positive_reviews"], row["negative_reviews"]) == (3, 1)
    assert (row["owners_min"], row["owners_max"]) == (1000, 2000)
    assert (row["required_age"], row["metascore"]) == (18, 88)
    assert (row["kind"], row["list_price"]) == ("mod", 0.0)
    assert row["unreadable"] == []


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        ("Action; Indie ;;RPG", ["Action", "Indie", "RPG"]),
        ("Action", ["Action"]),
        ("", None),
        (" ; ", None),
        ("n/a", None),
    ],
)
def test_a_separator_parts_items(value: str, labels: list[str] | None) -> None:
    row = one(value, 'tags = { column = "value", separator = ";", missing = ["n/a"] }\n')
    assert (row["tags"], row["unreadable"]) == (labels, [])


@pytest.mark.parametrize(
    ("value", "labels", "unreadable"),
    [
        ("['Action', 'Shoot \\'Em Up', \"Don't\"]", ["Action", "Shoot 'Em Up", "Don't"], []),
        ('["Action", "Caf\\u00e9 \\/ Bar"]', ["Action", "Café / Bar"], []),
        ("('Action', )", None, ["tags"]),
        ("{'Action': 100, 'RPG': 3}", ["Action", "RPG"], []),
        ('{"windows": true, "mac": false, "linux": null}', ["windows"], []),
        ("[]", None, []),
        ("['a\\ b']", ["a\\ b"], []),
        ("['Action'", None, ["tags"]),
        ("Action", None, ["tags"]),
        ("[1, 2]", None, ["tags"]),
        ("[" * 5_000, None, ["tags"]),
        ("__import__('os')", None, ["tags"]),
    ],
    ids=range(12),
)
def test_a_list_in_brackets_is_read_and_never_run(value: str, labels: list[str] | None, unreadable: list[str]) -> None:
    row = one(value, 'tags = { column = "value", bracketed = true }\n')
    assert (row["tags"], row["unreadable"]) == (labels, unreadable)


@pytest.mark.parametrize(
    ("value", "date_format", "iso"),
    [
        ("02/03/2015", "%d/%m/%Y", "2015-03-02"),
        ("02/03/2015", "%m/%d/%Y", "2015-02-03"),
        ("2 Mar, 2015", "%d %b, %Y", "2015-03-02"),
        ("03/2015", "%m/%Y", "2015-03"),
        ("2015", "%Y", "2015"),
        ("15-061", "%y-%j", "2015-03-02"),
        ("31/02/2015", "%d/%m/%Y", "31/02/2015"),
        ("soon", "%d/%m/%Y", "soon"),
        ("2015-03-02 23:59:59", None, "2015-03-02"),
        ("2015-03-02T00:00:00.000Z", "%d/%m/%Y", "2015-03-02"),
        ("2 Mar, 2015", None, "2 Mar, 2015"),
    ],
)
def test_dates_become_iso_dates(value: str, date_format: str | None, iso: str) -> None:
    assert iso_date(value, date_format) == iso


def test_a_month_is_no_day() -> None:
    told = mapping(
        columns='[columns]\nid = "a"\nname = "b"\nrelease_date = { column = "c", format = "%m/%Y" }\n'
        "[constants]\nfree = true\n"
    )
    row = game(csv("1,A Game,03/2015", columns="a,b,c"), told)
    assert (row["release_date"], row["release_precision"]) == (dt.date(2015, 3, 1), "month")


@pytest.mark.parametrize(
    ("value", "decimal", "cents", "number"),
    [
        ("9.99", ".", False, "9.99"),
        ("$1,299.00", ".", False, "1299.00"),
        ("CDN$ 5", ".", False, "5"),
        ("8,99 €", ",", False, "8.99"),
        ("1.299,00", ",", False, "1299.00"),
        ("1 299,5 zł", ",", False, "1299.5"),
        ("435 pуб.", ",", False, "435"),
        ("Rs. 479", ".", False, "479"),
        (".5", ".", False, "0.5"),
        ("999", ".", True, "9.99"),
        ("1999900", ",", True, "19999.00"),
        (999, ".", True, "9.99"),
        (999.0, ",", True, "9.990"),
        (9.99, ",", False, "9.99"),
        ("-1", ".", False, "-1"),
        # what is no amount is left to be told as it is
        ("9,99", ".", False, "9,99"),
        ("Free To Play", ".", False, "Free To Play"),
        ("Starting at $499.00", ".", False, "Starting at $499.00"),
        ("5-10", ".", True, "5-10"),
        ("--", ".", False, "--"),
        (True, ".", True, True),
        (None, ".", True, None),
    ],
)
def test_amounts_become_numbers(value: Any, decimal: str, cents: bool, number: Any) -> None:
    found = amount(value, decimal=decimal, cents=cents)
    assert found == number
    assert type(found) is type(number)


@pytest.mark.parametrize(("value", "decimal"), [("1,99", "."), ("999.50", ","), ("12", ".")])
def test_a_number_of_another_kind_does_not_pass_for_one_in_units(value: str, decimal: str) -> None:
    found = amount(value, decimal=decimal, cents=True)
    assert found == "0.12" if value == "12" else not str(found).replace(".", "").isdecimal()


@pytest.mark.parametrize(
    ("value", "price", "basis"),
    [
        ("9.99", 9.99, "listed"),
        ("€9.99", 9.99, "listed"),
        ("0", 0.0, "listed"),
        ("Free To Play", 0.0, "free_text"),
        ("9,99", None, "unreadable"),
        ("", None, "missing"),
        ("-", None, "missing"),
    ],
)
def test_a_price_is_an_amount_a_text_or_missing(value: str, price: float | None, basis: str) -> None:
    row = one(value, PRICE + 'missing = ["-"]')
    assert (row["list_price"], row["price_basis"]) == (price, basis)
    assert row["currency"] == (None if price is None else "EUR")


def test_cents_of_both_prices_are_units() -> None:
    told = '[price]\ncolumn = "value"\ncurrent = "sale"\nunit = "cents"\ncurrency = "JPY"\n'
    row = one("1999", told, sale="500")
    assert (row["list_price"], row["current_price"], row["currency"]) == (19.99, 5.0, "JPY")


def test_a_column_may_say_the_currency() -> None:
    told = '[price]\ncolumn = "value"\nunit = "units"\ncurrency_column = "money"\n'
    assert one("5", told, money="eur")["currency"] == "EUR"
    row = one("5", told, money="Euro")
    assert (row["currency"], row["unreadable"]) == (None, ["currency"])


@pytest.mark.parametrize(
    ("value", "truth", "unreadable"),
    [
        ("True", True, []),
        ("yes", True, []),
        ("1", True, []),
        ("FALSE", False, []),
        ("n", False, []),
        ("0", False, []),
    ],
)
def test_a_truth_may_be_written_in_many_ways(value: str, truth: bool, unreadable: list[str]) -> None:
    row = one(value, 'early_access = "value"\n')
    assert (row["early_access"], row["unreadable"]) == (truth, unreadable)


@pytest.mark.parametrize(
    ("test", "value", "holds"),
    [
        ('equals = "EA"', "ea", True),
        ('equals = "EA"', "ea soon", False),
        ("equals = 1", "1", True),
        ("equals = true", "True", True),
        ('contains = "early"', "In Early Access", True),
        ('contains = "early"', "Released", False),
        ('contains = "early"', "", False),
    ],
)
def test_a_condition_makes_a_truth(test: str, value: str, holds: bool) -> None:
    assert one(value, f'early_access = {{ column = "value", {test} }}\n')["early_access"] is holds


@pytest.mark.parametrize(("label", "early"), [("Early Access", True), ("Earl", False), ("", False)])
@pytest.mark.parametrize("field", ["genres", "tags"])
def test_early_access_is_a_label_where_the_mapping_does_not_say(field: str, label: str, early: bool) -> None:
    told = 'genres = { column = "labels", separator = ";" }\n' if field == "tags" else ""
    row = one(f"Action;{label}", f'{told}{field} = {{ column = "value", separator = ";" }}\n')
    assert row["early_access"] is early
    assert (
        one("Early Access", 'tags = { column = "value", separator = ";" }\n[constants]\nearly_access = false\n')[
            "early_access"
        ]
        is False
    )


def test_a_text_that_says_neither_yes_nor_no_is_named() -> None:
    row = one("perhaps", 'free = "value"\n')
    assert (row["list_price"], row["unreadable"]) == (None, ["free"])
    assert one("", 'free = "value"\n')["unreadable"] == []


def test_platforms_may_have_a_column_each() -> None:
    told = 'platforms = { windows = "value", mac = "apple", linux = "tux" }\n'
    assert one("True", told, apple="False", tux="True")["platforms"] == ["windows", "linux"]
    assert one("0", told, apple="", tux="no")["platforms"] is None


@pytest.mark.parametrize(
    ("value", "kind"),
    [("game", "game"), ("Music", "soundtrack"), ("DLC Game", "dlc"), ("Beta", "demo"), ("", "game")],
)
def test_kinds_are_named_by_a_column_or_by_conditions(value: str, kind: str) -> None:
    told = """
[kind]
column = "value"
dlc = { column = "value", contains = "DLC" }
demo = { column = "value", equals = "beta" }
"""
    row = one(value, told)
    assert (row["kind"], row["unreadable"]) == (kind, [])


def test_a_kind_that_nobody_knows_is_named() -> None:
    assert one("Bundle", '[kind]\ncolumn = "value"\n')["unreadable"] == ["kind"]


def test_a_value_that_stands_for_nothing_is_nothing() -> None:
    row = one("0", 'metascore = { column = "value", missing = ["0"] }\n')
    assert (row["metascore"], row["unreadable"]) == (None, [])


def test_whole_numbers_may_have_decimals_that_say_nothing() -> None:
    row = game(
        csv("7.0,A Game,2015,3.0,1.,17.0", columns="appid,name,released,up,down,age"),
        mapping('positive_reviews = "up"\nnegative_reviews = "down"\nrequired_age = "age"\n[constants]\nfree = true\n'),
    )
    assert (row["app_id"], row["positive_reviews"], row["negative_reviews"], row["required_age"]) == (7, 3, 1, 17)


def test_an_id_may_stand_in_the_address_of_the_store_page() -> None:
    told = mapping(columns='[columns]\nurl = "page"\nname = "name"\nrelease_date = "year"\n[constants]\nfree = true\n')
    row = game(csv("https://store.steampowered.com/app/70/,A Game,1998", columns="page,name,year"), told)
    assert (row["app_id"], row["app_id_source"], row["release_precision"]) == (70, "url", "year")


def test_columns_of_json_are_paths() -> None:
    record = {
        "data": {"appid": 7, "name": "A Game"},
        "genres": [{"id": 1, "description": "Action"}, {"id": 70, "description": "Early Access"}],
        "platforms": {"windows": True, "mac": False},
        "developers": ["One", "Two"],
        "year": 2015,
        "tags": {"FPS": 10, "Action": 3},
        "free": False,
    }
    told = mapping(
        layout="json-lines",
        columns="""
[columns]
id = "data.appid"
name = "data.name"
release_date = "year"
genres = "genres.description"
platforms = "platforms"
developer = "developers"
tags = "tags"
free = "free"
[price]
column = "cost.final"
unit = "cents"
currency = "USD"
""",
    )
    row = game(json_lines({**record, "cost": {"final": 599}}), told)
    assert (row["app_id"], row["name"], row["list_price"]) == (7, "A Game", 5.99)
    assert (row["genres"], row["early_access"]) == (["Action", "Early Access"], True)
    assert (row["platforms"], row["developer"], row["tags"]) == (["windows"], "One, Two", ["FPS", "Action"])
    assert row["unreadable"] == []


@pytest.mark.parametrize(
    ("field", "value", "column", "expected", "unreadable"),
    [
        ('metascore = { column = "x", missing = ["0"] }', 0, "metascore", None, []),
        ('metascore = { column = "x", missing = ["0"] }', 80.0, "metascore", 80, []),
        ('early_access = { column = "x", contains = "soon" }', ["Soon", "New"], "early_access", True, []),
        ('early_access = { column = "x", contains = "soon" }', ["Soonish"], "early_access", False, []),
        ('early_access = { column = "x", contains = "soon" }', {"soon": 1}, "early_access", True, []),
        ('early_access = { column = "x", equals = true }', True, "early_access", True, []),
        ('early_access = { column = "x", equals = 1 }', None, "early_access", False, []),
        ('platforms = "x"', ["Windows", "SteamOS"], "platforms", ["windows", "linux"], []),
        ('platforms = "x"', ["Windows", 3], "platforms", None, ["platforms"]),
        ('platforms = "x"', "windows", "platforms", None, ["platforms"]),
        ('developer = "x"', ["One", 2], "developer", None, ["developer"]),
        ('developer = "x"', [], "developer", None, []),
        ('title = "x"', True, "title", None, ["title"]),
        ('title = "x"', ["a"], "title", None, ["title"]),
        ('observed_on = "x"', 20190501, "observed_on", None, ["observed_on"]),
    ],
    ids=range(15),
)
def test_typed_values_are_read_or_named(
    field: str, value: Any, column: str, expected: Any, unreadable: list[str]
) -> None:
    record = {"appid": 1, "name": "A", "released": "2015", "x": value, "labels": ["Action"]}
    told = mapping(f'genres = "labels"\n{field}\n', layout="json-lines")
    row = game(json_lines(record), told)
    assert (row[column], row["unreadable"]) == (expected, unreadable)
