"""The files are the same for the same games, read back as they were written, and refused when they are not."""

from __future__ import annotations

import io
import struct
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.errors import BundleError
from tasador.features.game import Game
from tasador.similar import entries, making, table
from tasador.similar.table import Table
from tests.features.games import catalogues

DAY = date(2016, 6, 1)
OWNED = {1: {2: 0.5, 3: 0.25}, 2: {1: 0.5}}


def game(number: int, **fields: Any) -> Game:
    words = ("Dungeon", "Train", "Quest", "Sausage™", "Ж")
    return Game(
        f"{words[number % 5]} {number}",
        DAY - timedelta(days=number),
        **{"app_id": number, "genres": ("RPG",), "developer": f"Studio {number % 3}", "price_usd": 9.99, **fields},
    )


GAMES = [game(number) for number in range(1, 31)]
FILES = making.files(GAMES, [0.5] * len(GAMES), OWNED)


@given(catalogues(), st.randoms(use_true_random=False))
def test_the_same_games_make_the_same_bytes_in_any_order(found: list[Game], draw: Any) -> None:
    mixed = draw.sample(found, len(found))
    # NOTE: a table needs app ids of its entries, as every catalogue has them.
    one, other = (making.entries(games, [0.0] * len(games), OWNED) for games in (found, mixed))
    for kind, same in one.items():
        for name, values in same.arrays.items():
            assert values.tobytes() == other[kind].arrays[name].tobytes()


def test_games_in_any_order_make_the_same_files() -> None:
    assert making.files(GAMES[::-1], [0.5] * len(GAMES), OWNED) == FILES


def test_entries_are_read_as_they_were_made() -> None:
    (found,) = entries.read(FILES[entries.FILE]).values()
    assert sorted(found.name(row) for row in range(30)) == sorted(one.name for one in GAMES)
    for one in GAMES:
        row = found.row(one.app_id or 0)
        assert row is not None
        assert found.name(row) == one.name
        assert date.fromordinal(int(found.arrays["days"][row])) == one.released_by
        others, shares = found.owned_with(row)
        owned = {int(found.arrays["app_ids"][other]): float(share) for other, share in zip(others, shares, strict=True)}
        assert owned == OWNED.get(one.app_id or 0, {})
    assert found.row(31) is None
    assert found.row(0) is None


def test_comparables_are_taken_from_the_paid_of_which_the_twin_says_something() -> None:
    games = [game(1), game(2, price_usd=0.0), game(3, price_usd=None), game(4)]
    (found,) = making.entries(games, [0.5, 0.5, 0.5, None], {}).values()
    assert found.paid.tolist() == [found.row(1) == row for row in range(4)]


def test_damaged_entries_are_refused() -> None:
    data = FILES[entries.FILE]
    for damaged in (b"", b"{}", b"PK\x03\x04", *(data[:cut] for cut in range(0, len(data), 997))):
        with pytest.raises(BundleError, match=entries.FILE):
            entries.read(damaged)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("held", 10_000), ("held", -1), ("ends", 10_000), ("days", 0), ("families", 99), ("names", 0xFF),
        ("name_ends", 10_000), ("owned_rows", 30), ("owned_ends", 1), ("owned_shares", 1.5), ("prices_usd", -1),
    ],
)  # fmt: skip
def test_entries_that_lead_nowhere_are_refused(name: str, value: float) -> None:
    arrays = dict(np.load(io.BytesIO(FILES[entries.FILE])))
    arrays[f"game/{name}"][-1] = value
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    with pytest.raises(BundleError, match=entries.FILE):
        entries.read(buffer.getvalue())


@pytest.mark.parametrize("name", sorted(entries.ARRAYS))
def test_entries_that_lack_a_part_or_have_one_of_another_type_are_refused(name: str) -> None:
    arrays = dict(np.load(io.BytesIO(FILES[entries.FILE])))
    whole = arrays.pop(f"game/{name}")
    for other in ({}, {f"game/{name}": whole.astype(np.complex128)}, {f"game/{name}": whole[:-1]}):
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays, **other)
        with pytest.raises(BundleError, match=entries.FILE):
            entries.read(buffer.getvalue())


def test_the_table_says_what_a_search_says() -> None:
    (found,) = entries.read(FILES[entries.FILE]).values()
    written = Table(FILES[table.FILE])
    for app_id, expected in making.neighbours([found]):
        told = written.nearest(app_id, table.LENGTH)
        assert told == [(other, table.shown(similarity)) for other, similarity in expected]
        assert written.nearest(app_id, 3) == told[:3]
        assert app_id not in dict(told)


def test_the_table_says_nothing_of_what_it_does_not_hold() -> None:
    written = Table(FILES[table.FILE])
    assert written.nearest(31, 5) is None
    assert written.nearest(0, 5) is None
    assert written.nearest(1, table.LENGTH + 1) is None
    assert Table(table.write([])).nearest(1, 1) is None


def test_an_entry_with_few_alike_ones_has_few() -> None:
    written = Table(table.write([(7, [(9, 0.5)]), (9, [])]))
    assert written.nearest(7, 10) == [(9, 0.5)]
    assert written.nearest(9, 10) == []


def test_a_table_that_cannot_be_read_is_refused() -> None:
    data = FILES[table.FILE]
    head = struct.Struct("<4sIII")
    unsorted = head.pack(b"TNNB", 1, 2, 0) + struct.pack("<II", 9, 7)
    elsewhere = head.pack(b"TNNB", 1, 1, 1) + struct.pack("<IIH", 9, 7, 5_000)
    newer = head.pack(b"TNNB", 2, 0, 0)
    for damaged in (b"", b"{}", data[:-1], data + b"\0", b"X" + data[1:], unsorted, elsewhere, newer):
        with pytest.raises(BundleError, match=table.FILE):
            Table(damaged)


def test_of_a_large_kind_no_table_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_MOST_TABLED", 29)
    assert Table(making.files(GAMES, [0.5] * 30)[table.FILE]).nearest(1, 5) is None
