"""A Spark cluster: found, asked whether it can be used, and let go of."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tasador.errors import TasadorError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["cluster", "on_this_machine", "slots"]

_STANDALONE: Final = re.compile(r"spark://(?P<hosts>[^/]+)$")
_FORMS: Final = re.compile(r"local(\[(\*|\d+)(, *\d+)?\])?|local-cluster\[.+\]|spark://.+:\d+|yarn|k8s://.+")
_CALLED: Final = re.compile("An error occurred while calling ")
_LOOPBACK: Final = ("local", "spark://127.", "spark://localhost")
_CONNECT_SECONDS: Final = 5.0

_JAVA: Final = 17

#: A cluster has all its cores when none has come for so long; and how long the first is waited for.
_STILL_SECONDS: Final = 1.5
_PATIENCE_SECONDS: Final = 120.0

#: A task has one core, and what it calls shall not take those of others.
_ONE_THREAD: Final = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@contextlib.contextmanager
def cluster(master: str) -> Iterator[SparkSession]:
    """Work on a cluster; it is let go of when the block ends, also by an error.

    A program that has a Spark session keeps it: the work is done by that one, wherever it is.

    The workers need the same Tasador and Python, at the path of this one unless `PYSPARK_PYTHON` names another.

    Args:
        master: Its address, such as `spark://host:7077`, or `local[4]` for four cores of this machine.

    Raises:
        TasadorError: It cannot be reached, there is no Java, or a step failed there.
    """
    _check_form(master)
    _check_java()
    _check_reachable(master)
    # NOTE: the functions of a job name the Python that runs them.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with warnings.catch_warnings():
        # NOTE: Spark asks whether pandas is there, of which nothing here makes use.
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
        # NOTE: sockets to the Java process are closed when it ends.
        warnings.simplefilter("ignore", ResourceWarning)
        with _told(master), _session(master) as session:
            yield session


def slots(spark: SparkSession) -> int:
    """Count the tasks that can run at a time, now: machines that are lost do not count."""
    context = spark.sparkContext._jsc.sc()  # noqa: SLF001
    return int(context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile()))


def on_this_machine(master: str) -> bool:
    """Whether all that works for a master sees this machine's own files, locks and all."""
    return master.startswith(_LOOPBACK)


@contextlib.contextmanager
def _session(master: str) -> Iterator[SparkSession]:
    from pyspark.sql import SparkSession

    found = SparkSession.getActiveSession()
    if found is not None:
        yield found
        return
    session = _begun(master)
    try:
        _wait_for_cores(session)
        yield session
    finally:
        session.stop()


def _begun(master: str) -> SparkSession:
    from pyspark.sql import SparkSession

    # NOTE: a Python process for a task is at work with data that Spark's own memory does not count.
    builder = (
        SparkSession.Builder()
        .master(master)
        .appName("tasador")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
    )
    if on_this_machine(master):
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    environment = dict.fromkeys(_ONE_THREAD, "1")
    if "PYTHONPATH" in os.environ:
        environment["PYTHONPATH"] = os.environ["PYTHONPATH"]
    for name, value in environment.items():
        builder = builder.config(f"spark.executorEnv.{name}", value)
    return builder.getOrCreate()


def _wait_for_cores(session: SparkSession) -> None:
    """Wait until a cluster's cores are there, as long as more come: work is put into as many pieces as there are."""
    begun = time.monotonic()
    found, since = slots(session), begun
    while time.monotonic() - since < _STILL_SECONDS and time.monotonic() - begun < _PATIENCE_SECONDS:
        time.sleep(0.1)
        now = slots(session)
        if now != found or not now:
            found, since = now, time.monotonic()


@contextlib.contextmanager
def _told(master: str) -> Iterator[None]:
    """Tell a failure of the cluster in words: the last line of what a worker said, without Java's stack."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise TasadorError(
            "the cluster could not do it",
            where=master,
            got=_reason(str(error)),
            do="What was there before is untouched; the cluster's logs tell more. Mend it and run it again.",
        ) from error


def _reason(text: str) -> str:
    """Find what was raised: in a worker's Python, whose traceback ends with it and before an empty line; or in Java."""
    python = text.partition("Traceback (most recent call last)")[2].partition("\n\n")[0]
    raised = [line for line in python.splitlines() if line.strip() and not line.startswith(" ")]
    # NOTE: what Java raised comes after a line that names a method of py4j's.
    java = [line.removeprefix(": ") for line in text.splitlines() if line.strip() and not _CALLED.match(line)]
    return (raised[-1:] or java or ["nothing"])[0].strip()[:500].rstrip(".")


def _check_form(master: str) -> None:
    if not _FORMS.fullmatch(master):
        raise TasadorError(
            "this is no address of a cluster",
            got=repr(master),
            expected="spark://HOST:PORT, local[*], local[4], yarn or k8s://ADDRESS",
            do="Name one: --master spark://HOST:7077.",
        )


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    java = java or shutil.which("java")
    if java is None:
        got = "no `java` in PATH" if home is None else f"no bin/java in JAVA_HOME, {home}"
    else:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603
        version = re.search(r'version "(\d+)', said)
        if version is None or int(version[1]) >= _JAVA:
            return
        got = f"Java {version[1]} in {java}"
    raise TasadorError(
        "Spark needs Java",
        got=got,
        expected=f"Java {_JAVA} or newer",
        do="On Debian and Ubuntu: apt install openjdk-17-jre-headless.",
    )


def _check_reachable(master: str) -> None:
    """Knock at a standalone cluster's door: Spark itself would try for a minute."""
    found = _STANDALONE.match(master)
    if found is None:
        return
    errors: list[str] = []
    for address in found["hosts"].split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=_CONNECT_SECONDS).close()
        except (OSError, ValueError) as error:
            errors.append(str(error))
        else:
            return
    raise TasadorError(
        "the cluster cannot be reached",
        where=master,
        got="; ".join(errors),
        expected="a Spark master that listens there",
        do="Start it, or name another: --master spark://HOST:7077.",
    )
