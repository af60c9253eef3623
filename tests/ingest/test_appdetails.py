from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.errors import SourceError
from tasador.ingest.formats import appdetails, store_answer
from tasador.ingest.formats.batches import MAX_RECORDS
from tasador.ingest.formats.format import FORMATS
from tasador.ingest.formats.lines import BLOCK_BYTES
from tasador.ingest.formats.piece import Piece
from tests.ingest.records import Catalogue, clean, piece

APPDETAILS: Final = FORMATS["appdetails"]


def answer(app_id: int = 10, **data: Any) -> bytes:
    """Write an answer about an ordinary game, but for the fields named; a field of None is left out."""
    fields = {
        "type": "game",
        "name": "A Game",
        "steam_appid": app_id,
        "required_age": 0,
        "is_free": False,
        "price_overview": {"currency": "EUR", "initial": 1999, "final": 999},
        "package_groups": [group()],
        "platforms": {"windows": True, "mac": False, "linux": True},
        "genres": [{"id": "1", "description": "Action"}],
        "release_date": {"coming_soon": False, "date": "5 Nov, 2015"},
        **data,
    }
    told = {name: value for name, value in fields.items() if value is not None}
    return json.dumps({str(app_id): {"success": True, "data": told}}).encode()


def group(*, subscription: bool = False, free: bool = False) -> dict[str, Any]:
    """What the store offers of an app, in one of its boxes."""
    return {
        "is_recurring_subscription": "true" if subscription else "false",
        "subs": [{"packageid": 1, "is_free_license": free}],
    }


def cleaned(*files: bytes, max_reject_share: float = 1.0) -> Catalogue:
    return clean(map(piece, files), APPDETAILS, max_reject_share=max_reject_share)


def game(data: bytes) -> dict[str, Any]:
    (row,) = cleaned(data).parts.games.iter_rows(named=True)
    return row


def aside(*files: bytes) -> list[tuple[str, list[str], bytes]]:
    # NOTE: a good record beside them, since a source needs one.
    table = cleaned(answer(999), *files).parts.set_aside
    return [(row["outcome"], row["rules"], row["record"]) for row in table.iter_rows(named=True)]


def test_an_answer_is_a_game() -> None:
    row = game(
        answer(
            categories=[{"id": 2, "description": "Single-player"}, {"id": 22, "description": "Steam Achievements"}],
            developers=["One", "Two, Ltd."],
            publishers=["Three"],
            metacritic={"score": 81, "url": "…"},
            supported_languages="English<strong>*</strong>, French<br><strong>*</strong>languages with full audio",
        )
    )
    assert row["app_id"] == 10
    assert row["app_id_source"] == "id"
    assert row["name"] == "A Game"
    assert row["kind"] == "game"
    assert (row["list_price"], row["current_price"], row["currency"]) == (19.99, 9.99, "EUR")
    assert row["price_basis"] == "listed"
    assert row["release_date"] == dt.date(2015, 11, 5)
    assert (row["developer"], row["publisher"]) == ("One, Two, Ltd.", "Three")
    assert row["genres"] == ["Action"]
    assert row["specs"] == ["Single-player", "Steam Achievements"]
    assert row["early_access"] is False
    assert row["metascore"] == 81
    assert row["required_age"] == 0
    assert row["platforms"] == ["windows", "linux"]
    assert row["languages"] == ["English", "French"]
    assert row["url"] == "https://store.steampowered.com/app/10/"
    assert (row["tags"], row["sentiment"], row["unreadable"]) == (None, None, [])


def test_the_app_that_is_told_of_counts_and_not_the_one_that_was_asked_for() -> None:
    row = game(answer(20, steam_appid=10))
    assert (row["app_id"], row["app_id_source"]) == (10, "redirect")


@pytest.mark.parametrize(
    ("hundredths", "price"),
    [(1999, "19.99"), (0, "0.00"), (5, "0.05"), (19999900, "199999.00"), (10**12 + 1, "10000000000.01"), (-5, "-0.05")],
)
def test_hundredths_become_units_exactly(hundredths: int, price: str) -> None:
    read = store_answer.read("1", {"success": True, "data": {"price_overview": {"initial": hundredths}}})
    assert isinstance(read, dict)
    assert read["price"] == price


@pytest.mark.parametrize("initial", ["19,99€", 19.99, True])
def test_a_price_that_is_no_whole_number_is_unreadable(initial: Any) -> None:
    row = game(answer(price_overview={"currency": "EUR", "initial": initial, "final": 999}))
    assert (row["list_price"], row["price_basis"]) == (None, "unreadable")


def test_no_price_is_missing_and_never_zero() -> None:
    row = game(answer(price_overview=None))
    assert (row["list_price"], row["price_basis"], row["currency"]) == (None, "missing", None)


