"""An appraisal with something in every field."""

from __future__ import annotations

from datetime import date
from typing import Final

from tasador.appraisal.abstention import Reason
from tasador.appraisal.appraisal import Appraisal, Confidence, Interval, PricePoint
from tasador.appraisal.comparables import Comparable
from tasador.appraisal.explanation import Contribution, InputEffect
from tasador.appraisal.request import Request, read
from tasador.appraisal.vocabulary import Vocabulary

VOCABULARY: Final = Vocabulary({"genres": ["Action", "Indie"]}, fields=["name", "kind", "genres", "developer"])


def request(**fields: object) -> Request:
    """Read a request."""
    found = read({"name": "Some Game", **fields}, VOCABULARY, today=date(2018, 2, 1))
    assert isinstance(found, Request)
    return found


def full() -> Appraisal:
    """An answer with everything."""
    asked = request(genres=["Indie", "Acton"], developer="A Studio", tags=["Pixel"], early_access=True)
    return Appraisal(
        game=asked.game,
        given=asked.given,
        as_of=date(2018, 2, 1),
        p_free=0.04321,
        estimate_usd=8.126,
        base_usd=6.5,
        contributions=(
            Contribution("genres", 1.5, 2.7, (InputEffect("genre_indie", 1.0, 1.5),), "genres: 50% more"),
            Contribution("developer", 0.8334, -1.6, (InputEffect("developer_median", None, 0.83),), "developer: less"),
        ),
        intervals=(Interval(0.5, 4.99, 9.99), Interval(0.8, 2.99, 19.99), Interval(0.95, 0.99, 39.99)),
        suggested=PricePoint(9.99, 0.312345),
        price_points=(PricePoint(7.99, 0.1), PricePoint(9.99, 0.312345), PricePoint(14.99, 0.05)),
        confidence=Confidence("medium", ("the developer has 1 earlier price",)),
        comparables=(
            Comparable(10, "Alike", date(2017, 5, 4), 0.8765, 9.99, 8.5, ("Indie",), "They share Indie."),
            Comparable(
                None, "Less Alike", date(2016, 5, 4), 0.5, 4.99, 5.25, (), "They share nothing that describes them."
            ),
        ),
        second_opinion_usd=6.875,
        abstention=(),
        warnings=("the date is beyond what was learned",),
        model_version="20180201-abc",
        snapshot="a1b2c3",
        learned_until=date(2017, 6, 30),
    )


def abstained() -> Appraisal:
    """An answer without a price."""
    asked = request(kind="hardware")
    return Appraisal(
        game=asked.game,
        given=asked.given,
        as_of=date(2018, 2, 1),
        p_free=0.01,
        estimate_usd=None,
        base_usd=None,
        contributions=(),
        intervals=(),
        suggested=None,
        price_points=(),
        confidence=None,
        comparables=(),
        second_opinion_usd=None,
        abstention=(Reason("rare_kind", "only 10 prices of hardware were learned"),),
        warnings=(),
        model_version="20180201-abc",
        snapshot="a1b2c3",
        learned_until=date(2017, 6, 30),
    )
