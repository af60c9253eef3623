"""The curve from scores to probabilities of being free."""

from __future__ import annotations

import json
import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal.free import FreeCalibration, without_giveaways
from tasador.features.game import Game


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_probabilities_rise_with_the_score_and_stay_between_0_and_1(one: float, other: float) -> None:
    curve = FreeCalibration(1.2, -0.3)
    low, high = curve.probability(min(one, other)), curve.probability(max(one, other))
    assert 0 <= low <= high <= 1


def test_an_untouched_score_is_log_odds() -> None:
    assert FreeCalibration().probability(math.log(3)) == pytest.approx(0.75)


def test_the_curve_survives_json() -> None:
    curve = FreeCalibration(0.93, -0.11)
    assert FreeCalibration.from_dict(json.loads(json.dumps(curve.to_dict()))) == curve


def test_giveaways_are_left_out_and_nothing_else() -> None:
    game = Game(
        "X", date(2017, 1, 1), genres=("Free to Play", "Indie"), specs=("In-App Purchases", "MMO"), tags=("RPG",)
    )
    bare = without_giveaways(game)
    assert (bare.genres, bare.specs, bare.tags) == (("Indie",), ("MMO",), ("RPG",))
    assert without_giveaways(bare) == bare
