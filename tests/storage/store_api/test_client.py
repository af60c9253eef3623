from __future__ import annotations

import email.utils
import gzip
import json
import socket
from datetime import timedelta, timezone

import pytest

from tasador import provenance
from tasador.storage.store_api.client import Client, NoAnswerError
from tasador.storage.store_api.clock import CLOCK
from tasador.storage.store_api.pace import Pace
from tests.storage.store_api.store import START, Answer, FakeTime, Store, answer, cut, drip, drop, nonsense

LATER = email.utils.format_datetime(START + timedelta(seconds=100), usegmt=True)
ELSEWHERE = email.utils.format_datetime((START + timedelta(seconds=100)).astimezone(timezone(timedelta(hours=-5))))
EARLIER = email.utils.format_datetime(START - timedelta(seconds=100), usegmt=True)


def client(time: FakeTime, *, jitter: float = 0.0, silence_seconds: float = 5.0) -> Client:
    """Make a client that waits in no time, at a pace that makes none wait."""
    clock = time.clock()
    return Client(Pace(6e9, clock), clock, jitter=lambda: jitter, silence_seconds=silence_seconds)


def waits(time: FakeTime) -> list[float]:
    """List the waits, without those for the pace."""
    return [seconds for seconds in time.waits if seconds > 0.1]


def ask(found: Client, store: Store) -> object:
    return found.get(f"{store.url}/?appids=10", json.loads)


PASSING: dict[str, Answer] = {
    "429": answer(b"slow down", 429),
    "500": answer(b"oops", 500),
    "503": answer(b"<html>maintenance</html>", 503),
    "a body that is cut": cut,
    "a dropped connection": drop,
    "a status that is none": nonsense,
    "a page": answer(b"<html>Something went wrong</html>"),
    "nothing": answer(b""),
    "damaged gzip": answer(gzip.compress(b'{"10": 1}')[:-9], Content_Encoding="gzip"),
    "a body that says it is gzip": answer(b'{"10": 1}', Content_Encoding="gzip"),
}


@pytest.mark.parametrize("what", PASSING)
def test_a_failure_that_may_pass_is_tried_again(store: Store, what: str) -> None:
    time = FakeTime()
    store.script[10].extend([PASSING[what], PASSING[what], answer({"10": 1})])
    assert ask(client(time), store) == {"10": 1}
    assert store.asked == [10, 10, 10]
    assert len(waits(time)) == 2


@pytest.mark.parametrize("what", PASSING)
def test_a_failure_that_does_not_pass_is_given_up_after_six_tries(store: Store, what: str) -> None:
    store.script[10].extend([PASSING[what]] * 9)
    with pytest.raises(NoAnswerError, match="the last of 6 tries") as caught:
        ask(client(FakeTime()), store)
    assert len(store.asked) == 6
    assert caught.value.why == ("throttled" if what == "429" else "failed")


@pytest.mark.timeout(10)
def test_a_server_that_hangs_is_left(store: Store) -> None:
    store.script[10].extend([store.hang, answer({"10": 1})])
    assert ask(client(FakeTime(), silence_seconds=0.1), store) == {"10": 1}
    assert store.asked == [10, 10]


def test_an_answer_without_end_is_left(store: Store) -> None:
    store.script[10].extend([drip] * 2)
    found = Client(Pace(6e9, CLOCK), CLOCK, tries=1, answer_seconds=0.1)
    with pytest.raises(NoAnswerError, match=r"no whole answer in 0\.1 seconds"):
        ask(found, store)


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    time = FakeTime()
    with pytest.raises(NoAnswerError, match="Connection refused, the last of 6 tries"):
        client(time).get(f"http://127.0.0.1:{port}/", json.loads)
    assert len(waits(time)) == 5


def test_waits_double_up_to_five_minutes_and_jitter_shortens_them_to_half(store: Store) -> None:
    for status, first in ((500, 2.0), (429, 60.0)):
        for jitter in (0.0, 1.0):
            time = FakeTime()
            store.script[10].extend([answer(b"", status)] * 6)
            with pytest.raises(NoAnswerError):
                ask(client(time, jitter=jitter), store)
            longest = [min(first * factor, 300.0) for factor in (1, 2, 4, 8, 16)]
            assert waits(time) == pytest.approx([seconds * (1 + jitter) / 2 for seconds in longest])


def test_the_waits_for_too_many_requests_outlast_the_five_minutes_over_which_the_store_counts(store: Store) -> None:
    time = FakeTime()
    store.script[10].extend([answer(b"", 429)] * 6)
    with pytest.raises(NoAnswerError):
        ask(client(time), store)
    assert time.seconds > 300


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [
        (429, "7", 7.0),
        (429, "0", 0.0),
        (503, " 120 ", 120.0),
        (429, LATER, 100.0),
        (429, ELSEWHERE, 100.0),
        (429, EARLIER, 0.0),
        (429, "soon", 30.0),
        (429, "-5", 30.0),
    ],
)
def test_the_wait_that_the_server_asks_for_is_kept(store: Store, status: int, header: str, seconds: float) -> None:
    time = FakeTime()
    store.script[10].extend([answer(b"", status, Retry_After=header), answer({"10": 1})])
    assert ask(client(time), store) == {"10": 1}
    assert sum(waits(time)) == pytest.approx(seconds, abs=1e-6)


def test_jitter_never_shortens_the_wait_that_the_server_asks_for(store: Store) -> None:
    time = FakeTime()
    store.script[10].extend([answer(b"", 429, Retry_After="7"), answer({"10": 1})])
    ask(client(time, jitter=0.5), store)
    assert waits(time) == [7.5]


def test_a_server_that_asks_for_hours_is_not_waited_for(store: Store) -> None:
    store.script[10].append(answer(b"", 429, Retry_After="3600"))
    with pytest.raises(NoAnswerError, match="HTTP 429 Too Many Requests, with a wait of 3,600 seconds") as caught:
        ask(client(FakeTime()), store)
    assert caught.value.why == "throttled"
    assert len(store.asked) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_not_asked_about_again(store: Store, status: int) -> None:
    store.script[10].append(answer(b"no", status))
    with pytest.raises(NoAnswerError, match=f"HTTP {status}") as caught:
        ask(client(FakeTime()), store)
    assert caught.value.why == "refused"
    assert len(store.asked) == 1


def test_a_packed_answer_is_unpacked(store: Store) -> None:
    store.script[10].append(answer(gzip.compress(b'{"10": 1}'), Content_Encoding="gzip"))
    assert ask(client(FakeTime()), store) == {"10": 1}


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_without_measure_is_none(store: Store, monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    monkeypatch.setattr("tasador.storage.store_api.client._MAX_BODY_BYTES", 1_000)
    body = json.dumps(["x" * 2_000]).encode()
    say = answer(gzip.compress(body), Content_Encoding="gzip") if packed else answer(body)
    store.script[10].extend([say] * 6)
    with pytest.raises(NoAnswerError, match="more than 1,000 bytes"):
        ask(client(FakeTime()), store)


def test_a_client_says_who_it_is(store: Store) -> None:
    ask(client(FakeTime()), store)
    assert store.agents == [f"tasador/{provenance.version()}"]


def test_every_try_keeps_the_pace(store: Store) -> None:
    time = FakeTime()
    store.time = time
    store.script[10].extend([answer(b"", 429, Retry_After="0")] * 3)
    ask(Client(Pace(6, time.clock()), time.clock(), jitter=lambda: 0.0), store)
    assert store.times == pytest.approx([0, 10, 20, 30])
