"""Where runs are logged, and how MLflow is opened: the only module that imports it.

It is imported when a store is opened, not before, since that takes seconds.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import sys
import urllib.parse
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from tasador.errors import TasadorError
from tasador.storage.workspace import Workspace

__all__ = ["Tracking", "TrackingError", "download", "entities", "failures", "open_client", "telling"]

_LOCAL: Final = "sqlite"

#: What those who open a database in PostgreSQL hold, one at a time: any number that is nobody else's.
_OPENING: Final = 0x7A5AD02

#: Of what a library says of a failure, how much is told.
_LONGEST_REASON: Final = 240

#: What MLflow is told before it is imported, unless the environment says otherwise: to send nothing home, to fail soon
#: when its server is away (it would try for minutes), and to draw no bars.
_ENVIRONMENT: Final = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
_NO_TELEMETRY: Final = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


class TrackingError(TasadorError, RuntimeError):
    """The tracking store is not installed, cannot be reached, or refuses."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """Where runs are logged.

    Attributes:
        uri: `sqlite:///FILE`, `postgresql+psycopg2://…` or `http(s)://…` of a server.
        artifacts: Folder or URL, such as `s3://bucket/path`, of what new runs keep; None lets a server decide.
    """

    uri: str
    artifacts: str | None

    @classmethod
    def of(cls, workspace: Workspace, uri: str | None = None, artifacts: str | None = None) -> Tracking:
        """Take what is set, or a database and a folder in the workspace."""
        folder = workspace.root.resolve() / "runs"
        place = f"sqlite:///{folder / 'mlflow.db'}" if uri is None else uri
        made = cls(place, artifacts)
        return made if made.serves or artifacts else cls(place, (folder / "artifacts").as_uri())

    @property
    def serves(self) -> bool:
        """Whether it is a server, which keeps artefacts itself."""
        return self.uri.startswith(("http://", "https://"))

    @property
    def shared(self) -> bool:
        """Whether others see it, to whom this workspace's paths say nothing."""
        return not self.uri.startswith(f"{_LOCAL}:")

    @property
    def shown(self) -> str:
        """The address without its password."""
        return self.without_password(self.uri)

    def without_password(self, text: str) -> str:
        """Take the password out of a text."""
        password = urllib.parse.urlsplit(self.uri).password
        return text.replace(password, "***") if password else text


def open_client(tracking: Tracking) -> Any:
    """Open a store, which is made where it is a file that is not there yet.

    Raises:
        TrackingError: MLflow is not installed, or the store cannot be reached.
    """
    mlflow = _import("mlflow")
    _import("mlflow.store.tracking.sqlalchemy_store")
    # NOTE: what failed is told by the errors that are raised.
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with telling(tracking), contextlib.nullcontext() if tracking.serves else _database(tracking):
        return mlflow.MlflowClient(tracking_uri=tracking.uri, registry_uri=tracking.uri)


def entities() -> ModuleType:
    """What runs are made of.

    Raises:
        TrackingError: MLflow is not installed.
    """
    return _import("mlflow.entities")


def download(tracking: Tracking, address: str, into: Path) -> Path:
    """Download what a run keeps at an address into a directory, and say where it is.

    Raises:
        TrackingError: MLflow is not installed.
    """
    artifacts = _import("mlflow.artifacts")
    return Path(artifacts.download_artifacts(artifact_uri=address, dst_path=str(into), tracking_uri=tracking.uri))


def _import(name: str) -> ModuleType:
    """Import a part of MLflow, which sends nothing home."""
    os.environ |= _NO_TELEMETRY
    for variable, value in _ENVIRONMENT.items():
        os.environ.setdefault(variable, value)
    try:
        with warnings.catch_warnings():
            # NOTE: its tables use what SQLAlchemy is about to drop, and warn of it when they are first imported.
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise TrackingError(
            "logging runs needs a library that is not installed",
            where="MLflow",
            got=f"no {error.name}",
            do="pip install 'tasador[train]'",
        ) from error


@contextlib.contextmanager
def _database(tracking: Tracking) -> Iterator[None]:
    """Fail at once where a database is away, which MLflow would ask ten times, for minutes; and keep others from it.

    Of several that open an empty PostgreSQL at a time all would make its tables, and all but one would fail.
    """
    import sqlalchemy

    if not tracking.shared:
        Path(tracking.uri.removeprefix(f"{_LOCAL}:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlalchemy.create_engine(tracking.uri, poolclass=sqlalchemy.pool.NullPool)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            # NOTE: the database lets go of it when the connection ends, also that of a killed process.
            connection.execute(sqlalchemy.text("SELECT pg_advisory_lock(:key)"), {"key": _OPENING})
        yield


@contextlib.contextmanager
def telling(tracking: Tracking) -> Iterator[None]:
    """Turn what MLflow and the libraries under it raise into one error, which does not tell a password."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except failures() as error:
        missing = isinstance(error, ModuleNotFoundError)
        extras = {"boto3": "s3", "psycopg2": "postgres"}
        lacks = extras.get((getattr(error, "name", None) or "").partition(".")[0], "train") if missing else ""
        told = " ".join(tracking.without_password(str(error)).split())
        raise TrackingError(
            "the tracking store failed",
            where=tracking.shown,
            got=f"{type(error).__name__}: {told[:_LONGEST_REASON]}",
            do=f"pip install 'tasador[{lacks}]'" if missing else "Check its address and that it is up.",
        ) from error


def failures() -> tuple[type[BaseException], ...]:
    """What MLflow and the libraries under it raise; those of S3 only where they were imported."""
    found: list[type[BaseException]] = [OSError, ModuleNotFoundError]
    for module, names in {
        "mlflow.exceptions": ("MlflowException",),
        "sqlalchemy.exc": ("SQLAlchemyError",),
        "botocore.exceptions": ("BotoCoreError", "ClientError"),
        "boto3.exceptions": ("Boto3Error",),
    }.items():
        found += [getattr(sys.modules[module], name) for name in names if module in sys.modules]
    return tuple(found)
