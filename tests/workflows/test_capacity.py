"""What is told of a source before it is read: whether one process of this machine will do."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from tasador.testing import make_price_parts
from tasador.workflows.capacity import look_at_source


def test_a_small_source_will_do_here(sample_file: Path) -> None:
    found = look_at_source(str(sample_file))
    assert found.state == "ok"
    assert "records" in found.says


def test_a_source_that_is_too_large_is_told_what_to_install(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        # NOTE: a file with a hole takes no room on the disk.
        with (tmp_path / name).open("wb") as file:
            os.truncate(file.fileno(), 400_000_000_000)
    found = look_at_source(str(tmp_path))
    assert found.state == "note"
    assert "about 1,212,121,212 records" in found.says
    assert "for one process" in found.says
    assert "--engine spark" in found.do


def test_a_source_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    assert look_at_source(str(tmp_path / "games.json")).state == "wrong"
    assert look_at_source("").state == "wrong"
    (tmp_path / "none").mkdir()
    assert "holds no file" in look_at_source(str(tmp_path / "none")).says


@pytest.mark.parametrize("ending", ["csv", "csv.gz"])
def test_a_feed_of_prices_is_known_by_its_first_line_and_counted_as_one(tmp_path: Path, ending: str) -> None:
    feed = b"".join(make_price_parts(2_000, seed=1, packed=False, headed=False, workers=1))
    path = tmp_path / f"prices.{ending}"
    path.write_bytes(gzip.compress(feed) if ending.endswith("gz") else feed)
    found = look_at_source(str(path))
    assert "`tasador prices import` takes" in found.says
    records = int(found.says.split()[1].replace(",", ""))
    assert records == pytest.approx(feed.count(b"\n"), rel=0.35)


@pytest.mark.parametrize("named", ["https://example.com/games.json.gz", "s3://bucket/games.json", "-", "steam-api"])
def test_what_is_no_file_is_not_estimated(named: str) -> None:
    found = look_at_source(named)
    assert (found.state, named in found.says) == ("note", True)
