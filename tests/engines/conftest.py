"""A cluster, and a session on it, that the tests of the Spark engine share: to start Java is most of their cost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tasador.engines.spark.cluster import cluster, slots
from tests.engines.standalone import Standalone, standalone

#: Of every Java process: they live for seconds, so what is quick to start is best.
_JAVA = (
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"
    " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
)

#: What tests set for any program on the cluster: two can be at work at a time, and tables are small.
_DEFAULTS = """
spark.cores.max 2
spark.executor.memory 512m
spark.sql.shuffle.partitions 2
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
"""


@pytest.fixture(scope="session")
def spark_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    """A master and two workers; a test that kills one starts another."""
    logs = tmp_path_factory.mktemp("spark")
    with pytest.MonkeyPatch.context() as patch, standalone(logs, cores=2, java=_JAVA, defaults=_DEFAULTS) as found:
        for name, value in found.environment.items():
            patch.setenv(name, value)
        yield found


@pytest.fixture(scope="session")
def master(spark_cluster: Standalone) -> Iterator[str]:
    """The address of the cluster, on which this process has a session that all steps make use of."""
    with cluster(spark_cluster.master) as session:
        # work is put into as many pieces as there are cores, so that none may be missing when it begins
        assert slots(session) == 2
        yield spark_cluster.master
