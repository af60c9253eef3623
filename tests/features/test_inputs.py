from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.errors import UnknownValueError
from tasador.features.definition import Feature
from tasador.features.earlier import knows_developer
from tasador.features.game import Game
from tasador.features.history import WINDOW, History
from tasador.features.inputs import BLIND_GROUPS, VARIANTS, Inputs
from tests.features.games import catalogues, games

DAY = date(2016, 6, 1)

#: Enough of each label for it to have an input of its own.
MANY = [
    Game(
        f"Old Castle {number}: Night Pack",
        DAY - timedelta(number),
        kind=("game", "dlc")[number % 2],
        genres=("Action", "Indie"),
        specs=("Single-player",),
        tags=("Fun",),
        developer="Alpha",
        publisher="Beta",
        app_id=100 + number,
        platforms=("windows",),
        languages=("English",),
        required_age=0,
        price_usd=9.99 + number % 7,
    )
    for number in range(140)
]


LAUNCH = Inputs.fit(MANY)
FULL = Inputs.fit(MANY, "full")


def same(first: Sequence[float], second: Sequence[float]) -> bool:
    """Whether two rows are equal, NaN for NaN."""
    return len(first) == len(second) and all(a == b or (a != a and b != b) for a, b in zip(first, second, strict=True))


def named(inputs: Inputs, game: Game, history: History) -> dict[str, float]:
    return dict(zip(inputs.names, inputs.row(game, history), strict=True))


@pytest.fixture(params=VARIANTS)
def inputs(request: pytest.FixtureRequest) -> Inputs:
    return Inputs.fit(MANY, request.param)


@given(catalogues(least=1), games())
def test_the_dictionary_lists_the_inputs_of_a_row(catalogue: list[Game], game: Game) -> None:
    for some in (LAUNCH, FULL, Inputs.fit(catalogue, "launch+tags")):
        row = some.row(game, History.of(catalogue))
        assert len(row) == len(some.definitions) == len(set(some.names)) == len(some.blind)
        assert all(isinstance(value, float) for value in row)


@given(catalogues(), games(), games(priced=True), st.integers(0, 400))
def test_what_is_released_on_the_day_or_later_changes_nothing(
    catalogue: list[Game], game: Game, other: Game, days: int
) -> None:
    later = replace(other, release_date=game.release_date + timedelta(days))
    inputs = LAUNCH
    before, after = History.of(catalogue), History.of([*catalogue, later])
    assert same(inputs.row(game, before), inputs.row(game, after))
    assert knows_developer(game, before) == knows_developer(game, after)


@given(catalogues(least=1), st.data())
def test_a_games_own_price_is_no_input(catalogue: list[Game], data: st.DataObject) -> None:
    game = data.draw(st.sampled_from(catalogue))
    inputs = FULL
    dearer = replace(game, price_usd=999.0)
    others = [one for one in catalogue if one is not game]
    first = inputs.row(game, History.of(catalogue))
    assert same(first, inputs.row(dearer, History.of([*others, dearer])))
    assert same(first, inputs.row(replace(game, price_usd=None), History.of(others)))


@given(catalogues(), games(), st.randoms(use_true_random=False))
def test_the_order_of_the_earlier_games_does_not_matter(
    catalogue: list[Game], game: Game, shuffler: random.Random
) -> None:
    shuffled = list(catalogue)
    shuffler.shuffle(shuffled)
    inputs = LAUNCH
    assert same(inputs.row(game, History.of(catalogue)), inputs.row(game, History.of(shuffled)))
    assert Inputs.fit([*MANY[:30], *catalogue]) == Inputs.fit([*shuffled, *MANY[:30]])


