"""One line a request: what was asked for and how it went; nothing that a client sent but the id and trace it names."""

from __future__ import annotations

import logging
import re
from typing import Final

from starlette.types import Scope

__all__ = ["write"]

logger = logging.getLogger(__name__)

_TRACEPARENT: Final = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def write(scope: Scope, route: str, status: int, seconds: float) -> None:
    """Log a request that was answered.

    NOTE: neither address nor query, headers nor body are here: they may hold a name, a key, or what is confidential.

    Args:
        route: The route's path as it was declared.
    """
    if not logger.isEnabledFor(logging.INFO):
        return
    state = scope.get("state", {})
    found = {
        "method": scope["method"],
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 2),
        "request_id": state.get("request_id"),
        "trace_id": state.get("trace_id") or _trace_id(scope),
        "key": state.get("key"),
    }
    logger.info("request_answered", extra={name: value for name, value in found.items() if value is not None})


def _trace_id(scope: Scope) -> str | None:
    """Read the trace that a client says the request is part of."""
    for name, value in scope["headers"]:
        if name == b"traceparent":
            found = _TRACEPARENT.fullmatch(value)
            return None if found is None else found[1].decode()
    return None
