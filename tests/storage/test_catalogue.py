"""The catalogue's file: what it holds, how it is searched, and that every page leads to the next."""

from __future__ import annotations

import gc
import json
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasador.contracts.games import Games
from tasador.contracts.vocabulary import KINDS
from tasador.errors import BundleError
from tasador.features.title import studios
from tasador.storage.catalogue import FILE, RELEVANCE, SORTS, Catalogue, Query, SlowQueryError, make
from tasador.storage.catalogue.edits import fewest_edits
from tasador.storage.catalogue.making import FIELDS, mark
from tasador.storage.catalogue.names import NameIndex, fold, write
from tasador.storage.catalogue.reader import Reader
from tests.ingest.records import Catalogue as RealCatalogue

Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows(games: pl.DataFrame) -> list[Row]:
    return games.to_dicts()


@pytest.fixture(scope="module")
def data(rows: list[Row]) -> bytes:
    return make(rows, studios)


@pytest.fixture(scope="module")
def catalogue(data: bytes) -> Catalogue:
    return Catalogue(data)


def row(app_id: int, name: str, **facts: Any) -> Row:
    return {
        "app_id": app_id,
        "name": name,
        "kind": "game",
        **dict.fromkeys(("base_app_id", "developer", "publisher", "observed_on", "sentiment", "url"), None),
        **dict.fromkeys(("genres", "specs", "tags", "platforms", "languages"), None),
        **dict.fromkeys(("user_reviews", "positive_reviews", "negative_reviews", "metascore", "required_age"), None),
        **dict.fromkeys(("owners_min", "owners_max", "list_price", "price_usd", "currency"), None),
        "release_year": 2017,
        "release_date": date(2017, 5, 4),
        "release_precision": "day",
        "early_access": False,
        "price_basis": "missing",
        **facts,
    }


def named(*names: str) -> Catalogue:
    return Catalogue(make([row(app_id, name) for app_id, name in enumerate(names, 1)], studios))


def app_ids(records: tuple[bytes, ...]) -> list[int]:
    return [json.loads(record)["app_id"] for record in records]


def found(catalogue: Catalogue, text: str, limit: int = 100) -> list[str]:
    page = catalogue.page(Query(RELEVANCE, text=text), limit=limit)
    return [json.loads(record)["name"] for record in page.records]


def walk(catalogue: Catalogue, query: Query, limit: int) -> Iterator[int]:
    after = None
    while True:
        page = catalogue.page(query, after=after, limit=limit)
        yield from app_ids(page.records)
        if page.last is None:
            return
        assert len(page.records) == limit
        after = page.last


# what it holds


def test_the_same_games_in_any_order_give_the_same_bytes(rows: list[Row], data: bytes) -> None:
    assert make(reversed(rows), studios) == data


def test_every_game_is_found_by_its_app_id(rows: list[Row], catalogue: Catalogue) -> None:
    for game in rows:
        record = catalogue.record(game["app_id"])
        assert record is not None
        told = json.loads(record)
        for column in ("app_id", "name", "kind", "genres", "tags", "developer", "early_access", "sentiment", "url"):
            assert told[column] == game[column]
        assert told["release_date"] == game["release_date"].isoformat()
        assert told["price"] == (None if game["list_price"] is None else f"{game['list_price']:.2f}")


def test_all_is_told_but_what_only_the_ingestion_needs(catalogue: Catalogue, rows: list[Row]) -> None:
    told = json.loads(catalogue.record(rows[0]["app_id"]) or b"")
    assert set(Games.columns()) - set(told) == {
        *("game_no", "record_no", "source", "unreadable", "app_id_source", "title", "release_text"),
        *("price_text", "list_price", "price_usd", "current_price"),
    }
    assert set(told) - set(Games.columns()) == {"price"}


@pytest.mark.parametrize("app_id", [0, -1, 3, 2**32, 2**63 - 1, 2**63, 2**64, 10**30])
def test_there_is_no_record_of_a_game_that_is_not_there(catalogue: Catalogue, app_id: int) -> None:
    assert catalogue.record(app_id) is None


