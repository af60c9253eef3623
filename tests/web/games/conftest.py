"""A client of the routes of games, and what they answer from."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest
from fastapi.testclient import TestClient

from tasador.appraisal.appraiser import Appraiser
from tasador.features.title import studios
from tasador.storage.catalogue import Catalogue, make
from tests.web.games.serving import Row, Served, Serving


@pytest.fixture(scope="package")
def rows(games: pl.DataFrame) -> list[Row]:
    return games.to_dicts()


@pytest.fixture(scope="package")
def served(appraiser: Appraiser, rows: list[Row]) -> Served:
    return Served(Catalogue(make(rows, studios)), appraiser, appraiser.snapshot)


@pytest.fixture(scope="package")
def serving(served: Served) -> Serving:
    return Serving(served)


@pytest.fixture(scope="package")
def client(serving: Serving) -> Iterator[TestClient]:
    with TestClient(serving, raise_server_exceptions=False) as found:
        yield found
