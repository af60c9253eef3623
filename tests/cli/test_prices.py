from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasador.storage import snapshots
from tasador.storage.workspace import Workspace
from tests.cli.conftest import Tasador
from tests.prices.feeds import change, write
from tests.storage.test_snapshots import publish


@pytest.fixture
def place(called: Tasador, tmp_path: Path) -> Path:
    """A workspace with a price history of one entry, which the snapshot has under another name."""
    write(
        tmp_path / "feed.csv",
        change("2020-01-01T00:00:00Z", 9.99, 9.99),
        change("2020-06-01T00:00:00Z", 4.99, 9.99),
        change("2020-06-08T00:00:00Z", 9.99, 9.99),
        change("2020-06-09T00:00:00Z", 9.99, 9.99),
    )
    workspace = tmp_path / "w"
    Workspace(workspace).change_current(snapshot=publish(Workspace(workspace)))
    assert called("prices", "import", tmp_path / "feed.csv", "--workspace", workspace).returncode == 0
    return workspace


def told(called: Tasador, place: Path, *arguments: object) -> Any:
    done = called("prices", *arguments, "--workspace", place, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_import_says_what_became_of_the_records(called: Tasador, place: Path, tmp_path: Path) -> None:
    done = called("prices", "import", tmp_path / "feed.csv", "--workspace", place)
    assert "was there already" in done.stdout
    assert "4 raw, 3 events, 1 duplicates, 0 quarantine, 0 rejects" in done.stdout
    assert "price_unchanged" in done.stdout
    (listed,) = told(called, place, "list")
    assert listed["current"]
    assert listed["events"] == 3


def test_an_entry_is_shown_over_time_and_as_of_a_day(called: Tasador, place: Path) -> None:
    found = told(called, place, "show", 10)
    assert [(row["from"], row["price"]) for row in found["events"]] == [
        ("2020-01-01T00:00:00Z", 9.99),
        ("2020-06-01T00:00:00Z", 4.99),
        ("2020-06-08T00:00:00Z", 9.99),
    ]
    (row,) = told(called, place, "show", 10, "--as-of", "2020-06-03")["events"]
    assert (row["price"], row["regular"], row["to"]) == (4.99, 9.99, "2020-06-08T00:00:00Z")
    shown = called("prices", "show", 10, "--as-of", "2019-06-03", "--workspace", place)
    assert shown.stdout == "10 had no known price when 2019-06-03 began\n"


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_the_prices_of_a_day_are_written_as_a_table(called: Tasador, place: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"day.{ending}"
    assert told(called, place, "on", "2020-06-03", "--output", target) == {"output": str(target), "rows": 1}
    read: dict[str, Any] = {"csv": pl.read_csv, "jsonl": pl.read_ndjson, "parquet": pl.read_parquet}
    assert read[ending](target).select("app_id", "price", "regular").rows() == [(10, 4.99, 9.99)]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_without_rows_has_its_columns(called: Tasador, place: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"day.{ending}"
    assert told(called, place, "on", "1999-01-01", "--output", target) == {"output": str(target), "rows": 0}
    read = pl.read_csv if ending == "csv" else pl.read_parquet
    header = "app_id,shop,currency,from,to,price,regular,source,record_no"
    assert ",".join(read(target).columns) == header
    printed = called("prices", "on", "1999-01-01", "--workspace", place)
    assert printed.stdout == f"{header}\n"


def test_what_a_history_has_not_is_refused_with_what_it_has(called: Tasador, place: Path, tmp_path: Path) -> None:
    done = called("prices", "on", "2020-06-10", "--output", tmp_path / "day.csv", "--workspace", place)
    assert (done.returncode, done.stdout) == (1, "")
    assert "got 2020-06-10; expected a day up to 2020-06-09" in done.stderr
    assert "expected one of Steam" in called("prices", "launches", "--shop", "GOG", "--workspace", place).stderr
    assert not (tmp_path / "day.csv").exists()


def test_without_a_file_the_table_goes_to_standard_output(called: Tasador, place: Path) -> None:
    assert told(called, place, "on", "2019-01-01") == []
    (row,) = told(called, place, "launches")
    assert row["launch_price"] == 9.99
    assert row["release_date"] < "2020-01-01"


def test_discounts_are_told_by_genre_and_by_age(called: Tasador, place: Path) -> None:
    found = told(called, place, "discounts")
    assert found["join"] == {"app_ids": 1, "absent": 0, "unknown": 0}
    assert {row["discounts"] for row in found["groups"]} == {1}
    by_age = called("prices", "discounts", "--by", "age", "--workspace", place)
    assert "1 app ids of prices" in by_age.stdout
    assert "age_years" in by_age.stdout


def test_a_mistake_is_told_with_what_may_come(called: Tasador, place: Path) -> None:
    done = called("prices", "discounts", "--by", "tag", "--workspace", place)
    assert (done.returncode, "expected one of genre, age" in done.stderr) == (2, True)
    assert snapshots.ids(Workspace(place))


def test_the_current_one_is_used_and_others_can_be_deleted(called: Tasador, place: Path, tmp_path: Path) -> None:
    (first,) = told(called, place, "list")
    write(tmp_path / "other.csv", change())
    other = told(called, place, "import", tmp_path / "other.csv")["prices"]
    assert "cannot be deleted" in called("prices", "delete", other, "--workspace", place).stderr
    assert (
        called("prices", "use", first["id"][:6], "--workspace", place).stdout == f"prices    {first['id']} is current\n"
    )
    assert told(called, place, "delete", other)["deleted"] == [other]
    assert [row["id"] for row in told(called, place, "list")] == [first["id"]]
