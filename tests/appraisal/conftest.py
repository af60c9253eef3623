"""The files of a version that answers."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran


@pytest.fixture(scope="session")
def files(ran: tuple[Workspace, Ran]) -> Mapping[str, bytes]:
    """Those of the synthetic catalogue's champion."""
    return bundles.load(ran[0], ran[1].trained.version).files
