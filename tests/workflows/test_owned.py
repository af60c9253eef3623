"""Who owns what is read by app id or name, with what was lost, and joins the similar games of a version."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from tasador.errors import SourceError
from tasador.models.owned_together import MOST_OWNED
from tasador.similar import entries
from tasador.similar.asked import Asked
from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.workflows import similar
from tasador.workflows.owned import read_owned
from tasador.workflows.run import Ran
from tasador.workflows.train import _version, train
from tests.models.light import TINY

GAMES = pl.DataFrame(
    {
        "app_id": [1, 2, 3, 4],
        "name": ["Old Castle™ II", "Pokémon: Go!", "Old Castle II", "Train-Simulator"],
        "kind": ["dlc", "game", "game", "software"],
    }
)


def test_games_are_found_by_bare_names_and_by_app_ids_and_what_is_lost_is_counted() -> None:
    rows = ("a,old castle ii,,3", "a,OldCastle II,,", "a,pokemon go,,", "b,,4,", "b,Nothing,,", ",Old Castle II,,")
    table = "\n".join(("user,name,app_id,hours", *rows, "c,Nothing,,", "c,,,"))
    found = read_owned(BytesIO(table.encode()), GAMES)
    assert found.libraries == ((2, 3), (4,))
    counts = {"n_people": 3, "n_collectors": 0, "n_games": 4, "n_games_found": 3, "n_owned": 5, "n_owned_found": 3}
    assert found.counts() == counts


def test_collectors_are_left_out_and_counted() -> None:
    n = MOST_OWNED + 1
    games = pl.DataFrame({"app_id": range(n), "name": [f"Game {number}" for number in range(n)], "kind": ["game"] * n})
    rows = [f"a,{number}" for number in range(n)] + [f"b,{number}" for number in range(n - 1)]
    found = read_owned(BytesIO("\n".join(("user,app_id", *rows)).encode()), games)
    assert found.libraries == (tuple(range(n - 1)),)
    assert (found.n_people, found.n_collectors, found.n_owned) == (2, 1, 2 * n - 1)


def test_the_digest_is_that_of_the_libraries() -> None:
    one, other, third = (
        read_owned(BytesIO(f"user,app_id\n{rows}".encode()), GAMES)
        for rows in ("a,1\na,2\nb,3\n", "x,3\ny,2\ny,1\ny,1\n", "a,1\nb,3\n")
    )
    assert one.digest == other.digest != third.digest


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("name\nOld Castle II\n", "the table does not say who owns what"),
        ("user,title\na,Old Castle II\n", "the table does not say who owns what"),
        ("user,name\na,Nothing\n", "the catalogue has none of the games"),
        ("user,name\n", "the catalogue has none of the games"),
    ],
)
def test_a_table_that_says_nothing_is_refused(table: str, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        read_owned(BytesIO(table.encode()), GAMES)


def test_a_version_is_joined_with_who_owns_what_and_keeps_no_person(
    ran: tuple[Workspace, Ran], games: pl.DataFrame, tmp_path: Path
) -> None:
    kept = games.filter(pl.col("kind") == "game", pl.col("genres").is_not_null())
    first, other = kept["app_id"][0], kept["app_id"][-1]
    table = tmp_path / "owned.csv"
    table.write_text("user,app_id\n" + "".join(f"person{n},{one}\n" for n in range(60) for one in (first, other)))
    workspace, snapshot = Workspace(ran[0].root), ran[1].ingested.snapshot
    plain = similar.load(workspace, ran[1].trained.version)
    copy = Workspace(tmp_path / "workspace")
    copy.root.mkdir()
    (copy.root / "snapshots").symlink_to(workspace.snapshots)
    made = train(copy, snapshot, parameters=TINY, owned=table)
    assert made.version != _version(snapshot, TINY, None)
    bundle = bundles.load(copy, made.version)
    assert bundle.manifest["owned"]["n_people"] == 60
    assert b"person" not in json.dumps(bundle.manifest).encode() + b"".join(bundle.files.values())
    assert entries.FILE in bundle.files
    joined = similar.load(copy, made.version)
    record = joined.find(int(first))
    assert isinstance(record, dict)
    assert other not in [one.app_id for one in plain.of(record, Asked())]
    assert other in [one.app_id for one in joined.of(record, Asked())]
    assert joined.recommend([record], Asked(limit=1))[0].alike.app_id == other
