"""Settings that decide who is believed and who may ask are checked when they are read."""

from __future__ import annotations

from typing import cast

import pytest
from pydantic import ValidationError

from tasador.cli import options, setting_words
from tasador.errors import TasadorError
from tasador.settings import Settings


@pytest.mark.parametrize(
    ("told", "read"),
    [("10.0.0.5", "10.0.0.5"), ("10.0.0.0/8, fd00::/8", "10.0.0.0/8,fd00::/8"), ("::1,127.0.0.1", "::1,127.0.0.1")],
)
def test_proxies_are_addresses_or_networks(told: str, read: str) -> None:
    assert Settings(trusted_proxies=told).trusted_proxies == read


@pytest.mark.parametrize("told", ["*", "proxy", "10.0.0.1/8", "10.0.0.5,", "10.0.0.5,*", "0.0.0.0/0", "::/0", "10.0.0"])
def test_what_is_no_network_or_all_of_them_is_refused(told: str) -> None:
    with pytest.raises(ValidationError, match="IP addresses or networks"):
        Settings(trusted_proxies=told)


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("https://example.org", "https://example.org"),
        ("HTTP://Localhost:8080, https://[::1]:3", "http://localhost:8080,https://[::1]:3"),
        ("app://tasador", "app://tasador"),
    ],
)
def test_origins_have_a_scheme_and_a_host(told: str, read: str) -> None:
    assert Settings(cors_origins=told).cors_origins == read


@pytest.mark.parametrize(
    "told",
    ["*", "null", "example.org", "https://", "https://a/", "https://a/b", "https://u@a", "https://a:", "https://a,"],
)
def test_what_is_no_origin_is_refused(told: str) -> None:
    with pytest.raises(ValidationError, match="should be origins"):
        Settings(cors_origins=told)


@pytest.mark.parametrize(
    "told", ["ftp://example.org/s3cret", "file:///s3cret", "example.org/s3cret", "https:///s3cret"]
)
def test_a_webhook_is_on_the_web_and_its_address_is_never_shown(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASADOR_WEBHOOK_URL", told)
    (problem,) = cast("list[TasadorError]", setting_words.read())
    assert "begins with https:// or http://" in str(problem)
    assert "s3cret" not in str(problem)
    monkeypatch.setenv("TASADOR_WEBHOOK_URL", "HTTPS://example.org/s3cret")
    found = setting_words.read()
    assert isinstance(found, Settings)
    assert "s3cret" not in repr(found)


def test_the_command_line_says_what_was_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TASADOR_TRUSTED_PROXIES", "*")
    options.settings.cache_clear()
    with pytest.raises(TasadorError, match=r"TASADOR_TRUSTED_PROXIES: .*got '\*'; expected IP addresses or networks"):
        options.settings()
    options.settings.cache_clear()
