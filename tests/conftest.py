"""Fixtures that many tests use: a synthetic catalogue, a workspace made from it, and the real catalogue."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, settings

from tasador.ingest.formats.format import FORMATS
from tasador.ingest.formats.piece import Piece
from tasador.storage.sources import open_source
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_lines
from tasador.workflows.run import Ran, run
from tests.ingest.records import Catalogue, build, clean
from tests.models.light import LIGHT
from tests.storage.stores import bucket, remote

__all__ = ["bucket", "remote"]

SHARED = Path(__file__).parents[2] / "shared"
SAMPLE_ROWS = 1_500

settings.register_profile("ci", max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def shared_file(*parts: str) -> Path:
    """Find a file that lies beside the checkout, or skip the test, saying which is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"{'/'.join(parts)} is not beside the checkout: the real catalogue is not part of the project")
    return path


@pytest.fixture(scope="session")
def sample_lines() -> list[bytes]:
    """A synthetic catalogue, line by line."""
    return list(make_raw_lines(SAMPLE_ROWS, seed=5))


@pytest.fixture(scope="session")
def sample_file(sample_lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a file."""
    path = tmp_path_factory.mktemp("source") / "sample_games.json.gz"
    path.write_bytes(gzip.compress(b"\n".join(sample_lines) + b"\n", mtime=0))
    return path


@pytest.fixture(scope="session")
def games(sample_lines: list[bytes]) -> pl.DataFrame:
    """The clean games of the synthetic catalogue."""
    return build(sample_lines).parts.games


@pytest.fixture(scope="session")
def ran(sample_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Ran]:
    """A workspace on which the whole path was run, and what each step made. Tests must not change it."""
    workspace = Workspace(tmp_path_factory.mktemp("workspace"))
    return workspace, run(workspace, str(sample_file), parameters=LIGHT)


@pytest.fixture(scope="session")
def succeeded(ran: tuple[Workspace, Ran], tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Ran, Ran]:
    """A copy of it in which another champion followed, of another catalogue, and both. Tests must not change it."""
    root = tmp_path_factory.mktemp("succeeded")
    shutil.copytree(ran[0].root, root / "workspace")
    source = root / "other_games.json"
    source.write_bytes(b"\n".join(make_raw_lines(SAMPLE_ROWS, seed=10)) + b"\n")
    workspace = Workspace(root / "workspace")
    return workspace, ran[1], run(workspace, str(source), parameters=LIGHT)


@pytest.fixture(scope="session")
def real_catalogue() -> Catalogue:
    """The real catalogue, cleaned."""
    path = shared_file("data", "steam_games.json.gz")
    (file,) = open_source(str(path), downloads=path.parent).files
    return clean([Piece(file.where, file.blocks)], FORMATS["python-literals"])
