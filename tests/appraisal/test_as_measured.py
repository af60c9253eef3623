"""What a request is answered is what the evaluation measured: a row asked for is the row that was scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from tasador.appraisal.appraiser import SHOWN_LEVELS, Appraiser
from tasador.appraisal.fields import LISTS, SEPARATOR
from tasador.appraisal.request import FIELDS, Request, read_row
from tasador.features.game import Game, from_row
from tasador.models.held_out import answers
from tasador.models.population import priced_rows

TODAY = date(2018, 2, 1)


@pytest.fixture(scope="module")
def appraiser(files: Mapping[str, bytes]) -> Appraiser:
    return Appraiser(files, version="v", snapshot="s")


@pytest.fixture(scope="module")
def rows(games: pl.DataFrame) -> list[dict[str, Any]]:
    return list(priced_rows(games).iter_rows(named=True))


def texts(row: Mapping[str, Any]) -> dict[str, str]:
    """Write a row as a CSV file has it."""
    lists = {field: SEPARATOR.join(row.get(field) or ()) for field in LISTS}
    return {name: "" if value is None else str(value) for name, value in {**row, **lists}.items()}


def asked(row: Mapping[str, Any], appraiser: Appraiser) -> Request:
    found = read_row(row, appraiser.vocabulary, today=TODAY)
    assert isinstance(found, Request), found
    return found


def test_a_catalogues_row_makes_the_same_game_typed_as_text_and_for_the_evaluation(
    appraiser: Appraiser, rows: list[dict[str, Any]]
) -> None:
    unknown = set()
    for row in rows:
        request = asked(row, appraiser)
        known: dict[str, Any] = {field: getattr(from_row(row), field) for field in FIELDS}
        assert request.game == Game(**known)
        assert asked(texts(row), appraiser).game == request.game
        unknown |= {(one.field, one.label) for one in request.given.unknown}
    # NOTE: labels too rare to have an input, which a request that dropped them would not count.
    assert {field for field, _ in unknown} >= {"genres", "specs"}


def test_a_request_is_answered_what_the_evaluation_scored(appraiser: Appraiser, rows: list[dict[str, Any]]) -> None:
    entries = [from_row(row) for row in rows]
    scored = answers(entries, appraiser.heads.score(entries), appraiser.calibration).to_dicts()
    requests = [asked(row, appraiser) for row in rows]
    for row, one, answer in zip(rows, scored, appraiser.appraise_many(requests), strict=True):
        assert answer.abstained == one["abstained"]
        if answer.suggested is None:
            continue
        assert answer.estimate_usd == round(one["predicted_usd"], 2), row["name"]
        assert (answer.suggested.price_usd, answer.suggested.probability) == (one["suggested_usd"], one["p_suggested"])
        for interval, level in zip(answer.intervals, SHOWN_LEVELS, strict=True):
            # NOTE: an end that is the estimate is rounded with it.
            assert interval.lower_usd == pytest.approx(one[f"lower_{level:.0%}"[:-1]], abs=0.005)
            assert interval.upper_usd == pytest.approx(one[f"upper_{level:.0%}"[:-1]], abs=0.005)


def test_a_rare_label_moves_the_answer_as_it_did_in_the_evaluation(
    appraiser: Appraiser, rows: list[dict[str, Any]]
) -> None:
    labels = appraiser.vocabulary.labels
    moved = 0
    for row in rows:
        request = asked(row, appraiser)
        if not request.given.unknown:
            continue
        genres, specs = (
            tuple(one for one in getattr(request.game, field) if one in labels[field]) for field in ("genres", "specs")
        )
        with_it, without = appraiser.estimates([request.game, replace(request.game, genres=genres, specs=specs)])
        assert [with_it] == appraiser.estimates([from_row(row)])
        moved += with_it != without
    assert moved
