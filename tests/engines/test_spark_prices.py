"""Price feeds give on a cluster what they give here."""

from __future__ import annotations

import datetime as dt
import functools
import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tasador.errors import SourceError
from tasador.prices import intervals
from tasador.prices.discounts import BY
from tasador.storage import price_histories
from tasador.storage.workspace import Workspace
from tasador.testing import make_price_parts
from tasador.workflows.import_prices import import_prices
from tasador.workflows.ingest import ingest
from tasador.workflows.prices import discounts_of, held_at, launches
from tests.engines.standalone import Standalone
from tests.prices.feeds import HEADER, change, write
from tests.workflows.test_prices import files

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_200), pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Feeds with all that a cluster reads otherwise than one process: blocks of a file, packed files, poison."""
    folder = tmp_path_factory.mktemp("source") / "feeds"
    folder.mkdir()
    text = "x" * 60_000
    moments = [
        f"20{year}-0{month}-0{day}T00:00:00Z" for year in range(13, 23) for month in range(1, 8) for day in range(1, 10)
    ]
    plain = [change(at, 5.0 + number % 3, 9.99, 10 + number % 7, title=text) for number, at in enumerate(moments)]
    poison = [b"\xff poison", b"", change(app_id=""), change(price=80_000), change(title='"')] * 10
    poison.append(change("2049-01-01T00:00:00Z", 1.0))
    write(folder / "a.csv", *plain, *poison, *plain[:50])
    (folder / "b.csv").write_bytes(gzip.compress(b"".join(make_price_parts(300, seed=5)), mtime=0))
    (folder / "c.csv").write_bytes(b"\n".join([HEADER, *plain[100:150], change(shop="GOG"), poison[0]]))
    other = write(folder.parent / "other.csv", change("2020-01-01T00:00:00Z", 1.0, 1.0), change(currency="EUR"))
    return [other, str(folder)]


def test_a_cluster_makes_the_same_price_history_to_the_byte_and_says_the_same_of_it(
    spark_cluster: Standalone,
    sources: list[str],
    sample_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The price history is of several parts."""
    here, there = Workspace(tmp_path / "here"), Workspace(tmp_path / "there")
    monkeypatch.setattr(intervals.ranges, "__kwdefaults__", {"part_records": 2_000})
    one = import_prices(here, sources)
    other = import_prices(there, sources, master=spark_cluster.master)
    assert other.history == one.history
    assert files(there) == files(here)
    assert one.quality["accounting"]["rejects"] == 31
    snapshot = ingest(here, [str(sample_file)]).snapshot
    history = price_histories.history(here)
    for by in BY:
        expected = discounts_of(here, history, snapshot, by)
        assert expected["groups"]
        assert discounts_of(here, history, snapshot, by, master=spark_cluster.master) == expected
    day = dt.datetime(2017, 7, 1, tzinfo=dt.UTC)
    for asked in (functools.partial(held_at, history, day), functools.partial(launches, here, history, snapshot)):
        parts, others = list(asked()), list(asked(master=spark_cluster.master))
        assert sum(rows.height for rows in parts) > 0
        assert len(parts) == len(others) > 1
        assert all(one.equals(other) for one, other in zip(parts, others, strict=True))


def test_what_a_killed_worker_did_of_a_price_history_is_done_again(
    spark_cluster: Standalone, master: str, sources: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = Workspace(tmp_path / "here"), Workspace(tmp_path / "there")
    # NOTE: of a hundred parts, so that there are some yet to be written when one is seen.
    monkeypatch.setattr(intervals.ranges, "__kwdefaults__", {"part_records": 50})
    import_prices(here, sources)
    with ThreadPoolExecutor(1) as pool:
        found = pool.submit(import_prices, there, sources, master=master)
        while not list(there.prices.glob(".new-*/events.parquet/part-*")):
            assert not found.done(), found.result()
            time.sleep(0.01)
        spark_cluster.kill(-1)
        found.result(timeout=900)
    spark_cluster.add(1)
    assert files(there) == files(here)


def test_a_feed_that_is_none_is_refused_as_here(spark_cluster: Standalone, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "workspace")
    with pytest.raises(SourceError, match="too many of its lines are no records"):
        import_prices(workspace, [write(tmp_path / "bad.csv", change(), b"x", b"y")], master=spark_cluster.master)
    assert list(workspace.prices.iterdir()) == []
