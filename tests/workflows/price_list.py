"""An appraiser that has learned one price a kind: small, and real in every field of its answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tasador.appraisal.abstention import Reason
from tasador.appraisal.appraisal import Appraisal, Confidence, Interval, PricePoint
from tasador.appraisal.request import Request
from tasador.appraisal.vocabulary import Vocabulary

PRICES: Final = {"game": 9.99, "dlc": 4.99}


@dataclass
class PriceList:
    """Says a kind's price; abstains where it has learned none."""

    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary({"genres": ["Action", "Indie", "RPG"]}))

    def appraise_many(self, requests: Iterable[Request]) -> Iterator[Appraisal]:
        return map(self.answer, requests)

    def answer(self, request: Request) -> Appraisal:
        price = PRICES.get(request.game.kind)
        learned = price is not None
        return Appraisal(
            game=request.game,
            given=request.given,
            as_of=request.game.release_date,
            p_free=0.05,
            estimate_usd=price,
            base_usd=price,
            contributions=(),
            intervals=()
            if price is None
            else tuple(
                Interval(level, round(price / width, 2), round(price * width, 2))
                for level, width in ((0.5, 1.5), (0.8, 2.5), (0.95, 5.0))
            ),
            suggested=PricePoint(price, 0.4) if price is not None else None,
            price_points=(PricePoint(price, 0.4),) if price is not None else (),
            confidence=Confidence("medium", ("the developer is unknown",)) if learned else None,
            comparables=(),
            second_opinion_usd=None,
            abstention=() if learned else (Reason("rare_kind", f"no price of a {request.game.kind} was learned"),),
            warnings=(),
            model_version="price-list",
            snapshot="a1b2c3",
            learned_until=date(2018, 1, 1),
        )