@given(catalogues(), st.lists(games(), max_size=5))
def test_a_batch_has_the_inputs_of_each_row_alone_after_a_round_trip(catalogue: list[Game], rows: list[Game]) -> None:
    inputs, history = FULL, History.of([*MANY[:20], *catalogue])
    batch = [inputs.row(game, history) for game in rows]
    read_inputs = Inputs.from_dict(json.loads(json.dumps(inputs.to_dict())))
    read_history = History.from_dict(json.loads(json.dumps(history.to_dict())))
    assert read_inputs == inputs
    for game, together in zip(rows, batch, strict=True):
        assert same(read_inputs.row(game, read_history), together)


def test_labels_that_training_did_not_know_are_left_out(inputs: Inputs) -> None:
    game = Game("Old Castle", DAY, kind="game", genres=("Action",), specs=("Single-player",), tags=("Fun",))
    odd = replace(game, genres=("Action", "Unheard-of"), specs=("Single-player", "New"), tags=("Fun", "Never"))
    empty = History.of([])
    first, second = named(inputs, game, empty), named(inputs, odd, empty)
    counts = {"genres: number", "specs: number"}
    assert {name for name in first if first[name] != second[name] and second[name] == second[name]} == counts


def test_what_is_not_known_is_nan(inputs: Inputs) -> None:
    bare = named(inputs, Game("New", DAY), History.of([]))
    for name in ("genres: number", "specs: number", "languages: number", "required age", "platform: windows"):
        assert math.isnan(bare[name])
    assert math.isnan(bare["developer: mean"])
    assert bare["developer: earlier releases"] == 0
    if inputs.variant == "full":
        assert all(math.isnan(bare[name]) for name in ("sentiment", "user reviews", "positive reviews", "metascore"))


def test_launch_inputs_are_all_known_at_launch() -> None:
    later = {variant: _later(Inputs.fit(MANY, variant).definitions) for variant in VARIANTS}
    assert later["launch"] == set()
    assert later["launch+tags"] == {"tags"}
    assert later["full"] == {"tags", "reception"}


def _later(definitions: tuple[Feature, ...]) -> set[str]:
    return {feature.group for feature in definitions if feature.known_at == "later"}


def test_earlier_prices_are_those_of_the_studio() -> None:
    earlier = [
        Game("One", date(2015, 1, 1), developer="Alpha, Inc.", price_usd=5.0),
        Game("Two", date(2015, 2, 1), developer="Gamma,ALPHA", price_usd=20.0),
        Game("Three", date(2015, 3, 1), developer="Gamma", price_usd=60.0),
        Game("Free", date(2015, 3, 1), developer="Alpha", price_usd=0.0),
        Game("Unknown", date(2015, 3, 1), developer="Alpha"),
    ]
    row = named(LAUNCH, Game("New", date(2015, 4, 1), developer="alpha"), History.of(earlier))
    assert row["developer: earlier releases"] == 2
    assert row["developer: mean"] == pytest.approx(math.log(10))
    assert row["developer: highest"] == row["developer: last"] == pytest.approx(math.log(20))
    assert row["developer: lowest"] == pytest.approx(math.log(5))


def test_a_release_that_is_known_by_its_month_counts_once_the_month_is_over() -> None:
    earlier = [Game("One", date(2015, 1, 1), release_precision="month", developer="Alpha", price_usd=5.0)]
    history = History.of(earlier)
    during, after = (
        named(LAUNCH, Game("New", day, developer="Alpha"), history) for day in (date(2015, 1, 31), date(2015, 2, 1))
    )
    assert (during["developer: earlier releases"], after["developer: earlier releases"]) == (0, 1)


def test_prices_are_summed_up_over_the_last_releases_only() -> None:
    earlier = [Game("X", DAY - timedelta(900), developer="Alpha", price_usd=99.0)]
    earlier += [Game("X", DAY - timedelta(number + 1), developer="Alpha", price_usd=1.0) for number in range(WINDOW)]
    row = named(LAUNCH, Game("New", DAY, developer="Alpha"), History.of(earlier))
    assert row["developer: earlier releases"] == WINDOW + 1
    assert row["developer: highest"] == 0


