"""As much work at once as can be done, a short queue, and a quick no past that."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import Receive, Scope, Send

from tasador.web.gate import Gate
from tests.web.asgi import Client, answer, read

WORK = "/v1/appraisals"


class Desk:
    """An application whose work goes on until it is told to end."""

    def __init__(self) -> None:
        self.end = asyncio.Event()
        self.now = self.most = self.done = 0
        self.bodies: list[bytes | None] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        self.bodies.append(await read(receive))
        try:
            await self.end.wait()
        finally:
            self.now -= 1
        self.done += 1
        await answer(send)


class Scene:
    """A gate before a desk, and the clients that came."""

    def __init__(self, *, running: int = 2, queued: int = 3, wait_seconds: float = 5.0) -> None:
        self.reasons: list[str] = []
        self.desk = Desk()
        self.gate = Gate(
            self.desk, running=running, queued=queued, wait_seconds=wait_seconds, rejected=self.reasons.append
        )
        self.tasks: list[asyncio.Task[None]] = []

    async def comes(self, path: str = WORK) -> Client:
        client = Client.of(b"%d" % len(self.tasks))
        self.tasks.append(asyncio.create_task(client.ask(self.gate, path)))
        await asyncio.sleep(0.002)
        return client

    async def ends(self) -> None:
        self.desk.end.set()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        assert self.gate.busy == 0
        assert not self.gate.queue
        assert self.desk.now == 0


def played(play: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await play()

    asyncio.run(run())


def test_no_more_run_at_once_than_can_and_those_that_wait_come_in_order() -> None:
    async def play() -> None:
        scene = Scene()
        clients = [await scene.comes() for _ in range(5)]
        assert (scene.desk.now, len(scene.gate.queue)) == (2, 3)
        await scene.ends()
        assert [client.status for client in clients] == [200] * 5
        assert scene.desk.most == 2
        assert scene.desk.bodies == [b"0", b"1", b"2", b"3", b"4"]
        assert scene.reasons == []

    played(play)


def test_past_the_queue_the_answer_is_no_at_once() -> None:
    async def play() -> None:
        scene = Scene()
        for _ in range(5):
            await scene.comes()
        begun = time.perf_counter()
        refused = await scene.comes()
        assert time.perf_counter() - begun < 0.2
        assert refused.status == 503
        assert refused.headers[b"retry-after"] == b"1"
        assert refused.problem["instance"] == WORK
        assert scene.reasons == ["queue_full"]
        await scene.ends()

    played(play)


def test_who_has_waited_long_enough_is_told_no() -> None:
    async def play() -> None:
        scene = Scene(wait_seconds=0.05)
        await scene.comes()
        await scene.comes()
        waiting = await scene.comes()
        await asyncio.sleep(0.1)
        assert waiting.status == 503
        assert scene.reasons == ["waited_too_long"]
        await scene.ends()

    played(play)


def test_who_hangs_up_while_waiting_leaves_no_work() -> None:
    async def play() -> None:
        scene = Scene()
        await scene.comes()
        await scene.comes()
        gone, stays = await scene.comes(), await scene.comes()
        gone.hang_up()
        await asyncio.sleep(0.01)
        assert len(scene.gate.queue) == 1
        await scene.ends()
        assert (gone.status, stays.status) == (None, 200)
        assert scene.desk.done == 3
        assert scene.reasons == []

    played(play)


def test_who_hangs_up_as_his_turn_comes_gives_it_to_the_next() -> None:
    async def play() -> None:
        scene = Scene(running=1)
        await scene.comes()
        gone, next_one = await scene.comes(), await scene.comes()
        gone.hang_up()
        scene.desk.end.set()  # both happen before either is looked at
        await asyncio.gather(*scene.tasks)
        assert (gone.status, next_one.status) == (None, 200)
        await scene.ends()

    played(play)


def test_a_request_that_is_given_up_gives_its_place_back() -> None:
    async def play() -> None:
        scene = Scene(running=1)
        for _ in range(3):
            await scene.comes()
        scene.tasks[0].cancel()  # it runs
        scene.tasks[1].cancel()  # it waits
        await asyncio.sleep(0.01)
        assert (scene.gate.busy, len(scene.gate.queue)) == (1, 0)
        await scene.ends()

    played(play)


def test_work_that_fails_gives_its_place_back() -> None:
    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("broken")

    async def play() -> None:
        gate = Gate(fails, running=1, queued=0, wait_seconds=1, rejected=lambda _: None)
        for _ in range(3):
            with pytest.raises(RuntimeError, match="broken"):
                await Client.of(b"").ask(gate, WORK)
        assert gate.busy == 0

    played(play)


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/docs", "/static/x", "/v1/admin/reload"])
def test_what_is_no_work_is_never_kept_waiting(path: str) -> None:
    async def play() -> None:
        scene = Scene(running=1, queued=0)
        await scene.comes()
        await scene.comes(path)
        assert scene.desk.now == 2
        await scene.ends()

    played(play)
