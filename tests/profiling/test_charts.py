from __future__ import annotations

import json
from typing import Any

import altair as alt
import pytest

from tasador.profiling.charts import exhibits
from tasador.profiling.exhibit import Exhibit
from tasador.profiling.summary import summarise
from tests.profiling.catalogue import make_games


@pytest.fixture(scope="module")
def shown(profile: dict[str, Any]) -> list[Exhibit]:
    return exhibits(profile)


def is_vega_lite(spec: dict[str, Any]) -> bool:
    return "vega-lite" in spec["$schema"]


def texts_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, item in value.items() if key != "$schema" for text in texts_in(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts_in(item)]
    return [value] if isinstance(value, str) else []


def keys_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys_in, value.values()))
    return set().union(*map(keys_in, value)) if isinstance(value, list) else set()


def test_every_section_that_draws_has_a_chart(shown: list[Exhibit]) -> None:
    assert {exhibit.section for exhibit in shown} == {
        "prices", "ladder", "price-by", "over-years", "hedonic", "kinds", "outliers", "associations", "companions",
        "missingness", "populations", "words",
    }  # fmt: skip
    assert len({exhibit.id for exhibit in shown}) == len(shown)


def test_every_vega_lite_specification_satisfies_altairs_schema(shown: list[Exhibit]) -> None:
    for exhibit in shown:
        if is_vega_lite(exhibit.spec):
            alt.Chart.from_dict(exhibit.spec, validate=True)
            assert alt.SCHEMA_VERSION.split(".")[0] in exhibit.spec["$schema"]


def test_word_clouds_are_vega_with_the_words_inside(shown: list[Exhibit], profile: dict[str, Any]) -> None:
    clouds = [exhibit for exhibit in shown if not is_vega_lite(exhibit.spec)]
    assert [cloud.id for cloud in clouds] == ["words-genres", "words-tags", "words-titles"]
    assert clouds[0].spec["data"][0]["values"] == profile["words"]["genres"]
    assert clouds[0].spec["marks"][0]["transform"][0]["type"] == "wordcloud"


def test_charts_load_nothing(shown: list[Exhibit]) -> None:
    for exhibit in shown:
        assert "url" not in keys_in(exhibit.spec)
        assert not any(text.startswith(("http:", "https:", "//")) for text in texts_in(exhibit.spec))


def test_every_chart_has_words_and_the_same_numbers_in_a_table(shown: list[Exhibit]) -> None:
    for exhibit in shown:
        assert exhibit.title
        assert exhibit.takeaway.endswith(".")
        assert exhibit.size not in {"0", "0 and 0"}
        assert exhibit.rows
        assert all(header.key in row for row in exhibit.rows for header in exhibit.headers)


def test_charts_are_wide_as_their_place(shown: list[Exhibit]) -> None:
    assert all(exhibit.spec["width"] == "container" for exhibit in shown if is_vega_lite(exhibit.spec))


def test_charts_are_the_same_from_a_stored_profile(profile: dict[str, Any], shown: list[Exhibit]) -> None:
    assert exhibits(json.loads(json.dumps(profile))) == shown


def test_empty_table_has_no_chart() -> None:
    assert exhibits(summarise(make_games([]))) == []
