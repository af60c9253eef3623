"""A rolling restart of two replicas behind HAProxy under load: whether a request fails.

    python -m deploy.tests.rolling [--workspace DIR] [--rounds N]

Each round ends one replica by SIGTERM, waits until it is gone, starts it again, waits until it is ready, and does the
same with the other. Exits with 1 if any request failed.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from pathlib import Path

from deploy.tests.balancer import STOP_SECONDS, Balanced, Clients, balanced, replica, tell, workspace_of
from tasador.storage.workspace import Workspace

#: After the last restart the balancer has seen that the replica is ready, as an orchestrator waits for it.
SETTLED_SECONDS = 1.0


def main() -> int:
    """Run, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, help="one with a champion; it is copied")
    parser.add_argument("--rounds", type=int, default=5)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        workspace = workspace_of(told.workspace, Path(name))
        with balanced(workspace) as both:
            begun = time.perf_counter()

            def work() -> None:
                for _ in range(told.rounds):
                    for at in range(len(both.replicas)):
                        _restart(both, at, workspace)

            loads = asyncio.run(Clients(both.balancer.port).during(work))
            seconds = time.perf_counter() - begun
    print(f"\n{told.rounds} rolling restarts of two replicas in {seconds:.0f} s, under load\n")
    return int(tell(loads) > 0)


def _restart(both: Balanced, at: int, workspace: Workspace) -> None:
    old = both.replicas[at]
    old.signal(signal.SIGTERM)
    end = time.perf_counter() + STOP_SECONDS
    while old.runs and time.perf_counter() < end:
        time.sleep(0.02)
    both.replicas[at] = replica(workspace, old.port).__enter__()
    time.sleep(SETTLED_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
