"""A cluster that the tests of the Spark engine share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engines.standalone import Standalone, standalone


@pytest.fixture(scope="session")
def spark_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    """A master and two workers; tests must leave them as they are."""
    with standalone(tmp_path_factory.mktemp("spark")) as found:
        yield found
