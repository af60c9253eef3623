"""A server that stops takes in who stands at its door."""

from __future__ import annotations

import errno
import socket

import pytest

from tasador.web.server import taken_in


class Door(socket.socket):
    """A listener of which the system says in turn what a test has it say."""

    says: list[OSError | None]

    def accept(self) -> tuple[socket.socket, object]:
        said = self.says.pop(0)
        if said is not None:
            raise said
        return super().accept()


@pytest.mark.parametrize("end", [BlockingIOError(), OSError(errno.EMFILE, "too many files"), OSError(errno.ENOMEM, "")])
def test_what_keeps_one_client_out_neither_keeps_out_others_nor_stops_the_stopping(end: OSError) -> None:
    with Door() as door:
        door.bind(("127.0.0.1", 0))
        door.listen(8)
        door.says = [None, ConnectionAbortedError(), None, end]
        outside = [socket.create_connection(door.getsockname(), timeout=5) for _ in range(2)]
        clients = taken_in(door)
        assert [client.getpeername() for client in clients] == [one.getsockname() for one in outside]
        assert door.fileno() == -1
        assert door.says == []
        for client in [*clients, *outside]:
            client.close()
