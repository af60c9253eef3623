"""Promotions and rollbacks under load, behind HAProxy: whether a request fails, or an answer mixes two versions.

    python -m deploy.tests.promotion [--workspace DIR] [--changes N]

Each change is a rollback to the champion before, or a promotion of the last one through the gate, by the command.
Replicas take it up by themselves, one a little before the other. Exits with 1 if any request failed or was mixed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path

from benchmarks.measure import TASADOR
from tests.e2e.clients import Answer

from deploy.tests.balancer import Balanced, Clients, balanced, tell, workspace_of
from tasador.storage.workspace import Workspace

TAKEN_UP_SECONDS = 60.0


@dataclass(slots=True)
class Heard:
    """What answers named.

    Attributes:
        versions: Answers by the version that their header names.
        mixed: Answers whose body names another version or snapshot than their header, or differs from an earlier one of
            the same version to the same question.
    """

    versions: Counter[str] = field(default_factory=Counter)
    mixed: int = 0
    _bodies: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def __call__(self, asked: str, answer: Answer) -> None:
        """Take note of an answer."""
        if answer.status != HTTPStatus.OK:
            return
        version, snapshot = answer.headers["tasador-model"], answer.headers["tasador-snapshot"]
        self.versions[version] += 1
        body = json.loads(answer.body)
        model = body.get("model", {}) if isinstance(body, dict) else {}
        says = (model.get("version", version), model.get("snapshot", snapshot))
        digest = blake2b(answer.body).digest()
        self.mixed += says != (version, snapshot) or self._bodies.setdefault((asked, version), digest) != digest


def main() -> int:
    """Run, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, help="one with a champion and one before it; it is copied")
    parser.add_argument("--changes", type=int, default=10)
    told = parser.parse_args()
    heard = Heard()
    with tempfile.TemporaryDirectory() as name:
        workspace = workspace_of(told.workspace, Path(name))
        last = workspace.current().champion
        with balanced(workspace) as both:

            def work() -> None:
                for number in range(told.changes):
                    _change(workspace, ["rollback"] if number % 2 == 0 else ["promote", str(last), "--again"])
                    _wait(both, str(workspace.current().champion))

            loads = asyncio.run(Clients(both.balancer.port, heard).during(work))
    print(f"\n{told.changes} promotions and rollbacks under load\n")
    lost = tell(loads)
    by = ", ".join(f"{name} {n:,}" for name, n in sorted(heard.versions.items()))
    print(f"answered by {by}; mixed {heard.mixed}")
    return int(lost > 0 or heard.mixed > 0 or len(heard.versions) != 2)


def _change(workspace: Workspace, command: list[str]) -> None:
    subprocess.run(
        [TASADOR, "models", *command, "--workspace", str(workspace.root)], check=True, stdout=subprocess.DEVNULL
    )


def _wait(both: Balanced, champion: str) -> None:
    """Wait until both answer from the champion."""
    end = time.perf_counter() + TAKEN_UP_SECONDS
    while {json.loads(one.ask("/readyz"))["model_version"] for one in both.replicas} != {champion}:
        if time.perf_counter() > end:
            raise SystemExit(f"a replica did not take up {champion} within {TAKEN_UP_SECONDS:.0f} s")
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
