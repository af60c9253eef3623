"""The nearest paid entries known at a date: what each costs, how alike it is and in what, and what it would cost here.

Nearest among entries of the same kind, released before the date, by what is known of them at launch: see
`tasador.similar.index`. The search is exact. Terms weigh by how rare they are among all entries, later ones too; of
prices earlier ones only are shown.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tasador.features.game import Game
from tasador.similar.entries import Entries, entry_key
from tasador.similar.reasons import Shared
from tasador.similar.terms import TAG, Term, terms

__all__ = ["COUNT", "Comparable", "Comparables", "disagreement", "nearest_rows", "second_opinion"]

#: Comparables that are asked for where nobody says, as in the baseline of the evaluation.
COUNT: Final = 25

#: With fewer comparables their median is no opinion.
MIN_OPINIONS: Final = 5


@dataclass(frozen=True, slots=True)
class Comparable:
    """A paid entry that is like the one in question.

    Attributes:
        app_id: The store's number, where known.
        name: Its name.
        release_date: The day by which it was out: the last of its release period.
        similarity: Cosine of their weights, 0 to 1.
        price_usd: Its list price.
        adjusted_price_usd: Its price, moved by what the hedonic twin says of the differences between the two.
        shared: What both have, those first that tell most; words of the names are in quotes.
        reason: Why it is here, in a sentence.
    """

    app_id: int | None
    name: str
    release_date: date
    similarity: float
    price_usd: float
    adjusted_price_usd: float
    shared: tuple[str, ...]
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Turn it into what JSON can hold; money is a decimal text."""
        return {
            "app_id": self.app_id,
            "name": self.name,
            "release_date": self.release_date.isoformat(),
            "similarity": round(self.similarity, 4),
            "price": f"{self.price_usd:.2f}",
            "adjusted_price": f"{self.adjusted_price_usd:.2f}",
            "shared": list(self.shared),
            "reason": self.reason,
        }


class Comparables:
    """The paid among entries. Threads may share one.

    Args:
        kinds: The entries by kind.
    """

    def __init__(self, kinds: Mapping[str, Entries]) -> None:
        self._kinds = kinds

    def nearest(
        self,
        game: Game,
        log_price: float,
        before: date,
        k: int = COUNT,
        *,
        pinned: Collection[int] = (),
        dropped: Collection[int] = (),
    ) -> tuple[Comparable, ...]:
        """Find the entries that are most like a game, the most alike first.

        The game itself, known by its app id or by its name and developer, is not among them.

        Args:
            log_price: What the hedonic twin says of the game, to adjust prices to it.
            before: Entries released on this day or later are not known yet.
            k: At most so many; fewer where fewer of the kind are known or have anything in common with it.
            pinned: App ids of those that come first, where they are among what can be found.
            dropped: App ids of those that are left out.
        """
        entries = self._kinds.get(game.kind)
        if entries is None:
            return ()
        asked = [term for term in terms(game) if term.family != TAG]
        allowed = _allowed(entries, game, before)
        if dropped:
            allowed &= ~np.isin(entries.arrays["app_ids"], list(dropped))
        first = allowed & np.isin(entries.arrays["app_ids"], list(pinned))
        found = _nearest(entries, game, k, first) if pinned else []
        found += _nearest(entries, game, k - len(found), allowed & ~first)
        return tuple(_comparable(entries, row, similarity, game, asked, log_price) for row, similarity in found)


def nearest_rows(entries: Entries, game: Game, before: date, k: int) -> list[int]:
    """Find the rows of the comparables: see `Comparables.nearest`."""
    return [row for row, _ in _nearest(entries, game, k, _allowed(entries, game, before))]


def _allowed(entries: Entries, game: Game, before: date) -> npt.NDArray[np.bool_]:
    arrays = entries.arrays
    allowed: npt.NDArray[np.bool_]
    allowed = entries.paid & (arrays["days"] < before.toordinal()) & (arrays["keys"] != np.uint64(entry_key(game)))
    if game.app_id is not None:
        allowed &= arrays["app_ids"] != game.app_id
    return allowed


def _nearest(entries: Entries, game: Game, k: int, allowed: npt.NDArray[np.bool_]) -> list[tuple[int, float]]:
    rows, similarities = entries.index.nearest(entries.index.weigh(game, with_tags=False), k, allowed)
    return list(zip(rows.tolist(), similarities.tolist(), strict=True))


def second_opinion(comparables: Sequence[Comparable]) -> float | None:
    """Give the median of the comparables' adjusted prices in US dollars; None when there are too few."""
    if len(comparables) < MIN_OPINIONS:
        return None
    return statistics.median(comparable.adjusted_price_usd for comparable in comparables)


def disagreement(estimate_usd: float, opinion_usd: float) -> float:
    """Say how many times the higher of two opinions is the lower: 1 when they agree."""
    return max(estimate_usd, opinion_usd) / min(estimate_usd, opinion_usd)


def _comparable(
    entries: Entries, row: int, similarity: float, game: Game, asked: Sequence[Term], log_price: float
) -> Comparable:
    arrays = entries.arrays
    price, app_id = float(arrays["prices_usd"][row]), int(arrays["app_ids"][row])
    shared = Shared.of(entries.index.shares(row, asked), game)
    return Comparable(
        app_id=app_id if app_id >= 0 else None,
        name=entries.name(row),
        release_date=date.fromordinal(int(arrays["days"][row])),
        similarity=similarity,
        price_usd=price,
        adjusted_price_usd=price * math.exp(log_price - float(arrays["log_prices"][row])),
        shared=shared.listed(),
        reason=shared.sentence(),
    )
