"""What is told of two windows: each drift once, and none that is over."""

from __future__ import annotations

import polars as pl

from tasador.monitoring.comparison import Comparison, Window, alerts, compare
from tasador.monitoring.drift import MISSING
from tests.monitoring.windows import labelled

USUAL = [["RPG"] if n % 4 == 0 else ["Action"] for n in range(2_000)]


def compared(name: str, labels: list[list[str] | None], usual: pl.DataFrame | None = None) -> Comparison:
    reference = labelled(list(USUAL)) if usual is None else usual
    return compare(name, "inputs", "entries", Window("usual", reference), Window(name, labelled(labels)))


def fine(n: int) -> list[list[str] | None]:
    return list(USUAL[:n])


def faulty(n: int) -> list[list[str] | None]:
    return [None] * n


def test_what_is_over_in_the_newest_rows_is_told_and_no_alert() -> None:
    found = compared("all", faulty(200) + fine(200))
    assert [one.subject for one in found.alerts] == [f"genres: {MISSING}"]
    assert found.still(compared("newest", faulty(120))).alerts == found.alerts
    over = found.still(compared("newest", fine(200)))
    assert over.alerts == ()
    assert [one.value for one in over.tested if one.over and one.effect >= one.least] == [MISSING]


def test_newest_rows_that_are_too_few_to_tell_change_nothing() -> None:
    found = compared("all", faulty(200) + fine(200))
    newest = compared("newest", fine(99))
    assert newest.skipped is not None
    assert found.still(newest) == found


def test_what_begins_is_heard_in_the_newest_rows_where_older_ones_dilute_it() -> None:
    more: list[list[str] | None] = [["RPG"] if n % 2 == 0 else ["Action"] for n in range(300)]
    found, newest = compared("all", fine(2_400) + fine(600) + more), compared("newest", more)
    assert alerts((found,)) == ()
    (told,) = alerts((found, newest))
    assert (told.subject, told.current, told.training) == ("genres", "newest", "mends")
    assert "RPG in 25.0% of rows before, 50.0% now" in told.says


def test_a_drift_is_told_once_by_the_window_in_which_it_is_the_largest() -> None:
    found, newest = compared("all", faulty(200) + fine(200)), compared("newest", faulty(150))
    (told,) = alerts((found, newest))
    assert (told.current, told.training) == ("newest", "harms")
    assert len(found.alerts) == len(newest.alerts) == 1


def test_answers_that_are_surer_than_before_are_no_alert_and_less_sure_ones_are() -> None:
    usual = pl.DataFrame({"interval_ratio": [2.0 + n % 50 / 10 for n in range(1_000)], "family": range(1_000)})
    wider = usual.with_columns(pl.col("interval_ratio") * 1.5)
    windows = Window("usual", usual), Window("now", wider)
    (told,) = compare("answers", "answers", "entries", *windows).alerts
    assert (told.subject, told.training) == ("interval_ratio", "neither")
    assert compare("answers", "answers", "entries", *reversed(windows)).alerts == ()
