"""What is told of addresses."""

from __future__ import annotations

import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.storage.address import shown, without_secrets


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://example.org/games.json", "https://example.org/games.json"),
        ("https://me:s3cret@example.org/games.json?sig=x#y", "https://example.org/games.json"),
        ("https://me:s3@cret@example.org/games.json", "https://example.org/games.json"),
        ("s3://KEY:s3cret@bucket/games.json", "s3://bucket/games.json"),
        ("games.json", "games.json"),
        ("a?b@c", "a?b@c"),
    ],
)
def test_an_address_is_shown_without_user_and_query(address: str, told: str) -> None:
    assert shown(address) == told


@pytest.mark.parametrize(
    "said", ["nonnumeric port: 'pass@host'", 'Invalid bucket name "KEY:pass@bucket"', "no such key: a b"]
)
def test_what_a_library_quotes_of_the_secret_is_left_out(said: str) -> None:
    assert (
        without_secrets(said, "https://KEY:pass@bucket/x?k=a%20b")
        == "something that quotes what is secret in the address"
    )
    assert without_secrets(said, "https://bucket/x") == said


_WORDS = st.text("abcdefgh12345%@:/?#", min_size=1)


@given(user=_WORDS, password=_WORDS, query=_WORDS)
def test_neither_password_nor_query_is_ever_told(user: str, password: str, query: str) -> None:
    quoted = [urllib.parse.quote(one, safe="") for one in (user, f"XX{password}", f"YY{query}")]
    address = "https://{}:{}@host/path?sig={}".format(*quoted)
    for told in (shown(address), without_secrets(f"failed at {address}", address), without_secrets(quoted[1], address)):
        assert quoted[1] not in told
        assert quoted[2] not in told
