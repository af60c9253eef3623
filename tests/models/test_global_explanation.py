"""A global explanation finds what a model goes by."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tasador.appraisal.blend import Blend
from tasador.models.global_explanation import MAX_EXPLAINED, MAX_PERMUTED, GlobalExplanation, explain_globally
from tests.appraisal.boosters import FEATURES, GROUPS, learned, rows_and_prices


@pytest.fixture(scope="module")
def blend() -> Blend:
    return Blend([learned("regression"), learned("gamma")], [0.5, 0.5])


@pytest.fixture(scope="module")
def found(blend: Blend) -> GlobalExplanation:
    return explain_globally(blend, FEATURES, *rows_and_prices(2_500, seed=9))


def test_groups_come_in_the_order_of_what_the_price_goes_by(found: GlobalExplanation) -> None:
    assert [one.group for one in found.groups] == ["kind", "title", "date"]
    by_size = sorted(found.groups, key=lambda one: -one.mean_abs_log)
    assert [one.group for one in by_size] == ["kind", "title", "date"]
    assert [one.n_inputs for one in found.groups] == [2, 2, 2]
    assert found.inputs[0].name == "input_0"


def test_a_group_that_the_price_does_not_go_by_is_worth_nothing(found: GlobalExplanation) -> None:
    kind, _, day = found.groups
    assert kind.mae_increase_usd > found.mae_usd
    assert abs(day.mae_increase_usd) < 0.05 * found.mae_usd


def test_its_error_is_that_of_the_served_model(blend: Blend) -> None:
    rows, prices = rows_and_prices(300, seed=9)
    expected = np.abs(np.exp(blend.predict(rows.tolist())) - prices).mean()
    assert explain_globally(blend, FEATURES, rows, prices).mae_usd == pytest.approx(expected)


def test_contributions_of_inputs_are_means_over_the_sample(blend: Blend) -> None:
    rows, prices = rows_and_prices(60, seed=9)
    parts = np.array([blend.contributions(row)[:-1] for row in rows.tolist()])
    found = explain_globally(blend, FEATURES, rows, prices)
    sizes = {one.name: one.mean_abs_log for one in found.inputs}
    assert list(sizes.values()) == sorted(sizes.values(), reverse=True)
    for feature, expected in zip(FEATURES, np.abs(parts).mean(axis=0), strict=True):
        assert sizes[feature.name] == pytest.approx(expected)
    kind = [number for number, group in enumerate(GROUPS) if group == "kind"]
    by_group = {one.group: one.mean_abs_log for one in found.groups}
    assert by_group["kind"] == pytest.approx(np.abs(parts[:, kind].sum(axis=1)).mean())


def test_it_looks_at_no_more_entries_than_it_says(found: GlobalExplanation) -> None:
    assert (found.n_explained, found.n_permuted) == (MAX_EXPLAINED, MAX_PERMUTED)


def test_a_seed_decides_it_and_json_holds_it(blend: Blend) -> None:
    rows, prices = rows_and_prices(200, seed=9)
    one, same, other = (explain_globally(blend, FEATURES, rows, prices, seed=seed) for seed in (1, 1, 2))
    assert json.dumps(one.to_dict()) == json.dumps(same.to_dict()) != json.dumps(other.to_dict())


def test_its_arguments_are_left_alone(blend: Blend) -> None:
    rows, prices = rows_and_prices(100, seed=9)
    before = rows.copy()
    explain_globally(blend, FEATURES, rows, prices)
    assert np.array_equal(rows, before, equal_nan=True)
