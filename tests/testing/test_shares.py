from __future__ import annotations

import ast
import gzip
from collections import Counter
from pathlib import Path

import pytest

from tasador.testing import shares

from .catalogues import (
    Record,
    count_labels,
    count_prices,
    count_sentiments,
    count_years,
    distance,
    keep_paid,
    missing_share,
    read_made,
    share_of,
)

_REAL = Path(__file__).parents[3] / "shared" / "data" / "steam_games.json.gz"
_FIELDS = ("publisher", "developer", "genres", "title", "release_date", "sentiment", "metascore", "price")


@pytest.fixture(scope="module")
def made() -> tuple[Record, ...]:
    return read_made(20_000, 0)


@pytest.fixture(scope="module")
def real() -> list[Record]:
    if not _REAL.exists():
        pytest.skip(f"the real catalogue is not at {_REAL}")
    with gzip.open(_REAL, "rt", encoding="utf-8") as lines:
        return [ast.literal_eval(line) for line in lines]


def test_nine_in_ten_entries_have_a_number_for_a_price(made: tuple[Record, ...]) -> None:
    assert len(keep_paid(made)) / len(made) == pytest.approx(0.895, abs=0.015)


def test_one_in_seventeen_entries_has_a_text_for_a_price(made: tuple[Record, ...]) -> None:
    texts = [record for record in made if isinstance(record.get("price"), str)]

    assert len(texts) / len(made) == pytest.approx(0.06, abs=0.01)


def test_two_in_five_paid_entries_are_downloadable_content(made: tuple[Record, ...]) -> None:
    assert share_of("specs", "Downloadable Content", keep_paid(made)) == pytest.approx(0.40, abs=0.03)


def test_ten_prices_hold_five_sixths_of_the_paid_entries(made: tuple[Record, ...]) -> None:
    prices = count_prices(made)
    commonest = sum(count for _, count in prices.most_common(10))

    assert commonest / prices.total() == pytest.approx(0.84, abs=0.025)


def test_nearly_all_prices_end_in_99(made: tuple[Record, ...]) -> None:
    endings = Counter(f"{record['price']:.2f}"[-2:] for record in keep_paid(made))

    assert endings["99"] / endings.total() == pytest.approx(0.995, abs=0.004)


def test_few_prices_are_above_100_and_some_are(made: tuple[Record, ...]) -> None:
    dear = [record for record in keep_paid(made) if record["price"] > 100]

    assert 0 < len(dear) / len(made) < 0.003
    assert max(record["price"] for record in dear) > 300


@pytest.mark.parametrize("seed", range(4))
def test_a_small_catalogue_has_no_price_that_outweighs_all_others(seed: int) -> None:
    assert max(record["price"] for record in keep_paid(read_made(4_000, seed))) < 150


def test_all_22_genres_of_the_store_occur(made: tuple[Record, ...]) -> None:
    assert len(count_labels("genres", made)) == 22


@pytest.mark.parametrize(
    ("field", "share", "tolerance"),
    [
        ("title", shares.UNPAGED_SHARE, 0.005),
        ("release_date", shares.UNPAGED_SHARE, 0.005),
        ("developer", 0.103, 0.01),
        ("genres", 0.103, 0.01),
        ("publisher", 0.25, 0.025),
        ("sentiment", 0.224, 0.02),
        ("metascore", 0.917, 0.01),
        ("specs", 0.021, 0.006),
        ("tags", 0.005, 0.003),
        ("price", 0.043, 0.01),
        ("discount_price", 0.993, 0.003),
    ],
)
def test_a_field_is_missing_as_often_as_in_the_store(
    field: str, share: float, tolerance: float, made: tuple[Record, ...]
) -> None:
    assert missing_share(field, made) == pytest.approx(share, abs=tolerance)


@pytest.mark.real_data
def test_distributions_are_near_the_real_ones(made: tuple[Record, ...], real: list[Record]) -> None:
    assert distance(count_prices(made), count_prices(real)) < 0.06
    assert distance(count_labels("genres", made), count_labels("genres", real)) < 0.04
    assert distance(count_labels("specs", made), count_labels("specs", real)) < 0.03
    assert distance(count_labels("tags", made), count_labels("tags", real)) < 0.14
    assert distance(count_years(made), count_years(real)) < 0.10
    assert distance(count_sentiments(made), count_sentiments(real)) < 0.03


@pytest.mark.real_data
@pytest.mark.parametrize("field", _FIELDS)
def test_missing_shares_are_near_the_real_ones(field: str, made: tuple[Record, ...], real: list[Record]) -> None:
    assert missing_share(field, made) == pytest.approx(missing_share(field, real), abs=0.02)


@pytest.mark.real_data
def test_no_name_is_a_real_one(made: tuple[Record, ...], real: list[Record]) -> None:
    fields = ("app_name", "title", "developer", "publisher")
    real_names = {record[field] for record in real for field in fields if field in record} - {"None"}
    made_names = {record[field] for record in made for field in fields if field in record}

    assert not made_names & real_names
