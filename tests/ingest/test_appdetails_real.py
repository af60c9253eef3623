from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import polars as pl
import pytest

from tasador.ingest.formats.format import FORMATS
from tasador.ingest.formats.piece import Piece
from tests.conftest import shared_file
from tests.ingest.records import clean, piece

APPDETAILS: Final = FORMATS["appdetails"]

#: What the store calls an entry, and what it then is; of games and DLC labels and names say more.
KINDS: Final = {
    "music": "soundtrack",
    "demo": "demo",
    "mod": "mod",
    "movie": "video",
    "video": "video",
    "series": "video",
    "episode": "video",
    "hardware": "hardware",
    "advertising": "advertising",
}


Case = tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any] | None]


@pytest.fixture(scope="module")
def real() -> dict[str, list[Case]]:
    """By the reason for which a file was chosen: what it says, the game and the record set aside that came of it."""
    folder = shared_file("data", "appdetails")
    with (folder / "MANIFEST.csv").open(newline="") as file:
        reasons = {row["file"]: row["why"] for row in csv.DictReader(file)}
    names = sorted(reasons)
    found = clean([piece((folder / name).read_bytes()) for name in names], APPDETAILS)
    games = {row["record_no"]: row for row in found.parts.games.iter_rows(named=True)}
    lost = {row["record_no"]: row for row in found.parts.set_aside.iter_rows(named=True)}
    cases: dict[str, list[Case]] = {}
    for number, name in enumerate(names, start=1):
        told = json.loads((folder / name).read_bytes())
        app = told.get(name.removesuffix(".json"), {})
        cases.setdefault(reasons[name], []).append((app.get("data") or {}, games.get(number), lost.get(number)))
    return cases


def is_listed(data: dict[str, Any], game: dict[str, Any]) -> bool:
    price = data["price_overview"]
    return bool(
        game["price_basis"] == "listed"
        and game["list_price"] == pytest.approx(price["initial"] / 100, abs=1e-9)
        and game["current_price"] == pytest.approx(price["final"] / 100, abs=1e-9)
        and game["currency"] == price["currency"]
    )


def has_no_price(data: dict[str, Any], game: dict[str, Any]) -> bool:
    return (game["price_basis"], game["list_price"]) == ("missing", None) and not data["is_free"]


def is_sold_or_given(data: dict[str, Any], game: dict[str, Any]) -> bool:
    given = data["price_overview"]["final_formatted"] == "Free"
    return (game["price_basis"], game["list_price"]) == ("free_flag", 0.0) if given else is_listed(data, game)


def is_subscription(data: dict[str, Any], game: dict[str, Any]) -> bool:
    price = data["price_overview"]
    own = price["recurring_sub_desc"].startswith(f"{price['final_formatted']} ")
    if own:
        return (game["price_basis"], game["list_price"]) == ("subscription", price["initial"] / 100)
    return is_listed(data, game)


def is_of_kind(data: dict[str, Any], game: dict[str, Any]) -> bool:
    return bool(game["kind"] == KINDS[data["type"]])


#: What must hold of the games of each reason.
HOLDS: Final[dict[str, Callable[[dict[str, Any], dict[str, Any]], bool]]] = {
    "ordinary_paid": lambda data, game: is_listed(data, game) and game["currency"] == "EUR",
    "discounted": lambda data, game: is_listed(data, game) and game["current_price"] < game["list_price"],
    "expensive": lambda data, game: is_listed(data, game) and game["list_price"] > 80,
    "non_eur_currency": lambda data, game: (
        is_listed(data, game)
        and game["currency"] != "EUR"
        and (game["price_usd"] is None) == (game["currency"] != "USD")
    ),
    "free": lambda data, game: (game["price_basis"], game["list_price"]) == ("free_flag", 0.0),
    "free_with_price": is_sold_or_given,
    "recurring_sub": is_subscription,
    "paid_no_price_released": has_no_price,
    "paid_no_price_coming_soon": has_no_price,
    "vague_date": lambda data, game: game["release_precision"] != "day" and game["release_year"] > 2016,
    "appid_mismatch": lambda data, game: (game["app_id"], game["app_id_source"]) == (data["steam_appid"], "redirect"),
    "metacritic": lambda data, game: game["metascore"] == data["metacritic"]["score"],
    "required_age_string": lambda data, game: game["required_age"] == int(data["required_age"]) > 0,
    "no_genres": lambda data, game: game["genres"] is None,
    "nonascii_name": lambda data, game: game["name"] == data["name"] and not game["name"].isascii(),
    "pc_requirements_list": lambda data, game: data["pc_requirements"] == [],
    "type_advertising": is_of_kind,
    "type_demo": is_of_kind,
    "type_dlc": lambda data, game: game["kind"] == ("soundtrack" if "Soundtrack" in data["name"] else "dlc"),
    "type_episode": is_of_kind,
    "type_hardware": is_of_kind,
    "type_mod": is_of_kind,
    "type_movie": is_of_kind,
    "type_music": is_of_kind,
    "type_series": is_of_kind,
    "type_video": is_of_kind,
}

