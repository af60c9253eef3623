from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

#: Imports every module, then prints the threads of the process; `ask` runs a query before that.
_THREADS = """
import importlib, pkgutil, sys
from pathlib import Path
import polars as pl
import tasador

for module in pkgutil.walk_packages(tasador.__path__, "tasador."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
if sys.argv[1:] == ["ask"]:
    pl.LazyFrame({"n": [1]}).select("n").collect()
print(*(thread.joinpath("comm").read_text() for thread in Path("/proc/self/task").iterdir()), sep="")
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="this system does not list a process's threads")
def test_an_import_runs_no_query() -> None:
    """A process that has run one has polars' threads, which those that are forked from it wait for without end."""
    assert not _pool()
    assert _pool("ask")


def _pool(*arguments: str) -> list[str]:
    told = subprocess.run([sys.executable, "-c", _THREADS, *arguments], check=True, capture_output=True, text=True)
    return [name for name in told.stdout.split() if name.removeprefix("polars-").isdigit()]
