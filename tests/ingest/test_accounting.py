"""Nothing is lost: every line of a source is in exactly one of games, duplicates, quarantine and rejects."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from tasador.contracts.games import RULES, Games
from tasador.contracts.set_aside import SetAside
from tasador.errors import SourceError
from tasador.ingest.refusals import DUPLICATE_RULES, REFUSALS
from tasador.testing import make_raw_lines
from tests.ingest.records import Catalogue, catalogue, line

SAMPLE = tuple(make_raw_lines(600, seed=3))


def damage(lines: list[bytes], rng: random.Random) -> list[bytes]:
    """Cut, flip, repeat, swap and blank some lines."""
    for _ in range(rng.randrange(0, len(lines))):
        at = rng.randrange(len(lines))
        text = lines[at]
        kind = rng.randrange(6)
        if kind == 0:
            lines[at] = text[: rng.randrange(len(text) + 1)]
        elif kind == 1 and text:
            spot = rng.randrange(len(text))
            lines[at] = text[:spot] + bytes([rng.randrange(256)]).replace(b"\n", b" ") + text[spot + 1 :]
        elif kind == 2:
            lines.insert(rng.randrange(len(lines)), text)
        elif kind == 3:
            lines[at] = b""
        elif kind == 4:
            lines[at] = text.replace(b"u'id'", b"u'ident'")
        else:
            lines[at] = bytes(rng.randrange(256) for _ in range(20)).replace(b"\n", b" ")
    return lines


def assert_nothing_lost(lines: list[bytes], found: Catalogue) -> None:
    games, set_aside, quality = found.parts.games, found.parts.set_aside, found.quality
    numbers = sorted([*games["record_no"], *set_aside["record_no"]])
    assert numbers == list(range(1, len(lines) + 1))
    assert quality.accounting.balanced
    assert quality.accounting.raw == len(lines)
    for number, record in set_aside.select("record_no", "record").iter_rows():
        assert record == lines[number - 1]
    assert set_aside.filter(set_aside["rules"].list.len() == 0).is_empty()
    Games.validate(games)
    SetAside.validate(set_aside)
    assert games["game_no"].to_list() == list(range(1, games.height + 1))


@given(st.integers(0, 2**32), st.integers(1, 60))
def test_every_line_of_a_damaged_source_is_in_exactly_one_table(seed: int, size: int) -> None:
    rng = random.Random(seed)
    lines = damage(rng.sample(SAMPLE, size), rng)
    try:
        found = catalogue(*lines)
    except SourceError:
        return  # nothing in it was a game: nothing is published either
    assert_nothing_lost(lines, found)


def test_a_catalogue_with_every_wart_is_accounted_for() -> None:
    lines = [*SAMPLE, b"", b"{u'id': u'1'", b"\xff", b"[1]"]
    found = catalogue(*lines)
    assert_nothing_lost(lines, found)
    assert found.quality.accounting.rejects == 4
    assert found.quality.accounting.duplicates >= 1
    assert {"nothing_to_use", "release_year_missing", "release_year_implausible", "name_missing", "app_id_missing"} <= {
        rule.rule for rule in found.quality.rules
    }


def test_every_rule_that_sets_a_record_aside_is_explained() -> None:
    bad = [
        line(),
        line(id="1", release_date="TBA"),
        line(id="2", release_date="5275-01-01"),
        line(id="3", price=-1.0),
        line(id="4", price=1e9),
        line(id="5", price="nan"),
        line(id="6", metascore=101),
        line(id="7", app_name=None),
        line(id="8", early_access=None),
        line(id="9", genres=None, price=None),
        line(id=None, url="http://store.steampowered.com/"),
        line(),
        line(id="11", discount_price=-3.0),
    ]
    found = catalogue(*bad)
    explained = {name for name, _ in RULES.values()} | REFUSALS.keys() | DUPLICATE_RULES.keys()
    seen = {rule.rule: rule.rows for rule in found.quality.rules}
    assert seen.keys() <= explained
    assert seen == {
        "app_id_repeated": 1,
        "price_implausible": 4,
        "release_year_missing": 1,
        "release_year_implausible": 1,
        "metascore_implausible": 1,
        "name_missing": 1,
        "early_access_missing": 1,
        "nothing_to_use": 1,
        "app_id_missing": 1,
    }


def test_a_record_is_set_aside_with_the_names_of_all_the_rules_it_broke() -> None:
    found = catalogue(line(), line(id="x", release_date=None, app_name=None))
    assert found.parts.set_aside["rules"].to_list() == [["app_id_missing", "name_missing", "release_year_missing"]]


def test_the_first_record_of_an_app_id_is_kept() -> None:
    found = catalogue(line(app_name="First"), line(app_name="Second"))
    assert found.parts.games["name"].to_list() == ["First"]
    assert found.parts.set_aside["record_no"].to_list() == [2]


def test_a_broken_record_does_not_hide_a_good_one_of_its_app_id() -> None:
    found = catalogue(line(release_date="TBA"), line(app_name="Good"))
    assert found.parts.games["name"].to_list() == ["Good"]
    assert found.quality.accounting.duplicates == 0
