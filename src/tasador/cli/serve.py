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


def serve(host: Host = None, port: Port = None, workspace: options.WorkspaceDir = None) -> None:
    """Serve the champion's answers: the API, and a page that links what there is."""
    import uvicorn

    from tasador.web.app import create_app

    settings = options.settings()
    app = create_app(options.open_workspace(workspace))
    listener = _listen(settings.host if host is None else host, settings.port if port is None else port)
    address, taken = listener.getsockname()[:2]
    shown = f"[{address}]" if ":" in address else address
    print(
        f"Serving on http://{shown}:{taken} (interactive docs: http://{shown}:{taken}/docs). Ctrl+C stops.",
        file=sys.stderr,
    )
    uvicorn.Server(uvicorn.Config(app, log_config=None, server_header=False)).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """Bind the port before the server starts, so that one in use is told plainly."""
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
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
            got=error.strerror,
            expected="an address of this machine and a port that you may use",
            do="Name another: --host 127.0.0.1 --port 8000.",
        ) from error
