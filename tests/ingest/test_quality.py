from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from tasador.errors import SourceError
from tasador.ingest import quality_page
from tasador.ingest.cleaning import Cleaning, Origin, finish
from tasador.ingest.formats.format import FORMATS
from tasador.ingest.tally import Tally
from tests.ingest.records import IDENTITY, catalogue, line, piece

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


def test_counts_that_went_through_json_block_by_block_make_the_same_report() -> None:
    blocks = [
        [line(), b"", line(id="11", price="?"), line(id="10")],
        [b"broken", line(id="x"), line(id="12", extra=1)],
        [line(id=str(at), app_name=None) for at in range(20, 30)],
    ]
    together, joined = Cleaning(), Tally()
    origin = Origin(IDENTITY, "test", FORMATS["python-literals"])
    together.begin(origin)
    for block in blocks:
        (raw,) = FORMATS["python-literals"].read([piece(b"\n".join(block) + b"\n")])
        before = together.outcomes().total()
        cleaned = together.add(raw)
        counted = Tally()
        counted.count(raw.after(before), cleaned.games, cleaned.set_aside)
        joined.join(counted.to_json())
    expected = together.finish(max_reject_share=1.0).to_dict()
    assert finish([(origin, joined)], max_reject_share=1.0).to_dict() | {"steps": expected["steps"]} == expected
    with pytest.raises(SourceError, match=r"first line 2 \(line_blank\)"):
        finish([(origin, joined)], max_reject_share=0.0)