def test_labels_come_with_how_many_games_have_them_the_commonest_first(rows: list[Row], catalogue: Catalogue) -> None:
    for field in FIELDS:
        counted: dict[str, int] = {}
        for game in rows:
            for label in set(game[field] or ()):
                counted[label] = counted.get(label, 0) + 1
        told = catalogue.labels[field]
        assert {label.name: label.n_games for label in told} == counted
        assert [label.n_games for label in told] == sorted(counted.values(), reverse=True)


@pytest.mark.parametrize("text", ["Single-player", "single player", "SINGLE-PLAYER", " síngle-player "])
def test_a_label_is_found_whatever_its_case_accents_and_hyphens(catalogue: Catalogue, text: str) -> None:
    label = catalogue.label("specs", text)
    assert label is not None
    assert label.name == "Single-player"
    assert catalogue.label("genres", text) is None


def test_an_empty_catalogue_answers_too() -> None:
    empty = Catalogue(make([], studios))
    assert empty.labels == dict.fromkeys(FIELDS, ())
    assert empty.record(1) is None
    assert empty.page(Query("name"), limit=5, counted=True) == empty.page(
        Query(RELEVANCE, text="x y"), limit=5, counted=True
    )


def test_a_catalogue_of_another_currency_has_prices_but_none_in_dollars() -> None:
    pounds = Catalogue(make([row(1, "A", list_price=7.19, currency="GBP")], studios))
    assert json.loads(pounds.record(1) or b"")["price"] == "7.19"
    assert pounds.page(Query("price", price_min=0), limit=5).records == ()
    assert app_ids(pounds.page(Query("price"), limit=5).records) == [1]


def test_marks_are_characters_of_their_own() -> None:
    marks = [mark(no) for no in range(60_000)]
    assert len(set(marks)) == len(marks)
    "".join(marks).encode()


# filters, orders, pages


def cents(game: Row) -> int | None:
    return None if game["price_usd"] is None else round(game["price_usd"] * 100)


def key(sort: str) -> Callable[[Row], Any]:
    """Say by what games are ordered; what is unknown comes last."""

    def known_first(value: float | None, sign: int) -> tuple[bool, float]:
        return (value is None, sign * (value or 0))

    return {
        "name": lambda game: fold(game["name"]),
        "release_date": lambda game: game["release_date"],
        "price": lambda game: known_first(cents(game), 1),
        "-price": lambda game: known_first(cents(game), -1),
        "-metascore": lambda game: known_first(game["metascore"], -1),
    }[sort]


def holds(game: Row, query: Query) -> bool:
    price = cents(game)
    return (
        (query.kind is None or game["kind"] == query.kind)
        and all(label.name in (game[label.field] or ()) for label in query.labels)
        and (query.year_min is None or game["release_year"] >= query.year_min)
        and (query.year_max is None or game["release_year"] <= query.year_max)
        and (query.price_min is None or (price is not None and price >= query.price_min))
        and (query.price_max is None or (price is not None and price <= query.price_max))
        and (query.free is None or (price is not None and (price == 0) == query.free))
        and (query.early_access is None or game["early_access"] == query.early_access)
    )


@st.composite
def queries(draw: st.DrawFn, catalogue: Catalogue) -> Query:
    labels = [label for field in FIELDS for label in catalogue.labels[field][:40]]
    years = st.none() | st.integers(2008, 2018)
    prices = st.none() | st.sampled_from([0, 99, 499, 999, 1999])
    return Query(
        draw(st.sampled_from(list(SORTS))),
        kind=draw(st.none() | st.sampled_from(KINDS)),
        labels=tuple(draw(st.lists(st.sampled_from(labels), max_size=2))),
        year_min=draw(years),
        year_max=draw(years),
        price_min=draw(prices),
        price_max=draw(prices),
        free=draw(st.none() | st.booleans()),
        early_access=draw(st.none() | st.booleans()),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.data(), limit=st.sampled_from([1, 2, 7, 100, 5_000]))
def test_all_pages_have_each_game_once_in_its_order(
    catalogue: Catalogue, rows: list[Row], drawn: st.DataObject, limit: int
) -> None:
    query = drawn.draw(queries(catalogue))
    expected = [game for game in rows if holds(game, query)]
    if len(expected) > 50 * limit:
        limit = 100
    walked = list(walk(catalogue, query, limit))
    assert sorted(walked) == sorted(game["app_id"] for game in expected)
    assert catalogue.page(query, limit=1, counted=True).n_total == len(expected)
    by_id = {game["app_id"]: game for game in rows}
    backwards = SORTS[query.sort][1]
    keys = [key(query.sort.removeprefix("-") if backwards else query.sort)(by_id[app_id]) for app_id in walked]
    assert keys == sorted(keys, reverse=backwards)


