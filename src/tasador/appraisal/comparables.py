"""The nearest paid entries known at a date: what each costs, how alike it is and in what, and what it would cost here.

Nearest among entries of the same kind, released before the date, by `tasador.appraisal.similarity`; at equal similarity
(to six digits) the newer one first, then the one of the lower app id. The search is exact. The index weighs terms by
how rare they are among all its entries, later ones too; of prices it shows earlier ones only.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tasador.appraisal import paid_entries
from tasador.appraisal.paid_entries import PaidEntries
from tasador.appraisal.similarity import label
from tasador.features.game import Game

__all__ = ["Comparable", "Comparables", "disagreement", "second_opinion"]

#: Comparables that are asked for where nobody says, as in the baseline of the evaluation.
COUNT: Final = 25

#: With fewer comparables their median is no opinion.
MIN_OPINIONS: Final = 5

#: How many shared labels a reason names, and to how many digits similarities differ.
_NAMED: Final = 5
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Comparable:
    """A paid entry that is like the one in question.

    Attributes:
        app_id: The store's number, where known.
        name: Its name.
        release_date: The day by which it was out: the last of its release period.
        similarity: Cosine of tf-idf weights, 0 to 1.
        price_usd: Its list price.
        adjusted_price_usd: Its price, moved by what the hedonic twin says of the differences between the two.
        shared: Labels that both have, those first that make them most alike; words of the names are in quotes.
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
    """An index of paid entries by what their launch pages say. Threads may share one.

    Args:
        arrays: The file `comparables.npz` of a bundle, as `tasador.models.comparables_index` writes it.
        texts: The file `comparables.json`.

    Raises:
        BundleError: They are damaged, or do not belong together.
    """

    def __init__(self, arrays: bytes, texts: bytes) -> None:
        self._kinds = paid_entries.read(arrays, texts)

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
            k: At most so many; fewer where fewer of the kind are known.
            pinned: App ids of those that come first, as far as they are known: they are among the `k`.
            dropped: App ids of those that are left out.
        """
        entries = self._kinds.get(game.kind)
        known = 0 if entries is None else int(np.searchsorted(entries.days, before.toordinal()))
        if entries is None or known == 0:
            return ()
        query = entries.index.weigh(game)
        similarities = entries.index.similarities(query, len(entries.days))[:known].round(_DIGITS)
        itself = entries.keys[:known] == paid_entries.entry_key(game)
        if game.app_id is not None:
            itself |= entries.app_ids[:known] == game.app_id
        out = itself | np.isin(entries.app_ids[:known], list(dropped)) if dropped else itself
        first = np.isin(entries.app_ids[:known], list(pinned)) & ~out if pinned else np.zeros_like(out)
        rows = _best(entries, similarities, np.flatnonzero(first), k)
        rows += _best(entries, similarities, np.flatnonzero(~(out | first)), k - len(rows))
        shared = entries.index.shared(query, rows)
        return tuple(
            _comparable(entries, row, float(similarities[row]), log_price, [entries.terms[one] for one in numbers])
            for row, numbers in zip(rows, shared, strict=True)
        )


def second_opinion(comparables: Sequence[Comparable]) -> float | None:
    """Give the median of the comparables' adjusted prices in US dollars; None when there are too few."""
    if len(comparables) < MIN_OPINIONS:
        return None
    return statistics.median(comparable.adjusted_price_usd for comparable in comparables)


def disagreement(estimate_usd: float, opinion_usd: float) -> float:
    """Say how many times the higher of two opinions is the lower: 1 when they agree."""
    return max(estimate_usd, opinion_usd) / min(estimate_usd, opinion_usd)


def _best(
    entries: PaidEntries, similarities: npt.NDArray[np.float64], candidates: npt.NDArray[np.int64], k: int
) -> list[int]:
    """Order candidates by similarity, newness and app id, and take the first k."""
    found = similarities[candidates]
    if 0 < k < len(found):
        # NOTE: sorting all of them would take longer than comparing them.
        candidates = candidates[found >= np.partition(found, -k)[-k]]
    order = np.lexsort((entries.app_ids[candidates], -entries.days[candidates], -similarities[candidates]))
    best: list[int] = candidates[order[:k]].tolist()
    return best


def _comparable(
    entries: PaidEntries, row: int, similarity: float, log_price: float, terms: Sequence[str]
) -> Comparable:
    price, app_id = float(entries.prices_usd[row]), int(entries.app_ids[row])
    shared = tuple(found for term in terms if (found := label(term)) is not None)
    return Comparable(
        app_id=app_id if app_id >= 0 else None,
        name=entries.names[row],
        release_date=date.fromordinal(int(entries.days[row])),
        similarity=similarity,
        price_usd=price,
        adjusted_price_usd=price * math.exp(log_price - float(entries.log_prices[row])),
        shared=shared,
        reason=f"Shares {_listed(shared)}." if shared else "Shares nothing but what it is.",
    )


def _listed(labels: Sequence[str]) -> str:
    named = [*labels[:_NAMED], *([f"{len(labels) - _NAMED} more"] if len(labels) > _NAMED else [])]
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
