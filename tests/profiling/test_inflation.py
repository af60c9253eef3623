from __future__ import annotations

import pytest

from tasador.profiling.inflation import inflation_to


def test_prices_become_those_of_the_base_year() -> None:
    found = inflation_to(2017, "USD")
    assert found is not None
    assert found.factors[2017] == 1
    assert found.factors[1970] == pytest.approx(245.12 / 38.8)
    assert found.factors[1997] == pytest.approx(245.12 / 160.5)
    assert found.factors[2024] == pytest.approx(245.12 / 313.689)


def test_the_table_has_every_year_from_1950_to_2025_and_says_where_it_is_from() -> None:
    found = inflation_to(1997, "USD")
    assert found is not None
    assert sorted(found.factors) == list(range(1950, 2026))
    told = found.to_dict([1995, 2025, 2026])
    assert (told["base_year"], told["missing_years"]) == (1997, [2026])
    assert {"name", "series", "publisher", "address", "as_of"} <= told.keys()


@pytest.mark.parametrize(("year", "currency"), [(2017, "EUR"), (2017, None), (1949, "USD"), (None, "USD")])
def test_what_the_table_does_not_know_has_no_real_terms(year: int | None, currency: str | None) -> None:
    assert inflation_to(year, currency) is None
