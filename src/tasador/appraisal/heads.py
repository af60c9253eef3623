"""What the boosters of a model version say of a game, before anything is calibrated."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tasador.appraisal.blend import Blend
from tasador.appraisal.booster import Booster
from tasador.appraisal.bundle_files import file, number, parsed
from tasador.errors import BundleError
from tasador.features.earlier import knows_developer
from tasador.features.game import Game
from tasador.features.history import History
from tasador.features.inputs import Inputs

__all__ = ["FREE", "HISTORY", "INPUTS", "LADDER", "PRICE", "ROUTES", "Heads", "Scored", "price_file"]

#: The files of the boosters and of what their inputs are made with.
INPUTS: Final = "inputs.json"
HISTORY: Final = "history.json"
PRICE: Final = "price.json"
LADDER: Final = "ladder.txt"
FREE: Final = "free.txt"

#: Which price model answers: the one for developers with earlier releases, or the one that is blind to them.
ROUTES: Final = ("known", "blind")


def price_file(route: str, number: int) -> str:
    """Name the file of a price booster."""
    return f"price.{route}.{number}.txt"


@dataclass(frozen=True, slots=True)
class Scored:
    """What the boosters say of one game.

    Attributes:
        row: Its inputs.
        developer_known: Whether its developer has an earlier priced release; says which price model answered.
        estimate_usd: The continuous estimate, given that it is not free.
        ladder: The classifier's raw score of each price point.
        free: The raw score of being free, the log odds.
    """

    row: array[float]
    developer_known: bool
    estimate_usd: float
    ladder: list[float]
    free: float


class Heads:
    """The boosters, and what their inputs are made with. Threads may share one.

    Args:
        files: Those of a bundle.

    Attributes:
        inputs: How a game becomes a row.
        history: Earlier releases.
        n_price_points: How many price points the ladder's booster scores.

    Raises:
        BundleError: A file is missing or not what it should be.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.inputs = parsed(files, INPUTS, _inputs)
        self.history = parsed(files, HISTORY, History.from_dict)
        n = len(self.inputs.definitions)
        self._price = {
            route: Blend(
                [Booster(file(files, price_file(route, at)), n_inputs=n) for at in range(len(weights))], weights
            )
            for route, weights in parsed(files, PRICE, _weights).items()
        }
        self._ladder = Booster(file(files, LADDER), n_inputs=n)
        self._free = Booster(file(files, FREE), n_inputs=n)
        if self._free.n_outputs != 1:
            raise BundleError(
                "the booster has more than one output", where=FREE, do="Train again; do not use this bundle."
            )
        self.n_price_points = self._ladder.n_outputs

    def blend(self, *, developer_known: bool) -> Blend:
        """Take the price model of a route."""
        return self._price[_route(developer_known)]

    def score(self, games: Sequence[Game]) -> list[Scored]:
        """Score games, in their order; the same for one game as among others."""
        rows = [self.inputs.row(game, self.history) for game in games]
        known = [knows_developer(game, self.history) for game in games]
        logs = [0.0] * len(games)
        for route in ROUTES:
            held = [at for at, flag in enumerate(known) if _route(flag) == route]
            if held:
                found = self._price[route].predict([rows[at] for at in held])
                for at, log in zip(held, found, strict=True):
                    logs[at] = log
        ladder = self._ladder.predict(rows) if rows else []
        free = self._free.predict(rows) if rows else []
        return [
            Scored(row, flag, math.exp(log), points, odds[0])
            for row, flag, log, points, odds in zip(rows, known, logs, ladder, free, strict=True)
        ]

    def contributions(self, scored: Scored) -> list[float]:
        """Split the logarithm of a game's estimate among its inputs; last comes the base."""
        return self.blend(developer_known=scored.developer_known).contributions(scored.row)


def _route(developer_known: bool) -> str:  # noqa: FBT001
    return ROUTES[0] if developer_known else ROUTES[1]


def _inputs(spec: Mapping[str, Any]) -> Inputs:
    found = Inputs.from_dict(spec)
    # NOTE: labels that are there twice, or of another type, are seen when a row is made.
    if len(found.row(Game("", date(2000, 1, 1)), History.of(()))) != len(found.definitions):
        raise ValueError("a row has not one value for each input")
    return found


def _weights(spec: Mapping[str, Any]) -> dict[str, list[float]]:
    return {route: [number(weight) for weight in spec[route]["weights"]] for route in ROUTES}
