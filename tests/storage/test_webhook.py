"""Messages to a real web server on this machine."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from tasador.storage import webhook
from tasador.storage.webhook import Webhook, post
from tests import threaded_server

HELD = {"name": "beats_constant_median", "passed": False, "says": "no", "expected": "yes"}
SUMMARY: dict[str, Any] = {
    "run": "20260101T000000-abcdef",
    "status": "done",
    "error": None,
    "steps": [{"name": "promote", "status": "done"}],
    "decision": {"challenger": "launch-1", "checks": [{**HELD, "passed": True}]},
}


@dataclass
class Receiver:
    """What came, and what it is answered with, one after the other; the last for the rest."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [204])
    came: list[tuple[Message, bytes]] = field(default_factory=list)

    @property
    def message(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.came[-1][1])
        return found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A server that takes messages."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.came.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(found.answers.pop(0) if len(found.answers) > 1 else found.answers[0])
            self.send_header("Location", f"{found.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

    with threaded_server.serving(Handler) as found.url:
        yield found


def hook(url: str, secret: str | None = None) -> Webhook:
    return Webhook(f"{url}/hush?token=s3cret", secret, pauses_seconds=(0.0, 0.0))


def test_the_summary_arrives_with_a_sentence_for_people(receiver: Receiver) -> None:
    assert post(hook(receiver.url), SUMMARY) is None
    ((headers, _),) = receiver.came
    assert (headers["Content-Type"], headers["webhook-id"]) == ("application/json", SUMMARY["run"])
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert "webhook-signature" not in headers
    assert receiver.message == {**SUMMARY, "type": "run.done", "text": "tasador run: launch-1 answers now"}


@pytest.mark.parametrize(
    ("summary", "says"),
    [
        (
            {"status": "held", "decision": {"challenger": "launch-1", "checks": [HELD]}},
            "tasador run: launch-1 was held by beats_constant_median",
        ),
        (
            {"status": "failed", "decision": None, "error": {"step": "train", "says": "too few games"}},
            "tasador run failed in the step train: too few games",
        ),
        (
            {"status": "failed", "decision": None, "error": {"step": None, "says": "the file is damaged"}},
            "tasador run failed: the file is damaged",
        ),
        (
            {"steps": [{"name": "promote", "status": "reused"}]},
            "tasador run: launch-1 goes on answering",
        ),
    ],
)
def test_the_sentence_says_how_it_ended(receiver: Receiver, summary: dict[str, Any], says: str) -> None:
    assert post(hook(receiver.url), {**SUMMARY, **summary}) is None
    assert receiver.message["text"] == says


@pytest.mark.parametrize(
    ("secret", "key"),
    [("plain words", b"plain words"), ("whsec_c2VjcmV0IGtleQ==", b"secret key"), ("whsec_§", "whsec_§".encode())],
)
def test_a_receiver_can_check_who_sent_it(receiver: Receiver, secret: str, key: bytes) -> None:
    assert post(hook(receiver.url, secret), SUMMARY) is None
    ((headers, body),) = receiver.came
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_the_signature_is_that_of_the_standards_example() -> None:
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    signed = webhook.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_server_that_is_busy_is_asked_again(receiver: Receiver) -> None:
    receiver.answers = [503, 429, 200]
    assert post(hook(receiver.url), SUMMARY) is None
    assert len(receiver.came) == 3


@pytest.mark.parametrize(("answer", "times"), [(500, 3), (404, 1), (302, 1), (307, 1)])
def test_a_refusal_is_told_without_the_address_and_nothing_is_followed(
    receiver: Receiver, answer: int, times: int
) -> None:
    receiver.answers = [answer]
    told = post(hook(receiver.url, "hush"), SUMMARY)
    assert told == f"The webhook at 127.0.0.1 was not reached: it answered {answer}. The run is not touched by that."
    assert len(receiver.came) == times


def test_a_server_that_is_away_is_told() -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    told = post(hook(address, "hush"), SUMMARY)
    assert told is not None
    assert "127.0.0.1 was not reached: Connection refused." in told


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "_TIMEOUT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        told = post(hook(f"http://127.0.0.1:{silent.getsockname()[1]}"), SUMMARY)
    assert told is not None
    assert "no answer within 0.05 seconds" in told


def test_a_server_that_sends_a_byte_now_and_then_has_no_more_time_than_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "_TIMEOUT_SECONDS", 0.3)
    over = threading.Event()

    def drip() -> None:
        connection, _ = slow.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not over.wait(0.1):
                connection.sendall(b"X: y\r\n")

    with socket.create_server(("127.0.0.1", 0)) as slow:
        server = threading.Thread(target=drip)
        server.start()
        address = f"http://127.0.0.1:{slow.getsockname()[1]}"
        told = post(Webhook(address, pauses_seconds=()), SUMMARY)
        over.set()
        server.join()
    assert told is not None
    assert "no answer within 0.3 seconds" in told


def test_neither_address_nor_secret_is_shown_by_accident() -> None:
    assert repr(hook("https://example.org", "hush")) == "Webhook(pauses_seconds=(0.0, 0.0))"