#: The reasons of files that are no games at all, with outcome and rule.
NO_GAMES: Final = {
    "success_false": ("quarantine", "answer_without_data"),
    "two_keys_or_bad": ("reject", "answer_not_read"),
}


@pytest.mark.real_data
@pytest.mark.parametrize("reason", HOLDS)
def test_every_real_answer_becomes_what_its_reason_calls_for(real: dict[str, list[Case]], reason: str) -> None:
    for data, row, lost in real[reason]:
        dated = re.search("[0-9]{4}", data["release_date"]["date"])
        used = any(data.get(name) for name in ("genres", "categories", "price_overview", "is_free", "metacritic"))
        if row is None:
            assert lost is not None
            assert lost["outcome"] == "quarantine"
            assert set(lost["rules"]) == {
                *(() if dated else ("release_year_missing",)),
                *(() if used else ("nothing_to_use",)),
            }
        else:
            assert row["app_id"] == data["steam_appid"]
            assert row["unreadable"] == []
            assert dated
            assert used
            assert HOLDS[reason](data, row), data["name"]


@pytest.mark.real_data
@pytest.mark.parametrize("reason", NO_GAMES)
def test_a_real_file_that_tells_of_no_app_is_set_aside(real: dict[str, list[Case]], reason: str) -> None:
    for _, row, lost in real[reason]:
        assert row is None
        assert lost is not None
        assert (lost["outcome"], lost["rules"]) == (NO_GAMES[reason][0], [NO_GAMES[reason][1]])


@pytest.mark.real_data
def test_every_reason_is_looked_at(real: dict[str, list[Case]]) -> None:
    assert {*HOLDS, *NO_GAMES} == set(real)
    assert sum(map(len, real.values())) == 179
    for reason in HOLDS:
        assert any(row is not None for _, row, _ in real[reason]), reason


@pytest.mark.real_data
def test_a_large_real_sample_is_what_json_says() -> None:
    data = gzip.decompress(shared_file("data", "appdetails_sample.jsonl.gz").read_bytes())
    lines = data.splitlines()
    told = [next(iter(json.loads(line).values())).get("data") for line in lines]
    blocks = [data[start : start + (1 << 20)] for start in range(0, len(data), 1 << 20)]
    found = clean([Piece("sample", lambda: iter(blocks))], APPDETAILS)
    games, lost = found.parts.games, found.parts.set_aside

    rows = found.quality.accounting
    assert rows.raw == len(lines) == 7_155
    assert rows.raw == rows.games + rows.duplicates + rows.quarantine + rows.rejects
    assert sorted([*games["record_no"], *lost["record_no"]]) == list(range(1, len(lines) + 1))
    assert lost["record"].to_list() == [lines[number - 1] for number in lost["record_no"]]
    silent = lost.filter(pl.col("rules").list.contains("answer_without_data"))["record_no"].to_list()
    assert silent == [number for number, one in enumerate(told, start=1) if one is None]
    undated = lost.filter(pl.col("rules").list.contains("release_year_missing"))["record_no"].to_list()
    assert undated == [
        number
        for number, one in enumerate(told, start=1)
        if one and not re.search("[0-9]{4}", one["release_date"]["date"])
    ]

    kinds: Counter[tuple[str, str]] = Counter()
    for row in games.iter_rows(named=True):
        one = told[row["record_no"] - 1]
        assert one is not None
        kinds[one["type"], row["kind"]] += 1
        assert row["app_id"] == one["steam_appid"]
        price = one.get("price_overview")
        if price and not (one["is_free"] and price["final_formatted"] == "Free"):
            assert row["list_price"] == pytest.approx(price["initial"] / 100, abs=1e-9)
            assert row["currency"] == price["currency"]
        else:
            assert row["list_price"] == (0.0 if one["is_free"] else None)
    assert games["unreadable"].list.len().sum() == 0
    for source, kind in kinds:
        assert kind == KINDS.get(source, kind)
        assert source != "dlc" or kind in {"dlc", "soundtrack"}
    kept = [told[number - 1] for number in games["record_no"]]
    assert Counter(source for source, kind in kinds.elements()) == Counter(one["type"] for one in kept if one)
