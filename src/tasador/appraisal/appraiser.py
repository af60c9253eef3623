"""Appraises games by a model version: the estimate, how sure it is, why, and next to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from tasador.appraisal.abstention import DECIDING_LEVEL
from tasador.appraisal.appraisal import Appraisal, Interval, PricePoint
from tasador.appraisal.bundle_files import file, parsed
from tasador.appraisal.calibration import FILE as CALIBRATION
from tasador.appraisal.calibration import Calibration
from tasador.appraisal.confidence import confidence
from tasador.appraisal.explanation import explain, to_cents
from tasador.appraisal.heads import INPUTS, Heads, Scored
from tasador.appraisal.hedonic import Hedonic
from tasador.appraisal.intervals import group_of, joining_masses
from tasador.appraisal.request import FIELDS, Request, RequestRefusedError, read
from tasador.appraisal.said import Said
from tasador.appraisal.vocabulary import Vocabulary
from tasador.errors import BundleError

if TYPE_CHECKING:
    from tasador.appraisal.comparables import Comparable
    from tasador.appraisal.explanation import Contribution
    from tasador.appraisal.price_points import Distribution
    from tasador.features.game import Game
    from tasador.similar.entries import Entries

__all__ = ["ENTRIES", "HEDONIC", "SHOWN_LEVELS", "Appraiser"]

HEDONIC: Final = "hedonic.json"
ENTRIES: Final = "entries.npz"

#: The levels of intervals that an answer has, `DECIDING_LEVEL` among them.
SHOWN_LEVELS: Final = (0.5, 0.8, 0.95)

#: Price points that an answer names.
_SHOWN_POINTS: Final = 5

#: Sources of inputs that are no fields of a request.
_NO_FIELDS: Final = frozenset({"price_usd"})


class Appraiser:
    """A model version that answers. Threads may share one.

    Args:
        files: Those of its bundle, their hashes checked.
        version: Its name.
        snapshot: The snapshot that it learned from.

    Attributes:
        heads: What its boosters say.
        calibration: How that becomes an answer.
        vocabulary: The labels that it knows, and the fields that it reads.

    Raises:
        BundleError: A file is missing or not what it should be.
    """

    def __init__(self, files: Mapping[str, bytes], *, version: str, snapshot: str) -> None:
        if INPUTS not in files:
            raise BundleError(
                "this version cannot appraise",
                where=version,
                got="a model without the inputs of a price model",
                do="`tasador train` makes one that can; `tasador models list` shows the versions.",
            )
        self.version = version
        self.snapshot = snapshot
        self.heads = Heads(files)
        self.calibration = parsed(files, CALIBRATION, Calibration.from_dict)
        self._hedonic = parsed(files, HEDONIC, Hedonic.from_dict)
        self._entries_file = file(files, ENTRIES)
        n_points = len(self.calibration.points.prices_usd)
        if n_points != self.heads.n_price_points:
            raise BundleError(
                "the price points do not belong to the booster that scores them",
                where=version,
                got=f"{n_points} prices for {self.heads.n_price_points} scores",
                do="Train again; do not use this bundle.",
            )
        self.vocabulary = _vocabulary(self.heads)

    @cached_property
    def entries(self) -> Mapping[str, Entries]:
        """The entries of the catalogue by kind, by what describes them."""
        # NOTE: loads numpy, which a server that is asked for neither comparables nor filtered likes does without.
        from tasador.similar.entries import read

        return read(self._entries_file)

    def open_all(self) -> None:
        """Open what is otherwise opened when it is first asked for, to know that it can be.

        Raises:
            BundleError: A file is not what it should be.
        """
        _ = self.entries

    def appraise(self, *, today: date | None = None, **fields: Any) -> Appraisal:
        """Appraise a game, with reasons.

        Args:
            today: None is the day that it is.
            fields: What is known of the game: `name`, and any of `tasador.appraisal.request.FIELDS`.

        Raises:
            RequestRefusedError: A field is wrong, or there is no such field; all that is wrong is told.
        """
        found = read(fields, self.vocabulary, today=self.day_assumed(today))
        if not isinstance(found, Request):
            raise RequestRefusedError(found)
        return self.answer(found)

    def day_assumed(self, today: date | None = None) -> date:
        """Say which release date is assumed where none is given.

        Args:
            today: None is the day that it is.
        """
        return self.calibration.abstention.day_assumed(today or datetime.now(UTC).date())

    def answer(self, request: Request) -> Appraisal:
        """Answer one request, with reasons."""
        (found,) = self.appraise_many([request], explained=True)
        return found

    def appraise_many(
        self, requests: Sequence[Request], *, explained: bool = False, compared: bool = True
    ) -> Iterator[Appraisal]:
        """Answer requests in their order.

        Args:
            requests: What is asked.
            explained: Whether to give factors: taking an estimate apart takes longer than making it.
            compared: Whether to look at comparables, which takes longer too, and can lower the confidence.
        """
        for request, scored in zip(requests, self.heads.score([one.game for one in requests]), strict=True):
            yield self._answer(request, scored, explained=explained, compared=compared)

    def estimates(self, games: Sequence[Game]) -> list[float]:
        """Give the continuous estimates in US dollars alone, also where an answer would abstain."""
        return [scored.estimate_usd for scored in self.heads.score(games)]

    def _answer(self, request: Request, scored: Scored, *, explained: bool, compared: bool) -> Appraisal:
        game = request.game
        points, intervals = self.calibration.points, self.calibration.intervals
        # NOTE: no estimate is below the ladder.
        exact = max(scored.estimate_usd, points.prices_usd[0])
        estimate = float(to_cents(exact))
        distribution = points.distribution(scored.ladder, scored.estimate_usd)
        joined = joining_masses(distribution)
        group = group_of(game.kind, developer_known=scored.developer_known)

        ends = {level: intervals.interval(distribution, group, level, estimate, joined) for level in SHOWN_LEVELS}
        deciding = ends[DECIDING_LEVEL]
        abstention = self.calibration.abstention.reasons(
            game, deciding, frozenset(one.label for one in request.given.unknown)
        )
        comparables, opinion, apart = self._compared(request, estimate) if compared else ((), None, None)
        silent = bool(abstention)
        # NOTE: what is too wide for a price is still a range, and worth seeing; what is out of reach is none.
        ranged = all(reason.is_width for reason in abstention)
        base: float | None = None
        contributions: tuple[Contribution, ...] = ()
        if explained and not silent:
            explanation = explain(self.heads.contributions(scored), scored.row, self.heads.inputs.definitions, exact)
            base, contributions = explanation.base_usd, explanation.contributions
        return Appraisal(
            game=game,
            given=replace(request.given, unheard=self._unheard(game, developer_known=scored.developer_known)),
            as_of=game.release_date,
            p_free=self.calibration.free.probability(scored.free),
            estimate_usd=None if silent else estimate,
            base_usd=base,
            contributions=contributions,
            intervals=tuple([Interval(level, *pair) for level, pair in ends.items()]) if ranged else (),
            suggested=None if silent else PricePoint(distribution.suggested_usd, distribution.suggested_probability),
            price_points=tuple(PricePoint(*point) for point in distribution.likeliest(_SHOWN_POINTS)) if ranged else (),
            confidence=None
            if silent
            else confidence(
                deciding,
                support=intervals.counts.get(group, 0),
                developer_known=scored.developer_known,
                disagreement=apart,
                compared=compared,
            ),
            comparables=comparables,
            second_opinion_usd=opinion,
            abstention=abstention,
            warnings=_warnings(estimate, distribution, silent=silent),
            model_version=self.version,
            snapshot=self.snapshot,
            learned_until=self.calibration.abstention.learned_until,
            distribution=distribution if ranged else None,
            pinned=request.pinned,
            dropped=request.dropped,
        )

    def _unheard(self, game: Game, *, developer_known: bool) -> tuple[str, ...]:
        """Name the fields that say who made a game, or what it belongs to, and of whom nothing earlier is known."""
        history = self.heads.history
        before = history.before(game.release_date.toordinal())
        unheard = {
            "developer": game.developer is not None and not developer_known,
            "base_app_id": game.base_app_id is not None and history.position(game.base_app_id, before) is None,
        }
        return tuple(field for field, is_so in unheard.items() if is_so)

    def _compared(
        self, request: Request, estimate_usd: float
    ) -> tuple[tuple[Comparable, ...], float | None, float | None]:
        from tasador.appraisal.comparables import Comparables, disagreement, second_opinion

        game = request.game
        log_price = self._hedonic.log_price(
            genres=game.genres,
            specs=game.specs,
            kind=game.kind,
            early_access=game.early_access,
            year=game.release_date.year,
        )
        found = Comparables(self.entries).nearest(
            game, log_price, game.release_date, pinned=request.pinned, dropped=request.dropped
        )
        opinion = second_opinion(found)
        return found, opinion, None if opinion is None else disagreement(estimate_usd, opinion)


def _vocabulary(heads: Heads) -> Vocabulary:
    labels = heads.inputs.labels
    fields = {source for one in heads.inputs.definitions for source in one.sources} - _NO_FIELDS
    known = {"genres": labels.genres, "specs": labels.specs}
    if labels.tags:
        known["tags"] = labels.tags
    if labels.platforms:
        known["platforms"] = labels.platforms
    return Vocabulary(known, [field for field in FIELDS if field in fields])


def _warnings(estimate_usd: float, distribution: Distribution, *, silent: bool) -> tuple[str, ...]:
    highest = distribution.prices_usd[-1]
    if silent or estimate_usd <= highest:
        return ()
    return (
        Said(
            "the estimate is above ${highest_usd:.2f}, the highest price that enough of the catalogue has: "
            "few entries speak for it",
            highest_usd=highest,
        ),
    )
