from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tasador.storage.workspace import Workspace
from tasador.testing import make_price_parts, parallel
from tasador.testing.price_feed import HEADER
from tasador.workflows.import_prices import import_prices


def test_the_same_seed_gives_the_same_bytes_whoever_makes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "part_sizes", lambda n: [n - 40, 40])
    alone = list(make_price_parts(100, seed=3))
    assert list(make_price_parts(100, seed=3, workers=2)) == alone
    assert len(alone) == 2
    assert alone[0].startswith(HEADER)
    assert HEADER not in alone[1]


def test_parts_that_are_files_have_each_their_header() -> None:
    packed = list(make_price_parts(50, seed=3, packed=True, headed=True))
    assert all(gzip.decompress(part).startswith(HEADER) for part in packed)
    assert next(make_price_parts(50, seed=4)) != gzip.decompress(packed[0])


def test_the_feed_has_the_warts_of_the_real_one(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes(b"".join(make_price_parts(6_000, seed=1)))
    found = import_prices(Workspace(tmp_path / "workspace"), [str(path)]).quality
    shares = {rule["rule"]: rule["rows"] / found["accounting"]["raw"] for rule in found["rules"]}
    assert 0.03 < shares["price_unchanged"] < 0.08
    assert shares.keys() >= {"app_id_missing", "event_repeated", "event_contradicted"}
    assert found["accounting"]["rejects"] == 0
