"""How a body may be packed on its way, and which way a client reads."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from tasador.web.accept import weighted

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["Coding", "coding_of", "pack", "pays"]

#: Names of HTTP's content codings.
Coding: TypeAlias = Literal["zstd", "gzip"]

#: Packing less than this saves no packet.
_LEAST: Final = 1_000

#: Media types of text; others are packed already.
_TEXTS: Final = ("application/json", "application/problem+json", "application/javascript", "text/", "image/svg")

#: What is larger is a script, packed once and sent often. At the higher level a tenth less is sent, and it takes 0.1 s.
_SCRIPT_BYTES: Final = 1_000_000


def _zstd(body: bytes) -> bytes:
    return zstd.compress(body, 12 if len(body) > _SCRIPT_BYTES else 3)


#: As each makes a list of a hundred games, 45 kB, 13 kB: zstd in an eighth of the time.
_PACK: Final[dict[Coding, Callable[[bytes], bytes]]] = {
    "zstd": _zstd,
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}


def pays(body: bytes, media_type: str) -> bool:
    """Say whether a body is packed for those who can read it."""
    return len(body) >= _LEAST and media_type.startswith(_TEXTS)


def pack(body: bytes, coding: Coding) -> bytes:
    """Pack a body: the same body gives the same bytes."""
    return _PACK[coding](body)


@lru_cache(maxsize=256)
def coding_of(accept_encoding: bytes) -> Coding | None:
    """Choose what a client likes best, by its header `Accept-Encoding`; of equals what is made fastest.

    NOTE: who reads anything, `*`, is sent gzip: zstd is not known by all who say so.
    """
    weights = dict(weighted(accept_encoding.decode("latin-1")))
    weights.setdefault("gzip", weights.get("*", 0.0))
    best = max(_PACK, key=lambda coding: weights.get(coding, 0.0))
    weight = weights.get(best, 0.0)
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else None
