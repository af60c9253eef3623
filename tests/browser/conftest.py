"""A real browser, and a server of the synthetic catalogue's champion for it to look at."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route, sync_playwright

from tasador.storage.workspace import Workspace
from tasador.web.app import create_app
from tasador.web.connections import Patience
from tasador.workflows.run import Ran
from tests.web.served import serving

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Seen:
    """What a page did besides showing itself.

    Attributes:
        complaints: What the console was told, but for answers that are no success.
        strangers: Requests to another host; none of them is let out.
    """

    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what is said to the console."""
        # NOTE: how word clouds are drawn could be faster: that is a hint for who makes the scripts.
        expected = ("status of 422", "willReadFrequently")
        if message.type in {"error", "warning"} and not any(one in message.text for one in expected):
            self.complaints.append(message.text)


#: Opens a page in a context of its own.
Open: TypeAlias = Callable[..., Page]


def drawn(page: Page) -> None:
    """Wait until the charts of a page are drawn."""
    page.locator("figure:has([data-chart]):not(:has(.told))").first.wait_for(state="detached", timeout=30_000)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, as the system has it."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed (Debian: apt install chromium)")
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="package")
def address(ran: tuple[Workspace, Ran]) -> Iterator[str]:
    """A server that runs in this process."""
    with serving(create_app(ran[0]), Patience()) as served:
        yield f"http://127.0.0.1:{served.port}"


@pytest.fixture
def seen() -> Seen:
    """What the pages of a test did, which must be nothing to complain of."""
    return Seen()


@pytest.fixture
def open_page(browser: Browser, address: str, seen: Seen) -> Iterator[Open]:
    """Open pages, and look at the end that none complained or asked another host."""
    contexts = []

    def let_home(route: Route, request: Request) -> None:
        if request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            seen.strangers.append(request.url)
            route.abort()

    def open_(path: str, *, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": 900}, **{"locale": "en", **options}
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.route("**/*", let_home)
        page = context.new_page()
        page.on("console", seen.hear)
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert (seen.complaints, seen.strangers) == ([], [])
