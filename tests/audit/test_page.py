"""The guide to the audit: what it shows is what is printed, and its templates are templates."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Final

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from tasador.audit.documents import read_claims, read_template
from tasador.audit.measures import METRICS
from tasador.audit.template import ClaimEntry, ClaimsModel, InputTable, RowsTable, TemplateModel
from tasador.cli.audit import audit
from tests.audit.catalogue import priced
from tests.audit.servers import answering

PAGE: Final = (Path(__file__).parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")
SOURCE: Final = Path(__file__).parents[2] / "src" / "tasador" / "audit"
BLOCKS: Final = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def run(command: str, url: str = "") -> tuple[int, str]:
    app = typer.Typer()
    app.command()(audit)
    words = command.removeprefix("$ tasador audit ").replace("http://127.0.0.1:8000", url).split()
    done = CliRunner().invoke(app, [*words, "--delay", "0"] if url else words)
    return done.exit_code, done.stdout


def write_files(folder: Path) -> None:
    template, _, claims = blocks("toml")
    (folder / "template.toml").write_text(template, encoding="utf-8")
    (folder / "claims.toml").write_text(claims, encoding="utf-8")
    rows = priced(600, seed=2).with_columns(pl.col("genres").list.join(";"))
    (header, *_) = blocks("csv")[0].split("\n")
    rows.select(header.split(",")).with_columns(predicted=pl.lit(9.99)).write_csv(folder / "games.csv")


def test_the_endpoints_answer_is_audited_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    command, _, shown = blocks("console")[0].partition("\n")
    with answering(lambda _: (200, {"price": 4.62, "rmse": 3.1})) as server:
        code, printed = run(command, server.url)
    assert code == 3
    assert shown in printed


def test_the_rows_are_audited_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    code, printed = run(blocks("console")[1].strip())
    assert code == 3
    assert "claim_disagrees [rmse on test rows of kind all (claims.toml, line 3)]" in printed
    assert "group_on_both_sides [developer]" in printed


def test_templates_and_claims_on_the_page_are_read() -> None:
    first, classic, claims = blocks("toml")
    assert read_template(first, "t").asked_by() == ["genre", "early_access"]
    assert read_template(classic, "t").answer.price == "/Precio previsto*"
    assert len(read_claims(claims, "c").claims) == 1


def test_every_key_check_and_metric_is_on_the_page() -> None:
    tables = (TemplateModel, InputTable, RowsTable, ClaimEntry, ClaimsModel)
    keys = set(itertools.chain.from_iterable(table.model_fields for table in tables)) - {
        "inputs",
        "answer",
        "rows",
        "claims",
    }
    checks = set(
        itertools.chain.from_iterable(
            re.findall(r'check(?:, name)? = "(\w+)"|_(?:problem|beyond)\(\s*asked,\s*"(\w+)"', path.read_text())
            for path in SOURCE.glob("*.py")
        )
    )
    named = {one for pair in checks for one in pair if one} - {"bad_answers"}
    assert len(named) >= 12
    for name in [*keys, *METRICS, *named]:
        assert f"`{name}`" in PAGE or f"[{name}" in PAGE, name
