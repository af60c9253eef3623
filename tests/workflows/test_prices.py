from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import polars as pl
import pytest

from tasador.contracts.price_events import KEY, PriceDuplicates, PriceEvents
from tasador.errors import SourceError, TasadorError, UnknownValueError
from tasador.prices import intervals
from tasador.storage import price_histories
from tasador.storage.workspace import Workspace
from tasador.testing import make_price_parts
from tasador.workflows.import_prices import import_prices
from tasador.workflows.ingest import ingest
from tasador.workflows.prices import discounts_of, held_at, launches, of_app
from tests.conftest import shared_file
from tests.prices.feeds import change, moment, write
from tests.storage.test_snapshots import publish


def files(workspace: Workspace) -> dict[str, bytes]:
    place = workspace.prices
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def sample_feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prices of the synthetic catalogue."""
    path = tmp_path_factory.mktemp("feed") / "prices.csv.gz"
    path.write_bytes(b"".join(make_price_parts(1_500, seed=5, packed=True)))
    return path


def test_every_record_is_accounted_for_and_the_tables_keep_their_contracts(sample_feed: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    found = import_prices(workspace, [str(sample_feed)])
    counts = found.quality["accounting"]
    assert counts["raw"] == gzip.decompress(sample_feed.read_bytes()).count(b"\n") - 1
    assert counts["raw"] == sum(rows for name, rows in counts.items() if name != "raw")
    assert all(counts[name] for name in ("events", "duplicates", "quarantine"))
    history = price_histories.history(workspace)
    assert workspace.current().prices == history.id
    events = pl.concat(history.parts())
    assert (events.height, events.select(KEY).n_unique()) == (counts["events"], found.quality["histories"])
    assert PriceEvents.is_valid(events)
    duplicates = pl.read_parquet(history.directory / "duplicates.parquet" / "*.parquet")
    assert PriceDuplicates.is_valid(duplicates)
    assert duplicates.height == counts["duplicates"]


def test_the_same_feed_gives_the_same_bytes_however_it_is_cut(
    sample_feed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = Workspace(tmp_path / "one"), Workspace(tmp_path / "two")
    import_prices(one, [str(sample_feed)])
    monkeypatch.setattr(price_histories, "RUN_ROWS", 1_000)
    import_prices(two, [str(sample_feed)])
    assert files(one) == files(two)


def test_entries_of_a_large_feed_are_in_parts(
    sample_feed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, parted = Workspace(tmp_path / "whole"), Workspace(tmp_path / "parted")
    import_prices(whole, [str(sample_feed)])
    monkeypatch.setattr(intervals.ranges, "__kwdefaults__", {"part_records": 5_000})
    import_prices(parted, [str(sample_feed)])
    one, other = price_histories.history(whole), price_histories.history(parted)
    assert len(other.manifest["parts"]) > 3 > len(one.manifest["parts"])
    assert pl.concat(one.parts()).equals(pl.concat(other.parts()))
    assert one.quality() == other.quality()


def test_a_feed_that_was_imported_is_not_imported_again(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    source = write(tmp_path / "feed.csv", change())
    first = import_prices(workspace, [source])
    again = import_prices(workspace, [source])
    assert (first.reused, again.reused) == (False, True)
    assert again.history == first.history
    (price_histories.history(workspace).directory / "quality.json").write_bytes(b"{}")
    assert not import_prices(workspace, [source]).reused
    assert price_histories.history(workspace).quality()["histories"] == 1


def test_a_record_of_the_future_is_set_aside_and_looked_at_again_by_the_next_import(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    ahead = (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).isoformat()
    lines = [change(), change("2020-03-01T00:00:00Z"), change(ahead, 4.99), change("2049-01-01T00:00:00Z", 4.99)]
    source = write(tmp_path / "feed.csv", *lines)
    found = import_prices(workspace, [source])
    assert (found.quality["accounting"]["quarantine"], found.quality["last"][:10]) == (2, "2020-03-01")
    assert of_app(price_histories.history(workspace), 10)["to"].to_list() == [None]
    again = import_prices(workspace, [source])
    assert (again.reused, again.history) == (False, found.history)


def test_a_broken_feed_leaves_what_is_current(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    good = import_prices(workspace, [write(tmp_path / "good.csv", change())]).history
    for name, lines, message in (
        ("rejects", [change(), b"a,b"], "too many of its lines are no records"),
        ("nothing", [change(app_id="")], "no record becomes an event"),
        ("empty", [], "the feed has no record"),
    ):
        with pytest.raises(SourceError, match=message):
            import_prices(workspace, [write(tmp_path / f"{name}.csv", *lines)])
    (tmp_path / "games.csv").write_bytes(b"id,name\n1,x\n")
    with pytest.raises(SourceError, match="no feed of price changes"):
        import_prices(workspace, [str(tmp_path / "games.csv")])
    assert workspace.current().prices == good
    assert [path.name for path in workspace.prices.iterdir()] == [good]


def test_a_folder_of_feeds_is_one_source_and_of_several_sources_the_first_stays(tmp_path: Path) -> None:
    workspace, folder = Workspace(tmp_path / "workspace"), tmp_path / "feeds"
    folder.mkdir()
    write(folder / "a.csv", change(price=5.0))
    write(folder / "b.csv", change(price=6.0), change("2020-01-02T00:00:00Z", app_id=20))
    other = write(tmp_path / "other.csv", change(price=7.0), change("2020-01-03T00:00:00Z", price=8.0))
    found = import_prices(workspace, [str(folder), other])
    assert found.quality["accounting"] == {"raw": 5, "events": 3, "duplicates": 2, "quarantine": 0, "rejects": 0}
    assert of_app(price_histories.history(workspace), 10)["price"].to_list() == [5.0, 8.0]
    assert [source["accounting"]["events"] for source in found.quality["sources"]] == [2, 1]
    with pytest.raises(SourceError, match="the same source comes twice"):
        import_prices(workspace, [other, other])


def test_a_shop_or_an_entry_that_the_history_has_not_is_told(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    import_prices(workspace, [write(tmp_path / "feed.csv", change(shop="GOG"))])
    history = price_histories.history(workspace)
    assert of_app(history, 10, at=moment(-1)).is_empty()
    with pytest.raises(UnknownValueError, match="expected one of GOG"):
        of_app(history, 10, shop="Steam")
    with pytest.raises(UnknownValueError, match="app_id"):
        of_app(history, 11)
    snapshot = publish(workspace)
    for options, message in (({"shop": "Steam"}, "expected one of GOG"), ({"currency": "EUR"}, "expected one of USD")):
        with pytest.raises(UnknownValueError, match=message):
            held_at(history, moment(0), **options)
        with pytest.raises(UnknownValueError, match=message):
            launches(workspace, history, snapshot, **options)
        with pytest.raises(UnknownValueError, match=message):
            discounts_of(workspace, history, snapshot, "age", **options)


def test_of_a_moment_after_the_last_record_nothing_is_told(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    # NOTE: the last record says only that nothing changed: that is known, too.
    import_prices(workspace, [write(tmp_path / "feed.csv", change(), change("2020-01-05T12:00:00Z"))])
    history = price_histories.history(workspace)
    assert of_app(history, 10, at=moment(4)).height == 1
    assert [rows.height for rows in held_at(history, moment(4))] == [1]
    with pytest.raises(TasadorError, match="got 2020-01-06; expected a day up to 2020-01-05"):
        of_app(history, 10, at=moment(5))
    with pytest.raises(TasadorError, match="Import a newer feed"):
        held_at(history, moment(5))


def test_a_history_of_the_synthetic_catalogue_is_joined_with_its_snapshot(
    sample_feed: Path, sample_file: Path, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path)
    import_prices(workspace, [str(sample_feed)])
    snapshot = ingest(workspace, [str(sample_file)]).snapshot
    assert workspace.current().prices is not None
    found = discounts_of(workspace, price_histories.history(workspace), snapshot, "genre")
    assert found["join"]["absent"] < 0.1 * found["join"]["app_ids"]
    assert found["groups"][0]["genre"] in {"Indie", "Action"}


@pytest.mark.real_data
def test_the_real_feed_is_accounted_for_to_the_last_record(tmp_path: Path) -> None:
    found = import_prices(Workspace(tmp_path), [str(shared_file("data", "itad_price_history.csv.gz"))])
    assert found.quality["accounting"] == {
        "raw": 245_912,
        "events": 230_126,
        "duplicates": 14_648,
        "quarantine": 1_138,
        "rejects": 0,
    }
    rules = {rule["rule"]: rule["rows"] for rule in found.quality["rules"] if rule["outcome"] == "quarantine"}
    assert rules == {"app_id_missing": 1_136, "price_above_regular": 1, "price_implausible": 1}
