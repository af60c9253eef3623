from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tasador.profiling.charts import exhibits
from tasador.profiling.figures import count, money, percent
from tasador.profiling.report import render
from tasador.profiling.summary import summarise
from tests.profiling.catalogue import make_games, make_row

ATTACK = "<script>alert(1)</script>"
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """A page taken apart: its elements, its scripts and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[tuple[dict[str, str], str]] = []
        self.text = ""
        self.open: list[str] = []
        self.mismatched: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        self.elements.append((tag, values))
        if tag == "script":
            self.scripts.append((values, ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.mismatched.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = (attributes, text + data)
        elif not self.open or self.open[-1] != "style":
            self.text += data


@pytest.fixture(scope="module")
def parsed(page: str) -> Page:
    return Page(page)


def all_of(parsed: Page, tag: str) -> list[dict[str, str]]:
    return [attributes for name, attributes in parsed.elements if name == tag]


def test_page_is_well_formed(parsed: Page) -> None:
    assert parsed.mismatched == []
    assert parsed.open == []


def test_page_refers_to_nothing_outside(parsed: Page) -> None:
    for tag, attributes in parsed.elements:
        for name in ("src", "href", "srcset", "action", "data", "poster", "xlink:href"):
            assert attributes.get(name, "#").startswith("#"), (tag, attributes)
    assert not all_of(parsed, "link")
    assert not all_of(parsed, "img")


def test_page_forbids_the_network_and_evaluated_code(parsed: Page) -> None:
    (policy,) = [meta["content"] for meta in all_of(parsed, "meta") if "http-equiv" in meta]
    assert policy.startswith("default-src 'none'")
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_policy_names_every_script_by_its_hash(parsed: Page, page: str) -> None:
    policy = next(meta["content"] for meta in all_of(parsed, "meta") if "http-equiv" in meta)
    code = [text for attributes, text in parsed.scripts if not attributes]
    assert len(code) == 5
    for text in code:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert policy.count("sha256-") == 6, "the five scripts, and the style"


def test_links_inside_the_page_lead_somewhere(parsed: Page) -> None:
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    assert {link["href"][1:] for link in all_of(parsed, "a")} <= set(ids)


def test_page_can_be_read_by_all(parsed: Page) -> None:
    assert all_of(parsed, "html") == [{"lang": "en"}]
    tags = {tag for tag, _ in parsed.elements}
    assert {"header", "nav", "main", "footer", "h1", "figcaption", "noscript", "caption"} <= tags
    assert all(header.get("scope") in {"col", "row"} for header in all_of(parsed, "th"))
    assert len(all_of(parsed, "table")) == len(all_of(parsed, "caption"))
    assert any(meta.get("name") == "viewport" for meta in all_of(parsed, "meta"))


def test_every_chart_has_its_place_specification_and_table(parsed: Page, profile: dict[str, Any]) -> None:
    (specs,) = [json.loads(text) for attributes, text in parsed.scripts if attributes.get("id") == "specs"]
    shown = exhibits(profile)
    assert specs == {exhibit.id: {**exhibit.spec, "description": exhibit.takeaway} for exhibit in shown}
    assert [place["data-chart"] for place in all_of(parsed, "div") if "data-chart" in place] == [e.id for e in shown]
    for exhibit in shown:
        assert exhibit.takeaway in parsed.text
        assert f"n = {exhibit.size}" in parsed.text


def test_tables_hold_the_numbers_of_the_profile(page: str, profile: dict[str, Any]) -> None:
    for exhibit in exhibits(profile):
        figure = page.split(f'<figure id="{exhibit.id}">')[1].split("</figure>")[0]
        cells = [value for _, value in re.findall(r"<t[hd] ([^>]*)data-value=\"([^\"]*)\"", figure)]
        expected = [row[header.key] for row in exhibit.rows for header in exhibit.headers]
        assert len(cells) == len(expected)
        for cell, value in zip(cells, expected, strict=True):
            if isinstance(value, int | float):
                assert float(cell) == value


def test_every_finding_is_on_the_page(parsed: Page, profile: dict[str, Any]) -> None:
    for finding in profile["findings"]:
        assert finding["sentence"] in parsed.text
        assert finding["number_text"] in parsed.text
        assert finding["means_for_model"] in parsed.text


def test_page_shows_the_figures_of_the_profile(parsed: Page, profile: dict[str, Any]) -> None:
    for text in (
        count(profile["overview"]["n"]),
        percent(profile["prices"]["shares"]["free"]),
        money(profile["prices"]["p50"], "USD"),
        *(money(group["p50"], "USD") for group in profile["price_by"]["kind"]),
        *(column["column"] for column in profile["columns"]),
        *(count(column["n"]) for column in profile["hindsight"]["columns"]),
    ):
        assert text in parsed.text


def test_texts_of_strangers_are_escaped() -> None:
    row = {"name": ATTACK, "developer": ATTACK, "publisher": ATTACK, "genres": [ATTACK], "tags": [ATTACK]}
    rows = [make_row(number, **row, list_price=200.0 + number, release_year=2015) for number in range(1, 4)]
    parsed = Page(render(summarise(make_games(rows))))
    assert not any("alert(1)" in text for attributes, text in parsed.scripts if not attributes)
    assert len(parsed.scripts) == 6
    assert parsed.mismatched == []
    assert ATTACK in parsed.text
    specs = json.loads(next(text for attributes, text in parsed.scripts if attributes))
    assert ATTACK in json.dumps(specs)


def test_same_profile_gives_the_same_page(profile: dict[str, Any], page: str) -> None:
    assert render(json.loads(json.dumps(profile))) == page


def test_page_is_not_too_large(page: str) -> None:
    assert len(page.encode()) < 3_000_000
