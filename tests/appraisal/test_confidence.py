"""Confidence in words follows its printed definition."""

from __future__ import annotations

import json

import pytest

from tasador.appraisal.confidence import DEFINITION, FAR_APART, LEAST_SUPPORT, NARROW_RATIO, WIDE_RATIO, confidence


@pytest.mark.parametrize(
    ("upper", "word"), [(10 * NARROW_RATIO, "high"), (31.1, "medium"), (10 * WIDE_RATIO, "medium"), (51.1, "low")]
)
def test_the_width_decides(upper: float, word: str) -> None:
    assert confidence((10.0, upper), support=500, developer_known=True, disagreement=1.0).word == word


@pytest.mark.parametrize(
    ("support", "known", "disagreement", "says"),
    [
        (LEAST_SUPPORT - 1, True, 1.0, "only 299 games"),
        (LEAST_SUPPORT, False, None, "no earlier priced release"),
        (LEAST_SUPPORT, True, FAR_APART, "factor of 2.0 apart"),
    ],
)
def test_each_reservation_lowers_the_word_by_one_and_says_so(
    support: int, known: bool, disagreement: float | None, says: str
) -> None:
    found = confidence((10.0, 12.0), support=support, developer_known=known, disagreement=disagreement)
    assert found.word == "medium"
    assert says in found.reasons[-1]


@pytest.mark.parametrize(("known", "says"), [(True, "the known route answered"), (False, "the blind route answered")])
def test_every_answer_names_the_route_that_it_came_by(known: bool, says: str) -> None:
    found = confidence((10.0, 12.0), support=500, developer_known=known, disagreement=1.0)
    assert says in found.reasons[1]


def test_reservations_add_up_to_low_and_no_further() -> None:
    found = confidence((10.0, 12.0), support=0, developer_known=False, disagreement=9.0)
    assert found.word == "low"
    assert len(found.reasons) == 4


def test_the_definition_can_be_written_as_json_and_names_its_numbers() -> None:
    text = json.dumps(DEFINITION)
    assert all(str(number) in text for number in (NARROW_RATIO, WIDE_RATIO, LEAST_SUPPORT, f"{FAR_APART:g}"))


def test_an_answer_without_comparables_says_so_and_is_not_lowered_for_it() -> None:
    found = confidence((10.0, 12.0), support=500, developer_known=True, disagreement=None, compared=False)
    assert found.word == "high"
    assert "comparables were not looked at" in found.reasons[-1]
