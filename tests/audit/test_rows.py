"""Rows that somebody trained and tested on: who is on both sides, and what gives the price away."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tasador.audit.columns import check_columns
from tasador.audit.examine import examine_rows
from tasador.audit.finding import Finding
from tasador.audit.rows import Roles, Rows
from tasador.audit.sides import check_groups, check_same_games, check_twins
from tasador.errors import TasadorError, UnknownValueError
from tasador.workflows.audit import audit_rows
from tests.audit.catalogue import errors, fit, past_mean, priced

BANDS = (
    pl.when(pl.col("price_usd") < 5)
    .then(pl.lit("low"))
    .otherwise(pl.when(pl.col("price_usd") < 15).then(pl.lit("middle")).otherwise(pl.lit("high")))
)


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return priced(2_000, seed=5)


def found(findings: list[Finding]) -> list[tuple[str, str | None]]:
    return [(one.check, one.subject) for one in findings if one.verdict == "found"]


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_found_in_honest_rows(seed: int) -> None:
    games = priced(1_500, seed=seed)
    train = games.filter(pl.col("split") == "train")
    by_genre = train.group_by("genre").agg(genre_mean=pl.col("price_usd").mean())
    by_studio = train.group_by("developer").agg(studio_mean=pl.col("price_usd").mean())
    honest = games.with_columns(past_mean=past_mean(games)).join(by_genre, on="genre", how="left")
    honest = honest.join(by_studio, on="developer", how="left", maintain_order="left")
    assert found(examine_rows(Rows.of(honest))) == []


def test_a_game_that_was_exploded_before_the_split_is_on_both_sides(rows: pl.DataFrame) -> None:
    exploded = rows.explode("genres")
    sides = np.where(np.random.default_rng(0).random(exploded.height) < 0.8, "train", "test")
    finding = check_same_games(Rows.of(exploded.with_columns(split=pl.Series(sides))))
    assert finding.verdict == "found"
    assert finding.severity == "high"
    assert "exploded" in finding.seen
    assert int(str(finding.figures["n"])) > 100
    assert finding.examples[0].keys() == {"app_id"}


def test_a_game_with_many_rows_does_not_make_an_honest_column_foretell_the_price(rows: pl.DataFrame) -> None:
    repeated = pl.concat([rows.with_columns(day=pl.col("app_id").cast(pl.Float64).sqrt())] * 12)
    assert found(check_columns(Rows.of(repeated))) == []


def test_games_are_told_apart_by_name_and_developer_where_there_is_no_id(rows: pl.DataFrame) -> None:
    twice = pl.concat([rows, rows.filter(pl.col("split") == "train").head(3).with_columns(split=pl.lit("test"))])
    finding = check_same_games(Rows.of(twice.drop("app_id")))
    assert finding.verdict == "found"
    assert finding.figures["n"] == twice.tail(3)["developer"].count()


def test_twins_on_both_sides_are_found_in_a_random_split_of_songs(rows: pl.DataFrame) -> None:
    songs = rows.with_columns(
        developer=pl.format("Studio {}", pl.int_range(pl.len()) // 10), release_date=pl.lit("2015-01-01").str.to_date()
    ).with_columns(price_usd=pl.lit(2.99), kind=pl.lit("dlc"))
    sides = pl.Series(np.where(np.arange(rows.height) % 5 == 0, "test", "train"))
    finding = check_twins(Rows.of(songs.with_columns(split=sides)))
    assert finding.verdict == "found"
    assert finding.figures["share"] == 1.0


def test_a_split_said_to_be_grouped_is_held_to_it(rows: pl.DataFrame) -> None:
    (finding,) = check_groups(Rows.of(rows), ["developer"])
    assert finding.verdict == "found"
    apart = rows.with_columns(
        split=pl.when(pl.col("developer").fill_null("") < "M").then(pl.lit("train")).otherwise(pl.lit("test"))
    )
    (finding,) = check_groups(Rows.of(apart), ["developer"])
    assert finding.verdict == "not_found"
    with pytest.raises(UnknownValueError, match="studio"):
        check_groups(Rows.of(rows), ["studio"])


def test_the_developers_mean_over_all_rows_gives_the_price_away(rows: pl.DataFrame) -> None:
    leaking = rows.with_columns(developer_price=pl.col("price_usd").mean().over("developer"))
    assert found(check_columns(Rows.of(leaking))) == [("input_from_the_price", "developer_price")]
    (finding,) = (one for one in check_columns(Rows.of(leaking)) if one.verdict == "found")
    assert "by developer" in finding.seen


def test_a_mean_that_leaves_the_row_out_but_sees_later_ones_is_found(rows: pl.DataFrame) -> None:
    first = rows.with_columns(developer=pl.col("name"), split=pl.lit("test"))
    second = first.with_columns(
        app_id=pl.col("app_id") + 10_000_000,
        release_date=pl.col("release_date").dt.offset_by("1y"),
        price_usd=pl.col("price_usd").shuffle(seed=1),
    )
    total = pl.col("price_usd").sum().over("developer")
    leaking = pl.concat([first, second]).with_columns(others=total - pl.col("price_usd"))
    (finding,) = (one for one in check_columns(Rows.of(leaking)) if one.verdict == "found")
    assert finding.subject == "others"
    assert "a later release" in finding.seen


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("discount_price", pl.col("price_usd") * 0.8),
        ("log_price", pl.col("price_usd").log1p()),
        (
            "price_band",
            pl.when(pl.col("price_usd") < 5)
            .then(pl.lit("low"))
            .when(pl.col("price_usd") < 15)
            .then(pl.lit("mid"))
            .otherwise(pl.lit("high")),
        ),
        ("is_cheap", pl.col("price_usd") < 5),
        ("price_text", pl.format("${}", pl.col("price_usd"))),
        ("noisy", pl.col("price_usd") + pl.int_range(pl.len()) % 7 * 0.05),
    ],
)
def test_a_column_made_from_the_price_is_found(rows: pl.DataFrame, name: str, column: pl.Expr) -> None:
    assert found(check_columns(Rows.of(rows.with_columns(column.alias(name))))) == [("input_from_the_price", name)]
    assert found(check_columns(Rows.of(rows.with_columns(column.alias(name))), ignore=[name])) == []


def test_claims_are_held_against_predictions_that_came_along(rows: pl.DataFrame, tmp_path: Path) -> None:
    price = fit(rows)
    predicted = pl.Series([price(row) for row in rows.to_dicts()])
    rows.drop("genres").with_columns(predicted=predicted).write_csv(tmp_path / "rows.csv")
    n, right = rows.filter(pl.col("split") == "test").height, errors(rows, price)["rmse"]
    for value, verdict in ((right, "not_found"), (right * 1.05, "found"), (right / 1.05, "found")):
        (tmp_path / "claims.toml").write_text(f'[[claims]]\nmetric = "rmse"\nvalue = {value}\nn = {n}\nkind = "all"\n')
        report = audit_rows(tmp_path / "rows.csv", claims=tmp_path / "claims.toml")
        (claim,) = (one for one in report.findings if one.check == "claim_disagrees")
        assert claim.verdict == verdict
        assert claim.subject is not None
        assert "claims.toml, line 1" in claim.subject


def test_columns_are_known_by_usual_names_or_as_told(rows: pl.DataFrame) -> None:
    assert Rows.of(rows).roles.app_id == "app_id"
    renamed = rows.rename({"price_usd": "precio", "split": "lado"})
    with pytest.raises(TasadorError, match="no true prices"):
        Rows.of(renamed)
    told = Rows.of(renamed, Roles(price="precio", split="lado"))
    assert told.train.sum() == (rows["split"] == "train").sum()
    with pytest.raises(UnknownValueError, match="'prize'"):
        Rows.of(renamed, Roles(price="prize"))
    with pytest.raises(UnknownValueError, match="dev"):
        Rows.of(rows.with_columns(split=pl.lit("dev")))


def test_rows_that_do_not_tell_their_side_are_parted_by_the_day(rows: pl.DataFrame) -> None:
    newest = rows.filter(pl.col("split") == "train")["release_date"].max()
    assert isinstance(newest, date)
    parted = Rows.of(rows.drop("split")).parted(newest)
    assert parted.train.tolist() == (rows["split"] == "train").to_list()
    assert parted.test.tolist() == (rows["split"] == "test").to_list()
    with pytest.raises(TasadorError, match="neither their side nor their release date"):
        Rows.of(rows.drop("split", "release_date")).parted(newest)


def test_without_sides_every_row_counts_as_a_test_row(rows: pl.DataFrame) -> None:
    known = Rows.of(rows.drop("split"))
    assert known.test.all()
    assert not known.sided
    assert check_same_games(known).verdict == "could_not_check"
    assert check_twins(known).verdict == "could_not_check"