@pytest.mark.parametrize("limit", [1, 3])
@pytest.mark.parametrize("sort", SORTS)
def test_games_that_are_alike_in_all_come_once_each(sort: str, limit: int) -> None:
    twins = Catalogue(make([row(app_id, "Twin", list_price=1.0, price_usd=1.0) for app_id in range(1, 8)], studios))
    assert sorted(walk(twins, Query(sort), limit)) == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("sort", [RELEVANCE, "name", "-price"])
def test_pages_of_a_search_have_each_game_once(catalogue: Catalogue, rows: list[Row], sort: str) -> None:
    expected = [game["app_id"] for game in rows if " the" in f" {fold(game['name'])}"]
    assert len(expected) > 50
    assert sorted(walk(catalogue, Query(sort, text="the"), 7)) == sorted(expected)
    only_dlc = Query(sort, text="the", kind="dlc")
    by_id = {game["app_id"]: game for game in rows}
    assert sorted(walk(catalogue, only_dlc, 3)) == sorted(one for one in expected if by_id[one]["kind"] == "dlc")


def test_games_are_found_by_each_of_their_developers() -> None:
    games = [row(1, "A", developer="Valve"), row(2, "B", developer="Señor Studio, VALVE, Inc."), row(3, "C")]
    catalogue = Catalogue(make(games, studios))
    valve, other = catalogue.developer("valve"), catalogue.developer("senor studio")
    assert valve is not None
    assert other is not None
    assert list(walk(catalogue, Query("name", developers=(valve,)), 5)) == [1, 2]
    assert list(walk(catalogue, Query("name", developers=(valve, other)), 5)) == [2]
    assert catalogue.developer("valv") is None
    assert catalogue.developers_like("vavle") == ["valve"]


# search by name

NAMES = (
    "Portal",
    "Portal 2",
    "Portal Stories: Mel",
    "Half-Life 2: Episode One",
    "Half-Life",
    "Counter-Strike: Global Offensive",
    "Counter-Strike",
    "S.T.A.L.K.E.R.: Shadow of Chernobyl",
    "Garry's Mod",
    "Pokémon Café™",
    "The Elder Scrolls V: Skyrim",
    "三国志 Maker",
    "Ys Origin",
    "X",
    "Total Pro Golf 3",
)


@pytest.fixture(scope="module")
def shelf() -> Catalogue:
    return named(*NAMES)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("portal", ["Portal", "Portal 2", "Portal Stories: Mel"]),
        ("PORTAL 2", ["Portal 2"]),
        ("port", ["Portal", "Portal 2", "Portal Stories: Mel"]),
        ("protal", ["Portal", "Portal 2", "Portal Stories: Mel"]),
        ("half life", ["Half-Life", "Half-Life 2: Episode One"]),
        ("halflife", ["Half-Life", "Half-Life 2: Episode One"]),
        ("life half", ["Half-Life", "Half-Life 2: Episode One"]),
        ("counter strike", ["Counter-Strike", "Counter-Strike: Global Offensive"]),
        ("counter strik global ofensive", ["Counter-Strike: Global Offensive"]),
        ("ofensive countr", ["Counter-Strike: Global Offensive"]),
        ("scrols skyrmi", ["The Elder Scrolls V: Skyrim"]),
        ("elder skyirm", ["The Elder Scrolls V: Skyrim"]),
        ("shadwo stalker", ["S.T.A.L.K.E.R.: Shadow of Chernobyl"]),
        ("shadwo of mordor", []),
        ("offensive counter", ["Counter-Strike: Global Offensive"]),
        ("stalker", ["S.T.A.L.K.E.R.: Shadow of Chernobyl"]),
        ("garrys mod", ["Garry's Mod"]),
        ("garys mod", ["Garry's Mod"]),
        ("pokemon cafe", ["Pokémon Café™"]),
        ("POKÉMON CAFÉ", ["Pokémon Café™"]),
        ("skyrim elder scrolls", ["The Elder Scrolls V: Skyrim"]),
        ("三国", ["三国志 Maker"]),
        ("国志", ["三国志 Maker"]),
        ("ys", ["Ys Origin"]),
        ("x", ["X"]),
        ("witcher", []),
        ("!!!", []),
    ],
)
def test_names_are_found_as_people_type_them(shelf: Catalogue, text: str, first: list[str]) -> None:
    assert found(shelf, text) == first


