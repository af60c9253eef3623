"""What a run tells of itself: written to the workspace at each step's beginning and end, and told when it ends."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import secrets
import socket
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

from tasador import provenance
from tasador.errors import TasadorError
from tasador.registry.decision import PromotionDecision
from tasador.storage import last_run, webhook
from tasador.storage.webhook import Webhook
from tasador.storage.workspace import Workspace

__all__ = ["STEPS", "Record", "Step", "Summary"]

Summary: TypeAlias = dict[str, Any]

#: The steps in their order.
STEPS: Final = ("ingest", "profile", "train", "promote")

#: What a run is left with: what the command exits with, too.
_EXIT_CODES: Final = {"done": 0, "failed": 1, "held": 3, "stopped": 130}

_QUERY_OR_USER: Final = re.compile(r"^(\w[\w+.-]*://)(?:[^/@]*@)?([^?#]*).*$", re.DOTALL)


class Step:
    """A step at work: what came of it is put down before it ends."""

    def __init__(self, told: Summary) -> None:
        self._told = told

    def made(self, status: Literal["done", "reused", "held"], **outputs: Any) -> None:
        """Put down what came of it."""
        self._told |= {"status": status, "outputs": outputs}


class Record:
    """The summary of a run, kept as it goes on."""

    def __init__(self, workspace: Workspace, source: str, steps: Sequence[str] = STEPS) -> None:
        now = datetime.now(UTC)
        self._workspace = workspace
        self._source = source
        self._begun = time.monotonic()
        self._summary: Summary = {
            "format": last_run.FORMAT,
            "run": f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
            "status": "running",
            "exit_code": None,
            "source": _shown(source),
            "begun_at": now.isoformat(timespec="seconds"),
            "ended_at": None,
            "seconds": None,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "code": {**provenance.code(), "python": platform.python_version()},
            "steps": [
                {"name": name, "status": "not reached", "seconds": None, "inputs": {}, "outputs": {}} for name in steps
            ],
            "decision": None,
            "error": None,
            "notes": [],
        }
        last_run.begin(workspace, self._summary)

    @contextlib.contextmanager
    def step(self, name: str, **inputs: Any) -> Iterator[Step]:
        """Do a step; the block puts down what came of it."""
        told = next(step for step in self._summary["steps"] if step["name"] == name)
        told |= {"status": "running", "inputs": inputs}
        last_run.write(self._workspace, self._summary)
        begun = time.monotonic()
        try:
            yield Step(told)
        except BaseException:
            told["status"] = "failed"
            raise
        finally:
            told["seconds"] = round(time.monotonic() - begun, 3)
        last_run.write(self._workspace, self._summary)

    def decided(self, decision: PromotionDecision) -> None:
        """Put down what the gate decided."""
        self._summary["decision"] = decision.to_dict()

    def note(self, *notes: str) -> None:
        """Put down what to know besides."""
        self._summary["notes"] += notes

    @contextlib.contextmanager
    def ending(self, notified: Webhook | None, told: Callable[[Summary], None]) -> Iterator[None]:
        """Do the steps, and tell how they ended, however that was."""
        try:
            yield
        except BaseException as error:
            self._summary["error"] = self._error(error)
            # NOTE: where the disk is full this cannot be written either; the error that is raised says so.
            with contextlib.suppress(OSError):
                self._end("stopped" if isinstance(error, KeyboardInterrupt) else "failed", notified)
            told(self._summary)
            raise
        decision = self._summary["decision"]
        self._end("done" if decision["promote"] else "held", notified)
        told(self._summary)

    def _end(self, status: str, notified: Webhook | None) -> None:
        self._summary |= {
            "status": status,
            "exit_code": _EXIT_CODES[status],
            "ended_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - self._begun, 3),
        }
        last_run.write(self._workspace, self._summary)
        if notified is not None and (trouble := webhook.post(notified, self._summary)) is not None:
            self.note(trouble)
            last_run.write(self._workspace, self._summary)

    def _error(self, error: BaseException) -> dict[str, str | None]:
        failed = [step["name"] for step in self._summary["steps"] if step["status"] == "failed"]
        # NOTE: the address of a source may hold what nobody else should read.
        says = _says(error).replace(self._source, _shown(self._source))
        return {
            "step": failed[0] if failed else None,
            "type": type(error).__name__,
            "says": says,
            "do": _do(error),
        }


def _says(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "It was stopped."
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error) or type(error).__name__


def _do(error: BaseException) -> str:
    if isinstance(error, TasadorError):
        return error.do or "Mend it, and run it again: it goes on where it stopped."
    if isinstance(error, KeyboardInterrupt):
        return "Run it again: it goes on where it stopped."
    if isinstance(error, MemoryError):
        return "Give it more memory, and run it again: it goes on where it stopped."
    if isinstance(error, (OSError, ModuleNotFoundError)):
        return "Mend it, and run it again: it goes on where it stopped."
    return "This is a mistake in Tasador: report it with what was printed."


def _shown(source: str) -> str:
    """Take out of an address what may be secret: the password, and the query, which may hold a signature."""
    return _QUERY_OR_USER.sub(r"\1\2", source) if urllib.parse.urlsplit(source).scheme else source
