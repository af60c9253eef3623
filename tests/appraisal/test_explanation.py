"""An explanation multiplies out to the estimate to the cent, and speaks of association."""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tasador.appraisal.blend import Blend
from tasador.appraisal.explanation import Explanation, explain, to_cents
from tests.appraisal.boosters import FEATURES, GROUPS, learned, rows_and_prices

parts = st.lists(st.floats(-2, 2), min_size=len(FEATURES), max_size=len(FEATURES))
bases = st.floats(-1, 4)
lifts = st.floats(1, 3)
ROW = [0.5] * len(FEATURES)


def explained(contributions: list[float], row: list[float] = ROW) -> Explanation:
    """Explain an estimate that was not lifted."""
    return explain(contributions, row, FEATURES, math.exp(math.fsum(contributions)))


def multiplied(explanation: Explanation) -> float:
    return math.prod((one.factor for one in explanation.contributions), start=explanation.base_usd)


def multiplied_as_shown(explanation: Explanation) -> Decimal:
    shown = [Decimal(str(one.factor)) for one in explanation.contributions]
    return math.prod(shown, start=Decimal(f"{explanation.base_usd:.2f}"))


@given(parts, bases, lifts)
def test_the_shown_figures_multiply_out_to_the_shown_estimate(
    contributions: list[float], base: float, lift: float
) -> None:
    exact = math.exp(math.fsum(contributions) + base) * lift
    found = explain([*contributions, base], ROW, FEATURES, exact)
    assert f"{multiplied(found):.2f}" == f"{found.estimate_usd:.2f}"
    assert f"{multiplied_as_shown(found):.2f}" == f"{found.estimate_usd:.2f}"
    assert found.estimate_usd == float(to_cents(exact)) == pytest.approx(max(exact, 0.01), abs=0.00501)


@given(parts, st.floats(0, 4), lifts)
def test_a_factor_is_its_groups_contribution(contributions: list[float], base: float, lift: float) -> None:
    exact = math.exp(math.fsum(contributions) + base) * lift
    # No estimate is below a cent, and one of a few cents is rounded by much of it; price points begin higher.
    assume(exact > 0.05)
    found = explain([*contributions, base], ROW, FEATURES, exact)
    assert {one.group for one in found.contributions} == set(GROUPS)
    # NOTE: the first takes what rounding to cents and digits leaves over, the others only their own rounding.
    leftover = 0.006 / found.base_usd + 0.006 / found.estimate_usd
    for place, one in enumerate(found.contributions):
        log = math.fsum(part for part, group in zip(contributions, GROUPS, strict=True) if group == one.group)
        assert math.log(one.factor) == pytest.approx(log, abs=1e-4 + (leftover if place == 0 else 0))


@pytest.mark.parametrize("objectives", [["regression"], ["gamma", "regression_l1"], ["regression", "tweedie"]])
def test_a_models_estimate_is_explained_to_the_cent(objectives: list[str]) -> None:
    blend = Blend([learned(objective) for objective in objectives], [1 / len(objectives)] * len(objectives))
    for row in rows_and_prices(40, seed=3)[0].tolist():
        estimate = math.exp(blend.predict([row])[0])
        found = explain(blend.contributions(row), row, FEATURES, estimate)
        assert found.estimate_usd == round(estimate, 2)
        assert round(multiplied(found), 2) == found.estimate_usd


@given(parts, bases)
def test_the_greatest_difference_comes_first_among_groups_and_inputs(contributions: list[float], base: float) -> None:
    found = explained([*contributions, base])
    logs = [abs(math.log(one.factor)) for one in found.contributions[1:]]
    assert all(this >= following - 1e-4 for this, following in pairwise(logs))
    for one in found.contributions:
        effects = [abs(math.log(effect.factor)) for effect in one.inputs]
        assert effects == sorted(effects, reverse=True)


def test_an_unknown_value_is_told_as_none_and_no_effect_is_left_out() -> None:
    row = [math.nan, 2.0, 3.0, 4.0, 5.0, 6.0]
    found = explained([0.2, 0.1, 0.0, 0.001, -0.3, 0.0, 2.0], row)
    inputs = {one.group: [(effect.name, effect.value) for effect in one.inputs] for one in found.contributions}
    assert inputs == {"kind": [("input_0", None), ("input_1", 2.0)], "title": [], "date": [("input_4", 5.0)]}


def test_an_effect_in_dollars_is_what_the_estimate_would_lose_without_it() -> None:
    found = explained([math.log(2), 0.0, 0.0, 0.0, 0.0, 0.0, math.log(5)])
    assert (found.base_usd, found.estimate_usd) == (5.0, 10.0)
    assert [one.effect_usd for one in found.contributions] == [5.0, 0.0, 0.0]
    (_, least, _) = explained([0.2, 0.0, -0.0001, 0.0, 0.0, 0.0, 2.0]).contributions
    assert least.to_dict()["effect"] == "0.00"


@pytest.mark.parametrize(
    ("factor", "says"),
    [
        (1.2345, "Associated with a price 23% higher."),
        (0.75, "Associated with a price 25% lower."),
        (3.14, "Associated with 3.1 times the price."),
        (1.001, "Associated with no difference in price."),
    ],
)
def test_the_words_speak_of_association(factor: float, says: str) -> None:
    found = explained([math.log(factor), 0.0, 0.0, 0.0, 0.0, 0.0, math.log(1_000)])
    assert next(one for one in found.contributions if one.group == "kind").says == says


@given(parts, bases)
def test_no_word_claims_a_cause(contributions: list[float], base: float) -> None:
    for one in explained([*contributions, base]).contributions:
        assert one.says.startswith("Associated with ")
        assert not re.search(r"\b(cause|because|due|raise|increase|earn|add)", one.says)


def test_without_inputs_the_estimate_is_the_base() -> None:
    assert explain([math.log(9.994)], [], [], 9.994) == Explanation(9.99, 9.99, ())


def test_an_explanation_is_told_in_json() -> None:
    found = explained([0.2, 0.1, 0.0, 0.001, -0.3, 0.0, 2.0], [math.nan, *ROW[1:]])
    told = json.loads(json.dumps([one.to_dict() for one in found.contributions], allow_nan=False))
    assert told[0] == {
        "group": "kind",
        "factor": found.contributions[0].factor,
        "effect": f"{found.contributions[0].effect_usd:.2f}",
        "inputs": [
            {"name": "input_0", "value": None, "factor": 1.2214},
            {"name": "input_1", "value": 0.5, "factor": 1.1052},
        ],
        "says": "Associated with a price 35% higher.",
    }
