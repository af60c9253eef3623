"""Records for tests, made from what a test is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from tasador.contracts.games import Games
from tasador.contracts.set_aside import SetAside
from tasador.ingest.cleaning import MAX_REJECT_SHARE, Cleaned, Cleaning, Origin
from tasador.ingest.formats.format import FORMATS, Format, detect
from tasador.ingest.formats.piece import Piece
from tasador.ingest.normalise import normalise
from tasador.ingest.quality import Quality

IDENTITY: dict[str, Any] = {"name": "test", "sha256": "ab" * 32, "size_bytes": 1, "files": 1}


@dataclass(frozen=True)
class Catalogue:
    """A source, cleaned."""

    parts: Cleaned
    quality: Quality


def line(**fields: Any) -> bytes:
    """Write a record that keeps every rule, but for the fields named; a field of None is left out."""
    record = {
        "id": "10",
        "app_name": "A Game",
        "release_date": "2015-03-02",
        "early_access": False,
        "genres": ["Action"],
        "price": 9.99,
        **fields,
    }
    return ascii({name: value for name, value in record.items() if value is not None}).encode()


def candidate(**fields: Any) -> dict[str, Any]:
    """Normalise one record."""
    return normalise(rows(line(**fields)), source="test", currency="USD").row(0, named=True)


def rows(*lines: bytes) -> pl.DataFrame:
    """The raw rows of some lines."""
    (raw,) = FORMATS["python-literals"].read([piece(b"\n".join(lines))])
    return raw.rows


def piece(data: bytes) -> Piece:
    """A file."""
    return Piece("test", lambda: iter([data] if data else []))


def clean(pieces: Iterable[Piece], written: Format, *, max_reject_share: float = MAX_REJECT_SHARE) -> Catalogue:
    """Clean the pieces of a source."""
    cleaning = Cleaning()
    cleaning.begin(Origin(IDENTITY, "test", written))
    cleaned = [cleaning.add(raw) for raw in written.read(pieces)]
    quality = cleaning.finish(max_reject_share=max_reject_share)
    games, set_aside = (pl.concat(tables) for tables in zip(*((c.games, c.set_aside) for c in cleaned), strict=True))
    return Catalogue(Cleaned(Games.cast(games), SetAside.cast(set_aside)), quality)


def build(
    lines: Iterable[bytes], written: Format | None = None, *, max_reject_share: float = MAX_REJECT_SHARE
) -> Catalogue:
    """Clean some lines."""
    data = b"".join(one + b"\n" for one in lines)
    return clean([piece(data)], written or detect(data, where="test"), max_reject_share=max_reject_share)


def catalogue(*lines: bytes) -> Catalogue:
    """Clean some lines, whatever they are."""
    return build(lines, FORMATS["python-literals"], max_reject_share=1.0)


def games(*lines: bytes) -> pl.DataFrame:
    """The games of some lines."""
    return catalogue(*lines).parts.games
