"""Another champion takes the place of the one that answers, or is refused."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tasador.storage import bundles, sealed
from tasador.storage.workspace import Workspace
from tasador.web.app import create_app
from tasador.web.serving import Outcome, Serving
from tasador.workflows.run import Ran

#: What a bundle may hold after all.
EMPTY = {("prices.json", b"{}"), ("prices.json", b"[]")}

FACTS = ("snapshot", "candidate", "n_rows", "parameters", "seed", "made_by", "libraries")


@pytest.fixture
def promoted(ran: tuple[Workspace, Ran], tmp_path: Path) -> Workspace:
    """A workspace of its own with the champion, and another version of the same files."""
    copy = Workspace(tmp_path)
    version = ran[1].trained.version
    shutil.copytree(ran[0].models / version, copy.models / version)
    found = bundles.load(copy, version)
    bundles.publish(copy, "next", found.files, {name: found.manifest[name] for name in FACTS})
    copy.change_current(snapshot=ran[1].ingested.snapshot, champion=version)
    return copy


def reload(serving: Serving, *, again: bool = False) -> None:
    asyncio.run(serving.reload(again=again))


def test_another_champion_answers_from_the_next_request_on(promoted: Workspace) -> None:
    told: list[Outcome] = []
    serving = Serving(promoted, told=told.append)
    before = serving.now
    reload(serving)
    assert serving.now is before
    promoted.change_current(champion="next")
    reload(serving)
    assert serving.now.version == "next"
    assert before.version != "next"
    assert told == ["reloaded"]


def test_the_same_question_of_another_version_has_another_etag(promoted: Workspace) -> None:
    serving = Serving(promoted)
    before = serving.now.table
    promoted.change_current(champion="next")
    reload(serving)
    assert before.keys() == serving.now.table.keys()
    assert not {one.etag for one in before.values()} & {one.etag for one in serving.now.table.values()}


@pytest.mark.parametrize("broken", ["altered", "truncated", "missing", "newer", "absent"])
def test_a_broken_champion_is_refused_once_and_the_old_one_answers(
    promoted: Workspace, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Outcome] = []
    serving = Serving(promoted, told=told.append)
    old = serving.now
    place = promoted.models / "next"
    match broken:
        case "altered":
            (place / "free.txt").write_bytes((place / "free.txt").read_bytes().replace(b"1", b"2", 1))
        case "truncated":
            (place / "price.known.0.txt").write_bytes((place / "price.known.0.txt").read_bytes()[:-100])
        case "missing":
            (place / "history.json").unlink()
        case "newer":
            manifest = json.loads((place / sealed.MANIFEST).read_text())
            (place / sealed.MANIFEST).write_text(json.dumps({**manifest, "format": 999}))
        case "absent":
            shutil.rmtree(place)
    promoted.change_current(champion="next")
    reload(serving)
    reload(serving)
    assert serving.now is old
    assert serving.refused is not None
    assert serving.refused.version == "next"
    assert told == ["refused"]
    assert caplog.text.count("reload_refused version=next") == 1
    assert str(promoted.root) not in serving.refused.why
    reload(serving, again=True)
    assert told == ["refused", "refused"]


@pytest.mark.parametrize("content", [b"{}", b"[]", b"null", b"[" * 100_000, b"\xff", b'[{"a": 1}]'])
@pytest.mark.parametrize(
    "name", ["answers.json", "prices.json", "statistics.json", "metrics.json", "entries.npz", "neighbours.bin"]
)
def test_a_champion_whose_file_holds_something_else_is_refused_and_the_next_one_answers(
    promoted: Workspace, name: str, content: bytes
) -> None:
    if (name, content) in EMPTY:
        pytest.skip("an empty list of prices is one")
    found = bundles.load(promoted, "next")
    facts = {fact: found.manifest[fact] for fact in FACTS}
    bundles.publish(promoted, "odd", {**found.files, name: content}, facts)
    serving = Serving(promoted)
    old = serving.now
    promoted.change_current(champion="odd")
    reload(serving)
    assert serving.now is old
    assert serving.refused is not None
    assert serving.refused.version == "odd"
    promoted.change_current(champion="next")
    reload(serving)
    assert serving.now.version == "next"


def test_a_champion_that_was_mended_is_tried_again(promoted: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    serving = Serving(promoted)
    damaged = promoted.models / "next" / "free.txt"
    whole = damaged.read_bytes()
    damaged.write_bytes(b"x")
    promoted.change_current(champion="next")
    reload(serving)
    damaged.write_bytes(whole)
    reload(serving)
    assert serving.refused is not None
    monkeypatch.setattr("tasador.web.serving._AGAIN", 0.0)
    reload(serving)
    assert serving.now.version == "next"


def test_readyz_shows_a_refused_champion_until_it_is_mended(promoted: Workspace) -> None:
    damaged = promoted.models / "next" / "free.txt"
    whole = damaged.read_bytes()
    damaged.write_bytes(b"x")
    with TestClient(create_app(promoted)) as client:
        old = client.get("/readyz").json()
        assert old["refused"] is None
        promoted.change_current(champion="next")
        refused = _wait(client, lambda ready: ready["refused"] is not None)
        assert refused["refused"]["model_version"] == "next"
        assert refused["model_version"] == old["model_version"]
        assert client.get("/genero/año/2016").headers["tasador-model"] == old["model_version"]
        damaged.write_bytes(whole)
        promoted.change_current(champion=old["model_version"])
        _wait(client, lambda ready: ready["refused"] is None)
        promoted.change_current(champion="next")
        assert _wait(client, lambda ready: ready["model_version"] == "next")["refused"] is None


def _wait(client: TestClient, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    end = time.monotonic() + 20
    ready: dict[str, Any] = client.get("/readyz").json()
    while not until(ready):
        assert time.monotonic() < end, ready
        time.sleep(0.1)
        ready = client.get("/readyz").json()
    return ready
