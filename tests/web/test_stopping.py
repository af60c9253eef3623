"""A server that is told to stop answers those who stand at its door, and ends."""

from __future__ import annotations

import asyncio
import socket
import time
from functools import partial
from typing import cast

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from tasador.web.connections import Connections, Patience
from tasador.web.protocol import BoundedProtocol
from tasador.web.server import StoppingServer
from tests.e2e.clients import Question, load

STOP_SECONDS = 8


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.mark.parametrize("asks", [True, False], ids=["and asks", "and is silent"])
def test_who_comes_as_the_server_stops_does_not_keep_it(asks: bool) -> None:
    async def play() -> None:
        connections = Connections(Patience())
        config = uvicorn.Config(
            app,
            http=cast("type[asyncio.Protocol]", partial(BoundedProtocol, connections)),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        config.load()
        server = StoppingServer(config, connections)
        server.lifespan = config.lifespan_class(config)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            host, port = listener.getsockname()
            await server.startup([listener])
            begun = time.monotonic()
            stopping = asyncio.create_task(server.shutdown([listener]))
            await asyncio.sleep(0.01)
            if asks:
                found = await load(port, Question("GET", "/"), clients=1, seconds=STOP_SECONDS, stop=stopping.done)
                assert found.answered == {200: 1}
                assert not found.failed
            else:
                _, writer = await asyncio.open_connection(host, port)
                await stopping
                writer.close()
            await stopping
        assert time.monotonic() - begun < STOP_SECONDS / 2

    asyncio.run(play())
