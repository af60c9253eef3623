from __future__ import annotations

import json
from html.parser import HTMLParser

from tasador.ingest import quality_page
from tests.ingest.records import catalogue, line

HOSTILE = "<script>alert(1)</script>"


class Texts(HTMLParser):
    """Collects the texts and the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        asked = [value for name, value in attrs if name in {"src", "href"} and value != "data:,"]
        assert not asked, "the page must not ask for anything"

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def test_the_report_is_json_and_its_page_shows_the_same_figures() -> None:
    quality = catalogue(line(), line(id="11", release_date="TBA"), b"", line(id="12", price="Free")).quality
    assert json.loads(json.dumps(quality.to_dict()))["accounting"] == {
        "raw": 4,
        "games": 2,
        "duplicates": 0,
        "quarantine": 1,
        "rejects": 1,
    }
    page = Texts()
    page.feed(quality_page.render(quality))
    for rule in quality.rules:
        assert rule.rule in page.texts
        assert rule.says in page.texts
    for step in quality.steps:
        assert step.name in page.texts
    assert "Free" in page.texts


def test_what_a_source_says_cannot_become_part_of_the_page() -> None:
    page = Texts()
    page.feed(quality_page.render(catalogue(line(), line(id="2", price=HOSTILE)).quality))
    assert "script" not in page.tags
    assert HOSTILE in page.texts


def test_the_same_report_gives_the_same_page() -> None:
    quality = catalogue(line()).quality
    assert quality_page.render(quality) == quality_page.render(quality)
