"""What the boosters of a model version say of a game, before anything is calibrated."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tasador.appraisal.blend import Blend
from tasador.appraisal.booster import Booster
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

    row: list[float]
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
        smearing: By what each route's estimate is multiplied after it is exponentiated.

    Raises:
        BundleError: A file is missing or not what it should be.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        spec = _json(files, PRICE)
        try:
            self.inputs = Inputs.from_dict(_json(files, INPUTS))
            self.history = History.from_dict(_json(files, HISTORY))
            self.smearing: dict[str, float] = {route: float(spec[route]["smearing"]) for route in ROUTES}
            weights = {route: [float(weight) for weight in spec[route]["weights"]] for route in ROUTES}
        except (KeyError, TypeError, ValueError) as error:
            raise BundleError("the inputs cannot be read", got=repr(error), do="Train again.") from error
        n = len(self.inputs.definitions)
        self._price = {
            route: Blend(
                [Booster(_file(files, price_file(route, at)), n_inputs=n) for at in range(len(weights[route]))],
                weights[route],
            )
            for route in ROUTES
        }
        self._ladder = Booster(_file(files, LADDER), n_inputs=n)
        self._free = Booster(_file(files, FREE), n_inputs=n)

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
                    logs[at] = log + math.log(self.smearing[route])
        ladder = self._ladder.predict(rows) if rows else []
        free = self._free.predict(rows) if rows else []
        return [
            Scored(row, flag, math.exp(log), points, odds[0])
            for row, flag, log, points, odds in zip(rows, known, logs, ladder, free, strict=True)
        ]

    def contributions(self, scored: Scored) -> list[float]:
        """Split the logarithm of a game's estimate, but for the smearing, among its inputs; last comes the base."""
        return self.blend(developer_known=scored.developer_known).contributions(scored.row)


def _route(developer_known: bool) -> str:  # noqa: FBT001
    return ROUTES[0] if developer_known else ROUTES[1]


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise BundleError("the bundle lacks a file", expected=name, do="Train again.")
    return files[name]


def _json(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    try:
        found = json.loads(_file(files, name))
    except ValueError as error:
        raise BundleError("the file is no JSON", where=name, got=error, do="Train again.") from error
    if not isinstance(found, dict):
        raise BundleError("the file is not what it should be", where=name, expected="an object", do="Train again.")
    return found
