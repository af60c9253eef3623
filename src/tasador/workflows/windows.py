"""The windows that are watched: what is usual, what is new in the catalogue, what was asked, what became known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from tasador.registry import held_out
from tasador.storage.bundles import Bundle

__all__ = ["Watched", "comparisons", "outcomes", "promised"]

_ENTRIES: Final = "new entries"
_NEWEST: Final = "newest entries"
_REQUESTS: Final = "requests"

#: The newest entries are those of a catalogue's month: what is over is seen there first, and so is what begins.
_NEWEST_DAYS: Final = 31
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
        promises: What each version that answered, and is still there, answered of its newest period unseen, near twins
            apart; the champion's among them.
    """

    found: Bundle
    appraiser: Appraiser
    learned: pl.DataFrame
    games: pl.DataFrame
    log: pl.DataFrame
    since: date
    promises: Mapping[str, pl.DataFrame]

    @property
    def new(self) -> pl.DataFrame:
        """The entries that the reference does not have."""
        return self.games.join(self.learned, on="app_id", how="anti", maintain_order="left")

    @property
    def promised(self) -> pl.DataFrame:
        """The champion's of them."""
        return self.promises[self.found.version]


def promised(version: str, data: bytes) -> pl.DataFrame:
    """Read what a version answered of its newest period unseen, near twins apart.

    Args:
        version: Its name.
        data: The file of its bundle.

    Raises:
        BundleError: It cannot be read.
    """
    rows = held_out.tested(held_out.parse(data, where=version), HEADLINE)
    return rows.with_columns(pl.Series(FAMILY, held_out.groups(rows)), model_version=pl.lit(version))


def comparisons(watched: Watched) -> tuple[Comparison, ...]:
    """Compare the inputs of new entries and of requests, and the answers to them, with what is usual."""
    return (*_of_entries(watched), *_of_requests(watched))


def outcomes(watched: Watched) -> tuple[Realised, ...]:
    """Hold appraisals that were made without the price against prices that are known now."""
    wanted = ["kind", "model_version", "price_usd", "predicted_usd", "abstained"]
    promises = pl.concat(frame.select(wanted) for frame in watched.promises.values()).filter(~pl.col("abstained"))
    entries = _known_entries(watched).with_columns(model_version=pl.lit(watched.found.version))
    newest = entries.filter(pl.col("app_id").is_in(_newest(watched.new)["app_id"].implode()))
    known = {_ENTRIES: entries, _REQUESTS: _known_requests(watched)}
    if newest.height < entries.height:
        known[_NEWEST] = newest
    return tuple(one for origin, rows in known.items() for one in realised(origin, rows, promises))


def _of_entries(watched: Watched) -> Iterator[Comparison]:
    """Compare all entries that came since the champion learned, and the newest of them."""
    new = watched.new
    says = f"entries that snapshot {watched.found.manifest['snapshot']} does not have"
    found = tuple(_of_window(watched, new, _ENTRIES, says))
    newest = _newest(new)
    if newest.height == new.height:
        yield from found
        return
    says = f"those of them that were released in the last {_NEWEST_DAYS} days"
    last = {one.of: one for one in _of_window(watched, newest, _NEWEST, says)}
    yield from (one.still(last[one.of]) if one.of in last else one for one in found)
    yield from last.values()


def _newest(new: pl.DataFrame) -> pl.DataFrame:
    return new if new.is_empty() else observed.newest(new, _NEWEST_DAYS)


def _of_window(watched: Watched, rows: pl.DataFrame, name: str, says: str) -> Iterator[Comparison]:
    fields = _fields(watched)
    usual = Window("releases of its last half-year", observed.entries(observed.newest(watched.learned), fields))
    current = Window(says, observed.entries(rows, fields))
    yield compare(f"inputs of {name}", "inputs", "entries", usual, current)
    priced = training_rows(rows)
    if priced.height >= MIN_ROWS:
        usual = Window("the champion's held-out answers", observed.answers(watched.promised))
        said = observed.answers(_answered(watched.appraiser, priced))
        yield compare(f"answers to {name}", "answers", "entries", usual, Window(f"{says}, with a price", said))


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
    yield compare(f"inputs of {_REQUESTS}", "inputs", "requests", usual, Window(says, inputs))
    version = _who_answered(watched, now)
    served, known = (_said(observed.once(rows).filter(pl.col("model_version") == version)) for rows in (now, before))
    if served.height >= MIN_ROWS:
        usual = (
            Window(f"answers to requests before {watched.since}", observed.answers(known))
            if known.height >= MIN_ROWS
            else Window(f"held-out answers of {version}", observed.answers(watched.promises[version]))
        )
        yield compare(f"answers to {_REQUESTS}", "answers", "requests", usual, Window(says, observed.answers(served)))


def _who_answered(watched: Watched, log: pl.DataFrame) -> str:
    """Take the champion where it answered enough requests to judge, else the version that answered the most."""
    told = log.filter(pl.col("model_version").is_in(list(watched.promises)))
    counts = dict(told["model_version"].value_counts(sort=True).iter_rows())
    champion = watched.found.version
    return champion if counts.get(champion, 0) >= MIN_ROWS else next(iter(counts), champion)


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
    """Find the price of what was asked for: by app id, or by a name that one priced entry has.

    Each answer counts for the version that gave it. A price that the champion learned from is none that became known.
    """
    learned = priced_rows(watched.learned)
    priced = training_rows(watched.games).join(learned, on="app_id", how="anti")
    told = priced.select(
        "app_id", "price_usd", kind=pl.col("kind").cast(pl.String), name=_name(), developer="developer"
    )
    said = watched.log.filter(pl.col("model_version").is_in(list(watched.promises)), ~pl.col("abstained"))
    said = _said(said).select("at", "model_version", "predicted_usd", "abstained", *_BOUNDS, "app_id", name=_name())
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
