from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tasador.monitoring import quality, staleness
from tasador.monitoring.staleness import MAX_LAG_DAYS, Staleness


def report(raw: int = 1_000, *, quarantine: int = 50, specs: float = 0.02) -> dict[str, Any]:
    accounting = {"raw": raw, "games": raw - quarantine, "duplicates": 0, "quarantine": quarantine, "rejects": 0}
    rule = {"rule": "release_year_missing", "outcome": "quarantine", "rows": quarantine}
    return {
        "sources": [{"observed_on": "2018-01-04"}, {"observed_on": None}],
        "accounting": accounting,
        "rules": [rule],
        "null_share": {"specs": specs, "genres": 0.04},
    }


def raised(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    found = quality.shares(before, after)
    sides = quality.accounting("a", before), quality.accounting("b", after)
    return [one.subject for one in quality.alerts(found, *sides)]


def test_a_catalogue_like_the_last_is_silent() -> None:
    assert raised(report(), report()) == []
    assert raised(report(), report(1_030, quarantine=60, specs=0.03)) == []


def test_a_column_that_is_missing_more_often_is_heard_and_one_that_is_given_more_often_is_not() -> None:
    assert raised(report(), report(specs=0.2)) == ["specs: missing"]
    assert raised(report(specs=0.2), report()) == []


def test_more_records_in_quarantine_are_heard_by_their_rule() -> None:
    assert raised(report(quarantine=10), report(quarantine=80)) == ["release_year_missing: quarantine"]


def test_entries_that_are_gone_are_heard() -> None:
    assert raised(report(1_000), report(850)) == ["entries"]


def test_the_newest_day_of_several_sources_counts_and_where_none_says_the_day_of_packing() -> None:
    assert quality.accounting("a", report())["observed_on"] == "2018-01-04"
    packed = {**report(), "sources": [{"observed_on": None, "packed_on": "2018-02-03"}]}
    told = quality.accounting("a", packed)
    assert (told["observed_on"], told["packed_on"]) == (None, "2018-02-03")
    ages = ages_of(observed_on=None, packed_on=date(2018, 2, 3))
    assert (ages.seen_on, ages.seen_by) == (date(2018, 2, 3), "packed")


def ages_of(*, observed_on: date | None, packed_on: date | None = None) -> Staleness:
    day = date(2018, 1, 4)
    return Staleness.of(
        date(2018, 1, 20), observed_on=observed_on, packed_on=packed_on, learned_until=day, newest_release=day
    )


def test_an_age_that_cannot_be_judged_is_told_and_no_alert() -> None:
    assert list(staleness.notes(ages_of(observed_on=date(2018, 1, 4)))) == []
    (unknown,) = staleness.notes(ages_of(observed_on=None))
    assert "--observed-on" in unknown
    (ahead,) = staleness.notes(ages_of(observed_on=date(2018, 2, 4)))
    assert "lies ahead" in ahead
    assert staleness.alerts(ages_of(observed_on=date(2018, 2, 4)), max_age_days=1) == ()


def test_a_source_without_a_day_is_no_broken_column() -> None:
    dated, undated = report(), report()
    dated["null_share"]["observed_on"], undated["null_share"]["observed_on"] = 0.0, 1.0
    assert raised(dated, undated) == []


@pytest.mark.parametrize(
    ("observed_on", "newest", "subjects"),
    [
        (date(2018, 1, 4), date(2018, 1, 4), []),
        (date(2017, 10, 1), date(2017, 12, 31), ["catalogue"]),
        (None, date(2018, 8, 1), ["champion"]),
    ],
)
def test_what_is_too_old_is_heard(observed_on: date | None, newest: date, subjects: list[str]) -> None:
    ages = Staleness.of(
        date(2018, 1, 20),
        observed_on=observed_on,
        packed_on=None,
        learned_until=date(2018, 1, 1),
        newest_release=newest,
    )
    found = staleness.alerts(ages, max_age_days=62)
    assert [one.subject for one in found] == subjects
    assert all(one.seen > one.threshold and str(one.threshold) in one.says and one.do for one in found)
    assert MAX_LAG_DAYS > 62
