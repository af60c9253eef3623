"""One app id keeps one row: which one, and what becomes of the others."""

from __future__ import annotations

import datetime as dt

import polars as pl

from tasador.ingest.cleaning import Cleaned, Cleaning, Origin
from tasador.ingest.formats.format import FORMATS
from tests.ingest.records import line, piece

LITERALS = FORMATS["python-literals"]


def origin(digit: str, observed_on: dt.date | None = None) -> Origin:
    return Origin({"name": digit, "sha256": digit * 64, "size_bytes": 1}, digit, LITERALS, observed_on)


SNAPSHOT = Origin({"name": "snapshot", "sha256": "c" * 64, "size_bytes": 1}, "snapshot", None)


def add(cleaning: Cleaning, from_: Origin, *lines: bytes) -> Cleaned:
    cleaning.begin(from_)
    (raw,) = LITERALS.read([piece(b"\n".join(lines))])
    return cleaning.add(raw)


def outcomes(cleaned: Cleaned) -> list[tuple[str, int, str, list[str]]]:
    return list(cleaned.set_aside.select("source", "record_no", pl.col("outcome").cast(pl.String), "rules").iter_rows())


def test_of_two_sources_the_one_cleaned_first_keeps_its_row() -> None:
    cleaning = Cleaning()
    first = add(cleaning, origin("a"), line(id="1", app_name="New"), line(id="2"))
    second = add(cleaning, origin("b"), line(id="3"), line(id="1", app_name="Old"), line(id="3"))
    assert first.games["name"].to_list() == ["New", "A Game"]
    assert second.games["app_id"].to_list() == [3]
    assert outcomes(second) == [
        ("b" * 12, 2, "duplicate", ["superseded"]),
        ("b" * 12, 3, "duplicate", ["app_id_repeated"]),
    ]
    assert second.games["game_no"].to_list() == [3]


def test_blocks_of_one_source_know_of_each_other() -> None:
    cleaning = Cleaning()
    add(cleaning, origin("a"), line(id="1"), line(id="x"), line(id=None, url="none"))
    (raw,) = LITERALS.read([piece(b"\n".join([line(id="1"), line(id="2"), line(id="x"), line(id=None, url="none")]))])
    later = cleaning.add(raw)
    assert later.games.select("app_id", "game_no", "record_no").rows() == [(2, 2, 5)]
    assert outcomes(later)[0] == ("a" * 12, 4, "duplicate", ["app_id_repeated"])
    steps = {step.name: step.rows for step in cleaning.finish().steps}
    assert steps["duplicates_removed"] == 3


def test_rows_of_the_earlier_snapshot_stay_unless_a_newer_one_replaces_them() -> None:
    old = Cleaning()
    before = add(old, origin("a", dt.date(2018, 1, 1)), line(id="1", app_name="Old"), line(id="2"), line(id="3")).games
    cleaning = Cleaning(before.select("app_id", "observed_on"))
    add(cleaning, origin("b", dt.date(2019, 1, 1)), line(id="1", app_name="New"), line(id="4"))
    cleaning.begin(SNAPSHOT)
    kept = cleaning.keep(before)
    assert kept.games["app_id"].to_list() == [2, 3]
    assert outcomes(kept) == [("a" * 12, 1, "duplicate", ["superseded"])]
    assert b'"name":"Old"' in kept.set_aside["record"][0]
    accounting = cleaning.finish().accounting
    assert (accounting.raw, accounting.games, accounting.duplicates, accounting.balanced) == (5, 4, 1, True)


def test_a_row_observed_before_the_earlier_snapshot_replaces_nothing() -> None:
    old = Cleaning()
    before = add(old, origin("a", dt.date(2019, 1, 1)), line(id="1", app_name="Newer")).games
    cleaning = Cleaning(before.select("app_id", "observed_on"))
    late = add(cleaning, origin("b", dt.date(2018, 1, 1)), line(id="1", app_name="Older"), line(id="2"))
    cleaning.begin(SNAPSHOT)
    assert late.games["app_id"].to_list() == [2]
    assert outcomes(late) == [("b" * 12, 1, "duplicate", ["superseded"])]
    assert cleaning.keep(before).games["name"].to_list() == ["Newer"]


def test_where_a_day_is_unknown_the_new_row_wins() -> None:
    before = add(Cleaning(), origin("a"), line(id="1", app_name="Old")).games
    cleaning = Cleaning(before.select("app_id", "observed_on"))
    assert add(cleaning, origin("b", dt.date(2018, 1, 1)), line(id="1")).games.height == 1


def test_a_newer_catalogue_may_have_every_game_of_the_earlier_snapshot() -> None:
    before = add(Cleaning(), origin("a"), line(id="1"), line(id="2")).games
    cleaning = Cleaning(before.select("app_id", "observed_on"))
    add(cleaning, origin("b"), line(id="1"), line(id="2"), line(id="3"))
    cleaning.begin(SNAPSHOT)
    assert cleaning.keep(before).games.is_empty()
    accounting = cleaning.finish().accounting
    assert (accounting.raw, accounting.games, accounting.duplicates) == (5, 3, 2)


def test_a_row_that_the_snapshot_beats_keeps_no_other_out_in_whichever_block_that_comes() -> None:
    before = pl.DataFrame({"app_id": [1], "observed_on": [dt.date(2018, 1, 1)]}, schema_overrides={"app_id": pl.UInt32})
    older, unknown = line(id="1", observed_on="2017-01-01"), line(id="1", app_name="New", observed_on="unknown")
    together, apart = Cleaning(before), Cleaning(before)
    kept = [add(together, origin("a"), older, unknown).games["name"].to_list()]
    add(apart, origin("a"), older)
    (raw,) = LITERALS.read([piece(unknown)])
    kept.append(apart.add(raw).games["name"].to_list())
    assert kept == [["New"], ["New"]]
