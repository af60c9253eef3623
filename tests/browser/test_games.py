"""Games in a browser: found as one types, looked at, and appraised alike; with a script and without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tasador.web.pages.language import LANGUAGES
from tests.browser.conftest import Open

#: What a reader of each language presses and reads.
WORDS = {
    "en": ("Name", "game", "Its price, and the model’s opinion", "Appraise a game like this"),
    "es": ("Nombre", "juego", "Su precio y la opinión del modelo", "Tasar un juego como este"),
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_from_a_word_to_a_game_to_an_appraisal(open_page: Open, code: str) -> None:
    name, game, opinion, alike = WORDS[code]
    page = open_page("/games", locale=code)
    counted = page.get_by_role("status").inner_text()
    page.get_by_label(name, exact=True).press_sequentially("armada riont", delay=10)
    expect(page.get_by_role("status")).not_to_have_text(counted)
    expect(page.get_by_role("status")).to_contain_text(game)
    expect(page).to_have_url(re.compile(r"/games\?q=armada\+riont$"))
    assert page.evaluate("document.activeElement.id") == "field-q"
    page.get_by_role("link", name="Armada of Rionthova 2", exact=True).click()
    expect(page.get_by_role("heading", name=opinion)).to_be_visible()
    page.get_by_role("link", name=alike).click()
    expect(page.locator("#answer-title")).to_be_visible()
    assert page.get_by_label("Adventure", exact=True).is_checked()


def test_filters_narrow_the_list_and_are_kept_by_the_address(open_page: Open) -> None:
    page = open_page("/games")
    everything = page.get_by_role("status").inner_text()
    page.get_by_label("Indie", exact=True).first.check()
    expect(page.get_by_role("status")).not_to_have_text(everything)
    narrowed = page.get_by_role("status").inner_text()
    assert "genre=Indie" in page.url
    page.reload()
    expect(page.get_by_role("status")).to_have_text(narrowed)
    expect(page.get_by_label("Indie", exact=True).first).to_be_checked()
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("link", name="First page")).to_be_visible()


def test_what_is_wrong_is_told_beside_the_field(open_page: Open) -> None:
    page = open_page("/games")
    page.get_by_text("More filters").click()
    page.get_by_label("Released from").fill("soon")
    page.get_by_label("Released until").focus()
    expect(page.locator("#error-year_min")).to_contain_text("a year, such as 2016")
    expect(page.get_by_label("Released from")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Released from").fill("2015")
    page.get_by_label("Released until").focus()
    expect(page.locator("#error-year_min")).to_be_empty()
    expect(page.locator("ol.games li").first).to_be_visible()


def test_without_a_script_games_are_found_too(open_page: Open) -> None:
    page = open_page("/games", java_script_enabled=False)
    page.get_by_label("Name", exact=True).fill("armada riont")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Armada of Rionthova 2", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Armada of Rionthova 2")


def test_the_keyboard_alone_finds_a_game(open_page: Open) -> None:
    page = open_page("/games")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("armada riont")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Armada of Rionthova 2", exact=True)
    expect(link).to_be_visible()
    for _ in range(60):
        if link.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Armada of Rionthova 2")
