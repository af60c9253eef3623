from __future__ import annotations

import logging

import pytest

from tasador.errors import SourceError
from tasador.storage.store_api.app_list import read_app_list
from tests.storage.store_api.store import FakeTime, Store, answer

KEY = "0123456789ABCDEF0123456789abcdef"


def page(*app_ids: int, more: bool) -> dict[str, object]:
    apps = [{"appid": app_id, "name": "x", "last_modified": 1, "price_change_number": 2} for app_id in app_ids]
    return {"response": {"apps": apps, **({"have_more_results": True, "last_appid": max(app_ids)} if more else {})}}


def test_the_list_is_read_page_after_page(store: Store) -> None:
    store.script[0].append(answer(page(10, 20, more=True)))
    store.script[20].append(answer(page(30, 50, more=True)))
    store.script[50].append(answer(page(60, more=False)))
    assert read_app_list(KEY, base_url=store.url, clock=FakeTime().clock()) == (10, 20, 30, 50, 60)
    assert store.asked == [0, 20, 50]


def test_the_key_goes_into_a_header_and_every_kind_of_app_is_asked_for(store: Store) -> None:
    store.script[0].append(answer(page(10, more=False)))
    read_app_list(KEY, base_url=store.url, clock=FakeTime().clock())
    assert store.keys == [KEY]
    assert KEY not in str(store.queries)
    assert {name for name, value in store.queries[0].items() if value == ["true"]} == {
        f"include_{kind}" for kind in ("games", "dlc", "software", "videos", "hardware")
    }


def test_an_empty_last_page_ends_the_list(store: Store) -> None:
    store.script[0].append(answer(page(10, more=True)))
    store.script[10].append(answer({"response": {}}))
    assert read_app_list(KEY, base_url=store.url, clock=FakeTime().clock()) == (10,)


def test_a_list_that_does_not_go_on_is_an_error(store: Store) -> None:
    store.script[0].append(answer(page(10, more=True)))
    store.script[10].append(answer(page(10, more=True)))
    with pytest.raises(SourceError, match="the list of apps does not go on; got 1 apps, none after 10"):
        read_app_list(KEY, base_url=store.url, clock=FakeTime().clock())


@pytest.mark.parametrize(
    "body", [b"<html></html>", b"null", b"[]", b"{}", b'{"response": 1}', b'{"response": {"apps": [{"appid": "x"}]}}']
)
def test_what_is_no_list_is_tried_again(store: Store, body: bytes) -> None:
    store.script[0].extend([answer(body), answer(page(10, more=False))])
    assert read_app_list(KEY, base_url=store.url, clock=FakeTime().clock()) == (10,)


def test_no_error_and_no_log_shows_the_key(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store.script[0].extend([answer(b"oops", 500), answer(b"Forbidden", 403)])
    with pytest.raises(SourceError, match=r"got HTTP 403 Forbidden\. Check the key\.") as caught:
        read_app_list(KEY, base_url=store.url, clock=FakeTime().clock())
    assert "HTTP 500" in caplog.text
    assert KEY not in f"{caught.value}{caught.value.__cause__}{caplog.text}"
    with pytest.raises(SourceError, match="got 33 characters") as caught:
        read_app_list(KEY + "\n", base_url=store.url)
    assert KEY not in str(caught.value)
    assert len(store.asked) == 2


def test_without_a_key_there_is_no_list_and_the_error_says_what_to_do_instead() -> None:
    with pytest.raises(SourceError, match=r"needs a key; got none\. Name the apps \(--ids FILE\), or take a key"):
        read_app_list(None)