def test_the_most_alike_comes_first() -> None:
    shelf = named("Ark of Noah", "Arkham", "The Ark", "Ark", "Noah of Ark", "Dark")
    assert found(shelf, "ark") == ["Ark", "The Ark", "Ark of Noah", "Noah of Ark", "Arkham"]
    assert found(shelf, "ark of noah") == ["Ark of Noah", "Noah of Ark"]


def test_every_game_is_found_by_its_own_name(catalogue: Catalogue, rows: list[Row]) -> None:
    for game in rows[::10]:
        if fold(game["name"]):
            assert fold(found(catalogue, game["name"], 1)[0]) == fold(game["name"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, 10**6), place=st.integers(0, 10**6), letter=st.sampled_from("aeklnorst"), edit=st.integers(0, 3)
)
def test_a_game_is_found_by_its_name_with_a_typo(
    catalogue: Catalogue, rows: list[Row], at: int, place: int, letter: str, edit: int
) -> None:
    long_names = [name for game in rows if 8 <= len(name := fold(game["name"])) <= 60]
    name = long_names[at % len(long_names)]
    place %= len(name) - 1
    typed = (
        f"{name[:place]}{letter}{name[place:]}",
        f"{name[:place]}{letter}{name[place + 1 :]}",
        f"{name[:place]}{name[place + 1 :]}",
        f"{name[:place]}{name[place + 1]}{name[place]}{name[place + 2 :]}",
    )[edit]
    names = [fold(one) for one in found(catalogue, typed)]
    begun = all(any(word.startswith(part) for word in names[0].split()) for part in fold(typed).split()) if names else 0
    assert name in names or begun, "it is found, unless another name has just these words"


def test_some_words_of_a_name_find_it_with_a_typo_in_each() -> None:
    """A first user found none of the first three, and the fourth behind names that are less alike."""
    shelf = named("Hungry Mylis Harbor", "Hungry Harpers", "Angry Harbour", "Harbor Master", "Hungry")
    for typed in ("hungri harbor", "hungri harbr", "hrabor hungyr", "hungry harbr"):
        assert found(shelf, typed)[0] == "Hungry Mylis Harbor"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=100) | st.text(alphabet="\"'*:()^-+{}[]%_;\\ ANDORNEAR\x00a", max_size=60))
def test_whatever_is_typed_is_a_text_and_no_syntax(catalogue: Catalogue, text: str) -> None:
    page = catalogue.page(Query(RELEVANCE, text=text), limit=5, counted=True)
    assert page.n_total is not None
    assert len(page.records) == min(page.n_total, 5)
    catalogue.label("genres", text)
    catalogue.developer(text)
    catalogue.developers_like(text)


@given(text=st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_more_names_than_two_bytes_can_number_are_found() -> None:
    connection = sqlite3.connect(":memory:")
    names = [f"game {n}" for n in range(2**16 + 2)]
    write(connection, "game", names)
    index = NameIndex(lambda statement, values: connection.execute(statement, values).fetchall(), "game")
    assert index.search("game 65537") == [65_537]
    assert index.search("gmae 65537")[0] == 65_537
    connection.close()


def distance(wanted: str, text: str) -> int:
    """Fill the table of the definition."""
    table = [[0] * (len(text) + 1) for _ in range(len(wanted) + 1)]
    for i in range(1, len(wanted) + 1):
        table[i][0] = i
        for j in range(1, len(text) + 1):
            other = table[i - 1][j - 1] + (wanted[i - 1] != text[j - 1])
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, other)
            if i > 1 and j > 1 and wanted[i - 1] == text[j - 2] and wanted[i - 2] == text[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return min(table[-1])


@settings(max_examples=500)
@given(wanted=st.text("abcä", max_size=9), text=st.text("abcä", max_size=14))
def test_edits_are_those_of_the_definition(wanted: str, text: str) -> None:
    assert fewest_edits(wanted, text) == distance(wanted, text)


# threads, time, damage


def test_threads_may_share_one(catalogue: Catalogue) -> None:
    asked = [Query(RELEVANCE, text=text) for text in ("the", "portl", "a", "x y")] + [Query(sort) for sort in SORTS]
    alone = [catalogue.page(query, limit=20, counted=True) for query in asked]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda query: catalogue.page(query, limit=20, counted=True), asked * 20))
    assert together == alone * 20


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def test_a_query_that_takes_too_long_ends_and_the_next_is_answered(data: bytes) -> None:
    reader = Reader(data, seconds=0.05)
    began = time.monotonic()
    with pytest.raises(SlowQueryError, match="takes too long"), reader.turn():
        reader.rows(ENDLESS)
    assert time.monotonic() - began < 2
    with reader.turn():
        assert reader.rows("SELECT 1") == [(1,)]


