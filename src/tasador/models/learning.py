"""Fits the boosters of a candidate on training rows, as files that the served half reads."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from tasador.appraisal.heads import FREE, HISTORY, INPUTS, LADDER, PRICE, ROUTES, price_file
from tasador.features import earlier
from tasador.features.game import Game
from tasador.features.history import History
from tasador.features.inputs import Inputs
from tasador.models import boosting, free_or_paid, ladder
from tasador.models.lean_text import lean
from tasador.models.parameters import Parameters

__all__ = [
    "Ground",
    "Learn",
    "Learning",
    "boosters",
    "here",
    "input_matrix",
    "learn",
    "look_ups",
    "price_points_of",
    "prices",
]

Matrix = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


class Learn(Protocol):
    """Fits the boosters of a candidate on some of the rows that it was made for."""

    def __call__(self, rows: Rows, *, by_date: bool) -> dict[str, bytes]:
        """Fit on the rows of these numbers.

        Args:
            rows: Numbers of training rows, in the order in which they are learned from.
            by_date: Whether they are all rows that are older than some day, or all there are.

        Returns:
            The files that `tasador.appraisal.heads.Heads` reads, by name.

        Raises:
            TasadorError: There are too few rows.
        """


#: Makes what fits on the rows of a table.
Learning: TypeAlias = Callable[[Sequence[Game], Parameters], Learn]

#: One training row of so many is made as if it had no app id.
_WITHOUT_APP_ID: Final = 3


def here(games: Sequence[Game], parameters: Parameters) -> Learn:
    """Fit in this process.

    Args:
        games: Rows of known price, of which some are learned from at a time.
        parameters: Of each fit.
    """
    # NOTE: of training rows parted by date the look-ups are the same whatever comes after them: they are made once.
    every = look_ups(games, History.of(games), parameters)

    def learn_here(rows: Rows, *, by_date: bool) -> dict[str, bytes]:
        looked_up = [every[row] for row in rows] if by_date else None
        return learn([games[row] for row in rows], parameters, looked_up=looked_up)

    return learn_here


def learn(
    games: Sequence[Game],
    parameters: Parameters,
    *,
    looked_up: Sequence[array[float]] | None = None,
) -> dict[str, bytes]:
    """Fit all boosters.

    Args:
        games: Training rows of known price: paid ones teach prices, all of them whether a game is free.
        parameters: Of each fit.
        looked_up: What `look_ups` makes of the rows, where it was made already, if need be of a history that goes on
            after them: what comes later changes nothing.

    Returns:
        The files that `tasador.appraisal.heads.Heads` reads, by name.

    Raises:
        TasadorError: There are too few rows: no price that enough have, or none free.
    """
    ground = Ground.of(games, parameters)
    found = look_ups(games, ground.history, parameters) if looked_up is None else looked_up
    rows = input_matrix(games, ground.inputs, found)
    return {**ground.files(), **boosters(rows, prices(games), ground.inputs, ground.points_usd, parameters)}


@dataclass(frozen=True, slots=True)
class Ground:
    """What all training rows together say, before anything is fitted on them.

    Attributes:
        inputs: How a game becomes a row.
        history: The releases with a price.
        points_usd: The price points, ascending.
    """

    inputs: Inputs
    history: History
    points_usd: tuple[float, ...]

    @classmethod
    def of(cls, games: Sequence[Game], parameters: Parameters) -> Ground:
        """Find it.

        Raises:
            TasadorError: There are too few rows.
        """
        paid = [game for game in games if game.price_usd]
        return cls(Inputs.fit(paid, parameters.variant), History.of(paid), ladder.price_points(prices(paid)))

    def files(self) -> dict[str, bytes]:
        """Write what a bundle keeps of it."""
        return {INPUTS: _json(self.inputs.to_dict()), HISTORY: _json(self.history.to_dict())}


def boosters(
    rows: Matrix,
    prices_usd: Array,
    inputs: Inputs,
    points_usd: Sequence[float],
    parameters: Parameters,
    *,
    n_parts: int = 1,
) -> dict[str, bytes]:
    """Fit the boosters on training rows, or on one of several parts of them.

    Every part has a fit of its own, all at a time, each in a thread that has joined LightGBM's network: they tell each
    other the sums over their rows, and come to the same boosters. Those are not quite the ones of all rows in one part:
    each part draws the rows of a tree from its own, and sums are rounded in another order.

    Args:
        rows: Shape (n_games, n_features); NaN is unknown.
        prices_usd: Shape (n_games,); 0 is free.
        inputs: What the columns are.
        points_usd: The price points of all parts, ascending.
        parameters: Of each fit.
        n_parts: How many parts there are.

    Raises:
        TasadorError: There are too few rows: none free.
    """
    is_free = prices_usd == 0
    paid, paid_usd = rows[~is_free], prices_usd[~is_free]
    files: dict[str, bytes] = {}
    spec: dict[str, object] = {"price_points_usd": points_usd}
    for route in ROUTES:
        hidden = [] if route == ROUTES[0] else [at for at, shown in enumerate(inputs.blind) if not shown]
        fitted = boosting.fit(paid, paid_usd, parameters.price, hidden=hidden, n_parts=n_parts)
        files |= {price_file(route, number): lean(data, counts=True) for number, data in enumerate(fitted.boosters)}
        spec[route] = {"weights": fitted.weights}
    files[PRICE] = _json(spec)
    files[LADDER] = lean(ladder.fit(paid, paid_usd, points_usd, parameters.ladder, n_parts=n_parts), counts=False)
    files[FREE] = lean(free_or_paid.fit(rows, is_free, parameters.free, n_parts=n_parts), counts=False)
    return files


def prices(games: Sequence[Game]) -> Array:
    """List the prices of training rows, shape (n_games,); 0 is free."""
    return np.array([game.price_usd for game in games], dtype=np.float64)


def look_ups(games: Sequence[Game], history: History, parameters: Parameters) -> list[array[float]]:
    """Make the inputs of training rows that come from earlier releases, each with a history that ends before its date.

    A model that serves knows nothing of the time since it was fitted, so one that learned from fresh histories alone
    relies on what it will not have: ending them at random up to half a year early made the error of the next half-year
    1.5 to 2 % smaller on each of the two before the test period.

    Some rows are made as if they had no app id: a catalogue's entries all have one and most requests have none, so a
    model that never missed it would be at a loss.
    """
    days = parameters.most_days_behind + 1
    made = []
    for game in games:
        # NOTE: by what the game is, so that the order of the rows does not matter.
        draw = zlib.crc32(f"{parameters.price.seed} {game.app_id} {game.name}".encode())
        shown = game if draw // days % _WITHOUT_APP_ID else replace(game, app_id=None)
        made.append(earlier.row(shown, history, days_behind=draw % days))
    return made


def input_matrix(games: Sequence[Game], inputs: Inputs, looked_up: Sequence[array[float]]) -> Matrix:
    """Put the inputs of training rows together, shape (n_games, n_features); NaN is unknown.

    Args:
        looked_up: What `look_ups` makes of the rows.
    """
    rows = [inputs.entry_row(game) + found for game, found in zip(games, looked_up, strict=True)]
    return np.array(rows, dtype=np.float32)


def price_points_of(files: Mapping[str, bytes]) -> tuple[float, ...]:
    """Read which price points a fit has, in US dollars, ascending."""
    return tuple(json.loads(files[PRICE])["price_points_usd"])


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
