"""`tasador similar` and `tasador recommend`."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tests.cli.conftest import Tasador
from tests.cli.test_mistakes import one_line


@pytest.fixture(scope="module")
def names(games: pl.DataFrame) -> dict[str, int]:
    """Games whose names nobody else has, with their app ids."""
    named = games.filter(pl.col("kind") == "game", pl.col("name").is_unique(), pl.col("genres").is_not_null())
    return dict(named.filter(pl.col("name").str.contains(r"^[A-Z][a-z]+ [A-Z][a-z]+$")).select("name", "app_id").rows())


def test_a_game_is_found_by_name_or_number_and_told_with_reasons(
    called: Tasador, ran: tuple[Workspace, Ran], names: dict[str, int]
) -> None:
    name, app_id = next(iter(names.items()))
    told = [
        json.loads(called("similar", one, "--workspace", ran[0].root, "--json", "-n", 3).stdout)
        for one in (app_id, name, name.upper())
    ]
    assert told[0] == told[1] == told[2]
    assert told[0]["app_id"] == app_id
    assert len(told[0]["items"]) == 3
    shown = called("similar", name, "--workspace", ran[0].root, "-n", 3, "--diverse", "--other-series").stdout
    assert shown.startswith(f"like {name} ({app_id}, game, ")
    assert shown.count("They share") == 3


def test_filters_hold(called: Tasador, ran: tuple[Workspace, Ran], names: dict[str, int]) -> None:
    options = ("--kind", "dlc", "--price-min", "1", "--price-max", "9.99", "--year-min", "2016", "--year-max", "2017")
    done = called("similar", next(iter(names)), "--workspace", ran[0].root, "--json", *options)
    found = json.loads(done.stdout)["items"]
    assert found
    assert all(one["kind"] == "dlc" and 1 <= float(one["price"]) < 10 for one in found)
    assert all(one["release_year"] in {2016, 2017} for one in found)


def test_an_unknown_game_is_told_with_the_nearest(
    called: Tasador, ran: tuple[Workspace, Ran], names: dict[str, int]
) -> None:
    name, app_id = max(names.items(), key=lambda one: len(one[0]))
    done = called("similar", f"{name[:3]}{name[4:]}", "--workspace", ran[0].root)
    assert done.returncode == 1
    assert f"{app_id} {name}" in one_line(done.stderr)


def test_what_is_owned_is_read_from_a_file(
    called: Tasador, ran: tuple[Workspace, Ran], names: dict[str, int], tmp_path: Path
) -> None:
    (first, app_id), (second, _) = list(names.items())[:2]
    owned = tmp_path / "owned.txt"
    owned.write_text(f"\ufeff{app_id}\n\n  {second.lower()}\n{second}\nno such game at all\n", encoding="utf-8")
    done = called("recommend", "--owned", owned, "--workspace", ran[0].root, "--json", "-n", 4)
    found = json.loads(done.stdout)
    assert found["n_owned"] == 2
    assert [one["given"] for one in found["unknown"]] == ["no such game at all"]
    assert "not in the catalogue: no such game at all" in done.stderr
    assert len(found["items"]) == 4
    assert {game["name"] for one in found["items"] for game in one["because"]} <= {first, second}
    shown = called("recommend", "--owned", owned, "--workspace", ran[0].root, "-n", 4).stdout
    assert shown.count(", for ") == sum(len(one["because"]) for one in found["items"])


def test_a_search_that_leaves_nothing_says_so(
    called: Tasador, ran: tuple[Workspace, Ran], names: dict[str, int]
) -> None:
    done = called("similar", next(iter(names)), "--year-min", "3000", "--workspace", ran[0].root)
    assert done.returncode == 0
    assert "No game of the catalogue is what was asked" in done.stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "no such file"),
        (b"\n \n", "the file names no game"),
        (b"\xff\xfe\x00", "the file is no UTF-8 text"),
        (b"no such game at all\n", "the catalogue has none of the games"),
    ],
)
def test_a_file_that_names_nothing_is_refused(
    called: Tasador, ran: tuple[Workspace, Ran], tmp_path: Path, content: bytes | None, says: str
) -> None:
    owned = tmp_path / "owned.txt"
    if content is not None:
        owned.write_bytes(content)
    done = called("recommend", "--owned", owned, "--workspace", ran[0].root)
    assert done.returncode == 1
    assert says in one_line(done.stderr)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--limit", "0"), "got 0, expected a whole number from 1 to 50"),
        (("--kind", "gme"), "got 'gme', expected one of game, dlc"),
        (("--price-min", "-1"), "got -1, expected an amount such as 9.99"),
        (("--price-max", "nan"), "got nan, expected an amount such as 9.99"),
        (("--price-min", "9", "--price-max", "8"), "got 9 to 8: nothing is in between"),
        (("--year-min", "2017", "--year-max", "2016"), "got 2017 to 2016: nothing is in between"),
    ],
)
def test_options_that_cannot_be_are_told(called: Tasador, tmp_path: Path, options: tuple[str, ...], says: str) -> None:
    done = called("similar", "1", *options, "--workspace", tmp_path)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())


def test_a_workspace_without_a_champion_says_which_command_makes_one(called: Tasador, tmp_path: Path) -> None:
    done = called("similar", "1", "--workspace", tmp_path)
    assert done.returncode == 1
    assert "`tasador run SOURCE`" in one_line(done.stderr)
