"""`tasador ingest steam-api`, on a store of the tests' own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasador.cli import options
from tests.cli.conftest import Tasador
from tests.storage.store_api.store import Store, running


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with running() as found:
        monkeypatch.setenv("TASADOR_STORE_URL", found.url)
        monkeypatch.setenv("TASADOR_STORE_REQUESTS_PER_MINUTE", "600")
        options.settings.cache_clear()
        yield found
    options.settings.cache_clear()


def test_old_answers_are_asked_for_again_only_where_their_age_is_named(
    called: Tasador, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "ids.txt").write_text("10\n20\n")
    call = ("ingest", "steam-api", "--ids", tmp_path / "ids.txt", "--workspace", tmp_path / "w")
    called(*call)
    called(*call)
    called(*call, "--max-age-days", 1)
    assert store.asked == [10, 20]
    answers = tmp_path / "w" / "sources" / "steam-api" / "us" / "responses.jsonl"
    lines = [json.loads(line) for line in answers.read_text().splitlines()]
    lines[1]["retrieved_at"] = "2020-01-01T00:00:00+00:00"
    answers.write_text("".join(json.dumps(line) + "\n" for line in lines))
    called(*call, "--max-age-days", 30)
    assert store.asked == [10, 20, 20]
