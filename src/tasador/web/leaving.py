"""Clients that hang up: work that takes long is done in a thread, and ends when nobody waits for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Final, TypeAlias

from fastapi import Request, Response

__all__ = ["GONE", "Check", "GoneError", "in_thread"]

#: What web servers log of a client that hung up; nobody reads the answer.
GONE: Final = 499

#: Called between parts of the work; raises `GoneError` where nobody waits for the rest.
Check: TypeAlias = Callable[[], None]


class GoneError(Exception):
    """The client hung up."""


async def in_thread(work: Callable[[Check], Response], request: Request) -> Response:
    """Answer in a thread, and not to the end when the client hangs up.

    Args:
        work: Answers, and calls what it is given now and then.
        request: Its body was read.
    """
    gone = threading.Event()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone.set()

    def check() -> None:
        if gone.is_set():
            raise GoneError

    watching = asyncio.create_task(watch())
    try:
        return await asyncio.to_thread(work, check)
    except GoneError:
        return Response(status_code=GONE)
    finally:
        watching.cancel()
