"""Takes the pictures of the docs: `python -m docs.screenshots WORKSPACE`, a workspace of the synthetic catalogue."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright
from tests.browser.conftest import ARGUMENTS, NAMES, drawn
from tests.web.served import serving

from tasador.storage.workspace import Workspace
from tasador.web.app import create_app
from tasador.web.connections import Patience

_PLACE: Final = Path(__file__).parent / "images"

#: The game of `Appraise a game` in the README.
_GAME: Final = urlencode(
    {
        "name": "Sundial",
        "genres": ["Indie", "Strategy"],
        "specs": "Single-player",
        "developer": "Henarkus Collective",
        "release_date": "2018-03-01",
    },
    doseq=True,
)


def _answer(page: Page) -> None:
    page.locator("#answer").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('answer').scrollIntoView()")


def _batch(page: Page) -> None:
    page.locator("#batch button.primary").click()
    page.locator("#lines tr").nth(1).wait_for()
    page.locator("#rows").evaluate("one => one.scrollIntoView()")


def _first_game(page: Page) -> None:
    page.locator("ol.games a").first.click()
    page.locator("svg.ladder").wait_for()


def _to_figure(page: Page) -> None:
    drawn(page)
    page.locator("figure").first.scroll_into_view_if_needed()


def _to_years(page: Page) -> None:
    page.locator("[data-chart] svg").first.wait_for()
    page.locator("#over-years").evaluate("one => one.scrollIntoView()")


def _to_routes(page: Page) -> None:
    page.locator(".opblock").first.wait_for()
    page.locator(".routes").evaluate("one => one.scrollIntoView()")


def _as_it_is(_: Page) -> None:
    """Leave a page as it is shown first."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to take.

    Attributes:
        name: Of the file.
        path: The address.
        prepare: What is done before it is taken.
        width: Of the window, in pixels.
        height: Of the window.
        locale: The reader's language.
        scheme: The reader's colours.
    """

    name: str
    path: str
    prepare: Callable[[Page], None] = _as_it_is
    width: int = 1240
    height: int = 900
    locale: str = "en"
    scheme: Literal["light", "dark"] = "light"


PICTURES: Final = (
    Picture("appraise", f"/?{_GAME}"),
    Picture("appraise-phone", f"/?{_GAME}", _answer, 360, 780, "es", "dark"),
    Picture("batch", "/batch", _batch, height=620),
    Picture("market", "/market?year=2017&kind=game", _to_figure),
    Picture("game", "/games?kind=game&genre=Strategy&price_min=10&year_max=2017", _first_game),
    Picture("trust", "/trust"),
    Picture("profile", "/profile", _to_years, height=780),
    Picture("docs", "/docs", _to_routes),
)


def main(workspace: Path) -> None:
    """Take all pictures."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        sys.exit(f"No browser: none of {', '.join(NAMES)} is installed (Debian: apt install chromium).")
    _PLACE.mkdir(exist_ok=True)
    with serving(create_app(Workspace(workspace)), Patience()) as served, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=ARGUMENTS)
        for picture in PICTURES:
            _take(browser, f"http://127.0.0.1:{served.port}", picture)
        browser.close()


def _take(browser: Browser, address: str, picture: Picture) -> None:
    context = browser.new_context(
        base_url=address,
        viewport={"width": picture.width, "height": picture.height},
        locale=picture.locale,
        color_scheme=picture.scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(picture.path)
    picture.prepare(page)
    path = _PLACE / f"{picture.name}.png"
    page.screenshot(path=path)
    sys.stdout.write(f"{path.stat().st_size / 1000:6.0f} kB  {path.relative_to(Path.cwd())}\n")
    context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
