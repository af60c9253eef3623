"""A cluster, and a session on it, that the tests of the Spark engine share: to start Java is most of their cost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tasador.engines.spark.cluster import cluster
from tests.engines.standalone import Standalone, standalone


@pytest.fixture(scope="session")
def spark_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    """A master and two workers; a test that kills one starts another."""
    with pytest.MonkeyPatch.context() as patch, standalone(tmp_path_factory.mktemp("spark")) as found:
        for name, value in found.environment.items():
            patch.setenv(name, value)
        yield found


@pytest.fixture(scope="session")
def master(spark_cluster: Standalone) -> Iterator[str]:
    """The address of the cluster, on which this process has a session that all steps make use of."""
    with cluster(spark_cluster.master):
        yield spark_cluster.master
