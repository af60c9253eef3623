"""Many trainers on one PostgreSQL at a time, one of them killed: every trial once, every run once, one best.

    python -m deploy.tests.trainers [--trainers N] [--trials N]

Each trainer is a process with a workspace of its own, as on a machine of its own. They share two databases that are
empty when all begin: one of searches, one of runs and versions. Each searches parameters, trains with the best, logs
the run and registers the version. One is ended by SIGKILL while it tries something. Exits with 1 if something is not as
it should be.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg2
from benchmarks.measure import sample
from tests.models.light import LIGHT

from deploy.tests.image import Checks
from deploy.tests.services import postgres
from tasador.registry.tracking import Tracking
from tasador.storage.workspace import Workspace
from tasador.workflows.ingest import ingest
from tasador.workflows.train import train

ROWS = 2_500


def main() -> int:
    """Run, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trainers", type=int, default=6)
    parser.add_argument("--trials", type=int, default=18)
    told = parser.parse_args()
    check = Checks()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        source = sample(place, ROWS)
        (place / "database").mkdir()
        with postgres(place / "database", "runs", "searches") as database:
            places = [place / f"trainer-{number}" for number in range(told.trainers)]
            connections = _train(check, database, source, places, told.trials)
            _count(check, database, places[1:], told.trials)
            check("connections at a time, the most", connections, well=connections <= 8 * told.trainers)
    print(f"{check.n} checks, {check.wrong} not as they should be")
    return int(check.wrong > 0)


def _train(check: Checks, database: str, source: Path, places: list[Path], trials: int) -> int:
    """Let all train, and kill the first while it tries something; gives the most connections that were seen."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tasador.workflows.train", "deploy.tests.services"])
    barrier = context.Barrier(len(places))
    most, done = 0, threading.Event()
    processes = [
        context.Process(target=_trainer, args=(barrier, database, source, place, trials, dict(os.environ)))
        for place in places
    ]
    for process in processes:
        process.start()

    def look() -> None:
        nonlocal most
        while not done.wait(0.2):
            ((now,),) = _ask(database, "postgres", "SELECT count(*) FROM pg_stat_activity WHERE datname <> 'postgres'")
            most = max(most, now)

    looking = threading.Thread(target=look)
    looking.start()
    while not (places[0] / "trying").exists() and processes[0].is_alive():
        time.sleep(0.01)
    processes[0].kill()
    for process in processes:
        process.join()
    done.set()
    looking.join()
    codes = Counter(process.exitcode for process in processes)
    check("exit codes", dict(codes), well=codes == {0: len(places) - 1, -9: 1})
    return most


def _trainer(
    barrier: threading.Barrier, database: str, source: Path, root: Path, trials: int, env: dict[str, str]
) -> None:
    os.environ |= env
    workspace = Workspace(root)
    snapshot = ingest(workspace, [str(source)]).snapshot

    def progress(step: str, done: int, *_: object) -> None:
        if step == "tune" and done > 0:
            (root / "trying").touch()

    barrier.wait()
    tracking = Tracking(f"{database}/runs", (root / "artifacts").as_uri())
    searches = f"{database}/searches"
    made = train(
        workspace, snapshot, parameters=LIGHT, trials=trials, storage_url=searches, tracking=tracking, progress=progress
    )
    (root / "made.json").write_text(json.dumps({"version": made.version, "notes": made.notes}))


def _count(check: Checks, database: str, places: list[Path], trials: int) -> None:
    made = [json.loads((place / "made.json").read_text()) for place in places if (place / "made.json").exists()]
    versions = {one["version"] for one in made}
    check("versions that the same best gives", sorted(versions), well=len(versions) == 1)
    check("notes", [one["notes"] for one in made if one["notes"]] or "none", well=not any(one["notes"] for one in made))
    states = dict(_ask(database, "searches", "SELECT state::text, count(*) FROM trials GROUP BY 1"))
    finished = states.get("COMPLETE", 0) + states.get("PRUNED", 0)
    check("trials", f"{states}: {finished} of {trials} finished", well=finished == trials and "RUNNING" not in states)
    numbers = _ask(database, "searches", "SELECT count(*), count(DISTINCT number), max(number) + 1 FROM trials")[0]
    check("trials, numbers, highest and one", numbers, well=len(set(numbers)) == 1)
    studies = _ask(database, "searches", "SELECT count(*) FROM studies")[0][0]
    check("studies", studies, well=studies == 1)
    runs = dict(_ask(database, "runs", "SELECT status, count(*) FROM runs GROUP BY 1"))
    check("runs", runs, well=runs == {"FINISHED": len(places)})
    asked = "SELECT count(*), count(DISTINCT run_id), count(DISTINCT version) FROM model_versions"
    registered = _ask(database, "runs", asked)[0]
    check("registered, their runs, their numbers", registered, well=set(registered) == {len(places)})
    schemas = _ask(database, "runs", "SELECT count(*) FROM alembic_version")[0][0]
    check("MLflow's tables were made", f"{schemas} time", well=schemas == 1)


def _ask(database: str, name: str, query: str) -> list[Any]:
    connection = psycopg2.connect(f"{database.replace('+psycopg2', '')}/{name}")
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return list(cursor.fetchall())
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
