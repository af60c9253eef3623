"""A tracking store for all tests, since making one takes seconds, and a catalogue to make versions of."""

from __future__ import annotations

import pytest

from tasador.registry.runs import Runs
from tasador.registry.tracking import Tracking
from tasador.storage.workspace import Workspace


@pytest.fixture(scope="session")
def tracking(tmp_path_factory: pytest.TempPathFactory) -> Tracking:
    """A database and a folder, as a workspace has by default."""
    return Tracking.of(Workspace(tmp_path_factory.mktemp("tracked")))


@pytest.fixture(scope="session")
def runs(tracking: Tracking) -> Runs:
    """The same, open."""
    return Runs(tracking)
