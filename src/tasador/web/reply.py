"""An answer to a read whose bytes are known: as they are and packed, and what tells it from others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from http import HTTPStatus
from typing import Final, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from tasador.web.codings import Coding, coding_of, pack, pays

__all__ = [
    "Form",
    "Headers",
    "Question",
    "Reply",
    "Table",
    "encode",
    "etag_of",
    "headers_of",
    "is_known",
    "lines",
    "respond",
]

Headers: TypeAlias = list[tuple[bytes, bytes]]

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True)
class Form:
    """An answer as it is sent, but for the headers that all answers have.

    Attributes:
        status: The HTTP status.
        headers: The headers.
        body: The body.
    """

    status: int
    headers: Headers
    body: bytes = field(repr=False)

    @cached_property
    def head(self) -> bytes:
        """The headers as HTTP writes them."""
        return lines(self.headers)


@dataclass(frozen=True)
class Reply:
    """A successful answer to a read.

    Attributes:
        body: What it says.
        etag: What tells it from others, without quotes; None where who has it may not use it again.
        media_type: Of the body.
        headers: What it carries besides.
    """

    body: bytes = field(repr=False)
    etag: str | None
    media_type: str = "application/json"
    headers: Headers = field(default_factory=list)

    def to(self, asked: Mapping[bytes, bytes]) -> Form:
        """Give it in the form that a client reads, or say that the client has it.

        Args:
            asked: The headers of the request.
        """
        if self.etag is not None and b"if-none-match" in asked and is_known(self.etag, asked[b"if-none-match"]):
            return self._unchanged
        coding = coding_of(asked.get(b"accept-encoding", b"")) if self._pays else None
        return self._plain if coding is None else self._packed(coding)

    @cached_property
    def _pays(self) -> bool:
        return pays(self.body, self.media_type)

    @cached_property
    def _plain(self) -> Form:
        return self._form(HTTPStatus.OK, self.body)

    @cached_property
    def _unchanged(self) -> Form:
        return self._form(HTTPStatus.NOT_MODIFIED, None)

    def _packed(self, coding: Coding) -> Form:
        found = self._packed_forms.get(coding)
        if found is None:
            body = pack(self.body, coding)
            found = self._packed_forms[coding] = self._form(HTTPStatus.OK, body, coding)
        return found

    @cached_property
    def _packed_forms(self) -> dict[Coding, Form]:
        return {}

    def _form(self, status: HTTPStatus, body: bytes | None, coding: Coding | None = None) -> Form:
        named = dict(self.headers)
        if body is not None:
            named |= {b"content-type": self.media_type.encode(), b"content-length": b"%d" % len(body)}
        if self.etag is None:
            named[b"cache-control"] = b"no-store"
        else:
            named |= {b"etag": _quoted(self.etag, coding), b"cache-control": b"no-cache"}
        named[b"vary"] = named[b"vary"] + b", Accept-Encoding" if b"vary" in named else b"Accept-Encoding"
        if coding is not None:
            named[b"content-encoding"] = coding.encode()
        return Form(int(status), list(named.items()), body or b"")


def respond(reply: Reply, request: Request) -> Response:
    """Answer a request with a reply, in the form that its client reads: what stands before routes leaves it as it is.

    NOTE: where the body is large, to be called from a thread, since it is packed when it is first asked for.
    """
    form = reply.to(headers_of(request.scope))
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in form.headers}
    return Response(form.body, form.status, headers)


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """Give a request's headers by name: of one that is repeated the first, as the routes read it."""
    return dict(reversed(scope["headers"]))


#: A path and a query.
Question: TypeAlias = tuple[str, bytes]

#: Replies by what is asked.
Table: TypeAlias = dict[Question, Reply]


def lines(headers: Headers) -> bytes:
    """Write headers as HTTP does.

    Raises:
        ValueError: One would end its line, and begin another.
    """
    written = b"".join([b"%b: %b\r\n" % one for one in headers])
    if not written.count(b"\r") == written.count(b"\n") == len(headers):
        raise ValueError("a header holds the end of a line")
    return written


def encode(value: object) -> bytes:
    """Write JSON as answers have it."""
    return _ENCODER.encode(value).encode()


def etag_of(made_of: bytes, path: str, query: bytes) -> str:
    """Tell an answer from others: by the code, the model and the snapshot, and what was asked.

    Args:
        made_of: Names of the code's version, the model's and the snapshot.
    """
    asked = (made_of, path.encode("utf-8", "surrogateescape"), query)
    return blake2b(b"\n".join(asked), digest_size=12).hexdigest()


def is_known(etag: str, if_none_match: bytes) -> bool:
    """Say whether a client has an answer, packed or not, by its header `If-None-Match`."""
    known = {tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")}
    return not known.isdisjoint({b"*", *(_quoted(etag, coding) for coding in (None, "zstd", "gzip"))})


def _quoted(etag: str, coding: Coding | None) -> bytes:
    return f'"{etag}"'.encode() if coding is None else f'"{etag}-{coding}"'.encode()
