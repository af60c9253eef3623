"""What holds of every page: for who cannot see it well, on a phone, in the dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tasador.web.pages.language import LANGUAGES
from tests.browser.conftest import Open

ANSWER = "/?genres=Indie&genres=Acton&specs=Single-player&developer=Nobody&release_date=2016-11-30&pin=10&drop=20"
PAGES = {
    "form": "/",
    "answer": f"{ANSWER}&before=genres%3DIndie",
    "abstained": "/?kind=hardware",
    "wrong": "/?kind=gme&pin=x&genres=Indie&developer=%01",
    "batch": "/batch",
}
PHONE = 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(open_page: Open, name: str, scheme: str) -> None:
    page = open_page(PAGES[name], color_scheme=scheme)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    if name == "batch":
        page.get_by_role("button", name="Appraise", exact=True).click()
        page.locator("#lines tr").first.wait_for()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_phone_shows_the_whole_width(open_page: Open, name: str, code: str) -> None:
    page = open_page(PAGES[name], width=PHONE, locale=code)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


@pytest.mark.parametrize("name", PAGES)
def test_what_is_pressed_is_large_enough(open_page: Open, name: str) -> None:
    """At least 24 pixels high, but for links within a sentence."""
    page = open_page(PAGES[name], width=PHONE)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, select, label:has(input)")]
            .filter(one => one.checkVisibility() && !one.matches(".skip, p > a, li > a"))
            .filter(one => one.getBoundingClientRect().height < 24)
            .map(one => one.outerHTML)"""
    )
    assert small == []
