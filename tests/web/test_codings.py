"""Which way a body is packed."""

from __future__ import annotations

import gzip
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.web.codings import coding_of, pack, pays

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (b"gzip, deflate, br, zstd", "zstd"), (b"ZSTD", "zstd"), (b"gzip", "gzip"), (b"gzip;q=0.5, zstd;q=0.5", "zstd"),
        (b"gzip, zstd;q=0.9", "gzip"), (b"zstd;q=0, gzip", "gzip"), (b"zstd; q=0.0, gzip;q=0", None), (b"*", "gzip"),
        (b"*;q=0", None), (b"gzip;q=0, *", None), (b"br, deflate", None), (b"identity", None), (b"", None),
        (b"identity, gzip;q=0.1", None), (b"identity;q=0.5, gzip", "gzip"), (b"identity, gzip, zstd;q=0.9", "gzip"),
        (b"gzip;q=much", None), (b"gzip;q=nan", None), (b"\xff, gzip", "gzip"), (b"x-zstd, gzipped", None),
    ],
)  # fmt: skip
def test_a_client_is_sent_what_it_reads_and_likes_best(accepted: bytes, coding: str | None) -> None:
    assert coding_of(accepted) == coding


@given(st.binary(max_size=100))
def test_whatever_a_client_says_is_understood(accepted: bytes) -> None:
    assert coding_of(accepted) in (None, "gzip", "zstd")


@given(st.binary())
def test_what_is_packed_is_the_same_unpacked(body: bytes) -> None:
    assert gzip.decompress(pack(body, "gzip")) == body
    assert zstd.decompress(pack(body, "zstd")) == body
    assert pack(body, "gzip") == pack(body, "gzip")


def test_long_texts_are_packed_alone() -> None:
    assert pays(b"x" * 1_000, "application/json")
    assert pays(b"x" * 1_000, "text/css; charset=utf-8")
    assert not pays(b"x" * 999, "application/json")
    assert not pays(b"x" * 1_000, "font/woff2")
