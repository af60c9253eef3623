from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.storage.store_api.store import Store, running


@pytest.fixture
def store() -> Iterator[Store]:
    """A store of the tests' own."""
    with running() as found:
        yield found
