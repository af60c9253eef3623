"""Promotions and rollbacks under load, and a champion that is damaged: which model and snapshot each answer names."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from tests.e2e.clients import Answer, Load, Question, load

from benchmarks.measure import TASADOR
from benchmarks.serving.servers import Server
from tasador.registry import tenures
from tasador.storage.workspace import Workspace

__all__ = ["Reloading", "reload"]

#: Clients, and requests a second of each question.
CLIENTS = 8
PER_SECOND = 20.0

#: A server looks for another champion once a second.
REFUSED_SECONDS = 4.0
LOOKS = 8
MOST_SECONDS = 60.0


@dataclass(slots=True)
class Reloading:
    """What came of it.

    Attributes:
        changes: How often another version became the champion.
        loads: By what was asked.
        named: Answers by model and snapshot that their headers name.
        mixed: Answers whose body names another model or snapshot than their headers, or is another version's.
        refused: What `/readyz` says of the damaged champion.
        failures: How many loads the server's metrics count as failed.
        ended: Tells the load to end.
    """

    changes: int = 0
    loads: dict[str, Load] = field(default_factory=dict)
    named: Counter[tuple[str, str]] = field(default_factory=Counter)
    mixed: int = 0
    refused: dict[str, Any] | None = None
    failures: float = 0.0
    ended: bool = False


async def reload(
    server: Server, workspace: Workspace, questions: dict[str, Question], *, changes: int
) -> Reloading | None:
    """Change the champion again and again under load; None where there was no champion before this one.

    Args:
        questions: What is asked, by what its answers are called.
    """
    first = workspace.current().champion
    second = tenures.predecessor(workspace.history(), first)
    if first is None or second is None:
        return None
    found = Reloading()
    asking = {
        name: asyncio.create_task(
            load(
                server.port, question, clients=CLIENTS, seconds=MOST_SECONDS * changes, per_second=PER_SECOND,
                stop=lambda: found.ended, heard=_compare(found),
            )
        )
        for name, question in questions.items()
    }  # fmt: skip
    for number in range(changes):
        command = ["rollback"] if number % 2 == 0 else ["promote", first, "--again"]
        await _run(workspace, *command)
        await _taken_up(server, workspace)
        found.changes += 1
        if number == changes // 2:
            await _damage(server, workspace, first if number % 2 == 0 else second, found)
    found.ended = True
    found.loads = {name: await task for name, task in asking.items()}
    return found


def _compare(found: Reloading) -> Callable[[Answer], None]:
    """Compare what an answer names in its headers and in its body, and its body with others of the same version."""
    bodies: dict[str, bytes] = {}

    def heard(answer: Answer) -> None:
        if answer.status != 200:
            return
        headers = (answer.headers["tasador-model"], answer.headers["tasador-snapshot"])
        found.named[headers] += 1
        body = json.loads(answer.body)
        model = body.get("model", body)
        says = (model.get("version", headers[0]), model.get("snapshot", headers[1]))
        digest = blake2b(answer.body).digest()
        found.mixed += says != headers or bodies.setdefault(headers[0], digest) != digest

    return heard


async def _run(workspace: Workspace, *command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        TASADOR, "models", *command, "--workspace", str(workspace.root), stdout=asyncio.subprocess.DEVNULL
    )
    if await process.wait():
        raise RuntimeError(f"tasador models {' '.join(command)} exited with {process.returncode}")


async def _taken_up(server: Server, workspace: Workspace) -> None:
    """Wait until the server answers from the champion, whichever process is asked."""
    champion = workspace.current().champion
    async with asyncio.timeout(MOST_SECONDS):
        while {(await _ready(server))["model_version"] for _ in range(LOOKS)} != {champion}:
            await asyncio.sleep(0.1)


async def _damage(server: Server, workspace: Workspace, other: str, found: Reloading) -> None:
    """Damage the version that does not answer, and make it the champion for a while."""
    champion = str(workspace.current().champion)
    largest = max((workspace.models / other).iterdir(), key=lambda path: path.stat().st_size)
    whole = largest.read_bytes()
    middle = len(whole) // 2
    largest.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    workspace.change_current(champion=other)
    await asyncio.sleep(REFUSED_SECONDS)
    found.refused = (await _ready(server))["refused"]
    lines = (await asyncio.to_thread(server.ask, "/metrics")).decode().splitlines()
    found.failures = sum(float(line.split()[1]) for line in lines if line.startswith("tasador_reload_failures_total "))
    workspace.change_current(champion=champion)
    largest.write_bytes(whole)
    await asyncio.sleep(REFUSED_SECONDS)  # until the server has seen that it is whole what it shall answer from


async def _ready(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await asyncio.to_thread(server.ask, "/readyz"))
    return found
