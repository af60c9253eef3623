"""What a run tells of itself: written to the workspace at each step's beginning and end, and told when it ends."""

from __future__ import annotations

import contextlib
import os
import platform
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

from tasador import provenance
from tasador.errors import BusyError, TasadorError
from tasador.registry.decision import PromotionDecision
from tasador.storage import last_run, webhook
from tasador.storage.address import shown, without_secrets
from tasador.storage.webhook import Webhook
from tasador.storage.workspace import Workspace

__all__ = ["STEPS", "Record", "Step", "Summary"]

Summary: TypeAlias = dict[str, Any]

#: The steps in their order.
STEPS: Final = ("ingest", "profile", "monitor", "train", "promote")

#: What a run is left with: what the command exits with, too.
_EXIT_CODES: Final = {"done": 0, "failed": 1, "held": 3, "busy": 75, "stopped": 130}


class Step:
    """A step at work: what came of it is put down before it ends."""

    def __init__(self, told: Summary) -> None:
        self._told = told

    def made(self, status: Literal["done", "reused", "held", "skipped"], **outputs: Any) -> None:
        """Put down what came of it."""
        self._told |= {"status": status, "outputs": outputs}


class Record:
    """The summary of a run, kept as it goes on."""

    def __init__(self, workspace: Workspace, source: str, steps: Sequence[str] = STEPS) -> None:
        now = datetime.now(UTC)
        self._workspace = workspace
        self._source = source
        self._begun = time.monotonic()
        self._kept = False
        self._summary: Summary = {
            "format": last_run.FORMAT,
            "run": f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
            "status": "running",
            "exit_code": None,
            "source": shown(source),
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

    @contextlib.contextmanager
    def step(self, name: str, **inputs: Any) -> Iterator[Step]:
        """Do a step; the block puts down what came of it."""
        told = next(step for step in self._summary["steps"] if step["name"] == name)
        told |= {"status": "running", "inputs": inputs}
        last_run.write(self._workspace, self._summary)
        begun = time.monotonic()
        try:
            yield Step(told)
        except BaseException as error:
            told["status"] = _status(error)
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
    def kept(self) -> Iterator[None]:
        """Do the steps, and write in the workspace how they ended; the caller holds the lock.

        Raises:
            OSError: The workspace cannot be written.
        """
        self.note(*last_run.begin(self._workspace, self._summary))
        self._kept = True
        try:
            yield
        except BaseException as error:
            self._failed(error)
            raise
        else:
            self._ended("done" if self._summary["decision"]["promote"] else "held")
        finally:
            # NOTE: what was done is done, and told, also where the disk is full.
            try:
                last_run.write(self._workspace, self._summary)
                last_run.write_metrics(self._workspace, self._summary)
            except OSError as error:
                self.note(f"How it ended could not be written: {error.filename}: {error.strerror}")

    @contextlib.contextmanager
    def told(self, notified: Webhook | None, told: Callable[[Summary], None]) -> Iterator[None]:
        """Do the whole, and tell how it ended, however that was; that another run is at work is posted nowhere."""
        try:
            yield
        except BaseException as error:
            if self._summary["status"] == "running":
                self._failed(error)
            if not isinstance(error, BusyError):
                self._post(notified)
            told(self._summary)
            raise
        self._post(notified)
        told(self._summary)

    def _post(self, notified: Webhook | None) -> None:
        if notified is None:
            return
        try:
            trouble = webhook.post(notified, self._summary)
        except KeyboardInterrupt:
            trouble = "The webhook was not waited for: it was stopped then. The run is not touched by that."
        if trouble is not None:
            self.note(trouble)
            if self._kept:
                # NOTE: on a full disk it is told all the same.
                with contextlib.suppress(OSError):
                    last_run.amend(self._workspace, self._summary)

    def _failed(self, error: BaseException) -> None:
        broken = [step["name"] for step in self._summary["steps"] if step["status"] in {"failed", "stopped"}]
        self._summary["error"] = {
            "step": broken[0] if broken else None,
            "type": type(error).__name__,
            # NOTE: a library may quote the address of a source, which may hold what nobody else should read.
            "says": without_secrets(_says(error), self._source),
            "do": _do(error),
        }
        self._ended(_status(error))

    def _ended(self, status: str) -> None:
        self._summary |= {
            "status": status,
            "exit_code": _EXIT_CODES[status],
            "ended_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - self._begun, 3),
        }


def _status(error: BaseException) -> Literal["busy", "failed", "stopped"]:
    if isinstance(error, BusyError):
        return "busy"
    return "stopped" if isinstance(error, KeyboardInterrupt) else "failed"


def _says(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "It was stopped."
    if isinstance(error, TasadorError) and error.do is not None:
        return str(error).removesuffix(f" {error.do}")
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