def test_a_dlc_finds_its_base_game_by_number_and_by_name() -> None:
    history = History.of(
        [
            Game("Old", date(2014, 1, 1), app_id=1, price_usd=3.0),
            Game("Old Castle", date(2014, 1, 2), app_id=2, price_usd=30.0),
            Game("Other", date(2014, 1, 3), app_id=3, price_usd=7.0),
        ]
    )
    dlc = Game("Old Castle - Night Pack", date(2015, 1, 1), kind="dlc")
    inputs = LAUNCH
    assert named(inputs, dlc, history)["base game: price"] == pytest.approx(math.log(30))
    assert named(inputs, replace(dlc, base_app_id=3), history)["base game: price"] == pytest.approx(math.log(7))
    assert named(inputs, replace(dlc, base_app_id=999), history)["base game: price"] == pytest.approx(math.log(30))
    assert math.isnan(named(inputs, replace(dlc, kind="game"), history)["base game: price"])


def test_the_nearest_app_ids_are_found_on_both_sides() -> None:
    history = History.of(
        [
            Game("Far", date(2014, 1, 1), app_id=900, price_usd=50.0),
            Game("Below", date(2014, 1, 1), app_id=95, kind="dlc", price_usd=3.0),
            Game("Above", date(2014, 1, 1), app_id=110, price_usd=7.0),
            Game("Itself", date(2014, 1, 1), app_id=100, price_usd=1.0),
            Game("Too late", date(2015, 1, 1), app_id=101, price_usd=2.0),
        ]
    )
    row = named(LAUNCH, Game("New", date(2015, 1, 1), app_id=100), history)
    assert row["nearest app id: price"] == pytest.approx(math.log(3))
    assert row["nearest app id: distance"] == 5
    assert row["nearest app id of the kind: price"] == pytest.approx(math.log(7))
    assert row["nearest app id of the kind: distance"] == 10


def test_a_closest_title_begins_most_alike() -> None:
    history = History.of(
        [
            Game("Song Pack - Blue", date(2014, 1, 1), developer="A", price_usd=3.0),
            Game("Song Pack - Green", date(2014, 1, 2), developer="A", price_usd=8.0),
            Game("Zebra", date(2014, 1, 3), developer="A", price_usd=50.0),
        ]
    )
    row = named(LAUNCH, Game("Song Pack - Grey", date(2015, 1, 1), developer="A"), history)
    assert row["developer's closest title: price"] == pytest.approx(math.log(8))
    assert row["developer's closest title: characters alike"] == len("song pack gre")


def test_the_newest_year_and_what_follows_are_one_time() -> None:
    inputs = LAUNCH
    name = "years before the newest training year"
    newest = named(inputs, Game("New", DAY), History.of([]))[name]
    assert newest == named(inputs, Game("New", DAY + timedelta(999)), History.of([]))[name] == 0
    assert named(inputs, Game("New", DAY - timedelta(365 + 730)), History.of([]))[name] == pytest.approx(2, abs=0.02)


def test_a_developer_is_known_from_the_day_after_its_first_priced_release() -> None:
    history = History.of([Game("One", DAY, developer="Alpha", price_usd=5.0), Game("Two", DAY, developer="Beta")])
    assert not knows_developer(Game("New", DAY, developer="Alpha"), history)
    assert knows_developer(Game("New", DAY + timedelta(1), developer="Gamma, Alpha"), history)
    assert not knows_developer(Game("New", DAY + timedelta(1), developer="Beta"), history)


def test_a_blind_model_sees_no_developer(inputs: Inputs) -> None:
    hidden = {f.group for f, shown in zip(inputs.definitions, inputs.blind, strict=True) if not shown}
    assert hidden == BLIND_GROUPS
    assert all(
        shown == ("developer" not in f.sources or f.group == "publisher")
        for f, shown in zip(inputs.definitions, inputs.blind, strict=True)
    )


def test_another_variant_is_refused() -> None:
    with pytest.raises(UnknownValueError):
        Inputs.fit(MANY, "later")  # type: ignore[arg-type]
