"""A real Spark cluster on this machine: a master and workers, each a process of its own that listens on loopback."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

_UP_SECONDS = 180.0


@dataclass
class Standalone:
    """A cluster.

    Attributes:
        logs: A folder for what its processes say and for their work.
        environment: What a program that works on it is to be started with.
        cores: How many a worker has.
        memory: What it may give to executors.
        port: Where the master listens.
        leader: The process of its master.
        workers: The process of each worker; it leads a group of its own, with its executors in it.
    """

    logs: Path
    environment: dict[str, str]
    cores: int
    memory: str
    port: int = 0
    leader: subprocess.Popen[bytes] = field(init=False)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def master(self) -> str:
        """Its address."""
        return f"spark://127.0.0.1:{self.port}"

    def lead(self) -> None:
        """Start the master."""
        self.port = free_port()
        self.leader = self._start("master", "master.Master", "--port", str(self.port))
        _wait(self.leader, self.logs / "master.log", "I have been elected leader")

    def add(self, workers: int) -> None:
        """Start workers."""
        names = [f"worker-{len(self.workers) + at}" for at in range(workers)]
        for name in names:
            options = ("--cores", str(self.cores), "--memory", self.memory, "--work-dir", str(self.logs / name))
            self.workers.append(self._start(name, "worker.Worker", *options, self.master))
        for name, worker in zip(names, self.workers[-workers:], strict=True):
            _wait(worker, self.logs / f"{name}.log", "Successfully registered with master")

    def kill(self, worker: int) -> None:
        """Kill a worker and its executors at once, as a power cut does."""
        os.killpg(self.workers[worker].pid, signal.SIGKILL)
        self.workers[worker].wait()

    def end(self) -> None:
        """Kill what is left."""
        for process in reversed(self._processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, name: str, role: str, *arguments: str) -> subprocess.Popen[bytes]:
        program = str(Path(self.environment["SPARK_HOME"]) / "bin" / "spark-class")
        with (self.logs / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [program, f"org.apache.spark.deploy.{role}", "--host", "127.0.0.1", "--webui-port", "0", *arguments],
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
                cwd=self.logs,
                start_new_session=True,
            )
        self._processes.append(process)
        return process


def find_spark() -> Path:
    """Find the folder of Spark's programs, or skip the test, saying what is absent."""
    pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'tasador[spark]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Java is not installed, which Spark needs")
    return Path(pyspark.__file__).parent


@contextlib.contextmanager
def standalone(
    logs: Path, *, workers: int = 2, memory: str = "1g", cores: int = 1, java: str = "", defaults: str = ""
) -> Iterator[Standalone]:
    """Start a cluster, and end it with the block.

    Args:
        logs: A folder for what its processes say and for their work.
        workers: How many.
        memory: What each may give to executors.
        cores: How many each has.
        java: Options of every Java process.
        defaults: What `spark-defaults.conf` says to programs that are started with the cluster's environment.
    """
    spark = find_spark()
    (logs / "spark-defaults.conf").write_text(defaults)
    found = Standalone(
        logs,
        {
            "SPARK_HOME": str(spark),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_CONF_DIR": str(logs),
            "SPARK_DAEMON_MEMORY": "256m",
            "PYSPARK_PYTHON": sys.executable,
            "JDK_JAVA_OPTIONS": java,
        },
        cores,
        memory,
    )
    try:
        found.lead()
        found.add(workers)
        yield found
    finally:
        found.end()


def _wait(process: subprocess.Popen[bytes], log: Path, says: str) -> None:
    begun = time.monotonic()
    while says not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() - begun > _UP_SECONDS:
            raise TimeoutError(f"{log.name} does not say {says!r}: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.2)


def free_port() -> int:
    """Find a port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
