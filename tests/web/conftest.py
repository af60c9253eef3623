"""A client of the application, in process, and the champion that it answers from."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest
from fastapi.testclient import TestClient

from tasador.appraisal.appraiser import Appraiser
from tasador.market import statistics
from tasador.storage import bundles
from tasador.storage.bundles import Bundle
from tasador.storage.workspace import Workspace
from tasador.web.app import create_app
from tasador.web.documents import Documents
from tasador.workflows.run import Ran


@pytest.fixture(scope="session")
def client(ran: tuple[Workspace, Ran]) -> Iterator[TestClient]:
    """Asks the application that answers for the synthetic catalogue's champion."""
    with TestClient(create_app(ran[0]), raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="session")
def champion(ran: tuple[Workspace, Ran]) -> Bundle:
    """The champion's bundle."""
    return bundles.load(ran[0], ran[1].trained.version)


@pytest.fixture(scope="session")
def appraiser(champion: Bundle) -> Appraiser:
    """The champion, opened."""
    return Appraiser(champion.files, version=champion.version, snapshot=champion.manifest["snapshot"])


@pytest.fixture(scope="session")
def documents(champion: Bundle, appraiser: Appraiser, games: pl.DataFrame) -> Documents:
    """What it says of itself."""
    return Documents.of(champion, appraiser, statistics.compute(games))
