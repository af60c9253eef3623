"""The windows that are watched: what is usual, what is new in the catalogue, what was asked, what became known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

import numpy as np
import polars as pl

from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.request import FIELDS
from tasador.features.game import from_row
from tasador.models.families import families
from tasador.models.held_out import answers
from tasador.models.population import priced_rows, training_rows
from tasador.models.splits import HEADLINE
from tasador.models.twins import near_twins
from tasador.monitoring import observed
from tasador.monitoring.comparison import Comparison, Window, compare
from tasador.monitoring.drift import FAMILY, MIN_ROWS
from tasador.monitoring.realised import Realised, realised
from tasador.registry import bundle, held_out
from tasador.storage.bundles import Bundle

__all__ = ["Watched", "comparisons", "outcomes"]

_ENTRIES: Final = "new entries"
_REQUESTS: Final = "requests"
_LEVELS: Final = (50, 80, 95)
_BOUNDS: Final = tuple(f"{end}_{level}" for level in _LEVELS for end in ("lower", "upper"))


@dataclass(frozen=True, slots=True)
class Watched:
    """What there is to look at.

    Attributes:
        found: The champion's bundle.
        appraiser: The same, ready to answer.
        learned: The games of the snapshot that it learned from, or another that is held for usual.
        games: Those of the current snapshot.
        log: The appraisal log, one row an appraisal.
        since: From which day on its rows are looked at.
    """

    found: Bundle
    appraiser: Appraiser
    learned: pl.DataFrame
    games: pl.DataFrame
    log: pl.DataFrame
    since: date

    @property
    def new(self) -> pl.DataFrame:
        """The entries that the reference does not have."""
        return self.games.join(self.learned, on="app_id", how="anti", maintain_order="left")

    @property
    def promised(self) -> pl.DataFrame:
        """What the champion answered of its newest period unseen, near twins apart."""
        frame = held_out.parse(self.found.files.get(bundle.HELD_OUT, b""), where=self.found.version)
        rows = held_out.tested(frame, HEADLINE)
        return rows.with_columns(pl.Series(FAMILY, held_out.groups(rows)))


def comparisons(watched: Watched) -> tuple[Comparison, ...]:
    """Compare the inputs of new entries and of requests, and the answers to them, with what is usual."""
    return (*_of_entries(watched), *_of_requests(watched))


def outcomes(watched: Watched) -> tuple[Realised, ...]:
    """Hold appraisals that were made without the price against prices that are known now."""
    promised = watched.promised.filter(~pl.col("abstained"))
    known = {_ENTRIES: _known_entries(watched), _REQUESTS: _known_requests(watched)}
    return tuple(one for origin, rows in known.items() for one in realised(origin, rows, promised))


def _of_entries(watched: Watched) -> Iterator[Comparison]:
    new, fields = watched.new, _fields(watched)
    priced = training_rows(new)
    says = f"entries that snapshot {watched.found.manifest['snapshot']} does not have"
    usual = Window("releases of its last half-year", observed.entries(observed.newest(watched.learned), fields))
    yield compare(f"inputs of {_ENTRIES}", "inputs", usual, Window(says, observed.entries(new, fields)))
    if priced.height >= MIN_ROWS:
        usual = Window("the champion's held-out answers", observed.answers(watched.promised))
        said = observed.answers(_answered(watched.appraiser, priced))
        yield compare(f"answers to {_ENTRIES}", "answers", usual, Window(f"{says}, with a price", said))


def _of_requests(watched: Watched) -> Iterator[Comparison]:
    """Compare requests with those before them, or while these are few with catalogue and held-out answers."""
    begin = datetime.combine(watched.since, time(), UTC)
    log, fields = watched.log, _fields(watched)
    now, before = log.filter(pl.col("at") >= begin), log.filter(pl.col("at") < begin)
    if now.is_empty():
        return
    says = f"requests since {watched.since}"
    inputs = observed.asked(now, fields)
    if (earlier := observed.asked(before, fields)).height >= MIN_ROWS:
        usual = Window(f"requests before {watched.since}", earlier)
    else:
        usual = Window(
            "releases of the last half-year before training",
            observed.entries(observed.newest(watched.learned), fields),
        )
    yield compare(f"inputs of {_REQUESTS}", "inputs", usual, Window(says, inputs))
    version = watched.found.version
    served, known = (_said(observed.once(rows).filter(pl.col("model_version") == version)) for rows in (now, before))
    if served.height >= MIN_ROWS:
        usual = (
            Window(f"answers to requests before {watched.since}", observed.answers(known))
            if known.height >= MIN_ROWS
            else Window("the champion's held-out answers", observed.answers(watched.promised))
        )
        yield compare(f"answers to {_REQUESTS}", "answers", usual, Window(says, observed.answers(served)))


def _known_entries(watched: Watched) -> pl.DataFrame:
    """Appraise entries of the current catalogue that are newer than all that the champion learned from."""
    learned = priced_rows(watched.learned)
    rows = training_rows(watched.new).filter(pl.col("release_date") > observed.newest_day(watched.learned))
    if rows.is_empty():
        return _answers_of(rows).filter(~pl.col("abstained"))
    both, numbers = pl.concat([learned, rows]), np.arange(learned.height + rows.height)
    twin = near_twins(both, numbers[: learned.height], numbers[learned.height :])
    return _answered(watched.appraiser, rows.filter(~pl.Series(twin))).filter(~pl.col("abstained"))


def _known_requests(watched: Watched) -> pl.DataFrame:
    """Find the price of what was asked for: by app id, or by a name that one priced entry has."""
    learned = priced_rows(watched.learned)
    priced = training_rows(watched.games).join(learned, on="app_id", how="anti")
    told = priced.select(
        "app_id", "price_usd", kind=pl.col("kind").cast(pl.String), name=_name(), developer="developer"
    )
    said = watched.log.filter(pl.col("model_version") == watched.found.version, ~pl.col("abstained"))
    said = _said(said).select("at", "predicted_usd", "abstained", *_BOUNDS, "app_id", name=_name())
    by_id = said.drop("name").drop_nulls("app_id").join(told, on="app_id")
    named = told.filter(pl.col("name").is_unique()).drop("app_id")
    by_name = said.filter(pl.col("app_id").is_null()).drop("app_id").join(named, on="name")
    found = pl.concat([by_id.drop("app_id"), by_name], how="diagonal")
    last = found.sort("at").unique(["name", "kind", "developer"], keep="last", maintain_order=True)
    return last.with_columns(pl.Series(FAMILY, families(last), dtype=pl.Int64))


def _answered(appraiser: Appraiser, rows: pl.DataFrame) -> pl.DataFrame:
    """Let the champion answer for catalogue entries, as it would at their release."""
    games = [from_row(row) for row in rows.iter_rows(named=True)]
    said = answers(games, appraiser.heads.score(games), appraiser.calibration) if games else None
    return _answers_of(rows, said)


def _answers_of(rows: pl.DataFrame, said: pl.DataFrame | None = None) -> pl.DataFrame:
    columns = {
        "predicted_usd": pl.Float64,
        **dict.fromkeys(_BOUNDS, pl.Float64),
        "abstained": pl.Boolean,
        "too_wide": pl.Boolean,
    }
    answered = pl.DataFrame(schema=columns) if said is None else said.select(list(columns))
    told = rows.select("app_id", "price_usd", pl.col("kind").cast(pl.String))
    return pl.concat([told, answered], how="horizontal").with_columns(pl.Series(FAMILY, families(rows), dtype=pl.Int64))


def _said(log: pl.DataFrame) -> pl.DataFrame:
    for_width_alone = pl.col("reasons").list.len() == pl.col("reasons").list.count_matches("wide_interval")
    return log.rename({"estimate_usd": "predicted_usd"}).with_columns(too_wide=pl.col("abstained") & for_width_alone)


def _name() -> pl.Expr:
    return pl.col("name").str.to_lowercase().str.strip_chars()


def _fields(watched: Watched) -> frozenset[str]:
    return watched.appraiser.vocabulary.fields or frozenset(FIELDS)
