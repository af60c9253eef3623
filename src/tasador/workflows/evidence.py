"""What the gate looks at, read and measured from a bundle."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.request import Given, Request
from tasador.errors import BundleError, UnknownValueError, WorkspaceError
from tasador.features.game import from_row
from tasador.models.families import families
from tasador.models.population import training_rows
from tasador.models.splits import HEADLINE
from tasador.registry import bundle, held_out
from tasador.registry.gate import Challenger
from tasador.registry.latency import median_ms
from tasador.registry.rivalry import Champion
from tasador.storage import bundles, snapshots
from tasador.storage.bundles import Bundle
from tasador.storage.workspace import Workspace

__all__ = ["Opened", "Opener", "challenger", "champion", "open_version"]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """A version that answers for rows of `games`.

    Attributes:
        estimate: Gives the estimate in USD, also where an answer would abstain; None where it has none.
        answer: Answers in full, as the server does: what is timed.
        later: Names of its inputs that are known only after launch.
    """

    estimate: Callable[[Row], float | None]
    answer: Callable[[Row], object]
    later: tuple[str, ...] = ()


#: Opens a version from its bundle.
Opener = Callable[[Bundle], Opened]

#: Rows that single appraisals are timed on.
_TIMED_ROWS: Final = 200

#: Share of the champion's newest rows after which games count as newer than what it learned from: some catalogues
#: have games with days of release years ahead.
_NEWEST: Final = 0.99

#: How far a price may be off after it was written and read: the last digits of a sum.
_RELATIVE: Final = 1e-9

_NOTHING_GIVEN: Final = Given(used=(), defaulted=(), absent=(), ignored=(), unknown=())


def open_version(found: Bundle) -> Opened:
    """Open a version by what serves it.

    Raises:
        BundleError: A file is missing or not what it should be.
    """
    appraiser = Appraiser(found.files, version=found.version, snapshot=found.manifest["snapshot"])
    return Opened(
        estimate=lambda row: appraiser.estimates([from_row(row)])[0],
        answer=lambda row: appraiser.answer(Request(from_row(row), _NOTHING_GIVEN)),
        later=tuple(one.name for one in appraiser.heads.inputs.definitions if one.known_at == "later"),
    )


def challenger(workspace: Workspace, found: Bundle, opener: Opener) -> Challenger:
    """Read and measure a version that would answer.

    Raises:
        BundleError: It lacks a file that the gate reads, or one that appraising reads.
        WorkspaceError: Its snapshot is gone or damaged: nothing can be asked of it.
    """
    games = _rows(workspace, found)
    rows = {row["app_id"]: row for row in games.iter_rows(named=True)}
    metrics = bundle.read_json(found, bundle.METRICS)
    opened = opener(found)
    leaks = metrics.get("leaks")
    return Challenger(
        version=found.version,
        held_out=_with_families(_held_out(found), games),
        size_bytes=bundles.size_bytes(found.manifest),
        latency_ms=median_ms(opened.answer, list(rows.values())[-_TIMED_ROWS:]),
        read_back=_read_back(metrics.get("probe"), rows, opened),
        leaks=None if leaks is None else tuple(map(str, leaks)),
        later=opened.later,
    )


def champion(workspace: Workspace, version: str, rival: Bundle, opener: Opener) -> Champion:
    """Read the version that answers, and ask it for what is newer than all that it learned from.

    Args:
        rival: The challenger's bundle.

    Raises:
        UnknownValueError: Its bundle is gone.
        BundleError: Its bundle is damaged.
    """
    found = bundles.load(workspace, version)
    if bundle.HELD_OUT not in found.files:
        return Champion(version, None)
    measured = _held_out(found)
    newer = _newer(workspace, found, measured, rival)
    if newer is None or newer.is_empty():
        return Champion(version, measured)
    estimate = opener(found).estimate
    answers = pl.DataFrame(
        {"app_id": newer["app_id"], "predicted_usd": [estimate(row) for row in newer.iter_rows(named=True)]},
        schema_overrides={"predicted_usd": pl.Float64},
    )
    return Champion(version, measured, answers.drop_nulls())


def _held_out(found: Bundle) -> pl.DataFrame:
    if bundle.HELD_OUT not in found.files:
        raise BundleError("the bundle lacks a file", where=found.version, expected=bundle.HELD_OUT, do="Train again.")
    return held_out.parse(found.files[bundle.HELD_OUT], where=f"{found.version}/{bundle.HELD_OUT}")


def _rows(workspace: Workspace, found: Bundle) -> pl.DataFrame:
    return training_rows(snapshots.load_games(workspace, found.manifest["snapshot"])).sort("release_date", "app_id")


def _with_families(measured: pl.DataFrame, games: pl.DataFrame) -> pl.DataFrame:
    """Say which rows are of one developer, where the predictions do not."""
    if "family" in measured.columns:
        return measured
    known = games.select("app_id", family=pl.Series(families(games)))
    # NOTE: games that are not among those rows, such as free ones, are families of their own.
    return measured.join(known, on="app_id", how="left", maintain_order="left").with_columns(
        pl.coalesce("family", -1 - pl.col("app_id").cast(pl.Int64))
    )


def _newer(workspace: Workspace, found: Bundle, measured: pl.DataFrame, rival: Bundle) -> pl.DataFrame | None:
    """Find games of the challenger's snapshot that the champion cannot know.

    Returns:
        None where that cannot be told, since a snapshot is gone.
    """
    if rival.manifest["snapshot"] == found.manifest["snapshot"]:
        return None
    try:
        known, rows = _rows(workspace, found), _rows(workspace, rival)
    except (UnknownValueError, WorkspaceError):
        return None
    newest = held_out.of_split(measured, HEADLINE)["release_date"].quantile(_NEWEST, "nearest")
    return rows.join(known, on="app_id", how="anti").filter(pl.col("release_date") > newest)


def _read_back(probe: Mapping[str, Any] | None, rows: Mapping[int, Row], opened: Opened) -> tuple[str, ...] | None:
    """Ask again what was asked when the version was made, and tell what differs."""
    if not probe or not probe["app_id"]:
        return None
    wrong = []
    for app_id, before in zip(probe["app_id"], probe["predicted_usd"], strict=True):
        now = opened.estimate(rows[app_id]) if app_id in rows else None
        if (now is None) != (before is None) or (now is not None and not math.isclose(now, before, rel_tol=_RELATIVE)):
            wrong.append(f"game {app_id}: {now} instead of {before}")
    return (*wrong[:3], f"{len(wrong)} of {len(probe['app_id'])} games differ") if wrong else ()
