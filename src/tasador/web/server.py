"""The server process: a bound socket in, and one or more processes that answer on it until they are told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import resource
import socket
from functools import partial
from typing import Final, cast

import uvicorn
from starlette.types import ASGIApp

from tasador.errors import TasadorError
from tasador.log import configure_logging
from tasador.settings import Settings
from tasador.storage.workspace import Workspace
from tasador.web import answers
from tasador.web.app import create_app
from tasador.web.connections import Connections, Patience
from tasador.web.protocol import BoundedProtocol
from tasador.web.workers import Answer, supervise

__all__ = ["BACKLOG", "StoppingServer", "prepare", "taken_in"]

#: Connections that the system takes before the server does. Those in this queue wait where no bound counts them, so it
#: is no longer than what the server takes and answers, if only with 503, within a quarter of a second; and no shorter
#: than a burst of clients, since the system of one that finds it full tries again only after a second.
BACKLOG: Final = 1_024

#: How long the event loop may take to let go of the socket that it was told to close.
_DOOR_SECONDS: Final = 0.05

#: Files that a process needs beside its connections, and how many it asks for at most.
_OTHER_FILES: Final = 64
_MOST_FILES: Final = 65_536


def prepare(workspace: Workspace, settings: Settings, *, workers: int) -> Answer:
    """Make ready to answer, and give what answers on a bound socket until SIGTERM or SIGINT, and finishes then.

    Raises:
        WorkspaceError: There is no champion, or its bundle is damaged.
        TasadorError: The system lets it open too few files.
    """
    files = _raise_file_limit()
    room = files - _OTHER_FILES
    if room < 1:
        raise TasadorError(
            "the system lets the server open too few files",
            got=str(files),
            expected=f"more than {_OTHER_FILES}",
            do="Raise the limit, for example `ulimit -n 1024`, and start it again.",
        )
    connections = Connections(Patience(connections=min(settings.max_connections, room)))
    config = uvicorn.Config(
        partial(_application, workspace, settings, connections),
        factory=True,
        http=cast("type[asyncio.Protocol]", partial(BoundedProtocol, connections)),
        ws="none",
        backlog=BACKLOG,
        proxy_headers=settings.trusted_proxies is not None,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=settings.stop_seconds,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    if workers == 1:
        config.load()
        return partial(_answer, config, connections)
    # What is wrong with the bundle is told here, once, rather than by each process that cannot begin.
    answers.load(workspace, answers.champion(workspace))
    return partial(supervise, partial(_answer, config, connections), n=workers)


def _answer(config: uvicorn.Config, connections: Connections, listener: socket.socket) -> None:
    StoppingServer(config, connections).run([listener])


class StoppingServer(uvicorn.Server):
    """Finishes what was asked when it is told to stop, also by those whom the system took in and it did not yet.

    Args:
        connections: Those that the protocol of the configuration makes.
    """

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._connections = connections

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take in who stands at the door, and only then close it: closing it sends them away unheard.

        NOTE: the event loop closes a socket some time after it is told to, and accepts nobody in between; so the door
        is held open by a copy until it has, and nothing is awaited between the last look and the closing of the copy.
        """
        # NOTE: told here, as those who come now find nobody whom the library tells.
        self._connections.leaving = True
        doors = [listener.dup() for listener in sockets or []]
        for server in self.servers:
            server.close()
        await asyncio.sleep(_DOOR_SECONDS)
        loop = asyncio.get_running_loop()
        last = [client for door in doors for client in taken_in(door)]
        arriving = [loop.create_task(loop.connect_accepted_socket(self._connection, client)) for client in last]
        await super().shutdown(sockets)
        await asyncio.gather(*arriving, return_exceptions=True)

    def _connection(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


def taken_in(door: socket.socket) -> list[socket.socket]:
    """Take in all who stand there, and close.

    NOTE: where the system can take in nobody, for want of files or memory, those that are answered are not cut off.
    """
    clients = []
    door.settimeout(0)
    with door:
        while True:
            try:
                clients.append(door.accept()[0])
            except ConnectionAbortedError:
                continue  # that one has gone
            except OSError:
                return clients


def _application(workspace: Workspace, settings: Settings, connections: Connections) -> ASGIApp:
    """Make the application in the process that answers.

    NOTE: what is made here stays. Python's search for what nobody needs any more finds nothing in it, and takes long:
    while it is made, and each time later, when nobody is answered meanwhile.
    """
    configure_logging(settings.log_level, settings.log_format)
    gc.disable()
    try:
        return create_app(workspace, settings, connections)
    finally:
        gc.freeze()
        gc.enable()
        _give_back()


def _give_back() -> None:
    """Give the system the memory that loading took and nobody needs now, where the C library can."""
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _raise_file_limit() -> int:
    """Let this process and those that it starts open as many files as the system lets them, and say how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
