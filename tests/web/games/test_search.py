"""`/v1/games`: games are found by name and by what they are, page by page."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.web.games.serving import PATH, Row, search


def test_without_a_question_the_newest_come_first(client: TestClient, rows: list[Row]) -> None:
    found = search(client, count="true")
    assert len(found["items"]) == 20
    assert found["n_total"] == len(rows)
    assert found["items"][0]["release_date"] == max(game["release_date"] for game in rows).isoformat()
    assert search(client)["n_total"] is None


def test_a_name_is_searched_whatever_its_case_and_the_most_alike_comes_first(
    client: TestClient, rows: list[Row]
) -> None:
    name = max((game["name"] for game in rows if game["name"].isascii()), key=len)
    assert search(client, q=name.swapcase())["items"][0]["name"] == name
    typed = f"{name[:5]}{name[6:]}"
    assert name in [game["name"] for game in search(client, q=typed)["items"]]


def test_one_letter_finds_the_names_that_have_a_word_that_begins_with_it(client: TestClient, rows: list[Row]) -> None:
    letter = next(game["name"] for game in rows if game["name"][:1].isascii() and game["name"][:1].isalpha())[0]
    found = search(client, q=letter, count="true")
    words = re.compile(rf"(?<![a-z0-9'’]){letter.lower()}")
    plain = [game["name"] for game in rows if game["name"].isascii()]
    assert found["n_total"] >= len([name for name in plain if words.search(name.lower())]) > 10


def test_all_filters_must_hold(client: TestClient, rows: list[Row]) -> None:
    found = search(
        client,
        kind="game",
        genre=["action", "INDIE"],
        spec="single player",
        year_min=2015,
        year_max=2016,
        price_min="4.99",
        price_max="9.99",
        free="false",
        early_access="false",
        sort="-price",
        limit=100,
        count="true",
    )
    expected = [
        game["app_id"]
        for game in rows
        if game["kind"] == "game"
        and {"Action", "Indie"} <= set(game["genres"] or ())
        and "Single-player" in (game["specs"] or ())
        and 2015 <= game["release_year"] <= 2016
        and game["price_usd"] is not None
        and 4.99 <= game["price_usd"] <= 9.99
        and not game["early_access"]
    ]
    assert expected
    assert sorted(game["app_id"] for game in found["items"]) == sorted(expected)
    assert found["n_total"] == len(expected)


def test_games_are_found_by_developer(client: TestClient, rows: list[Row]) -> None:
    name = next(game["developer"] for game in rows if game["developer"] and "," not in game["developer"])
    found = search(client, developer=name.upper(), count="true")
    assert found["n_total"] >= 1
    assert all(name in game["developer"] for game in found["items"])


@pytest.mark.parametrize(
    ("params", "limit"), [({}, 100), ({"sort": "price", "kind": "dlc"}, 7), ({"q": "the", "sort": "name"}, 9)]
)
def test_the_link_header_leads_through_all_games_once(
    client: TestClient, params: dict[str, str], limit: int, rows: list[Row]
) -> None:
    n_total = search(client, **params, count="true")["n_total"]
    walked: list[int] = []
    url = f"{PATH}?{'&'.join(f'{name}={value}' for name, value in params.items())}&limit={limit}"
    while url:
        answer = client.get(url)
        assert answer.status_code == 200
        walked += [game["app_id"] for game in answer.json()["items"]]
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        url = link[1] if link else ""
    assert len(walked) == n_total == len(set(walked))
    if not params:
        assert sorted(walked) == sorted(game["app_id"] for game in rows)


def test_the_link_repeats_what_was_asked(client: TestClient) -> None:
    asked = f"{PATH}?genre=Action&genre=Indie&q={quote('the é')}&limit=1&sort=name"
    assert client.get(asked).status_code == 200
    link = client.get(f"{PATH}?genre=Action&genre=Indie&limit=1&sort=name").headers["link"]
    assert link.startswith(f"<{PATH}?genre=Action&genre=Indie&limit=1&sort=name&cursor=")
    again = client.get(link[1 : link.index(">")]).headers["link"]
    assert again.count("cursor=") == 1


def test_the_next_page_may_be_longer(client: TestClient) -> None:
    first = search(client, limit=2)
    both = search(client, limit=7)
    rest = search(client, limit=5, count="true", cursor=first["next_cursor"])
    assert first["items"] + rest["items"] == both["items"]
