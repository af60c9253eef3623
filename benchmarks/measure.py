"""What a whole process costs, by the operating system's own accounting."""

from __future__ import annotations

import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 120.0
TASADOR = str(Path(sys.executable).parent / "tasador")

#: Records of the real catalogue.
ROWS = 32_135

#: As on a user's machine, where Python keeps what it compiled.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall and CPU time in seconds, and the largest resident memory in MB."""

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float


def run(command: list[str]) -> Cost:
    """Run a command to its end.

    Raises:
        RuntimeError: It failed.
    """
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 3}:
        raise RuntimeError(f"{' '.join(command)} exited with {process.returncode}")
    return Cost(time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def serve(command: list[str], path: str) -> Cost:
    """Start a server and measure until it has answered for the first time.

    Args:
        command: How to start it; `{port}` stands for the port.
        path: What to ask.

    Raises:
        RuntimeError: It did not answer.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    filled = [part.replace("{port}", str(port)) for part in command]
    start = time.perf_counter()
    process = subprocess.Popen(filled, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    try:
        while time.perf_counter() - start < START_SECONDS:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
                    answer.read()
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.02)
                continue
            wall = time.perf_counter() - start
            return Cost(wall, _cpu_seconds(process.pid), _peak_mb(process.pid))
        raise RuntimeError(f"{' '.join(filled)} did not answer")
    finally:
        process.kill()
        process.wait()


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mb(pid: int) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else float("nan")


def median(costs: list[Cost]) -> Cost:
    """Take the median of each figure."""
    return Cost(
        statistics.median(cost.wall_seconds for cost in costs),
        statistics.median(cost.cpu_seconds for cost in costs),
        statistics.median(cost.peak_mb for cost in costs),
    )


def sample(place: Path, rows: int) -> Path:
    """Make a synthetic catalogue."""
    path = place / "sample_games.json.gz"
    subprocess.run([TASADOR, "sample", str(rows), "--output", str(path)], check=True, capture_output=True)
    return path
