"""A request for a page: what it asks, in which language, and the addresses that lead on from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, urlencode

from fastapi import Request

from tasador.web.answers import Answers
from tasador.web.pages.language import LANGUAGES, Language, accepted, languages

__all__ = ["Pairs", "Visit", "parsed", "visit_of"]

#: Names and values of a query, in order.
Pairs: TypeAlias = tuple[tuple[str, str], ...]

#: The parameter that chooses the language.
_LANG: Final = "lang"

#: Proxies take 4 kB of headers together, by their defaults, and a page has others.
_LONGEST_PUSHED: Final = 2_000

#: More parameters than any page has are not looked at.
_MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page.

    Attributes:
        path: Its address.
        asked: Its query, without the language.
        language: What it is answered in.
        chosen: Whether its address says the language: then those that lead on from it do too.
        served: What is answered from.
    """

    path: str
    asked: Pairs
    language: Language
    chosen: bool
    served: Answers

    def link(self, path: str, pairs: Iterable[tuple[str, str]] = ()) -> str:
        """Make an address in the language of this visit."""
        return _address(path, [*pairs, *([(_LANG, self.language.code)] if self.chosen else [])])

    def pushed(self, path: str, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Make the header that gives a browser the address of what it was sent, where that is not too long for one."""
        address = self.link(path, pairs)
        return {"hx-push-url": address} if len(address) <= _LONGEST_PUSHED else {}

    def other(self, code: str) -> str:
        """Make the address of the same page in another language."""
        return _address(self.path, [*self.asked, (_LANG, code)])


def visit_of(request: Request) -> Visit:
    """Read a request."""
    pairs = parsed(request.scope["query_string"])
    code = next((value for name, value in pairs if name == _LANG and value in LANGUAGES), None)
    spoken = languages()[code or accepted(request.headers.get("accept-language", ""))]
    asked = tuple(pair for pair in pairs if pair[0] != _LANG)
    return Visit(request.url.path, asked, spoken, code is not None, request.state.served)


def parsed(query: bytes | str) -> Pairs:
    """Read a query; what is beyond the bounds of any page's is left out."""
    text = query.decode("latin-1") if isinstance(query, bytes) else query
    return tuple(parse_qsl("&".join(text.split("&", _MOST)[:_MOST]), keep_blank_values=True))


def _address(path: str, pairs: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(pairs)}" if pairs else path
