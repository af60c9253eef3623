"""What browsers are told: what an answer is, and that a page may run and load nothing but what it needs.

No policy lets inline scripts or styles run in general: those of a page are named by their hashes, which are computed
from its very bytes.
"""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from typing import Final

from tasador.web.reply import Headers

__all__ = ["HEADERS", "page_headers"]

_POLICY: Final = b"content-security-policy"
_NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_OWN_FORMS: Final = _NOTHING.replace("form-action 'none'", "form-action 'self'")

#: What every answer carries; a page has a policy of its own. No more than these, since each costs every answer time.
HEADERS: Final[Headers] = [
    (_POLICY, _NOTHING.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]

#: What pages carry besides: it says nothing to who reads data.
_PAGE_HEADERS: Final[Headers] = [
    # NOTE: without a referrer a form's own origin would not be told either, by which other sites' are refused.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]


def page_headers(markup: str) -> Headers:
    """Make the headers of a page: they let it do what it does, and nothing else.

    Args:
        markup: The page as it is sent.
    """
    page = _Page()
    page.feed(markup)
    page.close()
    rules = [
        _OWN_FORMS if page.has_forms else _NOTHING,
        *_rule("script-src", page.scripts, own=page.loads_scripts),
        *_rule("style-src", page.styles, own=page.loads_styles),
        "img-src 'self' data:",
    ]
    if page.loads_scripts:
        rules.append("connect-src 'self'")
    return [(_POLICY, "; ".join(rules).encode()), *_PAGE_HEADERS]


def _rule(directive: str, hashes: list[str], *, own: bool) -> list[str]:
    sources = [*(["'self'"] if own else []), *(f"'sha256-{one}'" for one in hashes)]
    return [f"{directive} {' '.join(sources)}"] if sources else []


class _Page(HTMLParser):
    """Finds the scripts and styles of a page, those that stand in it and those that it loads, and whether it asks."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.loads_scripts = False
        self.loads_styles = False
        self.has_forms = False
        self._inside: list[str] | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "style":
            self._inside, self._text = self.styles, ""
        elif tag == "script" and "src" in told:
            self.loads_scripts = True
        elif tag == "script" and told.get("type", "text/javascript") != "application/json":
            self._inside, self._text = self.scripts, ""
        elif tag == "link" and told.get("rel") == "stylesheet":
            self.loads_styles = True
        elif tag == "form":
            self.has_forms = True

    def handle_data(self, data: str) -> None:
        if self._inside is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if self._inside is not None and tag in {"script", "style"}:
            self._inside.append(base64.b64encode(hashlib.sha256(self._text.encode()).digest()).decode())
            self._inside = None
