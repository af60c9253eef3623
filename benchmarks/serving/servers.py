"""Servers as processes of their own on free loopback ports, and what each costs by the operating system's account."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

from benchmarks.measure import ENVIRONMENT

__all__ = ["CORES", "ROOT", "Server", "ServerError"]

#: The checkout, from which other environments import this package.
ROOT = Path(__file__).parents[2]

START_SECONDS = 120.0
STOP_SECONDS = 10.0

#: Where servers run, and where who asks them does: the same core where there is but one.
CORES = (min(os.sched_getaffinity(0)), max(os.sched_getaffinity(0)))

_TICKS = os.sysconf("SC_CLK_TCK")


class ServerError(RuntimeError):
    """A server that does not start, or answers with errors."""


class Server:
    """A server, as long as the `with` block lasts.

    Args:
        name: What it is called.
        command: How to start it; `{port}` stands for the port.
        path: What it answers with 200 once it is ready.
        variables: Set in its environment.
        core: The one core that it may use; None leaves it all.

    Attributes:
        port: Where it listens.
        wall_seconds: From its start to the first answer.
        ready_cpu_seconds: What it had computed by then, with its children.
    """

    def __init__(
        self,
        name: str,
        command: list[str],
        path: str,
        *,
        variables: Mapping[str, str] | None = None,
        core: int | None = CORES[0],
    ) -> None:
        self.name = name
        self.port = _free_port()
        self.wall_seconds = self.ready_cpu_seconds = float("nan")
        pinned = [] if core is None else ["taskset", "-c", str(core)]
        self._command = [*pinned, *(part.replace("{port}", str(self.port)) for part in command)]
        self._path = path
        self._environment = {**ENVIRONMENT, **(variables or {})}

    def __enter__(self) -> Server:
        """Start it, and wait until it answers.

        Raises:
            ServerError: It does not.
        """
        self._said = tempfile.TemporaryFile()
        start = time.perf_counter()
        self._process = subprocess.Popen(
            self._command,
            stdout=self._said,
            stderr=subprocess.STDOUT,
            env=self._environment,
            start_new_session=True,
        )
        try:
            self._wait(start)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it, with all that it started."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
                self._process.wait(STOP_SECONDS)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        self._said.close()

    @property
    def cpu_seconds(self) -> float:
        """What it has computed, with its children."""
        return sum(_cpu_seconds(pid) for pid in _tree(self._process.pid))

    @property
    def resident_mb(self) -> float:
        """What it holds in memory, with its children."""
        return sum(_resident_mb(pid) for pid in _tree(self._process.pid))

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    @property
    def code(self) -> int:
        """What it exited with."""
        return self._process.returncode

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, and none to what it started."""
        self._process.send_signal(number)

    def said(self) -> str:
        """Give what it has written until now."""
        # NOTE: without moving the place at which it writes, which is the file's.
        return os.pread(self._said.fileno(), os.fstat(self._said.fileno()).st_size, 0).decode(errors="replace")

    def ask(self, path: str, body: bytes | None = None) -> bytes:
        """Ask once.

        Raises:
            ServerError: It answers with another status than 200.
        """
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=body, headers={"content-type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                found: bytes = answer.read()
        except urllib.error.HTTPError as error:
            raise ServerError(f"{self.name}: {path} answers {error.code}: {error.read(500).decode()}") from error
        return found

    def _wait(self, start: float) -> None:
        while time.perf_counter() - start < START_SECONDS:
            try:
                self.ask(self._path)
            except (ServerError, OSError):
                if self._process.poll() is not None:
                    break
                time.sleep(0.01)
                continue
            self.wall_seconds = time.perf_counter() - start
            self.ready_cpu_seconds = self.cpu_seconds
            return
        raise ServerError(f"{self.name} does not start: {' '.join(self._command)}\n{self.said()[-2_000:]}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _tree(pid: int) -> Iterator[int]:
    """Give a process, its children, theirs, and so on; those that end meanwhile are left out."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found = children.read_text().split()
        except OSError:
            continue
        for child in found:
            yield from _tree(int(child))


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _resident_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
