"""Simulate a year: each month a catalogue comes that has drifted, is watched, and the champion trained anew if need be.

    python -m deploy.tests.year [--rows N] [--record FILE]

The catalogue is the generator's, with the changes of `deploy.tests.year.catalogue`. In each month games of the next one
are asked for, and written down as the server does. Beside the champion that is watched stands the first one, which is
never trained anew. The operator's rule: an alert that says that the catalogue is in question, and nothing is trained;
else one that training may mend, or a champion that is a quarter behind, and a challenger is trained, on which the gate
decides. Prints a line of JSON a month, and the counts.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from deploy.tests.year.catalogue import EVENTS, deliver, last_day, records
from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.request import Request, read_row
from tasador.models.boosting import BoostingParameters
from tasador.models.free_or_paid import FreeParameters
from tasador.models.ladder import LadderParameters
from tasador.models.parameters import Parameters
from tasador.monitoring.alert import Alert
from tasador.monitoring.realised import Realised
from tasador.registry import bundle
from tasador.storage import appraisal_log, bundles, snapshots
from tasador.storage.workspace import Workspace
from tasador.testing.record import Record
from tasador.web.appraisal_log import row
from tasador.workflows.ingest import ingest
from tasador.workflows.monitor import monitor
from tasador.workflows.promote import promote
from tasador.workflows.train import train
from tasador.workflows.windows import Watched, outcomes, promised

#: Small enough for a year in a few minutes.
PARAMETERS = Parameters(
    price=BoostingParameters(num_iterations=60),
    ladder=LadderParameters(num_iterations=20),
    free=FreeParameters(num_iterations=40),
)

#: What a request tells.
ASKED = ("app_id", "name", "kind", "release_date", "genres", "specs", "developer", "publisher", "early_access")

#: A champion that is further behind is trained anew without an alert.
QUARTER = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Champion:
    version: str
    since: date


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=14_000)
    parser.add_argument("--record", type=Path, metavar="FILE")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        months: list[dict[str, Any]] = []
        for told in simulate(Path(place), records(given.rows)):
            print(json.dumps(told), flush=True)
            months.append(told)
            events = [{"says": one.says, "name": one.name, "first": one.first} for one in EVENTS]
            study = {"rows": given.rows, "events": events, "months": months}
            if given.record:
                given.record.write_text(json.dumps(study, indent=2) + "\n", encoding="utf-8")
    counts = Counter(told["did"] for told in months)
    alerts = Counter(one["check"] for told in months for one in told["alerts"])
    print(f"{len(months)} months: {dict(counts)}; alerts: {dict(alerts)}")


def simulate(place: Path, all_records: list[Record]) -> Iterator[dict[str, Any]]:
    workspace = Workspace(place / "workspace")
    # NOTE: who asks knows the game, whatever the source says of it.
    known = known_to_makers(place, all_records)
    before = ingest(workspace, [str(deliver(all_records, 0, place))]).snapshot
    first = Champion(train(workspace, before, parameters=PARAMETERS).version, last_day(0))
    if not promote(workspace, first.version).promote:
        raise RuntimeError("the first version was held: take more rows")
    champion = first
    for month in range(1, 13):
        snapshot = ingest(workspace, [str(deliver(all_records, month, place))]).snapshot
        asked = ask(workspace, champion.version, known, month)
        now = datetime.combine(last_day(month), time(12), UTC)
        report = monitor(workspace, now=now).report
        told: dict[str, Any] = {
            "month": f"{now:%Y-%m}",
            "champion": champion.version,
            "champion_until": champion.since.isoformat(),
            "new": snapshots.load_games(workspace, snapshot).height - snapshots.load_games(workspace, before).height,
            "asked": asked,
            "alerts": [{"check": one.check, "subject": one.subject, "says": one.says} for one in report.alerts],
            "watched": came(workspace, champion.version, before, snapshot),
            "never": came(workspace, first.version, before, snapshot),
        }
        reason, trains = decide(report.alerts, champion, now.date())
        told |= {"did": "nothing", "why": reason, "failed": []}
        if trains:
            version = train(workspace, snapshot, parameters=PARAMETERS).version
            decision = promote(workspace, version)
            told["did"] = "promoted" if decision.promote else "held"
            told["failed"] = [one.name for one in decision.checks if not one.passed]
            champion = Champion(version, now.date()) if decision.promote else champion
        yield told
        before = snapshot


def decide(alerts: tuple[Alert, ...], champion: Champion, today: date) -> tuple[str, bool]:
    """Say whether to train, and why: not on a catalogue in question, for an alert that it mends, and each quarter."""
    if any(one.training == "harms" for one in alerts):
        return "the catalogue is in question", False
    if any(one.training == "mends" for one in alerts):
        return "an alert that training may mend", True
    if today - champion.since >= QUARTER:
        return "a quarter behind", True
    return "nothing that training mends", False


def known_to_makers(place: Path, all_records: list[Record]) -> pl.DataFrame:
    """Read what is true of all games of the year."""
    workspace = Workspace(place / "makers")
    found = ingest(workspace, [str(deliver(all_records, 12, place))])
    return snapshots.load_games(workspace, found.snapshot)


def ask(workspace: Workspace, version: str, known: pl.DataFrame, month: int) -> int:
    """Let the games of a month be asked for before it begins, and written down as the server does; tell how many."""
    loaded = bundles.load(workspace, version)
    appraiser = Appraiser(loaded.files, version=version, snapshot=loaded.manifest["snapshot"])
    at = datetime.combine(last_day(month - 1), time(18), UTC)
    dates = pl.col("release_date")
    new = known.filter(dates > last_day(month - 1), dates <= last_day(month)).cast({"kind": pl.String})
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
    return table.height


def came(workspace: Workspace, version: str, before: str, after: str) -> dict[str, Any]:
    """Hold a version's appraisals of the entries that came between two snapshots against their prices."""
    found = bundles.load(workspace, version)
    watched = Watched(
        found,
        Appraiser(found.files, version=version, snapshot=found.manifest["snapshot"]),
        snapshots.load_games(workspace, before),
        snapshots.load_games(workspace, after),
        pl.DataFrame(schema=appraisal_log.SCHEMA),
        date.max,
        {version: promised(version, found.files[bundle.HELD_OUT])},
    )
    told = [one for one in outcomes(watched) if one.kind == "all"]
    return {_name(one): {"n": one.n, "seen": one.seen, "low": one.low, "high": one.high} for one in told}


def _name(one: Realised) -> str:
    return one.measure if one.level is None else f"{one.measure}_{one.level}"


if __name__ == "__main__":
    main()
