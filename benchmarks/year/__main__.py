"""Simulate a year: each month a catalogue comes that has drifted, is watched, and the champion trained anew if need be.

    python -m benchmarks.year [--rows N] [--record FILE]

The catalogue is the generator's, with the changes of `benchmarks.year.catalogue`. In each month games of the next one
are asked for, and written down as the server does. Beside the champion that is watched stands the first one, which is
never trained anew. A new version is trained when the monitor raises an alert that training can mend, and when the
champion is a quarter behind; not on a catalogue whose quality is in question. The gate decides on it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.year.catalogue import EVENTS, deliver, last_day, records, released
from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.request import Request, read_row
from tasador.models.boosting import BoostingParameters
from tasador.models.free_or_paid import FreeParameters
from tasador.models.ladder import LadderParameters
from tasador.models.parameters import Parameters
from tasador.monitoring.alert import Alert
from tasador.monitoring.realised import Realised
from tasador.storage import appraisal_log, bundles, snapshots
from tasador.storage.workspace import Workspace
from tasador.testing.record import Record
from tasador.web.appraisal_log import row
from tasador.workflows.ingest import ingest
from tasador.workflows.monitor import monitor
from tasador.workflows.promote import promote
from tasador.workflows.train import train
from tasador.workflows.windows import Watched, outcomes

#: Small enough for a year in a few minutes.
PARAMETERS = Parameters(
    price=BoostingParameters(num_iterations=60),
    ladder=LadderParameters(num_iterations=20),
    free=FreeParameters(num_iterations=40),
)

#: What a request tells.
ASKED = ("app_id", "name", "kind", "release_date", "genres", "specs", "developer", "publisher", "early_access")

#: A champion that is further behind is trained anew without an alert.
QUARTER = timedelta(days=92)

#: What training on the catalogue would make worse.
QUESTIONABLE = frozenset({"data_quality"})


@dataclass(frozen=True, slots=True)
class Champion:
    version: str
    since: date


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=9_000)
    parser.add_argument("--record", type=Path, metavar="FILE")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        months: list[dict[str, Any]] = []
        for told in simulate(Path(place), records(given.rows)):
            print(json.dumps(told), flush=True)
            months.append(told)
            study = {"rows": given.rows, "events": [event.says for event in EVENTS], "months": months}
            if given.record:
                given.record.write_text(json.dumps(study, indent=2) + "\n", encoding="utf-8")


def simulate(place: Path, all_records: list[Record]) -> Iterator[dict[str, Any]]:
    workspace = Workspace(place / "workspace")
    before = ingest(workspace, [str(deliver(all_records, 0, place))]).snapshot
    first = Champion(train(workspace, before, parameters=PARAMETERS).version, last_day(0))
    if not promote(workspace, first.version).promote:
        raise RuntimeError("the first version was held: take more rows")
    champion = first
    for month in range(1, 13):
        snapshot = ingest(workspace, [str(deliver(all_records, month, place))]).snapshot
        ask(workspace, champion.version, before, snapshot, month)
        now = datetime.combine(last_day(month), time(12), UTC)
        report = monitor(workspace, now=now).report
        told: dict[str, Any] = {
            "month": f"{now:%Y-%m}",
            "champion": champion.version,
            "champion_until": champion.since.isoformat(),
            "new": sum(released(one).replace(day=1) == now.date().replace(day=1) for one in all_records),
            "alerts": [f"{one.check}: {one.subject}" for one in report.alerts],
            "watched": came(workspace, champion.version, before, snapshot),
            "never": came(workspace, first.version, before, snapshot),
            "did": "nothing",
        }
        if due(report.alerts, champion, now.date()):
            version = train(workspace, snapshot, parameters=PARAMETERS).version
            decision = promote(workspace, version)
            told["did"] = "promoted" if decision.promote else "held"
            told["why"] = [one.name for one in decision.checks if not one.passed]
            champion = Champion(version, now.date()) if decision.promote else champion
        elif any(one.check in QUESTIONABLE for one in report.alerts):
            told["did"] = "not trained: the catalogue is in question"
        yield told
        before = snapshot


def due(alerts: tuple[Alert, ...], champion: Champion, today: date) -> bool:
    if any(one.check in QUESTIONABLE or one.subject.endswith("(missing)") for one in alerts):
        return False
    return bool(alerts) or today - champion.since > QUARTER


def ask(workspace: Workspace, version: str, before: str, after: str, month: int) -> None:
    """Let the games of a month be asked for before it begins, and written down as the server does."""
    bundle = bundles.load(workspace, version)
    appraiser = Appraiser(bundle.files, version=version, snapshot=bundle.manifest["snapshot"])
    at = datetime.combine(last_day(month - 1), time(18), UTC)
    games = snapshots.load_games(workspace, after).cast({"kind": pl.String})
    new = games.join(snapshots.load_games(workspace, before), on="app_id", how="anti")
    rows = []
    for number, told in enumerate(new.select(ASKED).iter_rows(named=True)):
        found = read_row(told, appraiser.vocabulary, today=at.date())
        if isinstance(found, Request):
            rows.append(row(appraiser.answer(found), f"{month}-{number}", f"{month}-{number}", at))
    texts = {"at": pl.String, "release_date": pl.String}
    table = pl.DataFrame(rows, schema={**appraisal_log.SCHEMA, **texts}).with_columns(
        pl.col("at").str.to_datetime(time_unit="us", time_zone="UTC"), pl.col("release_date").str.to_date()
    )
    (workspace.root / "appraisals").mkdir(exist_ok=True)
    table.write_parquet(workspace.root / "appraisals" / f"{month:02}.parquet")


def came(workspace: Workspace, version: str, before: str, after: str) -> dict[str, Any]:
    """Hold a version's appraisals of the entries that came between two snapshots against their prices."""
    bundle = bundles.load(workspace, version)
    watched = Watched(
        bundle,
        Appraiser(bundle.files, version=version, snapshot=bundle.manifest["snapshot"]),
        snapshots.load_games(workspace, before),
        snapshots.load_games(workspace, after),
        pl.DataFrame(schema=appraisal_log.SCHEMA),
        date.max,
    )
    found = [one for one in outcomes(watched) if one.kind == "all"]
    return {_name(one): {"n": one.n, "seen": one.seen, "low": one.low, "high": one.high} for one in found}


def _name(one: Realised) -> str:
    return one.measure if one.level is None else f"{one.measure}_{one.level}"


if __name__ == "__main__":
    main()