def test_who_waits_too_long_for_his_turn_is_told(data: bytes) -> None:
    catalogue = Catalogue(data, query_seconds=0.05)
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with catalogue._reader.turn():
            held.set()
            let_go.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    with pytest.raises(SlowQueryError, match="other queries"):
        catalogue.record(1)
    let_go.set()
    thread.join()
    assert catalogue.record(1) is None


@pytest.fixture(params=["on disk", "in memory"])
def temporary(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go; there is no such place where a copy must do without."""
    place = tmp_path if request.param == "on disk" else tmp_path / "nowhere"
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def test_a_copy_has_no_name_and_answers_the_same_with_and_without_room_for_it(
    temporary: Path, data: bytes, catalogue: Catalogue
) -> None:
    copied = Catalogue(data)
    asked = [Query(RELEVANCE, text="the"), *(Query(sort) for sort in SORTS)]
    assert [copied.page(one, limit=50) for one in asked] == [catalogue.page(one, limit=50) for one in asked]
    assert list(temporary.glob("*")) == []


def test_what_is_no_catalogue_is_refused_with_and_without_room_for_a_copy(temporary: Path, data: bytes) -> None:
    for damaged in (b"", b"x" * 5_000, data[:1024], data[: len(data) // 2], other_sqlite(), of_a_later_format(data)):
        with pytest.raises(BundleError, match=FILE):
            Catalogue(damaged)
    assert list(temporary.glob("*")) == []


@pytest.mark.usefixtures("temporary")
def test_the_file_cannot_be_written(data: bytes) -> None:
    reader = Reader(data, seconds=1)
    with pytest.raises(sqlite3.OperationalError, match="readonly"), reader.turn():
        reader.rows("DELETE FROM games")


def test_nothing_holds_a_catalogue_that_nobody_uses(data: bytes) -> None:
    gc.disable()
    try:
        catalogue = Catalogue(data)
        connection = catalogue._reader._connection
        del catalogue
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")
    finally:
        gc.enable()


def other_sqlite() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE games (no)")
    data = connection.serialize()
    connection.close()
    return data


def of_a_later_format(data: bytes) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    connection.execute("PRAGMA user_version = 99")
    changed = connection.serialize()
    connection.close()
    return changed


# the real catalogue


@pytest.mark.real_data
def test_the_real_catalogue_is_small_and_searched_fast(real_catalogue: RealCatalogue) -> None:
    data = make(real_catalogue.parts.games.iter_rows(named=True), studios)
    assert len(data) < 16e6
    catalogue = Catalogue(data)
    typed = ["portal", "protal", "half life 2", "counter strik global ofensive", "stardew valey", "civilisation", "dlc"]
    began = time.process_time()
    for text in typed * 10:
        assert catalogue.page(Query(RELEVANCE, text=text), limit=20).records
    assert (time.process_time() - began) / (10 * len(typed)) < 0.008, "half of it is what a quiet machine takes"
    assert found(catalogue, "protal", 2) == ["Portal", "Portal 2"]
    assert found(catalogue, "counter strik global ofensive") == ["Counter-Strike: Global Offensive"]


def test_what_calls_take_together_has_a_bound_of_their_thread(catalogue: Catalogue) -> None:
    with catalogue.within(0.05), pytest.raises(SlowQueryError):
        for _ in range(1_000_000):
            catalogue.developers_like("a b c d e")
    known = catalogue.record(0)
    with catalogue.within(0), ThreadPoolExecutor(1) as others:
        assert others.submit(catalogue.record, 0).result() == known
