"""What a client likes best is read as HTTP has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.web.accept import weighted


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip", [("gzip", 1)]),
        ("zstd;q=0.5 , gzip; Q=1", [("zstd", 0.5), ("gzip", 1)]),
        ("text/markdown;charset=utf-8;q=0.25, */*;q=0", [("text/markdown", 0.25), ("*/*", 0)]),
        ("es-AR,en;q=high", [("es-ar", 1), ("en", 0)]),
        ("br;q=2,gzip;q=nan,zstd;q=-1", [("br", 0), ("gzip", 0), ("zstd", 0)]),
        ("", [("", 1)]),
    ],
)
def test_each_is_given_with_its_weight(header: str, expected: list[tuple[str, float]]) -> None:
    assert list(weighted(header)) == expected


@given(st.text())
def test_whatever_is_sent_is_read_and_weighs_between_nothing_and_one(header: str) -> None:
    found = list(weighted(header))
    assert len(found) <= 100
    assert all(0 <= weight <= 1 for _, weight in found)
