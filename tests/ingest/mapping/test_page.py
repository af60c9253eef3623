"""The guide to mapping files, run as a reader would run it.

A `csv` or `toml` block is written to the file that the paragraph before it names last; a `toml` block that no paragraph
gives a name must be a mapping. A `text` block after a `toml` block is the error with which that mapping is refused;
after a `python` block, what that prints.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import pytest

from tasador.errors import SourceError
from tasador.ingest.mapping import Mapping
from tasador.ingest.mapping.model import MappingModel
from tasador.ingest.mapping.validation import names_of
from tests.docs.readme import same_for_all, session

PAGE: Final = Path(__file__).parents[3] / "docs" / "mapping.md"

_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE: Final = re.compile(r"`([\w-]+\.(?:csv|toml))`")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block, and the file that the paragraph before it names, if any."""

    language: str
    text: str
    file: str | None


def blocks() -> list[Block]:
    """List the page's blocks."""
    page = PAGE.read_text(encoding="utf-8")
    found = []
    for one in _BLOCK.finditer(page):
        before = page[: one.start()].rstrip().rsplit("\n", 1)[-1]
        names = _FILE.findall(before)
        found.append(Block(one[1], one[2], names[-1] if names else None))
    return found


def refused() -> list[tuple[Block, str]]:
    """List the mappings that are shown with an error."""
    found = blocks()
    pairs = itertools.pairwise(found)
    return [(one, after.text.strip()) for one, after in pairs if (one.language, after.language) == ("toml", "text")]


@pytest.mark.slow
def test_the_page_does_what_it_shows(tmp_path: Path) -> None:
    found = blocks()
    with session(tmp_path) as opened:
        for block, after in zip(found, [*found[1:], Block("", "", None)], strict=True):
            if block.language in {"csv", "toml"} and block.file is not None:
                (tmp_path / block.file).write_text(block.text, encoding="utf-8")
            elif block.language == "console":
                command, _, shown = block.text.partition("\n")
                assert same_for_all(opened.run(command.removeprefix("$ "))) == same_for_all(shown)
            elif block.language == "python":
                assert opened.run_python(block.text) == after.text


def test_every_mapping_on_the_page_is_one_or_is_refused_as_it_says() -> None:
    errors = {block.text: error for block, error in refused()}
    mappings = [block for block in blocks() if block.language == "toml"]
    assert len(mappings) > len(errors) > 0
    for block in mappings:
        where = block.file or "page.toml"
        if block.text in errors:
            with pytest.raises(SourceError) as caught:
                Mapping.read(block.text, where)
            assert str(caught.value) == errors[block.text]
        else:
            Mapping.read(block.text, where)


def test_the_example_is_the_mapping_that_comes_with_tasador() -> None:
    shown = [block.text for block in blocks() if block.language == "toml"][-1]
    kept = resources.files("tasador.ingest.mapping") / "builtin" / "store-csv.toml"
    assert shown == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("table", ["columns", "price", "constants", "csv"])
def test_every_key_is_on_the_page(table: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    annotation = MappingModel.model_fields[table].annotation
    model = next(one for one in (annotation, *getattr(annotation, "__args__", ())) if hasattr(one, "model_fields"))
    second_names = {"developers", "publishers"}
    for name in names_of(model):
        assert f"`{name}`" in page or f"\n{name} = " in page or name in second_names, name
