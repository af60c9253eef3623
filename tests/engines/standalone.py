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
from dataclasses import dataclass
from pathlib import Path

import pytest

_UP_SECONDS = 180.0


@dataclass
class Standalone:
    """A cluster.

    Attributes:
        master: Its address.
        leader: The process of its master.
        workers: The process of each worker; it leads a group of its own, with its executors in it.
    """

    master: str
    leader: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]

    def kill(self, worker: int) -> None:
        """Kill a worker and its executors at once, as a power cut does."""
        os.killpg(self.workers[worker].pid, signal.SIGKILL)
        self.workers[worker].wait()


def find_spark() -> Path:
    """Find the folder of Spark's programs, or skip the test, saying what is absent."""
    pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed: pip install 'tasador[spark]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Java is not installed, which Spark needs")
    return Path(pyspark.__file__).parent


@contextlib.contextmanager
def standalone(logs: Path, *, workers: int = 2, memory: str = "1g") -> Iterator[Standalone]:
    """Start a cluster, and end it with the block.

    Args:
        logs: A folder for what its processes say and for their work.
        workers: How many, each with one core.
        memory: What each may give to executors.
    """
    spark = find_spark()
    port = _free_port()
    processes: list[subprocess.Popen[bytes]] = []
    environment = {
        **os.environ,
        "SPARK_HOME": str(spark),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_DAEMON_MEMORY": "256m",
    }

    def start(name: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (logs / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [spark / "bin" / "spark-class", *arguments],
                stdout=log,
                stderr=log,
                env=environment,
                cwd=logs,
                start_new_session=True,
            )
        processes.append(process)
        return process

    deploy = "org.apache.spark.deploy"
    here = ("--host", "127.0.0.1", "--webui-port", "0")
    try:
        leader = start("master", f"{deploy}.master.Master", *here, "--port", str(port))
        _wait(logs / "master.log", "I have been elected leader")
        master = f"spark://127.0.0.1:{port}"
        started = [
            start(
                f"worker-{number}",
                f"{deploy}.worker.Worker",
                *(*here, "--cores", "1", "--memory", memory, "--work-dir", str(logs / f"work-{number}"), master),
            )
            for number in range(workers)
        ]
        for number in range(workers):
            _wait(logs / f"worker-{number}.log", "Successfully registered with master")
        yield Standalone(master, leader, started)
    finally:
        for process in reversed(processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _wait(log: Path, says: str) -> None:
    begun = time.monotonic()
    while says not in log.read_text(errors="replace"):
        if time.monotonic() - begun > _UP_SECONDS:
            raise TimeoutError(f"{log.name} does not say {says!r}: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
