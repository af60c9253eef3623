"""Packing takes long where much is packed: it is done once, and where nobody waits for it."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tasador.storage.workspace import Workspace
from tasador.web import codings, front, reply, static
from tasador.web.app import create_app
from tasador.web.gate import is_work
from tasador.workflows.run import Ran

REPORT = "<!doctype html><title>Report</title><p>" + "Indie Action Strategy 2016 " * 20_000


@pytest.fixture
def packed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """What is packed during a test, and in which thread."""
    found: list[tuple[int, str]] = []

    def pack(body: bytes, coding: codings.Coding) -> bytes:
        found.append((len(body), threading.current_thread().name))
        return codings.pack(body, coding)

    for module in (front, reply):
        monkeypatch.setattr(module, "pack", pack)
    return found


@pytest.fixture
def asking(ran: tuple[Workspace, Ran], tmp_path: Path) -> Iterator[TestClient]:
    """Asks an application whose workspace has a large report."""
    copy = Workspace(tmp_path)
    copy.root.joinpath("models").symlink_to(ran[0].models)
    copy.change_current(snapshot=ran[1].ingested.snapshot, champion=ran[1].trained.version)
    place = copy.profiles / ran[1].ingested.snapshot
    place.mkdir(parents=True)
    (place / "profile.html").write_text(REPORT, encoding="utf-8")
    with TestClient(create_app(copy)) as client:
        yield client


def test_a_report_is_packed_once_and_never_on_the_event_loop(asking: TestClient, packed: list[tuple[int, str]]) -> None:
    for _ in range(3):
        answer = asking.get("/profile", headers={"accept-encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.text == REPORT
    ((size, thread),) = packed
    assert size == len(REPORT)
    assert "worker thread" in thread
    plain = asking.get("/profile", headers={"accept-encoding": "identity"})
    assert plain.text == REPORT
    assert plain.headers["vary"] == "Accept-Encoding"
    for etag in (answer.headers["etag"], plain.headers["etag"]):
        again = asking.get("/profile", headers={"if-none-match": etag})
        assert again.status_code == 304
        assert again.headers["cache-control"] == "no-cache"


def test_a_report_written_anew_is_sent_anew(asking: TestClient, ran: tuple[Workspace, Ran], tmp_path: Path) -> None:
    before = asking.get("/profile")
    (tmp_path / "profiles" / ran[1].ingested.snapshot / "profile.html").write_text("<!doctype html><p>New")
    after = asking.get("/profile", headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.text.endswith("New")


def test_what_the_application_computed_is_packed_aside_where_it_is_large(
    client: TestClient, packed: list[tuple[int, str]]
) -> None:
    games = [{"name": f"Game {n}", "release_date": "2017-05-04", "genres": ["Indie"]} for n in range(600)]
    answer = client.post("/v1/appraisals", json=games, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-encoding"] == "gzip"
    ((size, thread),) = packed
    assert size > 100_000
    assert thread.startswith(
        "asyncio_"
    )  # as the threads of the loop's pool are called, and not the one that it runs in


def test_a_large_file_is_packed_aside_once(
    client: TestClient, packed: list[tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(static, "_reply", cache(static._reply.__wrapped__))  # as in a process that was asked for none
    path = "/static/swagger-ui/swagger-ui.css"
    for coding in ("gzip", "zstd", "gzip"):
        with client.stream("GET", path, headers={"accept-encoding": coding}) as answer:
            assert answer.headers["content-encoding"] == coding
            body = b"".join(answer.iter_raw())
    assert len(gzip.decompress(body)) > 100_000
    assert len(packed) == 2
    assert all(thread.startswith("asyncio_") for _, thread in packed)


@pytest.mark.parametrize("path", ["/profile", "/quality"])
def test_reports_stand_behind_the_gate(path: str) -> None:
    assert is_work(path)
