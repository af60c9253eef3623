from __future__ import annotations

import fcntl
import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tasador.errors import SourceError, WorkspaceError
from tasador.storage.store_api.reader import read
from tests.storage.store_api.store import FakeTime, Store, answer, cut, drop, made_up

READER = """
import sys
from pathlib import Path
from tasador.storage.store_api.reader import read
read([int(item) for item in sys.argv[3:]], cache=Path(sys.argv[1]), base_url=sys.argv[2], per_minute=6e6)
"""


def ask(store: Store, cache: Path, *ids: int, **options: object) -> list[dict[str, object]]:
    """Read apps from the tests' store, in no time, and give back the selection."""
    settings = {"per_minute": 6e6, "clock": FakeTime().clock(), **options}
    path = read(ids, cache=cache, base_url=store.url, **settings)  # type: ignore[arg-type]
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def apps(lines: list[dict[str, object]]) -> list[int]:
    return [int(key) for line in lines for key in line if key != "retrieved_at"]


def test_the_store_is_asked_for_each_app_once_and_what_it_said_is_kept(store: Store, tmp_path: Path) -> None:
    lines = ask(store, tmp_path, 30, 10, 20, 10)
    assert store.asked == [30, 10, 20]
    assert [{key: line[key] for key in line if key != "retrieved_at"} for line in lines] == [
        made_up(app_id) for app_id in (30, 10, 20)
    ]
    assert {line["retrieved_at"] for line in lines} == {"2026-01-31T12:00:00+00:00"}
    assert store.queries[0] == {"appids": ["30"], "cc": ["us"], "l": ["english"]}


def test_a_second_run_makes_no_request_and_gives_the_same_bytes(store: Store, tmp_path: Path) -> None:
    ask(store, tmp_path, *range(1, 30))
    selection = tmp_path / "us" / "selection.jsonl"
    before = selection.read_bytes()
    ask(store, tmp_path, *range(1, 30), clock=FakeTime(seconds=1e6).clock())
    assert len(store.asked) == 29
    assert selection.read_bytes() == before


def test_a_run_gives_the_apps_it_named_and_no_other_that_was_ever_asked_for(store: Store, tmp_path: Path) -> None:
    ask(store, tmp_path, 10, 20)
    assert apps(ask(store, tmp_path, 30, 20)) == [30, 20]
    assert store.asked == [10, 20, 30]


def test_responses_older_than_the_age_named_are_asked_for_again(store: Store, tmp_path: Path) -> None:
    time = FakeTime()
    ask(store, tmp_path, 10, clock=time.clock())
    time.seconds = 86_400.0
    ask(store, tmp_path, 10, 20, clock=time.clock(), max_age_days=1)
    assert store.asked == [10, 20]
    time.seconds = 86_400 * 1.5
    lines = ask(store, tmp_path, 10, 20, clock=time.clock(), max_age_days=1)
    assert store.asked == [10, 20, 10]
    assert [line["retrieved_at"] for line in lines] == ["2026-02-02T00:00:00+00:00", "2026-02-01T12:00:00+00:00"]


def test_countries_do_not_mix(store: Store, tmp_path: Path) -> None:
    ask(store, tmp_path, 10)
    ask(store, tmp_path, 10, country="DE")
    assert [query["cc"] for query in store.queries] == [["us"], ["de"]]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "de", "us"]


@pytest.mark.parametrize("country", ["", "usa", "../us", "u1", "ñé"])
def test_what_is_no_country_is_named(store: Store, tmp_path: Path, country: str) -> None:
    with pytest.raises(SourceError, match="country: no country code") as caught:
        ask(store, tmp_path, 10, country=country)
    assert caught.value.got == repr(country)
    assert store.asked == []


def test_no_apps_are_an_error(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no app is named"):
        ask(store, tmp_path)


def test_the_default_pace_is_what_the_store_allows(store: Store, tmp_path: Path) -> None:
    store.time = FakeTime()
    read(range(1, 212), cache=tmp_path, base_url=store.url, clock=store.time.clock())
    assert len(store.times) == 211
    for first in store.times:
        assert sum(first <= at < first + 300 - 1e-6 for at in store.times) <= 200
    assert store.times[-1] == pytest.approx(210 * 1.5)


def test_an_app_that_is_not_on_sale_is_an_answer(store: Store, tmp_path: Path) -> None:
    store.script[10].append(answer({"10": {"success": False}}))
    assert ask(store, tmp_path, 10)[0]["10"] == {"success": False}
    ask(store, tmp_path, 10)
    assert store.asked == [10]


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b"<html>Something went wrong</html>",
        b'{"20": {"success": true}}',
        b'{"10": {"success": true}, "20": {"success": true}}',
        b'{"10": null}',
        b'{"10": {}}',
        b'{"10": {"success": 1}}',
        b'{"10": {"success": true, "data": NaN}}',
        b'{"10": {"success": true, "data": "\xff"}}',
        b'{"10": {"success": true',
        b"[" * 200_000,
    ],
    ids=lambda body: repr(body[:40]),
)
def test_what_says_nothing_of_the_app_is_no_answer_and_is_not_kept(store: Store, tmp_path: Path, body: bytes) -> None:
    store.script[10].extend([answer(body)] * 2)
    (line,) = ask(store, tmp_path, 10)
    assert line["10"] == made_up(10)["10"]
    assert store.asked == [10, 10, 10]
    assert (tmp_path / "us" / "responses.jsonl").read_bytes().count(b"\n") == 1


