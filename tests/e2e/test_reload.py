"""Another champion takes the place of the one that answers, in a server as a user starts it, while it is asked."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Coroutine
from pathlib import Path
from urllib.request import urlopen

from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran
from tests.e2e.clients import Answer, Load, Question, load
from tests.e2e.servers import ONE, Server, serving, until_answered


def test_each_answer_is_of_one_model_and_one_snapshot_while_champions_change(
    succeeded: tuple[Workspace, Ran, Ran], tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path / "workspace")
    shutil.copytree(succeeded[0].root, workspace.root)
    made = {ran.trained.version: ran.ingested.snapshot for ran in succeeded[1:]}
    first, second = made
    prices = workspace.models / second / "prices.json"
    whole = prices.read_bytes()
    known = Question("GET", "/v1/years/2016/genres?limit=7")
    answers: dict[str, set[tuple[str, str, bytes]]] = {ONE.path: set(), known.path: set()}

    async def change(server: Server) -> None:
        steps: list[tuple[str, bytes, tuple[str, str | None]]] = [
            (first, b"[]", (first, None)),
            (second, b"[]", (first, second)),
            (first, whole, (first, None)),
            (second, whole, (second, None)),
        ]
        for version, content, says in steps:
            prices.write_bytes(content)
            workspace.change_current(champion=version)
            end = time.monotonic() + 30
            while await asyncio.to_thread(ready, server) != says:
                assert time.monotonic() < end
                await asyncio.sleep(0.1)

    async def changed(server: Server) -> tuple[Load, Load]:
        changing = asyncio.create_task(change(server))

        def asked(question: Question) -> Coroutine[None, None, Load]:
            into = answers[question.path]

            def heard(answer: Answer) -> None:
                if answer.status == 200:
                    into.add((answer.headers["tasador-model"], answer.headers["tasador-snapshot"], answer.body))

            return load(server.port, question, clients=4, seconds=60, per_second=20, stop=changing.done, heard=heard)

        return await asyncio.gather(asked(ONE), asked(known))

    with serving(workspace) as server:
        until_answered(server)
        loads = asyncio.run(changed(server))
    appraised, read = loads
    assert set(read.answered) == {200}
    # Beside other processes on the same processors there may be too much to do.
    assert set(appraised.answered) <= {200, 503}
    assert not appraised.failed
    assert not read.failed
    for said in answers.values():
        # one body of each version: none is made of both
        assert sorted((model, snapshot) for model, snapshot, _ in said) == sorted(made.items())
    for model, snapshot, body in answers[ONE.path]:
        named = json.loads(body)["model"]
        assert (named["version"], named["snapshot"]) == (model, snapshot)


def ready(server: Server) -> tuple[str, str | None]:
    """The version that it answers from, and the one that it says it could not load, which it counts."""
    with urlopen(f"http://127.0.0.1:{server.port}/readyz", timeout=10) as answer:
        said = json.loads(answer.read())
    if said["refused"] is None:
        return said["model_version"], None
    with urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=10) as answer:
        assert b"\ntasador_reload_failures_total 0.0\n" not in answer.read()
    return said["model_version"], said["refused"]["model_version"]
