"""Records for tests, made from what a test is about."""

from __future__ import annotations

from typing import Any

import polars as pl

from tasador.ingest.catalogue import Catalogue, build
from tasador.ingest.normalise import normalise
from tasador.ingest.raw import parse_lines

IDENTITY: dict[str, Any] = {"name": "test", "sha256": "ab" * 32, "size_bytes": 1}


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
    return normalise(parse_lines([line(**fields)]).rows, source="test").row(0, named=True)


def catalogue(*lines: bytes) -> Catalogue:
    """Clean some lines."""
    return build(lines, source=IDENTITY, where="test", max_reject_share=1.0)


def games(*lines: bytes) -> pl.DataFrame:
    """The games of some lines."""
    return catalogue(*lines).parts.games
