from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from tasador.monitoring.drift import FAMILY, LEVEL, MIN_ROWS, MISSING, ColumnDrift, drift, too_few
from tests.monitoring.windows import entries, halves, labelled

#: How often the test of the false alarm rate may fail by chance.
CHANCE = 1e-4

#: `python -m benchmarks.alarms` does a thousand on a whole catalogue.
TRIALS = 100


def alerts(tested: tuple[ColumnDrift, ...]) -> set[tuple[str, str | None]]:
    return {(one.column, one.value) for one in tested if one.alert}


@pytest.fixture(scope="module")
def rows(games: pl.DataFrame) -> pl.DataFrame:
    return entries(games)


def test_a_window_beside_itself_raises_no_alert(rows: pl.DataFrame) -> None:
    tested = drift(rows, rows)
    assert len(tested) > 30
    assert {one.effect for one in tested} == {0.0}
    assert alerts(tested) == set()


@given(
    st.lists(
        st.tuples(
            st.none() | st.floats(-1e9, 1e9),
            st.none() | st.lists(st.sampled_from("abc"), max_size=3),
            st.none() | st.booleans(),
            st.integers(0, 5),
        ),
        min_size=MIN_ROWS,
        max_size=MIN_ROWS + 20,
    )
)
def test_whatever_is_in_it_a_window_beside_itself_raises_no_alert(
    found: list[tuple[float | None, list[str] | None, bool | None, int]],
) -> None:
    schema = pl.Schema(
        [("x", pl.Float64()), ("labels", pl.List(pl.String)), ("flag", pl.Boolean()), (FAMILY, pl.Int64())]
    )
    window = pl.DataFrame(found, schema=schema, orient="row")
    assert alerts(drift(window, window)) == set()


def test_two_halves_of_a_catalogue_at_random_are_silent(rows: pl.DataFrame) -> None:
    alarms = sum(bool(alerts(drift(*halves(rows, seed)))) for seed in range(TRIALS))
    assert alarms <= binom.isf(CHANCE, TRIALS, LEVEL)


def test_prices_that_are_all_higher_are_heard(rows: pl.DataFrame) -> None:
    reference, current = halves(rows, 1)
    assert ("price_usd", None) in alerts(drift(reference, current.with_columns(pl.col("price_usd") * 1.2)))


def test_a_genre_that_is_twice_as_common_is_heard(rows: pl.DataFrame) -> None:
    reference, current = halves(rows, 2)
    genres = pl.col("genres")
    has = genres.list.contains("Strategy")
    n = current.filter(has).height
    more = current.with_columns(
        pl.when((~has).cum_sum() <= n, ~has)
        .then(genres.list.concat(pl.lit("Strategy")))
        .otherwise(genres)
        .alias("genres")
    )
    assert ("genres", "Strategy") in alerts(drift(reference, more))


def test_a_column_that_is_lost_is_heard(rows: pl.DataFrame) -> None:
    reference, current = halves(rows, 3)
    lost = current.with_columns(specs=pl.lit(None, dtype=pl.List(pl.String)))
    assert ("specs", MISSING) in alerts(drift(reference, lost))


def test_few_rows_say_nothing_whatever_they_are() -> None:
    usual, other = labelled([["Action"]] * 500), labelled([["RPG"]] * (MIN_ROWS - 1))
    assert drift(usual, other) == ()
    assert drift(other, usual) == ()
    assert alerts(drift(usual, labelled([["RPG"]] * MIN_ROWS))) >= {("genres", "RPG"), ("genres", "Action")}


def test_a_difference_beyond_chance_that_is_too_small_to_matter_is_silent() -> None:
    usual = labelled([["RPG"] if n % 20 == 0 else ["Action"] for n in range(40_000)])
    other = labelled([["RPG"] if n % 16 == 0 else ["Action"] for n in range(40_000)])
    tested = drift(usual, other)
    assert {one.q < LEVEL for one in tested if one.value != MISSING} == {True}
    assert alerts(tested) == set()


def test_what_one_studio_does_is_one_event() -> None:
    usual = labelled([["RPG"] if n % 4 == 0 else ["Action"] for n in range(2_000)])
    labels: list[list[str] | None] = [["RPG"] if n < 120 or n % 4 == 0 else ["Action"] for n in range(300)]
    assert ("genres", "RPG") in alerts(drift(usual, labelled(labels)))
    of_one_studio = [0 if n < 120 else n for n in range(300)]
    assert alerts(drift(usual, labelled(labels, of_one_studio))) == set()


def test_what_one_studio_asks_for_its_entries_is_one_event() -> None:
    usual = pl.DataFrame({"price_usd": [float(1 + n % 50) for n in range(2_000)], FAMILY: range(2_000)})
    prices = [3.0 if n < 150 else float(1 + n % 50) for n in range(300)]
    many = pl.DataFrame({"price_usd": prices, FAMILY: range(300)})
    one = many.with_columns(pl.when(pl.int_range(pl.len()) < 150).then(0).otherwise(FAMILY).alias(FAMILY))
    assert alerts(drift(usual, many)) == {("price_usd", None)}
    assert alerts(drift(usual, one)) == set()


def test_a_window_without_any_of_the_large_studios_is_no_drift() -> None:
    labels: list[list[str] | None] = [["RPG"] if n < 400 or n % 8 == 0 else ["Action"] for n in range(2_000)]
    families = [n % 4 if n < 400 else n for n in range(2_000)]
    without: list[list[str] | None] = [["RPG"] if n % 8 == 0 else ["Action"] for n in range(600)]
    assert ("genres", "RPG") in alerts(drift(labelled(labels), labelled(without)))
    assert alerts(drift(labelled(labels, families), labelled(without))) == set()


def test_a_window_of_few_families_is_not_judged_and_it_is_said_why() -> None:
    usual, other = labelled([["Action"]] * 500), labelled([["RPG"]] * 300, [n % 19 for n in range(300)])
    assert drift(usual, other) == ()
    assert "300 rows that count as 95" in str(too_few(other))
    assert too_few(usual) is None


def test_values_that_are_missing_less_often_harm_nobody(rows: pl.DataFrame) -> None:
    reference, current = halves(rows, 3)
    lost = reference.with_columns(specs=pl.lit(None, dtype=pl.List(pl.String)))
    assert ("specs", MISSING) not in alerts(drift(lost, current))


def test_windows_are_left_as_they_are(rows: pl.DataFrame) -> None:
    reference, current = halves(rows, 4)
    before = reference.clone(), current.clone()
    first = drift(reference, current)
    assert reference.equals(before[0])
    assert current.equals(before[1])
    assert drift(reference, current) == first
