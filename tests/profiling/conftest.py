from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tasador.profiling.report import render
from tasador.profiling.summary import summarise
from tests.profiling.catalogue import make_store, make_varied


@pytest.fixture(scope="session")
def varied() -> pl.DataFrame:
    return make_varied(1200)


@pytest.fixture(scope="session")
def profile(varied: pl.DataFrame) -> dict[str, Any]:
    return summarise(varied)


@pytest.fixture(scope="session")
def page(profile: dict[str, Any]) -> str:
    return render(profile)


@pytest.fixture(scope="session")
def store() -> pl.DataFrame:
    """A catalogue in euros, as the store tells it."""
    return make_store(600)


@pytest.fixture(scope="session")
def store_profile(store: pl.DataFrame) -> dict[str, Any]:
    return summarise(store)
