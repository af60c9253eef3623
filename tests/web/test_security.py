"""What browsers are told, and that pages do without what that forbids."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from tasador.storage.workspace import Workspace
from tasador.web import security
from tasador.workflows.run import Ran

PAGES = ["/", "/docs", "/profile", "/quality"]


class Attributes(HTMLParser):
    """The attributes of a page's elements."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name, value or "") for name, value in attrs]


def directives(policy: bytes) -> dict[str, list[str]]:
    parts = (part.split() for part in policy.decode().split("; "))
    return {name: sources for name, *sources in parts}


def policy(markup: str) -> dict[str, list[str]]:
    return directives(dict(security.page_headers(markup))[b"content-security-policy"])


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_a_policy_names_what_stands_in_the_page_and_nothing_else() -> None:
    markup = (
        "<!doctype html><style>p { color: red }</style><style media=print>q {}</style><p>a</p>"
        '<script>a < b && "</b>"</script><script type="application/json">{"a": 1}</script><script></script>'
    )
    found = policy(markup)
    assert found["style-src"] == [hashed("p { color: red }"), hashed("q {}")]
    assert found["script-src"] == [hashed('a < b && "</b>"'), hashed("")]
    assert found["default-src"] == found["frame-ancestors"] == found["base-uri"] == found["form-action"] == ["'none'"]
    assert "connect-src" not in found


def test_a_page_that_loads_its_parts_may_load_them_from_here() -> None:
    markup = '<link rel="stylesheet" href="/a.css"><link rel="icon" href="/b.png"><script src="/c.js" defer></script>'
    found = policy(markup)
    assert found["script-src"] == found["style-src"] == found["connect-src"] == ["'self'"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_need_nothing_that_is_unsafe(client: TestClient, path: str) -> None:
    markup = client.get(path).text
    assert "unsafe-" not in dict(security.page_headers(markup))[b"content-security-policy"].decode()
    for tag, name, value in Attributes(markup).found:
        assert name != "style", f"<{tag} style={value!r}> is not let in by any hash"
        assert not name.startswith("on"), f"<{tag} {name}={value!r}>"
        assert not value.lower().startswith("javascript:")
    policies = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', markup)
    assert not any("unsafe-" in policy for policy in policies)


def test_a_policy_fits_into_a_header(client: TestClient) -> None:
    for path in PAGES:
        assert len(dict(security.page_headers(client.get(path).text))[b"content-security-policy"]) < 2_000


def test_reports_as_they_were_written_are_what_the_policy_is_of(ran: tuple[Workspace, Ran]) -> None:
    workspace, found = ran
    report = (workspace.profiles / found.ingested.snapshot / "profile.html").read_text()
    scripts = re.findall(r"<script>(.*?)</script>", report, re.DOTALL)
    assert len(scripts) == 5
    assert policy(report)["script-src"] == [hashed(script) for script in scripts]


def test_every_answer_forbids_to_guess_and_to_frame_and_pages_tell_nobody_where_one_came_from() -> None:
    headers = dict(security.HEADERS)
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert dict(security.page_headers("<p>a</p>"))[b"referrer-policy"] == b"same-origin"
    assert directives(headers[b"content-security-policy"])["default-src"] == ["'none'"]
    assert directives(headers[b"content-security-policy"])["frame-ancestors"] == ["'none'"]