@pytest.mark.parametrize(
    ("told", "price", "basis"),
    [
        ({"price_overview": None, "package_groups": []}, 0.0, "free_flag"),
        # what is sold is sold, whatever the flag says
        ({}, 19.99, "listed"),
        # the price is that of another package then
        ({"package_groups": [group(), group(free=True)]}, 0.0, "free_flag"),
    ],
)
def test_what_is_called_free_is_free_unless_it_is_only_sold(told: dict[str, Any], price: float, basis: str) -> None:
    row = game(answer(is_free=True, **told))
    assert (row["list_price"], row["price_basis"]) == (price, basis)


@pytest.mark.parametrize(
    ("groups", "basis"),
    [
        ([group(subscription=True)], "subscription"),
        ([group(), group(subscription=True)], "listed"),
        ([{**group(), "subs": []}, group(subscription=True)], "subscription"),
    ],
)
def test_a_price_is_a_subscriptions_if_nothing_else_is_on_offer(groups: list[dict[str, Any]], basis: str) -> None:
    price = {"currency": "EUR", "initial": 899, "final": 899, "recurring_sub": 1}
    row = game(answer(price_overview=price, package_groups=groups))
    assert (row["list_price"], row["price_basis"]) == (8.99, basis)


@pytest.mark.parametrize(("told", "age"), [(0, 0), ("17", 17), ("18+", 18), ("", None)])
def test_an_age_may_be_a_number_or_a_text(told: Any, age: int | None) -> None:
    assert game(answer(required_age=told))["required_age"] == age


@pytest.mark.parametrize(
    ("base", "app_id"),
    [
        ({"appid": "20", "name": "Base"}, 20),
        ({"appid": "20", "name": "Uninitialized"}, 20),
        ({"appid": None, "name": "Uninitialized"}, None),
        ({"appid": "Uninitialized"}, None),
        ({"appid": "10"}, None),
        ([], None),
    ],
)
def test_the_base_is_another_app_with_an_id(base: Any, app_id: int | None) -> None:
    row = game(answer(fullgame=base))
    assert (row["base_app_id"], row["unreadable"]) == (app_id, [])


@pytest.mark.parametrize(
    "genre", [{"id": "70", "description": "Acceso anticipado"}, {"id": 1, "description": "Early Access"}]
)
def test_early_access_is_a_genre(genre: dict[str, Any]) -> None:
    assert game(answer(genres=[genre]))["early_access"] is True


def test_empty_lists_in_place_of_objects_are_nothing() -> None:
    row = game(answer(pc_requirements=[], metacritic=[], fullgame=[], genres=[], categories=[]))
    assert (row["metascore"], row["base_app_id"], row["genres"], row["unreadable"]) == (None, None, None, [])


def test_a_value_of_another_shape_is_named() -> None:
    row = game(answer(genres="Action", developers={"a": 1}, platforms="windows", supported_languages=3))
    assert sorted(row["unreadable"]) == ["developer", "genres", "languages", "platforms"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("English", ["English"]),
        ("English<strong>*</strong>, Spanish - Spain", ["English", "Spanish - Spain"]),
        ("Japanese<strong>*</strong><br/><strong>*</strong>languages with full audio support", ["Japanese"]),
        ("", None),
        (None, None),
    ],
)
def test_languages_are_names_without_markup(text: str | None, names: list[str] | None) -> None:
    assert game(answer(supported_languages=text))["languages"] == names


@pytest.mark.parametrize("date", ["", "Coming Soon"])
def test_an_app_without_a_year_goes_to_quarantine(date: str) -> None:
    text = answer(release_date={"coming_soon": True, "date": date})
    assert aside(text) == [("quarantine", ["release_year_missing"], text)]


@pytest.mark.parametrize(
    "text",
    [
        b'{"10": {"success": false}}',
        b'{"10": {"success": true}}',
        b'{"10": {"success": true, "data": []}}',
        b'{"10": {"success": true, "data": {}}}',
        b'{"10": {}}',
    ],
)
def test_an_answer_without_data_goes_to_quarantine(text: bytes) -> None:
    assert aside(text) == [("quarantine", ["answer_without_data"], text)]


NO_ANSWERS: Final = [
    b'{"type": "Buffer", "data": [117, 110]}',
    b"null",
    b"[]",
    b"{}",
    b'{"10": null}',
    b'{"10": []}',
    b'{"10": {"success": true, "data": {"name": "cut',
    b"<html>502</html>",
    b"\xff\xfe",
    b"[" * 100_000,
    answer() + b" and more",
]


@pytest.mark.parametrize("text", NO_ANSWERS, ids=range(len(NO_ANSWERS)))
def test_a_file_that_is_no_answer_is_a_reject(text: bytes) -> None:
    assert aside(text) == [("reject", ["answer_not_read"], text)]


def test_a_line_that_is_no_answer_is_a_reject_and_the_others_are_read() -> None:
    lines = [text for text in NO_ANSWERS if b"\n" not in text]
    found = cleaned(b"\n".join([answer(1), *lines, answer(2), b"", b" " * (1 << 21)]))
    assert found.parts.games["app_id"].to_list() == [1, 2]
    table = found.parts.set_aside
    assert table["record"].to_list() == [*lines, b"", b" " * (1 << 21)]
    assert table["rules"].to_list() == [["answer_not_read"]] * len(lines) + [["line_blank"], ["line_blank"]]


