"""The line that each request leaves in the log, and what is never in it."""

from __future__ import annotations

import logging

import pytest
from starlette.types import Scope

from tasador.web import request_log

SCOPE: Scope = {
    "type": "http",
    "method": "POST",
    "path": "/v1/games/secret-path",
    "query_string": b"q=secret-query",
    "headers": [
        (b"authorization", b"Bearer secret-key"),
        (b"x-api-key", b"secret-key"),
        (b"cookie", b"secret-cookie"),
        (b"traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ],
    "client": ("secret-address", 1),
    "state": {"request_id": "r-1", "key": "someone", "served": "x"},
}


def test_a_request_is_one_line_without_what_was_sent(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        request_log.write(SCOPE, "/v1/games/{name}", 200, 0.012345)
    (record,) = caplog.records
    assert record.getMessage() == "request_answered"
    given = {name: value for name, value in record.__dict__.items() if name not in logging.makeLogRecord({}).__dict__}
    given.pop("message", None)
    assert given == {
        "method": "POST",
        "route": "/v1/games/{name}",
        "status": 200,
        "ms": 12.35,
        "request_id": "r-1",
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
        "key": "someone",
    }
    assert "secret" not in str(record.__dict__)


@pytest.mark.parametrize("sent", [b"", b"secret", b"00-xyz-b7ad6b7169203331-01", b"00-" + b"A" * 32 + b"-" + b"b" * 16])
def test_a_trace_that_is_none_is_left_out(sent: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        request_log.write({**SCOPE, "headers": [(b"traceparent", sent)]}, "/", 200, 0.1)
    assert not hasattr(caplog.records[0], "trace_id")


def test_nothing_is_logged_where_nobody_wants_it(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        request_log.write(SCOPE, "/", 200, 0.1)
    assert not caplog.records
