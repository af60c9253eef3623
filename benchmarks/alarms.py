"""Count how often `tasador monitor` speaks: where nothing drifted, and where something did.

    python -m benchmarks.alarms [SOURCE] [--trials N] [--record FILE]

Without a source a synthetic catalogue of the real one's size is made. Where nothing drifted, two windows are parted at
random: a whole catalogue by rows; and what the monitor takes for usual by families of developers, whose rows are not
independent. Beside what the monitor says stands what a test a column at 5 % says, without effect size and without
control of the false discovery rate. Where something drifted, a change is put into one of two such windows, and what
counts is the alert that names its column.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from benchmarks.measure import ROWS, sample
from tasador.monitoring import drift, observed
from tasador.monitoring.drift import FAMILY, ColumnDrift
from tasador.storage import snapshots
from tasador.storage.workspace import Workspace
from tasador.workflows.ingest import ingest

SEED: Final = 20

#: What the launch variant reads.
FIELDS: Final = frozenset({"name", "kind", "genres", "specs", "developer", "publisher", "early_access"})

#: Rows of the current window; None is half of all.
SIZES: Final = (100, 300, None)

#: What a test without care takes for drift.
CARELESS: Final = 0.05

_RAISED: Final = 1.2

#: What a month may be held against, in days.
REFERENCES: Final = {"all years": 100 * 365, "the year before": 365, "the half-year before": observed.REFERENCE_DAYS}

Change = Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?")
    parser.add_argument("--trials", type=int, default=1_000)
    parser.add_argument("--record", type=Path, metavar="FILE")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        workspace = Workspace(Path(place) / "workspace")
        found = ingest(workspace, [given.source or str(sample(Path(place), ROWS))])
        games = snapshots.load_games(workspace, found.snapshot)
    rows = observed.entries(games, FIELDS)
    usual = observed.entries(observed.newest(games), FIELDS)
    study: dict[str, Any] = {"rows": rows.height, "usual_rows": usual.height, "real": given.source is not None}
    study |= {"silent": [], "speaks": []}
    study["months"] = list(walk(games))
    for part, told in every(rows, usual, given.trials):
        print(told, flush=True)
        study[part].append(told)
        if given.record:
            given.record.write_text(json.dumps(study, indent=2) + "\n", encoding="utf-8")


def walk(games: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Hold each month of two years against what was released before it, and count those with an alert."""
    last = observed.newest_day(games).replace(day=1)
    starts = pl.date_range(last - timedelta(days=731), last, "1mo", eager=True).dt.truncate("1mo").to_list()[-25:]
    for says, days in REFERENCES.items():
        unusual = 0
        for start, end in itertools.pairwise(starts):
            dates = pl.col("release_date")
            month = games.filter(dates >= start, dates < end)
            before = games.filter(dates < start, dates >= start - timedelta(days=days))
            tested = drift.drift(observed.entries(before, FIELDS), observed.entries(month, FIELDS))
            unusual += any(one.alert for one in tested)
        yield {"reference": says, "months": len(starts) - 1, "unusual": unusual}


def every(rows: pl.DataFrame, usual: pl.DataFrame, trials: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for size in SIZES:
        yield "silent", silence(usual, "families", size, trials)
    for name in CHANGES:
        for size in SIZES:
            yield "speaks", power(usual, name, size, max(trials // 10, 1))
    for size in SIZES:
        yield "silent", silence(rows, "rows", size, trials)


def silence(rows: pl.DataFrame, by: str, size: int | None, trials: int) -> dict[str, Any]:
    """Part a catalogue at random, and count the trials with any alert."""
    rng = np.random.default_rng(SEED)
    found = [drift.drift(*parted(rows, size, by, rng)) for _ in range(trials)]
    alarms = sum(any(one.alert for one in tested) for tested in found)
    return {
        "by": by,
        "size": size,
        "trials": trials,
        "judged": sum(bool(tested) for tested in found),
        "alarms": alarms,
        "careless": sum(any(one.p < CARELESS for one in tested) for tested in found),
    }


def power(rows: pl.DataFrame, name: str, size: int | None, trials: int) -> dict[str, Any]:
    """Change one of two such windows, and count the trials with the alert that names what was changed."""
    column, change = CHANGES[name]
    rng = np.random.default_rng(SEED)
    heard = 0
    for _ in range(trials):
        reference, current = parted(rows, size, "rows", rng)
        heard += any(one.alert and names(one, column) for one in drift.drift(reference, change(current, rng)))
    return {"change": name, "size": size, "trials": trials, "heard": heard}


def parted(
    rows: pl.DataFrame, size: int | None, by: str, rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Draw a window of about so many rows, and leave the rest as the reference."""
    wanted = rows.height // 2 if size is None else size
    if by == "rows":
        order = rng.permutation(rows.height)
        return rows[np.sort(order[wanted:])], rows[np.sort(order[:wanted])]
    sizes = rows[FAMILY].value_counts().sort(FAMILY)
    order = rng.permutation(sizes.height)
    last = int(np.searchsorted(np.cumsum(sizes["count"].to_numpy()[order]), wanted))
    drawn = rows[FAMILY].is_in(sizes[FAMILY].to_numpy()[order[: last + 1]].tolist())
    return rows.filter(~drawn), rows.filter(drawn)


def names(one: ColumnDrift, column: tuple[str, str | None]) -> bool:
    return (one.column, one.value) == column


def raised_prices(rows: pl.DataFrame, _: np.random.Generator) -> pl.DataFrame:
    return rows.with_columns(pl.col("price_usd") * _RAISED)


def doubled_genre(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Give the genre to as many rows again as have it."""
    has = pl.col("genres").list.contains("RPG")
    share = float(rows.select(has.mean()).item())
    drawn = pl.Series(rng.random(rows.height) < share / (1 - share))
    return rows.with_columns(
        pl.when(has | ~drawn).then("genres").otherwise(pl.col("genres").list.concat(pl.lit("RPG"))).alias("genres")
    )


def lost_column(rows: pl.DataFrame, _: np.random.Generator) -> pl.DataFrame:
    return rows.with_columns(specs=pl.lit(None, dtype=pl.List(pl.String)))


CHANGES: Final[dict[str, tuple[tuple[str, str | None], Change]]] = {
    "every price raised by a fifth": (("price_usd", None), raised_prices),
    "twice as many RPGs": (("genres", "RPG"), doubled_genre),
    "no entry tells its specs": (("specs", drift.MISSING), lost_column),
}

if __name__ == "__main__":
    main()