def test_a_line_that_is_too_long_is_named() -> None:
    text = answer(name="x" * (1 << 20))
    assert aside(answer(1) + b"\n" + text) == [("reject", ["line_too_long"], text)]


def documents(number: int) -> dict[str, bytes]:
    """The same answers, written in every way."""
    told = [json.loads(answer(app_id, name=f"Näme {app_id}")) for app_id in range(1, number + 1)]
    together = {key: value for one in told for key, value in one.items()}
    return {
        "lines": b"\n".join(json.dumps(one).encode() for one in told),
        "lines with a mark": b"\xef\xbb\xbf" + b"\n".join(json.dumps(one, ensure_ascii=False).encode() for one in told),
        "compact": json.dumps(together).encode(),
        "pretty": json.dumps(together, indent=4, ensure_ascii=False).encode() + b"\n",
        "with other keys": json.dumps({"note": {"success": 1}, **together, "end": []}).encode(),
    }


@pytest.mark.parametrize("way", documents(1))
@pytest.mark.parametrize("number", [1, 3])
def test_answers_are_the_same_however_they_are_written(way: str, number: int) -> None:
    games = cleaned(documents(number)[way]).parts.games
    assert games["app_id"].to_list() == list(range(1, number + 1))
    assert games["name"].to_list() == [f"Näme {app_id}" for app_id in range(1, number + 1)]
    assert games["list_price"].to_list() == [19.99] * number


@pytest.mark.parametrize("indent", [None, 1])
def test_an_entry_among_many_is_a_record_as_it_stands(indent: int | None) -> None:
    told = {"1": {"success": False}, "2": {"success": False, "x": "é€"}, **json.loads(answer(3))}
    table = cleaned(json.dumps(told, indent=indent, ensure_ascii=False).encode()).parts.set_aside
    assert [json.loads(record) for record in table["record"]] == [{"1": told["1"]}, {"2": told["2"]}]
    if indent is None:
        assert table["record"].to_list()[1] == '{"2": {"success": false, "x": "é€"}}'.encode()


def test_the_time_of_an_answer_is_its_day_of_observation() -> None:
    line = answer(10).removesuffix(b"}") + b', "retrieved_at": "2026-01-31T12:00:00+00:00"}'
    both = cleaned(line + b"\n" + answer(20)).parts.games
    assert both["observed_on"].to_list() == [dt.date(2026, 1, 31), None]


def test_a_large_object_is_read_as_it_comes() -> None:
    told = {str(app_id): json.loads(answer(app_id))[str(app_id)] for app_id in range(1, MAX_RECORDS * 2)}
    told["1"]["data"]["about_the_game"] = "x" * BLOCK_BYTES
    data = json.dumps(told).encode()
    read: list[int] = []

    def blocks() -> Iterator[bytes]:
        for start in range(0, len(data), 1 << 20):
            read.append(start)
            yield data[start : start + (1 << 20)]

    batches = appdetails.read([Piece("large", blocks)])
    first = next(batches)
    assert len(read) < len(data) >> 20
    heights = [first.records, *(batch.records for batch in batches)]
    assert sum(heights) == len(told)
    assert max(heights) <= MAX_RECORDS


@pytest.mark.parametrize(("first", "day"), [(True, dt.date(2026, 1, 31)), (False, None)])
def test_the_time_of_a_large_object_counts_for_what_comes_after_it(first: bool, day: dt.date | None) -> None:
    time, entry = {"retrieved_at": "2026-01-31T12:00:00Z"}, json.loads(answer(1, about="x" * BLOCK_BYTES))
    row = game(json.dumps({**time, **entry} if first else {**entry, **time}).encode())
    assert row["observed_on"] == day


@pytest.mark.parametrize("end", [b"", b', "x"}', b'"x": 1}', b"}}"])
def test_a_large_object_that_is_damaged_is_refused(end: bytes) -> None:
    data = answer(1, about="x" * BLOCK_BYTES).removesuffix(b"}") + end
    with pytest.raises(SourceError, match="JSON object"):
        cleaned(data)


def test_small_files_are_read_together() -> None:
    files = [piece(answer(app_id)) for app_id in range(1, 2_001)]
    (raw,) = appdetails.read(files)
    assert raw.rows["record_no"].to_list() == list(range(1, 2_001))


@given(st.lists(st.binary(max_size=40), max_size=5), st.booleans())
def test_any_bytes_are_accounted_for(texts: list[bytes], lines: bool) -> None:
    good = answer(1)
    found = cleaned(b"\n".join([good, *texts])) if lines else cleaned(good, *texts)
    rows = found.quality.accounting
    assert rows.raw == rows.games + found.parts.set_aside.height
    assert rows.games == 1
