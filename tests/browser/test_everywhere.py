"""What holds of every page: for who cannot see it well, on a phone, in the dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tasador.web.pages.language import LANGUAGES
from tests.browser.conftest import Open, Seen, drawn

ANSWER = "/?genres=Indie&genres=Acton&specs=Single-player&developer=Nobody&release_date=2016-11-30&pin=10&drop=20"
PAGES = {
    "form": "/",
    "answer": f"{ANSWER}&before=genres%3DIndie",
    "abstained": "/?kind=hardware",
    "wrong": "/?kind=gme&pin=x&genres=Indie&developer=%01",
    "batch": "/batch",
    "market": "/market?year=2016&kind=",
    "nothing": "/market?year=1990&kind=hardware",
    "games": "/games?q=a&genre=Indie&year_min=2010",
    "unasked": "/games?year_min=soon&genre=Acton",
    "game": "/games/12950",
    "trust": "/trust",
}

#: Those that stand in no frame: what they show is drawn by scripts of their own.
UNFRAMED = {"profile": "/profile", "quality": "/quality", "docs": "/docs"}
PHONE = 360


def show_all(page: Page) -> None:
    """Wait until all charts are drawn, and open what can be opened."""
    drawn(page)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(open_page: Open, name: str, scheme: str) -> None:
    page = open_page(PAGES[name], color_scheme=scheme)
    show_all(page)
    if name == "batch":
        page.get_by_role("button", name="Appraise", exact=True).click()
        page.locator("#lines tr").first.wait_for()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_phone_shows_the_whole_width(open_page: Open, name: str, code: str) -> None:
    page = open_page(PAGES[name], width=PHONE, locale=code)
    show_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


@pytest.mark.parametrize("name", PAGES)
def test_what_is_pressed_is_large_enough(open_page: Open, name: str) -> None:
    """At least 24 pixels high, but for links within a sentence."""
    page = open_page(PAGES[name], width=PHONE)
    show_all(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, select, label:has(input)")]
            .filter(one => one.checkVisibility() && !one.matches(".skip, p > a, li > a"))
            .filter(one => one.getBoundingClientRect().height < 24)
            .map(one => one.outerHTML)"""
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", UNFRAMED)
def test_axe_finds_nothing_in_reports_and_docs(open_page: Open, name: str, scheme: str) -> None:
    page = open_page(UNFRAMED[name], color_scheme=scheme)
    page.locator("h1").wait_for(timeout=30_000)
    page.wait_for_load_state("networkidle")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_report_draws_its_charts(open_page: Open) -> None:
    page = open_page("/profile")
    page.wait_for_load_state("networkidle")
    places = page.locator("[data-chart]")
    assert places.count() > 10
    expect(page.locator("[data-chart]:has(svg)")).to_have_count(places.count())


def test_a_route_of_the_docs_is_opened_by_the_keyboard(open_page: Open) -> None:
    page = open_page("/docs")
    route = page.locator(".opblock-summary-control").first
    route.focus()
    page.keyboard.press("Enter")
    expect(route).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("button", name="Execute").first).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/market", "/trust", "/profile", "/quality", "/docs"])
def test_a_page_with_all_it_loads_is_no_more_than_500_kb_packed(open_page: Open, path: str) -> None:
    page = open_page(path)
    page.wait_for_load_state("networkidle")
    sizes = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
        .map(one => one.encodedBodySize)"""
    assert 0 < sum(page.evaluate(sizes)) < 500_000


def test_a_problem_is_a_page_like_the_others(open_page: Open, seen: Seen) -> None:
    page = open_page("/games/1", width=PHONE)
    assert seen.complaints.pop().endswith("status of 404 (Not Found)")
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
