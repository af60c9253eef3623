"""Work is spread over the processors that a process may use, not over all that the machine has."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tasador import processors

RESTRICTED = """
import os
from tasador import processors
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
print(processors.count())
"""


def test_there_is_one_at_least() -> None:
    assert 1 <= processors.count() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not tell which may be used")
def test_a_process_that_may_use_one_counts_one() -> None:
    ran = subprocess.run([sys.executable, "-c", RESTRICTED], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "1"