def test_a_response_over_many_lines_becomes_one(store: Store, tmp_path: Path) -> None:
    store.script[10].append(answer(b'\r\n{\r\n  "10": {\n    "success": true,\n    "data": {"a": "b\\n"}\n  }\n}\n'))
    (line,) = ask(store, tmp_path, 10)
    assert line["10"] == {"success": True, "data": {"a": "b\n"}}


def test_apps_without_an_answer_keep_no_other_from_its_own(store: Store, tmp_path: Path) -> None:
    store.script[20].extend([answer(b"null")] * 6)
    store.script[40].extend([cut, drop] * 3)
    store.script[60].extend([answer(b"oops", 500)] * 6)
    told: list[int] = []
    with pytest.raises(SourceError) as caught:
        ask(store, tmp_path, 10, 20, 30, 40, 50, 60, 70, progress=lambda done, total: told.append(done))
    message = str(caught.value)
    assert "the store did not answer for 3 of 7 apps" in message
    assert "app 20: JSON that says nothing of app 20: b'null', the last of 6 tries; app 40: " in message
    assert "What it answered is kept" in message
    assert told == [0, 1, 2, 3, 4]
    assert not (tmp_path / "us" / "selection.jsonl").exists()
    before = len(store.asked)
    assert apps(ask(store, tmp_path, 10, 20, 30, 40, 50, 60, 70)) == [10, 20, 30, 40, 50, 60, 70]
    assert store.asked[before:] == [20, 40, 60]


def test_a_store_that_answers_nobody_is_not_asked_for_all(store: Store, tmp_path: Path) -> None:
    for app_id in range(1, 10):
        store.script[app_id].extend([answer(b"oops", 500)] * 6)
    with pytest.raises(SourceError, match="the store did not answer for 3 of 9 apps"):
        ask(store, tmp_path, *range(1, 10))
    assert Counter(store.asked) == {1: 6, 2: 6, 3: 6}


@pytest.mark.parametrize(
    ("say", "says"),
    [
        (answer(b"", 403), "the store refuses to answer; got HTTP 403 Forbidden. It bars an address"),
        (answer(b"", 429, Retry_After="7200"), "the store asks to wait; got HTTP 429"),
    ],
    ids=["403", "429"],
)
def test_a_store_that_refuses_is_left_alone_at_once(store: Store, tmp_path: Path, say: object, says: str) -> None:
    store.script[20].append(say)  # type: ignore[arg-type]
    with pytest.raises(SourceError) as caught:
        ask(store, tmp_path, 10, 20, 30)
    assert says in str(caught.value)
    assert "appids=20" in str(caught.value)
    assert store.asked == [10, 20]
    ask(store, tmp_path, 10, 20, 30)
    assert store.asked == [10, 20, 20, 30]


def test_too_many_requests_to_the_last_try_stop_the_run(store: Store, tmp_path: Path) -> None:
    store.script[10].extend([answer(b"", 429)] * 6)
    with pytest.raises(SourceError, match="the store asks to wait; got HTTP 429 Too Many Requests, the last of 6"):
        ask(store, tmp_path, 10, 20)
    assert store.asked == [10] * 6


def test_progress_counts_what_is_there(store: Store, tmp_path: Path) -> None:
    ask(store, tmp_path, 10, 20)
    told: list[tuple[int, int]] = []
    ask(store, tmp_path, 10, 20, 30, 40, progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 4), (3, 4), (4, 4)]


def test_two_runs_do_not_read_into_one_cache(store: Store, tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for country in ("us", "de"):
            with pytest.raises(WorkspaceError, match="another run reads the store into this folder"):
                ask(store, tmp_path, 10, country=country)
    assert store.asked == []
    ask(store, tmp_path, 10)


def start(store: Store, cache: Path, *ids: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", READER, str(cache), store.url, *map(str, ids)],
        stderr=subprocess.PIPE,
    )


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_was_and_repeats_no_request_that_was_answered(
    store: Store, tmp_path: Path
) -> None:
    for last in (5, 9, 14):
        store.script[last].append(store.hang)
        process = start(store, tmp_path, *range(1, 21))
        store.wait_for(last)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        assert process.stderr is not None
        process.stderr.close()
    assert apps(ask(store, tmp_path, *range(1, 21))) == list(range(1, 21))
    assert Counter(store.asked) == {**dict.fromkeys(range(1, 21), 1), 5: 2, 9: 2, 14: 2}


@pytest.mark.slow
def test_a_run_that_is_stopped_by_ctrl_c_stops_at_once_and_keeps_what_came(store: Store, tmp_path: Path) -> None:
    store.script[3].append(store.hang)
    process = start(store, tmp_path, 1, 2, 3, 4)
    store.wait_for(3)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=10)
    assert b"KeyboardInterrupt" in stderr
    assert process.returncode not in {0, 1}
    ask(store, tmp_path, 1, 2, 3, 4)
    assert store.asked == [1, 2, 3, 3, 4]
