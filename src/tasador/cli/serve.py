"""tasador serve"""

from __future__ import annotations

import errno
import socket
import sys
from typing import Annotated, Final

import typer

from tasador.cli import numbers, options
from tasador.errors import TasadorError

_LAST_PORT: Final = 65535
_MOST_WORKERS: Final = 64

Host = Annotated[str | None, typer.Option("--host", help="Address to listen on. [default: 127.0.0.1]")]
Port = Annotated[
    int | None,
    typer.Option(
        "--port",
        metavar="PORT",
        parser=numbers.whole_number(0, _LAST_PORT),
        help="Port to listen on; 0 takes a free one. [default: 8000]",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        parser=numbers.whole_number(1, _MOST_WORKERS),
        help="Processes that answer; each holds the model itself. [default: 1]",
    ),
]


def serve(
    host: Host = None, port: Port = None, workers: Workers = None, workspace: options.WorkspaceDir = None
) -> None:
    """Serve the champion's answers: the API, and a page that links what there is.

    Ctrl+C or SIGTERM stops it when it has answered what was asked.
    """
    from tasador.web import server

    settings = options.settings()
    answer = server.prepare(
        options.open_workspace(workspace), settings, workers=settings.workers if workers is None else workers
    )
    listener = _listen(
        settings.host if host is None else host, settings.port if port is None else port, backlog=server.BACKLOG
    )
    address, taken = listener.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    print(
        f"Serving on http://{shown}:{taken} (interactive docs: http://{shown}:{taken}/docs). Ctrl+C stops.",
        file=sys.stderr,
    )
    answer(listener)


def _listen(host: str, port: int, *, backlog: int) -> socket.socket:
    """Bind the port before the server starts, so that one in use is told plainly."""
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=backlog
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise TasadorError(
                "the port is in use",
                where=f"{host}:{port}",
                expected="a free port",
                do=f"Stop what uses it, or take another: --port {port + 1 if port < _LAST_PORT else 0}.",
            ) from error
        raise TasadorError(
            "the server cannot listen there",
            where=f"{host}:{port}",
            got=(error.strerror or str(error)).partition(" (while ")[0],
            expected="an address of this machine and a port that you may use",
            do="Name another: --host 127.0.0.1 --port 8000.",
        ) from error
