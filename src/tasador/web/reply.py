"""An answer that is known beforehand: its bytes, as they are and compressed, and what tells it from others."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Final, TypeAlias

__all__ = [
    "LEAST_COMPRESSED",
    "Headers",
    "Reply",
    "Table",
    "accepts_gzip",
    "compressed",
    "encode",
    "etag_of",
    "is_known",
]

Headers: TypeAlias = list[tuple[bytes, bytes]]

#: Compressing less than this saves no packet.
LEAST_COMPRESSED: Final = 1_000

_LEVEL: Final = 6


@dataclass(frozen=True)
class Reply:
    """A successful answer to a read.

    Attributes:
        body: What it says.
        etag: What tells it from others, without quotes.
        media_type: Of the body.
    """

    body: bytes = field(repr=False)
    etag: str
    media_type: str = "application/json"

    @cached_property
    def plain(self) -> tuple[Headers, bytes]:
        """Headers and body as they are."""
        return self._headers(self.body, f'"{self.etag}"'), self.body

    @cached_property
    def packed(self) -> tuple[Headers, bytes]:
        """Headers and body compressed, or as they are where that saves nothing; compressed when first asked for."""
        if len(self.body) < LEAST_COMPRESSED:
            return self.plain
        body = compressed(self.body)
        return [*self._headers(body, f'"{self.etag}-gzip"'), (b"content-encoding", b"gzip")], body

    @cached_property
    def unchanged(self) -> Headers:
        """Headers of the answer to who has it already."""
        return [(b"etag", f'"{self.etag}"'.encode()), (b"cache-control", b"no-cache"), (b"vary", b"Accept-Encoding")]

    def _headers(self, body: bytes, etag: str) -> Headers:
        return [
            (b"content-type", self.media_type.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"etag", etag.encode()),
            (b"cache-control", b"no-cache"),
            (b"vary", b"Accept-Encoding"),
        ]


#: Replies by path and query.
Table: TypeAlias = dict[tuple[str, bytes], Reply]


def encode(value: object) -> bytes:
    """Write JSON as answers have it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def etag_of(made_of: bytes, path: str, query: bytes) -> str:
    """Tell an answer from others: by the code, the model and the snapshot, and what was asked.

    Args:
        made_of: Names of the code's version, the model's and the snapshot.
    """
    asked = (made_of, path.encode("utf-8", "surrogateescape"), query)
    return blake2b(b"\n".join(asked), digest_size=12).hexdigest()


@lru_cache(maxsize=16)
def compressed(body: bytes) -> bytes:
    """Compress a body with gzip: the same body gives the same bytes. The last few are remembered."""
    return gzip.compress(body, _LEVEL, mtime=0)


@lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: bytes) -> bool:
    """Say whether a client reads gzip, by its header `Accept-Encoding`."""
    for coding in accept_encoding.lower().replace(b" ", b"").split(b","):
        name, _, parameter = coding.partition(b";")
        if name in {b"gzip", b"*"}:
            return parameter.rstrip(b"0") not in {b"q=", b"q=0."}
    return False


def is_known(etag: str, if_none_match: bytes) -> bool:
    """Say whether a client has an answer, compressed or not, by its header `If-None-Match`."""
    if not if_none_match:
        return False
    known = {tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")}
    return not known.isdisjoint({b"*", f'"{etag}"'.encode(), f'"{etag}-gzip"'.encode()})
