"""A candidate: fitted on all rows, calibrated on the newest, and measured on rows that its fits had not seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from tasador.appraisal.appraiser import HEDONIC, Appraiser
from tasador.appraisal.calibration import FILE as CALIBRATION
from tasador.appraisal.heads import Heads
from tasador.features.game import from_row
from tasador.models import hedonic
from tasador.models.classic_prices import price_table
from tasador.models.evaluate import Evaluation, evaluate
from tasador.models.global_explanation import explain_globally
from tasador.models.learning import Learning, here, price_points_of
from tasador.models.outcome import Outcome, calibrate
from tasador.models.parameters import Parameters
from tasador.models.population import priced_rows, training_rows
from tasador.similar import making
from tasador.similar.making import Owned

__all__ = ["Candidate", "make"]

#: Rows for which the version that is read back must say the same.
_PROBED: Final = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """What training makes.

    Attributes:
        files: The files that appraising reads, by name.
        metrics: Its figures, as JSON can hold them.
        held_out: One row a split and held-out row: see `tasador.models.held_out.predictions`.
        prices: Mean prediction and error by genre, as JSON can hold them.
        features: Its inputs, as JSON can hold them.
        evaluation: The protocol's findings, to be audited.
    """

    files: dict[str, bytes]
    metrics: dict[str, Any]
    held_out: pl.DataFrame
    prices: list[dict[str, Any]]
    features: list[dict[str, Any]]
    evaluation: Evaluation


def make(
    games: pl.DataFrame,
    parameters: Parameters,
    *,
    name: str,
    snapshot: str,
    owned: Owned | None = None,
    learning: Learning = here,
    workers: int = 1,
    told: Callable[[int, int], None] = lambda *_: None,
) -> Candidate:
    """Evaluate a candidate and fit it on all rows.

    Args:
        games: A snapshot's games.
        parameters: The candidate's.
        name: What the version is called.
        snapshot: The snapshot's id.
        owned: What the same people own, where that is known: it joins what describes a game.
        learning: Makes what fits on the rows.
        workers: Fits at a time; the result is the same for any number.
        told: Told how many fits are done, of how many.

    Raises:
        TasadorError: There are too few rows, or they cannot be split.
    """
    rows = priced_rows(games)
    evaluation = evaluate(rows, parameters, learning=learning, workers=workers, told=told)
    learned = evaluation.games
    files = evaluation.learn(np.arange(len(learned)), by_date=True)
    headline = evaluation.headline
    files[CALIBRATION] = _json(calibrate(headline, [headline], learned, price_points_of(files)).to_dict())
    paid = training_rows(games)
    twin = hedonic.fit(paid)
    files[HEDONIC] = _json(twin.to_dict())
    paid_games = [from_row(row) for row in paid.iter_rows(named=True)]
    log_prices = dict(zip(paid["app_id"], np.log(hedonic.predict(twin.hedonic, paid)).tolist(), strict=True))
    files |= making.files(map(from_row, games.iter_rows(named=True)), map(log_prices.get, games["app_id"]), owned)
    appraiser = Appraiser(files, version=name, snapshot=snapshot)
    estimates = appraiser.estimates(paid_games)
    step = max(len(paid_games) // _PROBED, 1)
    metrics = {
        **evaluation.metrics,
        "explanation": _explanation(headline, evaluation.heads),
        "hedonic": {"n": twin.n, "r_squared": twin.r_squared, "effects": [asdict(effect) for effect in twin.effects]},
        "probe": {
            "app_id": [game.app_id for game in paid_games[::step]],
            "predicted_usd": estimates[::step],
        },
    }
    newest = evaluation.held_out.filter(pl.col("split") == evaluation.protocol.origins[-1].name)
    return Candidate(
        files,
        metrics,
        evaluation.held_out,
        [asdict(group) for group in price_table(paid, estimates, newest)],
        [feature.to_dict() for feature in appraiser.heads.inputs.definitions],
        evaluation,
    )


def _explanation(headline: Outcome, heads: Heads) -> dict[str, Any]:
    """Tell what the model goes by on held-out games of developers with a record, whose model sees every input."""
    paid = headline.paid()
    known = paid.only([one.developer_known for one in paid.scored])
    shown = known if known.games else paid
    return explain_globally(
        heads.blend(developer_known=shown is known),
        heads.inputs.definitions,
        np.array([one.row for one in shown.scored]),
        np.array([game.price_usd for game in shown.games], dtype=np.float64),
    ).to_dict()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
