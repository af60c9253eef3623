"""Several server processes on one socket: each reads the workspace itself, and one that dies is replaced."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Final, TypeAlias

from prometheus_client.multiprocess import mark_process_dead

from tasador.web.metrics import TOGETHER

__all__ = ["Answer", "supervise"]

#: Answers on a socket until SIGTERM; must be picklable, since it is called in another process.
Answer: TypeAlias = Callable[[socket.socket], None]

#: One that dies as it begins is not begun again more often.
_PAUSE_SECONDS: Final = 1.0

logger = logging.getLogger(__name__)


def supervise(answer: Answer, listener: socket.socket, n: int) -> None:
    """Let processes answer on a socket until SIGTERM or SIGINT, and wait then until each has finished."""
    # NOTE: a new interpreter each: a copy of this one would share its threads' locks.
    context = multiprocessing.get_context("spawn")

    def begin() -> BaseProcess:
        process = context.Process(target=_work, args=(answer, listener))
        process.start()
        return process

    with _counting_together(), _stop_signal() as stop:
        processes = [begin() for _ in range(n)]
        while stop not in (woken := wait([stop, *(process.sentinel for process in processes)])):
            dead = [process for process in processes if process.sentinel in woken]
            logger.error("workers_died pids=%s", ",".join(f"{process.pid}:{process.exitcode}" for process in dead))
            for process in dead:
                mark_process_dead(process.pid)  # type: ignore[no-untyped-call]
            time.sleep(_PAUSE_SECONDS)
            processes = [begin() if process in dead else process for process in processes]
        # Who comes when no process takes him any more is refused, rather than kept waiting for this one to end.
        listener.close()
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


@contextlib.contextmanager
def _counting_together() -> Iterator[None]:
    """Name the directory in which the workers count together, unless whoever starts the server has."""
    if os.environ.get(TOGETHER):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="tasador-metrics-") as directory:
        os.environ[TOGETHER] = directory
        try:
            yield
        finally:
            del os.environ[TOGETHER]


@contextlib.contextmanager
def _stop_signal() -> Iterator[int]:
    """Give a descriptor that can be read as soon as this process is told to stop."""
    reading, writing = os.pipe()
    before = {
        number: signal.signal(number, lambda *_: os.write(writing, b"x")) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield reading
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)


def _work(answer: Answer, listener: socket.socket) -> None:
    """Answer in a process of its own, no longer than the one that watches over it lives."""
    threading.Thread(target=_follow, daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        answer(listener)


def _follow() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
