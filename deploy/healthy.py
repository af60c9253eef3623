"""Exits with 0 if the server in this container can answer; what the image's health check runs."""

from __future__ import annotations

import http.client
import os
import sys

SECONDS = 2.0

connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["TASADOR_PORT"]), timeout=SECONDS)
try:
    connection.request("GET", "/readyz")
    sys.exit(connection.getresponse().status != http.HTTPStatus.OK)
except OSError as error:
    sys.exit(f"not healthy: {error}")
