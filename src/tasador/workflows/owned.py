"""Reads who owns what, and finds the games in a catalogue by app id or by name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from tasador.errors import SourceError
from tasador.models.owned_together import MOST_OWNED
from tasador.storage.catalogue.names import fold
from tasador.storage.tables import open_table

__all__ = ["Ownership", "read_owned"]

#: The columns that say who, and what.
_PERSON = "user"
_GAMES = ("app_id", "name")


@dataclass(frozen=True, slots=True)
class Ownership:
    """Who owns what of a catalogue.

    Attributes:
        libraries: The app ids that each person owns, in order; nothing tells whose they are. Collectors are left out.
        n_people: Those whom the file names; of some none of their games is in the catalogue.
        n_collectors: Those left out, as they own more than `MOST_OWNED` of its games.
        n_games: Names or app ids in the file.
        n_games_found: Those that the catalogue has.
        n_owned: Pairs of a person and a game in the file, each once.
        n_owned_found: Those whose game the catalogue has.
    """

    libraries: tuple[tuple[int, ...], ...]
    n_people: int
    n_collectors: int
    n_games: int
    n_games_found: int
    n_owned: int
    n_owned_found: int

    @property
    def digest(self) -> str:
        """What tells it from others."""
        return hashlib.sha256(json.dumps(self.libraries).encode()).hexdigest()

    def counts(self) -> dict[str, Any]:
        """Count what it holds; nothing of anybody is in it."""
        return {name: value for name, value in asdict(self).items() if name != "libraries"}


def read_owned(source: Path | BinaryIO, games: pl.DataFrame) -> Ownership:
    """Read a table with a row for each game that somebody owns: `user`, and `app_id` or `name`.

    A name is found whatever its case, accents, signs and spaces; of entries of one name a game is meant, then the one
    of the lowest app id. Other columns are left alone, and so are rows without a person or game.

    Args:
        source: CSV with a header, JSON lines or Parquet.
        games: The catalogue.

    Raises:
        SourceError: The file is no such table, or names nothing that the catalogue has.
        OSError: It cannot be read.
    """
    known = _known(games)
    people: dict[str, dict[int | str, None]] = {}
    for person, game in _pairs(source):
        people.setdefault(person, {})[game] = None
    named = dict.fromkeys(game for owned in people.values() for game in owned)
    found = {game: app_id for game in named if (app_id := known.get(game)) is not None}
    libraries = [tuple(sorted({found[game] for game in owned if game in found})) for owned in people.values()]
    kept = [library for library in libraries if len(library) <= MOST_OWNED]
    if not found:
        raise SourceError(
            "the catalogue has none of the games",
            where=source if isinstance(source, Path) else "standard input",
            got=", ".join(map(repr, list(named)[:5])) or "no rows",
            expected="app ids or names of the catalogue",
        )
    return Ownership(
        tuple(sorted(library for library in kept if library)),
        len(people),
        len(libraries) - len(kept),
        len(named),
        len(found),
        sum(map(len, people.values())),
        sum(game in found for owned in people.values() for game in owned),
    )


def _known(games: pl.DataFrame) -> dict[int | str, int]:
    """Find app ids by themselves and by bare names."""
    found: dict[int | str, int] = {}
    rows = games.select("app_id", "name", pl.col("kind").cast(pl.String)).sort(pl.col("kind") != "game", "app_id")
    for app_id, name, _ in rows.iter_rows():
        found.setdefault(_bare(name), app_id)
    return found | {app_id: app_id for app_id in games["app_id"]}


def _pairs(source: Path | BinaryIO) -> Iterator[tuple[str, int | str]]:
    with open_table(source) as table:
        if table.columns is not None:
            _check(table.where, table.columns)
        for block in table.blocks():
            for row in block.rows:
                person, game = row.cells.get(_PERSON), _game(row.cells)
                if row.wrong is None and game is not None and person not in {None, ""}:
                    yield str(person), game


def _game(cells: dict[str, Any]) -> int | str | None:
    app_id, name = (cells.get(column) for column in _GAMES)
    if app_id not in {None, ""} and str(app_id).isdecimal():
        return int(str(app_id))
    return _bare(str(name)) or None if name else None


def _bare(name: str) -> str:
    return fold(name).replace(" ", "")


def _check(where: str, columns: Iterable[str]) -> None:
    if _PERSON not in columns or not set(_GAMES) & set(columns):
        raise SourceError(
            "the table does not say who owns what",
            where=where,
            got=", ".join(map(repr, columns)),
            expected="a column `user`, and `app_id` or `name`",
            do="Name the columns in the first line.",
        )
