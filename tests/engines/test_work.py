from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tasador
from tasador.engines.spark.cluster import cluster
from tasador.engines.spark.work import collected, kept, work
from tasador.errors import TasadorError

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

if TYPE_CHECKING:
    import pyarrow as pa


# NOTE: workers cannot import tests: what they are sent stands in the test.
@pytest.mark.slow
def test_what_is_collected_is_worked_on_side_by_side(master: str, tmp_path: Path) -> None:
    def meet(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            (tmp_path / str(batch.column(0)[0].as_py())).touch()
            begun = time.monotonic()
            while len(list(tmp_path.iterdir())) < 2:
                if time.monotonic() - begun > 60:
                    raise TimeoutError("no other task came")
                time.sleep(0.02)
            yield batch

    with cluster(master) as spark:
        made = spark.range(0, 2, 1, 2).mapInArrow(work(meet), "id long")
        assert sorted(row["id"] for row in collected(spark, made, lambda *_: None)) == [0, 1]


@pytest.mark.slow
def test_it_is_told_how_far_the_work_is(master: str) -> None:
    def wait(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        time.sleep(3)
        yield from batches

    told: list[tuple[int, int]] = []
    with cluster(master) as spark:
        collected(spark, spark.range(0, 4, 1, 4).mapInArrow(work(wait), "id long"), lambda *now: told.append(now))
    assert told == sorted(told)
    assert {total for _, total in told} == {4}


@pytest.mark.slow
def test_a_session_that_goes_on_keeps_no_table(master: str) -> None:
    with cluster(master) as spark:
        with kept(spark.range(10)) as rows:
            assert rows.count() == 10
            assert spark.sparkContext._jsc.getPersistentRDDs().size() == 1
        assert spark.sparkContext._jsc.getPersistentRDDs().size() == 0


DO = """
import sys
from pyspark import cloudpickle
print(cloudpickle.loads(sys.stdin.buffer.read())([2, 1]))
"""


def test_a_worker_with_other_code_refuses_whatever_it_is_sent(tmp_path: Path) -> None:
    cloudpickle = pytest.importorskip("pyspark.cloudpickle", reason="pyspark is not installed")
    source = Path(tasador.__file__).parent
    shutil.copytree(source, tmp_path / "tasador", ignore=shutil.ignore_patterns("__pycache__"))

    def done() -> bytes:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        ran = subprocess.run(
            [sys.executable, "-c", DO], input=cloudpickle.dumps(work(sorted)), capture_output=True, env=environment,
            check=False,
        )  # fmt: skip
        return bytes(ran.stdout + ran.stderr)

    assert done() == b"[1, 2]\n"
    with (tmp_path / "tasador" / "errors.py").open("a") as changed:
        changed.write("# another\n")
    assert b"a worker has another Tasador" in done()


@pytest.mark.parametrize("master", ["foo", "local[x]", "spark://host", "foo://x", ""])
def test_what_is_no_address_of_a_cluster_is_refused_before_java_starts(master: str) -> None:
    with pytest.raises(TasadorError, match="this is no address of a cluster"), cluster(master):
        pass
