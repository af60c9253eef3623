"""What benchmarks write into the pages is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

_SECTION = re.compile(r"<!-- benchmark: (\w+) -->(.*?)<!-- end -->", re.DOTALL)


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_no_section_that_a_benchmark_fills_is_empty(page: Path) -> None:
    for name, filled in _SECTION.findall(page.read_text(encoding="utf-8")):
        assert filled.strip(), f"{page.name}: {name}"


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_nothing_is_left_to_be_recorded(page: Path) -> None:
    assert "Not recorded yet" not in page.read_text(encoding="utf-8")
