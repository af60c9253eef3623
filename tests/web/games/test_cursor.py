"""Cursors: of one question, asked of one snapshot."""

from __future__ import annotations

import base64

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.games.serving import PATH, Served, Serving, refused, search


@pytest.mark.parametrize("changed", [{"sort": "name"}, {"genre": "Action"}, {"q": "the"}, {"free": "true"}])
def test_a_cursor_of_another_query_is_422(client: TestClient, changed: dict[str, str]) -> None:
    cursor = search(client)["next_cursor"]
    refused(client, PATH, 422, "cursor-of-another-query", cursor=cursor, **changed)


def test_a_cursor_of_another_snapshot_is_410(client: TestClient, served: Served) -> None:
    cursor = search(client)["next_cursor"]
    later = Serving(Served(served.games, served.appraiser, "another"))
    with TestClient(later, raise_server_exceptions=False) as other:
        found = refused(other, PATH, 410, "cursor-expired", cursor=cursor)
    assert "Begin anew" in found["detail"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(came=st.binary(min_size=16, max_size=16))
def test_what_only_looks_like_a_cursor_is_410(client: TestClient, came: bytes) -> None:
    refused(client, PATH, 410, "cursor-expired", cursor=base64.urlsafe_b64encode(came).rstrip(b"=").decode())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(came=st.text(max_size=30) | st.text("AZaz09-_=", min_size=20, max_size=24))
def test_any_other_cursor_is_refused(client: TestClient, came: str) -> None:
    assert client.get(PATH, params={"cursor": came}).status_code in {410, 422}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 2**32 - 1))
def test_a_cursor_to_any_place_is_answered(client: TestClient, place: int) -> None:
    cursor = base64.urlsafe_b64decode(search(client)["next_cursor"] + "==")
    forged = base64.urlsafe_b64encode(cursor[:12] + place.to_bytes(4, "big")).rstrip(b"=").decode()
    search(client, cursor=forged)
