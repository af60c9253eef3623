"""Two replicas on one workspace behind HAProxy, as processes, and clients that ask through it and count."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.measure import TASADOR, sample
from benchmarks.serving.servers import ROOT, Server
from tests.e2e.clients import Answer, Load, Question, load
from tests.e2e.servers import KNOWN, ONE, SOME

from tasador.storage.workspace import Workspace

__all__ = ["ASKED", "Balanced", "Clients", "balanced", "replica", "tell", "workspace_of"]

CONFIGURATION = ROOT / "deploy" / "haproxy" / "haproxy.cfg"
STOP_SECONDS = 40.0

#: What is asked: known beforehand, one game, a list of 20, one search.
ASKED = {"statistics": KNOWN, "appraisal": ONE, "list": SOME, "search": Question("GET", "/v1/games?q=war")}

#: Requests a second of each question, on kept connections and on new ones: two replicas on two busy cores answer them,
#: also while one of them is away; what is refused for want of room would be told as failed.
PER_SECOND = 3.0

#: Records of the synthetic catalogues that two champions after each other learn from.
ROWS = (4_000, 8_000)


def workspace_of(named: Path | None, place: Path) -> Workspace:
    """Copy a workspace with a champion and one before it, or make one."""
    root = place / "workspace"
    if named is not None:
        shutil.copytree(named, root, ignore=shutil.ignore_patterns("runs", "profiles", "sources"))
        return Workspace(root)
    for rows in ROWS:
        catalogue = sample(place, rows)
        subprocess.run([TASADOR, "run", str(catalogue), "--workspace", str(root)], check=True, stdout=sys.stderr)
    return Workspace(root)


def replica(workspace: Workspace, port: int) -> Server:
    """Make a replica on a port, to be started with `with`."""
    command = [TASADOR, "serve", "--workspace", str(workspace.root), "--port", str(port)]
    made = Server(f"replica on {port}", command, "/readyz", core=None)
    made.port = port
    return made


@dataclass(slots=True)
class Balanced:
    """A balancer with its replicas.

    Attributes:
        balancer: Where clients ask.
        replicas: Those that run now; to restart one, replace it.
    """

    balancer: Server
    replicas: list[Server]


@contextlib.contextmanager
def balanced(workspace: Workspace) -> Iterator[Balanced]:
    """Start two replicas, which were asked already, and the balancer."""
    found = shutil.which("haproxy", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        raise SystemExit("HAProxy is not installed; on Debian and Ubuntu: apt install haproxy")
    with contextlib.ExitStack() as stack, tempfile.TemporaryDirectory() as name:
        replicas = [stack.enter_context(replica(workspace, _free_port())) for _ in range(2)]
        balancer = Server(
            "haproxy",
            ["env", "BIND=127.0.0.1:{port}", found, "-db", "-f", str(CONFIGURATION)],
            "/readyz",
            variables={f: f"127.0.0.1:{one.port}" for f, one in zip(("ONE", "TWO"), replicas, strict=True)}
            | {"TMPDIR": name},
            core=None,
        )
        both = Balanced(stack.enter_context(balancer), replicas)
        for one in replicas:
            for question in ASKED.values():
                one.ask(question.path, question.body or None)
        try:
            yield both
        finally:
            for one in both.replicas:
                one.__exit__(None, None, None)


@dataclass(slots=True)
class Clients:
    """Who asks, until they are told to stop.

    Attributes:
        port: Whom they ask.
        heard: Told of each answer, with what was asked.
        each: Clients of each question; half as many again take a new connection each time.
    """

    port: int
    heard: Callable[[str, Answer], None] = field(default=lambda _, __: None)
    each: int = 4
    _ended: bool = False

    async def during(self, work: Callable[[], None], most_seconds: float = 600.0) -> dict[str, Load]:
        """Ask while something is done in a thread, and a second before and after it."""
        asking = {
            (name, reconnects): asyncio.create_task(
                load(
                    self.port, question, clients=self.each // 2 if reconnects else self.each, seconds=most_seconds,
                    per_second=PER_SECOND, reconnects=reconnects, stop=lambda: self._ended,
                    heard=partial(self.heard, name),
                )
            )
            for name, question in ASKED.items()
            for reconnects in (False, True)
        }  # fmt: skip
        await asyncio.sleep(1)
        try:
            await asyncio.to_thread(work)
            await asyncio.sleep(1)
        finally:
            self._ended = True
        return {f"{name}{', new connections' if new else ''}": await task for (name, new), task in asking.items()}


def tell(loads: dict[str, Load]) -> int:
    """Print what came of it, and count what failed: not answered whole, or with anything but 200."""
    lost = 0
    print(f"{'asked':32} {'sent':>6} {'200':>6} {'other':>6} {'failed':>6} {'p50 ms':>8} {'p99 ms':>8}")
    for name, one in loads.items():
        well = one.answered.get(200, 0)
        other = sum(one.answered.values()) - well
        failed = sum(one.failed.values()) + one.unconnected
        lost += other + failed
        print(
            f"{name:32} {one.sent:6} {well:6} {other:6} {failed:6} {one.percentile(200, 0.5) * 1e3:8.1f} "
            f"{one.percentile(200, 0.99) * 1e3:8.1f}"
        )
    sent = sum(one.sent for one in loads.values())
    statuses: Counter[int] = Counter()
    for one in loads.values():
        statuses.update(one.answered)
    told = ", ".join(f"{status}: {n:,}" for status, n in sorted(statuses.items()))
    print(f"\n{sent:,} requests sent, {lost} failed; answers by status: {told}")
    return lost


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
