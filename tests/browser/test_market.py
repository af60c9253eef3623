"""The market in a browser: charts, and what is there without them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tasador.web.pages.language import LANGUAGES
from tests.browser.conftest import Open, Seen, drawn

#: What a reader of each language looks for: a figure, its table, an axis, and how a share is written.
WORDS = {
    "en": ("Genres", "In figures", "Share of entries", "0%"),
    "es": ("Géneros", "En cifras", "Parte de las fichas", "0 %"),
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_charts_are_drawn_and_their_tables_put_away(open_page: Open, code: str) -> None:
    title, table, axis, share = WORDS[code]
    page = open_page("/market?year=2016&kind=game", locale=code)
    drawn(page)
    charts = page.locator("[data-chart]")
    assert charts.count() > 6
    assert charts.locator("svg").count() == charts.count()
    genres = page.locator("#genres")
    expect(genres.get_by_role("heading", name=title)).to_be_visible()
    expect(genres.locator("table")).not_to_be_visible()
    words = genres.locator("svg text").all_text_contents()
    assert axis in words
    assert share in [word.replace("\u00a0", " ") for word in words]
    genres.get_by_text(table).click()
    expect(genres.locator("table")).to_be_visible()


def test_another_year_takes_the_place_of_the_one_before(open_page: Open) -> None:
    page = open_page("/market?year=2016&kind=game")
    drawn(page)
    page.evaluate("window.stayed = true")
    page.get_by_label("Year", exact=True).focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("heading", level=1)).to_have_text("The market in 2017")
    drawn(page)
    assert page.evaluate("window.stayed")
    assert "year=2017" in page.url
    assert page.locator("[data-chart] svg").count() == page.locator("[data-chart]").count()
    assert page.evaluate("document.activeElement.id") == "year"
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("The market in 2016")


def test_a_bar_tells_its_numbers(open_page: Open) -> None:
    page = open_page("/market?year=2016&kind=game")
    drawn(page)
    name = page.locator("#genres tbody th").first.text_content()
    page.locator("#genres .mark-rect path").first.hover()
    tip = page.locator("#vg-tooltip-element")
    expect(tip).to_be_visible()
    expect(tip).to_contain_text(str(name))


def test_without_a_script_the_tables_say_it(open_page: Open) -> None:
    page = open_page("/market?year=2016&kind=game", java_script_enabled=False)
    expect(page.locator("#genres table")).to_be_visible()
    expect(page.locator("#genres .chart")).not_to_be_visible()
    page.get_by_label("Year", exact=True).select_option("2017")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The market in 2017")


def test_where_charts_cannot_be_drawn_the_tables_say_it(open_page: Open, seen: Seen) -> None:
    page = open_page("/", java_script_enabled=True)
    page.route("**/vega-embed.min.js", lambda route: route.abort())
    page.goto("/market?year=2016&kind=game")
    expect(page.locator("#genres .chart")).to_have_text("This chart could not be drawn. Its numbers are in the table.")
    expect(page.locator("#genres table")).to_be_visible()
    assert seen.complaints.pop() == "Failed to load resource: net::ERR_FAILED"


def test_a_file_is_downloaded(open_page: Open) -> None:
    page = open_page("/market?year=2016&kind=game")
    drawn(page)
    with page.expect_download() as found:
        page.get_by_role("link", name="CSV: Genres").click()
    assert found.value.suggested_filename == "tasador-genres-2016.csv"


def test_paper_has_the_charts_and_no_controls(open_page: Open) -> None:
    page = open_page("/market?year=2016&kind=game", color_scheme="dark")
    drawn(page)
    page.emulate_media(media="print")
    expect(page.locator("#genres .chart svg")).to_be_visible()
    expect(page.get_by_label("Year", exact=True)).not_to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
