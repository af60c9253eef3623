from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest

from tasador.testing import make_raw_lines
from tasador.testing.release import RELEASE_FORMS

from .catalogues import Record, read_made

_SEEDS = range(6)
_N = 500

_IN_LINES = {
    "text in single quotes": r"u'",
    "text in double quotes": r": u\"[^\"]*'[^\"]*\"",
    "escaped quote": r"u'[^']*\\'[^']*\"",
    "Latin-1 escape": r"\\xe9|\\xae|\\xc9",
    "escape of the BMP": r"\\u[0-9a-f]{4}",
    "escape beyond the BMP": r"\\U0001f[0-9a-f]{3}",
    "escaped backslash": r"\\\\",
    "Python's words in text": r"True \w+: None or False",
    "the text prefix in text": r"u'Hoo",
    "name that is a Python word": r"u'app_name': u'None'",
    "publisher that is a Python word": r"u'publisher': u'None'",
    "entity of an ampersand in a title": r"u'title': u'[^']*&amp;",
    "entity of an apostrophe in a title": r"u'title': u'[^']*&#39;",
    "entity of a quote in a title": r"u'title': u'[^']*&quot;",
    "entity in a name": r"u'app_name': u'[^']*&amp;",
    "entities in genres": r"u'genres': \[[^]]*u'Animation &amp; Modeling'[^]]*u'Design &amp; Illustration'",
    "plain label in tags": r"u'tags': \[[^]]*u'Design & Illustration'",
    "score that is none": r"u'metascore': u'NA'",
    "whole-number score": r"u'metascore': \d\d[,}]",
    "truth values": r"u'early_access': True.*|u'early_access': False",
}

_IN_RECORDS: dict[str, Callable[[Record], bool]] = {
    "id only in the address": lambda r: (
        "id" not in r and bool(re.fullmatch(r"http://store\.steampowered\.com/app/\d+", r["url"]))
    ),
    "neither id nor app address": lambda r: "id" not in r and r["url"] == "http://store.steampowered.com/",
    "id without name": lambda r: "id" in r and "app_name" not in r,
    "nearly empty": lambda r: set(r) == {"url", "price", "discount_price", "early_access"},
    "no release date": lambda r: "title" in r and "release_date" not in r,
    "not even a title": lambda r: not {"title", "release_date", "genres", "developer"} & set(r),
    "implausible year": lambda r: bool(re.search(r"5275\d{4}", r.get("release_date", ""))),
    "nonsense with combining marks": lambda r: (
        sum(unicodedata.combining(char) > 0 for char in r.get("release_date", "")) > 8
    ),
    "title that keeps the entity of the name": lambda r: (
        "&" in r.get("app_name", "") and r.get("title") == r["app_name"].replace("&", "&amp;") != r["app_name"]
    ),
    "hardware": lambda r: "Hardware" in r.get("tags", []) and r.get("price") == "Starting at $499.00",
    "demo": lambda r: "Game demo" in r.get("specs", []),
    "soundtrack": lambda r: bool(re.search(r"Soundtrack|OST", r.get("app_name", ""))),
    "video": lambda r: "title" in r and "genres" not in r and "developer" not in r and "publisher" not in r,
}

_PRICES = (
    "Free",
    "Free to Play",
    "Free To Play",
    "Free Mod",
    "Free Demo",
    "Play for Free!",
    "Third-party",
    "Play Now",
    "Install Now",
    "Play the Demo",
    "Install Theme",
    "Free to Try",
    "Free Movie",
    "Free to Use",
    "Starting at $499.00",
    "Starting at $449.00",
)

_DATES = (
    "Soon..",
    "TBA",
    "Coming Soon",
    "When it's done",
    "Q2 2018",
    "1st Quarter 2018",
    "First quarter of 2018",
    "2017 Q4",
    "Winter 2017",
    "H2 2018",
    "Early 2018",
    "Late 2016 - Early 2017",
    "Jun 2009",
    "January 2018",
    "Январь 2018",
    "2018年1月",
    "21 Jun, 2017",
    "15.01.2018",
    "2018",
)


@pytest.mark.parametrize("pattern", _IN_LINES.values(), ids=_IN_LINES.keys())
def test_each_spelling_occurs_in_a_few_hundred_lines(pattern: str) -> None:
    for seed in _SEEDS:
        assert any(re.search(pattern, line.decode()) for line in make_raw_lines(_N, seed=seed)), seed


@pytest.mark.parametrize("has_wart", _IN_RECORDS.values(), ids=_IN_RECORDS.keys())
def test_each_kind_of_odd_record_occurs_in_a_few_hundred_lines(has_wart: Callable[[Record], bool]) -> None:
    for seed in _SEEDS:
        assert any(has_wart(record) for record in read_made(_N, seed)), seed


@pytest.mark.parametrize("seed", _SEEDS)
def test_an_entry_is_there_twice_under_two_addresses(seed: int) -> None:
    urls: dict[str, set[str]] = {}
    for record in read_made(_N, seed):
        if "id" in record:
            urls.setdefault(record["id"], set()).add(record["url"])

    assert sum(len(group) == 2 for group in urls.values()) == 1


@pytest.mark.parametrize("seed", _SEEDS)
def test_each_text_occurs_in_a_few_hundred_lines(seed: int) -> None:
    records = read_made(_N, seed)
    counts = {f"{count} user reviews" for count in range(1, 10)}

    assert set(_PRICES) <= {record.get("price") for record in records}
    assert set(_DATES) <= set(RELEASE_FORMS) <= {record.get("release_date") for record in records}
    assert counts <= {record.get("sentiment") for record in records}


def test_warts_are_rare_in_a_large_catalogue() -> None:
    records = read_made(8_000, 0)

    assert sum("id" not in record for record in records) <= 4
    assert sum("app_name" not in record for record in records) <= 3
    assert 0.004 < sum(record.get("release_date") in RELEASE_FORMS for record in records) / 8_000 < 0.017
