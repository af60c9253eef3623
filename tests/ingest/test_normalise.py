from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.ingest.normalise import normalise
from tests.ingest.records import candidate, line, rows


def test_html_entities_are_unescaped_once() -> None:
    row = candidate(app_name="Sam &amp; Max", title="&quot;A&quot;", genres=["Animation &amp; Modeling"])
    assert (row["name"], row["title"], row["genres"]) == ("Sam & Max", '"A"', ["Animation & Modeling"])
    assert candidate(app_name="&amp;amp;")["name"] == "&amp;"


def test_labels_come_once_trimmed_and_in_their_order() -> None:
    assert candidate(genres=["Indie", " Action ", "Indie", ""])["genres"] == ["Indie", "Action"]


def test_an_empty_list_counts_as_not_given() -> None:
    assert candidate(genres=[])["genres"] is None


def test_a_missing_id_is_read_from_the_store_pages_address() -> None:
    row = candidate(id=None, url="http://store.steampowered.com/app/200260")
    assert (row["app_id"], row["app_id_source"]) == (200260, "url")


def test_an_id_that_is_there_but_wrong_is_not_replaced() -> None:
    row = candidate(id="ten", url="http://store.steampowered.com/app/200260")
    assert (row["app_id"], row["unreadable"]) == (None, ["id"])


@pytest.mark.parametrize("reviews", ["1 user reviews", "9 user reviews", "1 user review"])
def test_a_count_of_user_reviews_is_no_sentiment(reviews: str) -> None:
    row = candidate(sentiment=reviews)
    assert (row["sentiment"], row["user_reviews"], row["unreadable"]) == (None, int(reviews[0]), [])


def test_a_sentiment_is_kept() -> None:
    assert candidate(sentiment="Mostly Positive")["sentiment"] == "Mostly Positive"


@pytest.mark.parametrize(
    ("fields", "lost"),
    [
        ({"metascore": "NA"}, []),
        ({"metascore": "great"}, ["metascore"]),
        ({"metascore": 300}, ["metascore"]),
        ({"sentiment": "Meh"}, ["sentiment"]),
        ({"price": "ask us"}, ["price"]),
        ({"discount_price": "half"}, ["discount_price"]),
        ({"genres": "Action"}, ["genres"]),
    ],
)
def test_a_value_that_cannot_be_read_becomes_null_and_its_field_is_named(
    fields: dict[str, Any], lost: list[str]
) -> None:
    row = candidate(**fields)
    assert row["unreadable"] == lost
    column = {"price": "price_usd", "discount_price": "current_price"}
    assert all(row[column.get(name, name)] is None for name in fields)


fields = st.fixed_dictionaries(
    {},
    optional={
        "app_name": st.text(max_size=8),
        "genres": st.lists(st.text(max_size=4), max_size=3),
        "release_date": st.text(max_size=12) | st.just("2015-01-01"),
        "price": st.floats(allow_nan=False) | st.text(max_size=6),
        "metascore": st.integers(-500, 500) | st.text(max_size=3),
        "sentiment": st.text(max_size=5),
        "id": st.text(max_size=5) | st.integers(0, 99).map(str),
    },
)


@given(st.lists(fields, min_size=1, max_size=6))
def test_many_rows_are_normalised_as_each_alone(records: list[dict[str, Any]]) -> None:
    lines = [line(**record) for record in records]
    together = normalise(rows(*lines), source="s").drop("record_no", "start", "stop")
    alone = [normalise(rows(one), source="s").drop("record_no", "start", "stop") for one in lines]
    assert together.equals(pl.concat(alone))


@given(st.lists(fields, min_size=1, max_size=4))
def test_the_input_is_not_changed(records: list[dict[str, Any]]) -> None:
    raw = rows(*(line(**record) for record in records))
    before = raw.clone()
    normalise(raw, source="s")
    assert raw.equals(before)
