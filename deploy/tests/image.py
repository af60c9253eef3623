"""Builds the images, runs the one that serves as an orchestrator would harden it, and asks it.

    python -m deploy.tests.image [--workspace DIR] [--base IMAGE] [--built] [--ca FILE]

Needs podman. Builds by `make image image-baked`; prints the size, who runs, what it may write, health, memory and how
it stops; exits with 1 if one of them is not as it should be, or could not be tried. `--base` takes another base image
than the official one, `--ca` a file of certificates that the build trusts, where a proxy stands in between. Without
`--workspace` a synthetic catalogue goes through `tasador run` first.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from benchmarks.measure import TASADOR, sample
from benchmarks.serving.servers import ROOT

MOST_MB = 350.0
MEMORY_MB = 256
ROWS = 4_000
START_SECONDS = 60.0
STOP_SECONDS = 40
TOLD_LINES = 12
PORT = 18_733
ADDRESS = f"http://127.0.0.1:{PORT}"

HARDENED = [
    "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--tmpfs", "/tmp:size=64m",
    "--memory", f"{MEMORY_MB}m", "--pids-limit", "64", "--network", "host",
    # what podman takes without these may be more than a container in a container is allowed
    "--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096",
]  # fmt: skip

#: One of each kind of work: bytes, a search, an appraisal with comparables (numpy), a page, the metrics.
ASKED: list[tuple[str, bytes | None]] = [
    ("/genero/a%C3%B1o/2016", None),
    ("/v1/games?q=war&limit=3", None),
    ("/v1/appraisals", b'{"name": "Cave Colony", "genres": ["Indie", "Strategy"]}'),
    ("/v1/recommendations", b'{"owned": ["Half-Life 2"], "limit": 3}'),
    ("/", None),
    ("/docs", None),
    ("/metrics", None),
]


class NotTriedError(Exception):
    """A command that a check needs failed: what it said."""


class Checks:
    """Prints what was seen, and counts what is not as it should be."""

    def __init__(self) -> None:
        self.wrong = 0
        self.n = 0

    def __call__(self, name: str, said: object, *, well: bool) -> None:
        """Tell one."""
        self.n += 1
        self.wrong += not well
        print(f"  {'ok ' if well else 'NOT'}  {name:34} {said}", flush=True)


def main() -> int:
    """Build, run, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, help="one with a champion; it is only read")
    parser.add_argument("--base", help="the base image")
    parser.add_argument("--built", action="store_true", help="the images are there already")
    parser.add_argument("--ca", type=Path, help="certificates that the build trusts")
    told = parser.parse_args()
    check = Checks()
    with tempfile.TemporaryDirectory() as name:
        try:
            _try(check, (told.workspace or _workspace(Path(name))).resolve(), told)
        except NotTriedError as error:
            check("what comes after this", f"not tried: {error}", well=False)
    print(f"{check.n} checks, {check.wrong} not as they should be")
    return int(check.wrong > 0)


def _try(check: Checks, workspace: Path, told: argparse.Namespace) -> None:
    if not told.built:
        _build(workspace, told.base, told.ca)
    champion = json.loads((workspace / "current.json").read_text())["champion"]
    print("tasador:serve, the workspace mounted read-only")
    _look(check, "tasador:serve")
    with _running("tasador:serve", "--volume", f"{workspace}:/workspace:ro") as container:
        _ask(check, container, champion)
    print("tasador:baked, the champion in the image")
    with _running("tasador:baked"):
        check("answers from the champion", _ready()["model_version"], well=_ready()["model_version"] == champion)


def _workspace(place: Path) -> Path:
    catalogue, root = sample(place, ROWS), place / "workspace"
    subprocess.run([TASADOR, "run", str(catalogue), "--workspace", str(root)], check=True, stdout=sys.stderr)
    return root


def _build(workspace: Path, base: str | None, certificates: Path | None) -> None:
    """Build both by the command that the docs name, wherever this is: in a container too."""
    options = ["--network", "host", "--isolation", "chroot"]
    if certificates is not None:
        options += ["--volume", f"{certificates}:/etc/ssl/certs/ca-certificates.crt:ro"]
    command = ["make", "image", "image-baked", f"WORKSPACE={workspace}"]
    if base is not None:
        options += ["--pull=never"]
        command += [f"BASE={base}"]
    begun = time.perf_counter()
    _said([*command, f"BUILD_OPTIONS={' '.join(options)}"])
    print(f"tasador:serve and tasador:baked built in {time.perf_counter() - begun:.0f} s", flush=True)


