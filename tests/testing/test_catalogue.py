from __future__ import annotations

import ast
import os
import re
import subprocess
import sys

import pytest

from tasador.testing import make_raw_lines, make_raw_parts

from .catalogues import Record, read_made

_PRINT_DIGEST = (
    "import hashlib; from tasador.testing import make_raw_lines;"
    " print(hashlib.sha256(b'\\n'.join(make_raw_lines(700, seed=5))).hexdigest())"
)


def test_same_seed_gives_same_bytes() -> None:
    assert list(make_raw_lines(700, seed=5)) == list(make_raw_lines(700, seed=5))


def test_another_seed_gives_other_bytes() -> None:
    assert list(make_raw_lines(50, seed=1)) != list(make_raw_lines(50, seed=2))


def test_bytes_do_not_depend_on_the_hash_seed_of_the_process() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", _PRINT_DIGEST],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("0", "1", "4711")
    }

    assert len(digests) == 1


@pytest.mark.parametrize("n", [0, 1, 2, 3, 10, 99, 499, 500, 501, 1234])
def test_there_are_as_many_lines_as_asked_for(n: int) -> None:
    assert len(list(make_raw_lines(n, seed=n))) == n


def test_a_catalogue_larger_than_a_part_goes_on_with_new_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasador.testing.catalogue._PART", 700)

    records: list[Record] = [ast.literal_eval(line.decode()) for line in make_raw_lines(1_500)]

    ids = [record["id"] for record in records if "id" in record]
    assert len(records) == 1_500
    assert len(ids) - len(set(ids)) == 2  # the duplicate of each full part


@pytest.mark.parametrize("seed", range(3))
def test_every_line_is_a_literal_of_a_dict_in_ascii(seed: int) -> None:
    for line in make_raw_lines(2_000, seed=seed):
        assert line.isascii()
        assert b"\n" not in line
        assert line.startswith(b"{u'")
        assert isinstance(ast.literal_eval(line.decode()), dict)


@pytest.mark.parametrize(
    ("field", "type_"),
    [
        ("id", str),
        ("url", str),
        ("app_name", str),
        ("title", str),
        ("developer", str),
        ("release_date", str),
        ("reviews_url", str),
        ("sentiment", str),
        ("genres", list),
        ("tags", list),
        ("specs", list),
        ("early_access", bool),
        ("discount_price", float),
    ],
)
def test_a_field_has_the_type_it_has_in_the_store(field: str, type_: type) -> None:
    values = [record[field] for record in read_made(4_000, 0) if field in record]

    assert values
    assert {type(value) for value in values} == {type_}


def test_prices_are_numbers_or_texts_and_scores_whole_numbers_or_na() -> None:
    records = read_made(4_000, 0)

    assert {type(record["price"]) for record in records if "price" in record} == {float, str}
    assert {type(record["metascore"]) for record in records if "metascore" in record} == {int, str}
    assert {score for record in records if isinstance(score := record.get("metascore"), str)} == {"NA"}


@pytest.mark.parametrize("seed", range(3))
def test_only_the_duplicates_share_an_id(seed: int) -> None:
    by_id: dict[str, list[Record]] = {}
    for record in read_made(4_000, seed):
        if "id" in record:
            by_id.setdefault(record["id"], []).append(record)
    shared = [group for group in by_id.values() if len(group) > 1]

    assert [len(group) for group in shared] == [2]
    first, second = shared[0]
    assert first["url"] != second["url"]
    assert {k: v for k, v in first.items() if k != "url"} == {k: v for k, v in second.items() if k != "url"}


@pytest.mark.parametrize("spec", ["Downloadable Content", "Game demo"])
def test_add_ons_are_named_after_a_game_of_the_same_developer(spec: str) -> None:
    records = [record for record in read_made(4_000, 0) if "developer" in record and "app_name" in record]
    games = [(record["developer"], record["app_name"]) for record in records if _is_game(record)]
    add_ons = [record for record in records if spec in record.get("specs", [])]

    named = [
        any(developer == add_on["developer"] and add_on["app_name"].startswith(game) for developer, game in games)
        for add_on in add_ons
    ]

    # The rest belongs to games that the catalogue lacks, as in the store.
    assert sum(named) / len(named) > 0.5


def _is_game(record: Record) -> bool:
    return not {"Downloadable Content", "Game demo"} & set(record.get("specs", []))


def test_order_of_fields_varies() -> None:
    positions = {
        list(record).index("price") - list(record).index("url") for record in read_made(4_000, 0) if "price" in record
    }

    assert {position > 0 for position in positions} == {True, False}


def test_however_many_processes_make_it_the_bytes_are_the_same_and_no_id_comes_in_two_parts() -> None:
    n = 40_300
    alone = list(make_raw_parts(n, seed=3))
    assert b"".join(make_raw_parts(n, seed=3, workers=2)) == b"".join(alone)
    assert b"".join(alone).splitlines() == list(make_raw_lines(n, seed=3))
    first, second = ({*re.findall(rb"u'id': u'([0-9]+)'", part)} for part in alone)
    assert not first & second
    assert len(second) > 250
