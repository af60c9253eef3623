"""Writes the catalogue's file from the games of a snapshot: the same games give the same bytes."""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from tasador.storage.catalogue.names import fold, write
from tasador.storage.catalogue.record import cents, encoded

__all__ = ["APPLICATION_ID", "FIELDS", "FORMAT", "make", "mark", "unpacked"]

_T = TypeVar("_T")

#: What tells the file from other SQLite files, and its format from others.
APPLICATION_ID: Final = 0x54617361
FORMAT: Final = 1

#: The columns that hold labels.
FIELDS: Final = ("genres", "specs", "tags")

#: Games are numbered from 0, in the order of their app ids. `marks` has one character a label, and `studios` one a
#: developer: see `mark`. NOTE: records are kept apart from what is filtered by, so that looking through all games reads
#: little; and pages are small, so that long lists of holders waste little.
_TABLES: Final = """
CREATE TABLE games (
    no INTEGER PRIMARY KEY,
    app_id INTEGER NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    release_year INTEGER NOT NULL,
    early_access INTEGER NOT NULL,
    price INTEGER,
    marks TEXT NOT NULL,
    studios TEXT NOT NULL,
    by_name INTEGER NOT NULL UNIQUE,
    by_release_date INTEGER NOT NULL UNIQUE,
    by_price INTEGER NOT NULL UNIQUE,
    by_falling_price INTEGER NOT NULL UNIQUE,
    by_falling_metascore INTEGER NOT NULL UNIQUE
);
CREATE TABLE labels (no INTEGER PRIMARY KEY, field TEXT NOT NULL, label TEXT NOT NULL, n_games INTEGER NOT NULL);
CREATE TABLE records (no INTEGER PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE samples (sample BLOB NOT NULL);
"""
_PAGE_BYTES: Final = 1024

#: The first character that stands for anything, and the first of those that stand for nothing by themselves.
_FIRST_MARK: Final = 0x100
_SURROGATES: Final = 0xD800
_N_SURROGATES: Final = 0x800

#: Records are packed with what their likes have in common: so much of them is kept, as much as deflate looks back.
_SAMPLE_BYTES: Final = 2**15
_SAMPLED: Final = 48


def make(rows: Iterable[Mapping[str, Any]], studios: Callable[[str | None], Iterable[str]]) -> bytes:
    """Write the file.

    Args:
        rows: Rows of `games`, each app id once.
        studios: Takes the names of studios out of a developer's field.

    Returns:
        The file: the same rows give the same bytes, with the same SQLite and zlib.
    """
    games = sorted(rows, key=lambda row: int(row["app_id"]))
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(
            f"PRAGMA page_size = {_PAGE_BYTES}; PRAGMA application_id = {APPLICATION_ID}; "
            f"PRAGMA user_version = {FORMAT}; {_TABLES}"
        )
        names = [fold(game["name"]) for game in games]
        labels = _write_labels(connection, games)
        developers = [{fold(studio) for studio in studios(game["developer"])} - {""} for game in games]
        known = sorted(set().union(*developers))
        _write_games(connection, games, names, labels, _marks(developers, known))
        _write_records(connection, [encoded(game) for game in games])
        write(connection, "game", names)
        write(connection, "developer", known)
        connection.execute("VACUUM")
        return connection.serialize()


def mark(no: int) -> str:
    """Give the character that stands for a label or developer of a number."""
    code = _FIRST_MARK + no
    return chr(code if code < _SURROGATES else code + _N_SURROGATES)


def unpacked(record: bytes, sample: bytes) -> bytes:
    """Unpack a record."""
    return zlib.decompressobj(-zlib.MAX_WBITS, sample).decompress(record)


def _write_games(
    connection: sqlite3.Connection,
    games: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    labels: Sequence[str],
    studios: Sequence[str],
) -> None:
    prices = [cents(game) for game in games]
    scores = [game["metascore"] for game in games]
    columns = (
        range(len(games)),
        *([game[column] for game in games] for column in ("app_id", "kind", "release_year", "early_access")),
        prices,
        labels,
        studios,
        _places([(name, game["name"]) for name, game in zip(names, games, strict=True)]),
        _places([game["release_date"] for game in games]),
        _places([(price is None, price or 0) for price in prices]),
        _places([(price is None, -(price or 0)) for price in prices]),
        _places([(score is None, -(score or 0)) for score in scores]),
    )
    places = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO games VALUES ({places})", zip(*columns, strict=True))  # noqa: S608


def _write_records(connection: sqlite3.Connection, records: Sequence[bytes]) -> None:
    step = max(len(records) // _SAMPLED, 1)
    sample = b"".join(records[::step])[-_SAMPLE_BYTES:]
    connection.execute("INSERT INTO samples VALUES (?)", (sample,))
    # NOTE: made once and copied, since making one reads the whole sample.
    packing = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS, memLevel=9, zdict=sample)
    rows = ((no, _packed(record, packing.copy())) for no, record in enumerate(records))
    connection.executemany("INSERT INTO records VALUES (?, ?)", rows)


def _packed(record: bytes, packing: zlib._Compress) -> bytes:
    return packing.compress(record) + packing.flush()


def _write_labels(connection: sqlite3.Connection, games: Sequence[Mapping[str, Any]]) -> list[str]:
    """Write the labels, the commonest of a field first; give the marks of each game."""
    held = [{(field, label) for field in FIELDS for label in game[field] or ()} for game in games]
    counts = Counter(label for labels in held for label in labels)
    known = sorted(counts, key=lambda label: (FIELDS.index(label[0]), -counts[label], label[1]))
    rows = ((no, *label, counts[label]) for no, label in enumerate(known))
    connection.executemany("INSERT INTO labels VALUES (?, ?, ?, ?)", rows)
    return _marks(held, known)


def _marks(held: Iterable[Iterable[_T]], known: Iterable[_T]) -> list[str]:
    marks = {label: mark(no) for no, label in enumerate(known)}
    return ["".join(sorted(marks[label] for label in labels)) for labels in held]


def _places(keys: Sequence[Any]) -> list[int]:
    """Number rows by a key; the order that they have decides between equals."""
    places = [0] * len(keys)
    for place, at in enumerate(sorted(range(len(keys)), key=keys.__getitem__)):
        places[at] = place
    return places