def _look(check: Checks, image: str) -> None:
    facts = json.loads(_podman("image", "inspect", image))[0]
    megabytes = facts["Size"] / 1e6
    check("size", f"{megabytes:.0f} MB, at most {MOST_MB:.0f}", well=megabytes < MOST_MB)
    told = facts["Config"]
    check("user", told["User"], well=told["User"].split(":")[0] not in {"", "0", "root"})
    check("stop signal", told.get("StopSignal"), well=told.get("StopSignal") == "SIGTERM")
    asks = (facts.get("Healthcheck") or {}).get("Test", [])
    check("health check", " ".join(asks), well="/opt/tasador/healthy.py" in asks)
    unwanted = "polars|scipy|dataframely|altair|pip|uv"
    find = ["/opt", "-regextype", "posix-extended", "-regex", f".*/({unwanted})"]
    listed = _podman("run", "--rm", *HARDENED, "--entrypoint", "find", image, *find).split()
    check("nothing that builds or learns", listed or f"none of {unwanted}", well=not listed)


@contextmanager
def _running(image: str, *options: str) -> Iterator[str]:
    environment = ["--env", f"TASADOR_PORT={PORT}", "--env", "TASADOR_HOST=127.0.0.1"]
    begun = time.perf_counter()
    container = _podman("run", "--detach", *HARDENED, *environment, *options, image).strip()
    try:
        while True:
            try:
                _ready()
                break
            except OSError as error:
                if time.perf_counter() - begun > START_SECONDS:
                    raise NotTriedError(f"{image} does not answer: {_podman('logs', container)}") from error
                time.sleep(0.1)
        print(f"       ready after {time.perf_counter() - begun:.1f} s")
        yield container
    finally:
        _podman("rm", "--force", container)


def _ask(check: Checks, container: str, champion: str) -> None:
    found = _ready()
    check("answers from the champion", found["model_version"], well=found["model_version"] == champion)
    for path, body in ASKED:
        status, size = _status(path, body)
        check(f"{'POST' if body else 'GET'} {path}", f"{status}, {size:,} bytes", well=status == HTTPStatus.OK)
    who = _podman("exec", container, "id", "-u").strip()
    check("runs as", who, well=who == "10001")
    for place, may in (("/opt/tasador/x", False), ("/workspace/x", False), ("/x", False), ("/tmp/x", True)):
        wrote = subprocess.run(["podman", "exec", container, "touch", place], capture_output=True).returncode == 0
        check(f"write {place}", "yes" if wrote else "no", well=wrote == may)
    healthy = subprocess.run(["podman", "healthcheck", "run", container], capture_output=True).returncode
    check("podman healthcheck run", healthy, well=healthy == 0)
    capabilities = [line.split()[1] for line in _podman("exec", container, "cat", "/proc/1/status").splitlines()
                    if line.startswith(("CapEff", "NoNewPrivs"))]  # fmt: skip
    check("capabilities, no new privileges", capabilities, well=capabilities == ["0000000000000000", "1"])
    pid = json.loads(_podman("inspect", container))[0]["State"]["Pid"]
    resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6
    check("resident memory", f"{resident:.0f} MB of {MEMORY_MB}", well=resident < MEMORY_MB)
    begun = time.perf_counter()
    _podman("stop", "--time", str(STOP_SECONDS), container)
    code = json.loads(_podman("inspect", container))[0]["State"]["ExitCode"]
    took = time.perf_counter() - begun
    check("SIGTERM ends it", f"code {code} after {took:.1f} s", well=code in {0, 143} and took < STOP_SECONDS)


def _ready() -> dict[str, Any]:
    with urllib.request.urlopen(f"{ADDRESS}/readyz", timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def _status(path: str, body: bytes | None) -> tuple[int, int]:
    request = urllib.request.Request(ADDRESS + path, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, len(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, len(error.read())


def _podman(*arguments: str) -> str:
    return _said(["podman", *arguments])


def _said(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode != 0:
        tail = "\n".join(done.stderr.strip().splitlines()[-TOLD_LINES:])
        raise NotTriedError(f"{' '.join(command[:3])} exited with {done.returncode}:\n{tail}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
