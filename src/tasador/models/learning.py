"""Fits the boosters of a candidate on training rows, as files that the served half reads."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

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

__all__ = ["input_matrix", "learn", "look_ups", "price_points_of"]

Matrix = npt.NDArray[np.float32]

#: One training row of so many is made as if it had no app id.
_WITHOUT_APP_ID: Final = 3


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
    paid = [game for game in games if game.price_usd]
    inputs, history = Inputs.fit(paid, parameters.variant), History.of(paid)
    found = look_ups(games, history, parameters) if looked_up is None else looked_up
    rows = input_matrix(games, inputs, found)
    is_free = np.array([not game.price_usd for game in games])
    prices = np.array([game.price_usd for game in paid], dtype=np.float64)
    points = ladder.price_points(prices)
    files = {INPUTS: _json(inputs.to_dict()), HISTORY: _json(history.to_dict())}
    spec: dict[str, object] = {"price_points_usd": points}
    for route in ROUTES:
        hidden = [] if route == ROUTES[0] else [at for at, shown in enumerate(inputs.blind) if not shown]
        fitted = boosting.fit(rows[~is_free], prices, parameters.price, hidden=hidden)
        files |= {price_file(route, number): lean(data, counts=True) for number, data in enumerate(fitted.boosters)}
        spec[route] = {"weights": fitted.weights}
    files[PRICE] = _json(spec)
    files[LADDER] = lean(ladder.fit(rows[~is_free], prices, points, parameters.ladder), counts=False)
    files[FREE] = lean(free_or_paid.fit(rows, is_free, parameters.free), counts=False)
    return files


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
