"""Notification by webhook, signed as Standard Webhooks says (https://www.standardwebhooks.com).

What fails on the way is a sentence for the one who runs it, not an error: nothing depends on it. The address is a
secret, as whoever knows it may post to it, and is never told; its host is.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import queue
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

__all__ = ["Webhook", "post", "signature"]

_TIMEOUT_SECONDS: Final = 10.0

#: How long is waited before it is tried again: once each.
_PAUSES_SECONDS: Final = (1.0, 4.0)

#: Answers after which it may go better later; so it may after any of the server's own mistakes.
_LATER: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})

_ENCODED: Final = "whsec_"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where to, and what it is signed with.

    Attributes:
        url: An http(s) address.
        secret: `whsec_` and base64, as libraries that check signatures take it, or any other text; None signs nothing.
        pauses_seconds: How long is waited before each further attempt.
    """

    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    pauses_seconds: tuple[float, ...] = _PAUSES_SECONDS


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: what was meant for one server goes to no other."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def post(webhook: Webhook, summary: dict[str, Any]) -> str | None:
    """Post how a run ended.

    Returns:
        None where it arrived, or else what to know: a sentence without the address.
    """
    body = json.dumps({"type": f"run.{summary['status']}", "text": _sentence(summary), **summary}).encode()
    says = ""
    for pause in (*webhook.pauses_seconds, None):
        says, later = _in_time(webhook, str(summary["run"]), body)
        if not says:
            return None
        if not later or pause is None:
            break
        time.sleep(pause)
    host = urllib.parse.urlsplit(webhook.url).hostname
    return f"The webhook at {host} was not reached: {says}. The run is not touched by that."


def signature(secret: str, identity: str, timestamp: int, body: bytes) -> str:
    """Sign a message: `v1,` and the HMAC-SHA256 over identity, time and body, in base64."""
    digest = hmac.digest(_key(secret), b".".join([identity.encode(), str(timestamp).encode(), body]), hashlib.sha256)
    return f"v1,{base64.b64encode(digest).decode()}"


def _key(secret: str) -> bytes:
    if secret.startswith(_ENCODED):
        with contextlib.suppress(ValueError):
            return base64.b64decode(secret.removeprefix(_ENCODED), validate=True)
    return secret.encode()


def _in_time(webhook: Webhook, identity: str, body: bytes) -> tuple[str, bool]:
    """Post once, as long as an attempt may take: a server that sends a byte now and then has no more than others."""
    came: queue.Queue[tuple[str, bool]] = queue.Queue()
    attempt = threading.Thread(target=lambda: came.put(_attempt(webhook, identity, body)), daemon=True)
    attempt.start()
    try:
        return came.get(timeout=_TIMEOUT_SECONDS)
    except queue.Empty:
        return _silent(), True


def _silent() -> str:
    return f"no answer within {_TIMEOUT_SECONDS:g} seconds"


def _attempt(webhook: Webhook, identity: str, body: bytes) -> tuple[str, bool]:
    """Post once.

    Returns:
        What went wrong, empty where nothing did, and whether it may go better later.
    """
    now = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "tasador",
        "webhook-id": identity,
        "webhook-timestamp": str(now),
    }
    if webhook.secret is not None:
        headers["webhook-signature"] = signature(webhook.secret, identity, now, body)
    try:
        request = urllib.request.Request(webhook.url, data=body, headers=headers)  # noqa: S310  (settings: http(s) only)
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=_TIMEOUT_SECONDS):
            return "", False
    except urllib.error.HTTPError as error:
        error.close()
        server_failed = error.code >= HTTPStatus.INTERNAL_SERVER_ERROR
        return f"it answered {error.code}", server_failed or error.code in _LATER
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            return _silent(), True
        # NOTE: only the system's own words, since a library's may quote the address.
        return (reason.strerror if isinstance(reason, OSError) else None) or type(reason).__name__, True


def _sentence(summary: dict[str, Any]) -> str:
    """Say it to people: chats show the field `text`."""
    error, decision = summary["error"], summary["decision"]
    if error is not None:
        where = f" in the step {error['step']}" if error["step"] else ""
        return f"tasador run {summary['status']}{where}: {error['says']}"
    failed = ", ".join(check["name"] for check in decision["checks"] if not check["passed"])
    version = decision["challenger"]
    if failed:
        return f"tasador run: {version} was held by {failed}"
    status = {step["name"]: step["status"] for step in summary["steps"]}
    again = status["promote"] == "reused"
    return f"tasador run: {version} {'goes on answering' if again else 'answers now'}"
