"""Appraise in a browser: choose, look, change, compare, keep; with a script and without."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tasador.web.pages.language import LANGUAGES
from tests.browser.conftest import Open, Seen
from tests.web.test_pages_appraise import WRONG

ANSWER = "/?genres=Indie&genres=Strategy&specs=Single-player&release_date=2016-11-30&name=Cave+Colony"

#: What a reader of each language looks for: the button, the title of the ladder, what is said to screen readers.
WORDS = {
    "en": ("Appraise", "On the ladder of prices", "Suggested price", "What if?", "Pin"),
    "es": ("Tasar", "En la escala de precios", "Precio sugerido", "¿Y si…?", "Fijar"),
}

#: Fields whose wrong values a browser's own controls show otherwise, with a warning.
WARNED = {"release_date", "base_app_id", "app_id"}


def figure(page: Page) -> str:
    return page.locator(".figure").nth(1).inner_text()


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_main_path(open_page: Open, code: str) -> None:
    button, ladder, suggested, what_if, pin = WORDS[code]
    page = open_page("/", locale=code)
    assert page.locator("html").get_attribute("lang") == code
    page.get_by_label("Indie", exact=True).check()
    expect(page.get_by_role("heading", name=ladder)).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text(suggested)
    assert "genres=Indie" in page.url
    assert "before=" not in page.url
    before = figure(page)
    page.get_by_label("Strategy", exact=True).check()
    expect(page.locator(".difference")).to_contain_text("Strategy")
    expect(page.locator(".difference")).to_contain_text(before)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("heading", name=what_if)).to_be_visible()
    page.get_by_role("link", name=pin).first.click()
    expect(page.locator("li.card.pinned")).to_have_count(1)
    shown = figure(page)
    page.reload()
    assert figure(page) == shown
    expect(page.locator("li.card.pinned")).to_have_count(1)


def test_a_trial_changes_form_and_answer_together(open_page: Open) -> None:
    page = open_page(ANSWER)
    trial = page.locator(".trials a").first
    to = trial.locator(".to").inner_text()
    trial.click()
    expect(page.locator(".difference")).to_be_visible()
    assert figure(page) == to
    address = page.url
    checked = page.locator("#form input:checked").evaluate_all("all => all.map(one => [one.name, one.value])")
    assert all(f"{name}={value.replace(' ', '+')}" in address for name, value in checked)
    assert page.evaluate("document.activeElement.id") == "answer-title"
    page.go_back()
    expect(page.locator(".difference")).to_have_count(0)
    expect(page.locator("#form input:checked")).to_have_count(3)


@pytest.mark.parametrize("field", [name for name in WRONG if name not in WARNED])
def test_what_is_wrong_is_told_beside_the_field(open_page: Open, field: str) -> None:
    page = open_page("/?genres=Indie")
    page.evaluate(
        """([name, value]) => {
            const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
            for (const one of document.querySelectorAll(`#form [name="${name}"]`)) one.disabled = true;
            document.getElementById("form").append(input);
        }""",
        [field, WRONG[field]],
    )
    page.get_by_role("button", name="Appraise", exact=True).click()
    expect(page.locator(f"#error-{field}")).not_to_be_empty()
    page.locator("section.errors a").click()
    assert page.evaluate("location.hash") == f"#field-{field}"
    expect(page.get_by_role("status")).to_have_text("The form has errors.")


def test_what_is_wrong_goes_when_it_is_mended(open_page: Open) -> None:
    page = open_page("/?genres=Indie&pin=7")
    pin = page.get_by_label("Compare with these games")
    pin.fill("Portal")
    pin.blur()
    expect(page.locator("#error-pin")).to_contain_text("not such a number")
    expect(pin).to_have_attribute("aria-invalid", "true")
    pin.fill("10, 20")
    pin.blur()
    expect(page.locator("#error-pin")).to_be_empty()
    expect(pin).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("article")).to_be_visible()


def test_developers_are_proposed_while_one_is_typed(open_page: Open) -> None:
    page = open_page("/")
    record = page.request.get("/v1/games?limit=1").json()["items"][0]
    developer = record["developer"].split(",")[0]
    page.get_by_text("More about the game").click()
    page.get_by_label("Developer").press_sequentially(developer[:-1], delay=10)
    expect(page.locator(f'#known-developers option[value="{developer}"]')).to_be_attached()


def test_the_answer_can_be_kept_and_printed_on_one_page(open_page: Open, tmp_path: Path) -> None:
    page = open_page(ANSWER)
    with page.expect_download() as found:
        page.get_by_role("link", name="JSON").click()
    kept = json.loads(found.value.path().read_text(encoding="utf-8"))
    assert f"${kept['estimate']}" == figure(page)
    page.evaluate("window.print = () => document.body.setAttribute('data-printed', '')")
    page.get_by_role("button", name="Print").click()
    expect(page.locator("body[data-printed]")).to_be_attached()


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_appraisal_is_printed_on_one_page(open_page: Open, code: str) -> None:
    page = open_page(f"{ANSWER}&developer=Nobody+Knows&publisher=Somebody&early_access=true&lang={code}")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1


def test_without_a_script_the_form_asks_and_the_links_lead_on(open_page: Open) -> None:
    page = open_page("/", java_script_enabled=False)
    page.get_by_label("Title").fill("Cave Colony")
    page.get_by_label("Indie", exact=True).check()
    page.get_by_role("button", name="Appraise", exact=True).click()
    expect(page.locator("article h2")).to_contain_text("Cave Colony")
    page.get_by_label("Strategy", exact=True).check()
    page.get_by_role("button", name="Appraise", exact=True).click()
    expect(page.locator(".difference")).to_contain_text("Added Strategy")
    page.locator(".trials a").first.click()
    expect(page.locator(".difference")).to_be_visible()
    page.get_by_role("link", name="Leave out").first.click()
    expect(page.locator("article")).to_contain_text("1 game left out.")
    page.get_by_role("link", name="Español").click()
    expect(page.locator("article")).to_contain_text("1 juego apartado.")


def test_a_server_that_is_busy_is_told_and_the_answer_stays(open_page: Open, seen: Seen) -> None:
    page = open_page(ANSWER)
    page.route("**/?*", lambda route: route.fulfill(status=503, body="{}"))
    page.get_by_label("Action", exact=True).check()
    expect(page.locator("#failed")).to_have_text("The server did not answer. Try again in a moment.")
    expect(page.locator("article h2")).to_contain_text("Cave Colony")
    page.unroute("**/?*")
    page.get_by_role("button", name="Appraise", exact=True).click()
    expect(page.locator(".difference")).to_contain_text("Added Action")
    expect(page.locator("#failed")).to_be_empty()
    assert all("503" in one for one in seen.complaints)
    seen.complaints.clear()


def test_the_keyboard_is_enough(open_page: Open) -> None:
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Title")).to_be_focused()
    tab_to(page, page.get_by_label("Indie", exact=True))
    page.keyboard.press("Space")
    expect(page.locator("article")).to_be_visible()
    expect(page.get_by_label("Indie", exact=True)).to_be_focused()
    outline = page.evaluate("getComputedStyle(document.activeElement.closest('label')).outlineStyle")
    assert outline == "solid"
    tab_to(page, page.get_by_role("link", name="Pin ").first)
    page.keyboard.press("Enter")
    expect(page.locator("li.card.pinned")).to_have_count(1)
    tab_to(page, page.get_by_role("link", name="Leave out ").nth(1))
    page.keyboard.press("Enter")
    expect(page.locator("article")).to_contain_text("1 game left out.")
    expect(page.locator("#answer-title")).to_be_focused()


def tab_to(page: Page, place: Locator) -> None:
    """Press Tab until something has the focus."""
    for _ in range(200):
        if place.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {place}")
