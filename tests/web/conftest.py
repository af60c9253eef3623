"""A client of the application, in process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tasador.storage.workspace import Workspace
from tasador.web.app import create_app
from tasador.workflows.run import Ran


@pytest.fixture(scope="session")
def client(ran: tuple[Workspace, Ran]) -> Iterator[TestClient]:
    """Asks the application that answers for the synthetic catalogue's champion."""
    with TestClient(create_app(ran[0]), raise_server_exceptions=False) as found:
        yield found
