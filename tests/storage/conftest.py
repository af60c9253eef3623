from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.storage.file_server import FileServer, serving


@pytest.fixture
def server() -> Iterator[FileServer]:
    """A web server that serves one file the way the test says."""
    with serving() as running:
        yield running
