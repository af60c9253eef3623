"""What a snapshot says of a release year: the six statistics of the classic routes."""

from __future__ import annotations

from typing import Any

from tasador.errors import UnknownValueError
from tasador.market import classic
from tasador.storage import snapshots
from tasador.storage.workspace import Workspace

__all__ = ["statistics_of"]


def statistics_of(workspace: Workspace, snapshot: str, year: int, *, master: str | None = None) -> dict[str, Any]:
    """Answer the six statistics of a year, by the first part of their route.

    Args:
        master: The address of the Spark cluster that computes them; None computes them here.

    Raises:
        UnknownValueError: There is no such snapshot, or it has no such year.
        WorkspaceError: A file of the snapshot is missing or altered.
        TasadorError: The cluster cannot be reached, or a step failed there.
    """
    if master is not None:
        from tasador.engines.spark.market import by_year

        games = snapshots.verify(workspace, snapshot) / snapshots.GAMES
        answers = by_year(master, games, year=year)
        if not all(str(year) in of_year for of_year in answers.values()):
            raise _unknown(year, sorted({int(one) for of_year in by_year(master, games).values() for one in of_year}))
        return {name: of_year[str(year)] for name, of_year in answers.items()}
    rows = classic.classic_rows(snapshots.load_games(workspace, snapshot))
    if year not in classic.years(rows):
        raise _unknown(year, classic.years(rows))
    return {name: statistic(rows, year) for name, statistic in classic.STATISTICS.items()}


def _unknown(year: int, years: list[int]) -> UnknownValueError:
    return UnknownValueError("year", year, years, do="Name one of these years.")
