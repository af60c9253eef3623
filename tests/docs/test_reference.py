from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import typer

from tasador.cli.app import app as cli
from tasador.contracts.games import RULES, Games
from tasador.contracts.price_events import PRICE_RULES, PriceDuplicates, PriceEvents
from tasador.contracts.set_aside import SetAside
from tasador.features import classic as features
from tasador.ingest.refusals import DUPLICATE_RULES, REFUSALS
from tasador.prices.refusals import SAYS
from tasador.settings import PREFIX, Settings
from tasador.storage.workspace import Workspace
from tasador.web.api import create_api
from tasador.web.metrics import Metrics
from tasador.web.serving import Serving
from tests.docs.pages import ROOT, read


def test_the_pages_are_what_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "docs" / "generate.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_every_command_is_described() -> None:
    page = read("docs", "reference", "cli.md")
    commands = list(_commands(typer.main.get_command(cli), ("tasador",)))
    assert len(commands) > 10
    for command in commands:
        assert f"# {command}\n" in page


def test_every_setting_is_described() -> None:
    page = read("docs", "reference", "settings.md")
    for name, field in Settings.model_fields.items():
        assert f"| `{PREFIX}{name.upper()}` |" in page
        assert str(field.description) in page


@pytest.mark.parametrize("readme", ["README.md", "README.es.md"])
def test_every_route_is_described(readme: str, tmp_path: Path) -> None:
    page = read("docs", "reference", "api.md")
    described = create_api(Workspace(tmp_path), cast("Serving", None), Metrics()).openapi()["paths"]
    assert len(described) > 20
    for path, methods in described.items():
        for method in methods:
            assert f"### `{method.upper()} {path}`" in page
        if not path.startswith("/v1/"):
            assert f"`{path.replace('{anio}', '{año}')}`" in read(readme)


def test_every_column_is_described() -> None:
    page = read("docs", "reference", "data-dictionary.md")
    for schema in (Games, SetAside):
        for name, column in schema.columns().items():
            assert column.description, name
            assert f"| `{name}`" in page
            assert column.description in page


def test_every_rule_is_described() -> None:
    page = read("docs", "reference", "data-dictionary.md")
    refusals = {name: says for name, (_, says) in REFUSALS.items()}
    for name, says in [*RULES.values(), *refusals.items(), *DUPLICATE_RULES.items()]:
        assert f"| `{name}` |" in page
        assert says in page


def test_every_column_and_rule_of_price_histories_is_described() -> None:
    page = read("docs", "reference", "price-events.md")
    for schema in (PriceEvents, PriceDuplicates):
        for name, column in schema.columns().items():
            assert f"| `{name}`" in page
            assert str(column.description) in page
    for name, says in [*PRICE_RULES.values(), *SAYS.items()]:
        assert f"| `{name}` | {says} |" in page


def test_every_input_is_described() -> None:
    page = read("docs", "reference", "features.md")
    for feature in features.definitions(["LABEL"]):
        assert f"| `{feature.name}` |" in page


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    yield " ".join(path)
    for name, sub in getattr(command, "commands", {}).items():
        yield from _commands(sub, (*path, name))
