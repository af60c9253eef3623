from __future__ import annotations

import pytest

from tasador.registry.gate import MIN_TEST_ROWS, Measured, decide


def measured(
    model: float = 8.0, constant: float = 10.0, n_test: int = 1000, version: str = "new", snapshot: str = "s"
) -> Measured:
    """A version with the figures that the gate looks at."""
    errors = {
        "bagging": {"rmse_usd": 50.0, "rmse_up_to_100_usd": model},
        "constant_mean": {"rmse_usd": 50.0, "rmse_up_to_100_usd": constant},
        "genre_median": {"rmse_usd": 50.0, "rmse_up_to_100_usd": constant},
    }
    splits = [{"name": n, "n_test": n_test, "errors": errors} for n in ("out_of_time", "unseen_developers")]
    return Measured(version, snapshot, {"splits": splits})


def test_a_model_that_beats_the_constant_is_promoted() -> None:
    decision = decide(measured(), None)
    assert decision.promote
    assert len(decision.checks) == 4


@pytest.mark.parametrize(
    ("found", "failed"),
    [
        (measured(model=10.0), ["beats_the_constant_out_of_time", "beats_the_constant_unseen_developers"]),
        (measured(n_test=MIN_TEST_ROWS - 1), ["enough_test_rows_out_of_time", "enough_test_rows_unseen_developers"]),
    ],
)
def test_a_model_is_held_by_the_checks_it_fails(found: Measured, failed: list[str]) -> None:
    decision = decide(found, None)
    assert not decision.promote
    assert [check.name for check in decision.checks if not check.passed] == failed
    assert decision.to_dict()["promote"] is False


@pytest.mark.parametrize(("old", "promote"), [(9.0, True), (8.0, True), (7.9, True), (7.5, False)])
def test_a_challenger_may_not_be_worse_than_the_champion(old: float, promote: bool) -> None:
    decision = decide(measured(), measured(model=old, version="old"))
    assert decision.promote is promote
    assert decision.champion == "old"


def test_errors_on_the_rows_of_another_snapshot_are_not_compared() -> None:
    decision = decide(measured(), measured(model=1.0, constant=2.0, version="old", snapshot="other"))
    assert decision.promote
    assert all("champion" not in check.name for check in decision.checks)


def test_all_rows_count_where_every_row_is_dear() -> None:
    found = measured()
    for split in found.metrics["splits"]:
        split["errors"]["bagging"] = {"rmse_usd": 40.0, "rmse_up_to_100_usd": None}
        split["errors"]["constant_mean"] = {"rmse_usd": 50.0, "rmse_up_to_100_usd": None}
    assert decide(found, None).promote
