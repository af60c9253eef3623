from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import ROOT, pyproject, read
from tests.docs.readme import READMES, TOUR, blocks, rerun, same_for_all


@pytest.mark.slow
def test_the_commands_print_what_the_pages_show(tmp_path: Path) -> None:
    shown = [page.read_text(encoding="utf-8") for page in TOUR]
    printed = [rerun(text, tmp_path) for text in shown]
    assert [*map(same_for_all, printed)] == [*map(same_for_all, shown)], (
        "run `.venv/bin/python -m tests.docs.readme` if this is meant"
    )


def test_the_spanish_readme_has_the_same_commands_and_output() -> None:
    english, spanish = (blocks(path.read_text(encoding="utf-8")) for path in READMES)
    assert english == spanish


def test_the_spanish_readme_has_the_same_links_and_headings() -> None:
    english, spanish = (path.read_text(encoding="utf-8").split("\n") for path in READMES)
    for start in ("#", "| `/"):
        counts = [sum(line.startswith(start) for line in lines) for lines in (english, spanish)]
        assert counts[0] == counts[1] > 0


@pytest.mark.parametrize("readme", ["README.md", "README.es.md"])
def test_every_extra_is_named(readme: str) -> None:
    for extra in pyproject()["project"]["optional-dependencies"]:
        assert f"| `{extra}` |" in read(readme)


def test_the_readme_of_the_package_is_the_projects() -> None:
    assert (ROOT / pyproject()["project"]["readme"]) in READMES
