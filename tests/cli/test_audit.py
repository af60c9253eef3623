"""`tasador audit` as people call it: what it prints, and what it exits with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer
from typer.testing import CliRunner, Result

from tasador.cli.audit import audit
from tasador.errors import SourceError, WorkspaceError
from tests.audit.catalogue import errors, fit, priced
from tests.audit.servers import Asked, answering

TEMPLATE = """
path = "/price"
query = { genre = "{genre}", kind = "{kind}", year = "{year}" }
[answer]
price = "/price"
"""


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return priced(900, seed=3)


def call(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(audit)
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_a_defect_is_printed_and_ends_with_three(rows: pl.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "template.toml").write_text(TEMPLATE)
    rows.write_parquet(tmp_path / "rows.parquet")
    files = ("--template", tmp_path / "template.toml", "--rows", tmp_path / "rows.parquet")
    with answering(lambda _: (200, {"price": 4.62})) as server:
        done = call(server.url, *files, "--max-requests", 60, "--delay", 0)
        assert len(server.requests) <= 60
    assert done.exit_code == 3
    assert "FOUND     constant_output, severity high" in done.stdout
    assert "one answer to all 24: 4.62" in done.stdout
    assert "of at most 60 requests" in done.stdout
    assert "audit: 100%" in done.stderr


def test_an_honest_endpoint_ends_with_nought(rows: pl.DataFrame, tmp_path: Path) -> None:
    inputs = ("genre", "kind", "year")
    price = fit(rows, inputs=inputs)
    (tmp_path / "template.toml").write_text(TEMPLATE)
    rows.write_ndjson(tmp_path / "rows.jsonl")
    n = rows.filter(pl.col("split") == "test").height
    value = errors(rows, price)["mae"]
    (tmp_path / "claims.toml").write_text(f'[[claims]]\nmetric = "mae"\nvalue = {value}\nkind = "all"\nn = {n}\n')

    def answer(asked: Asked) -> tuple[int, Any]:
        year = asked.query["year"]
        if asked.query["genre"] not in known or asked.query["kind"] not in kinds or year not in years:
            return 404, {}
        return 200, {"price": price({**asked.query, "year": int(year)})}

    known, kinds, years = set(rows["genre"]), set(rows["kind"]), set(map(str, rows["year"]))
    files = ("--template", tmp_path / "template.toml", "--rows", tmp_path / "rows.jsonl")
    with answering(answer) as server:
        done = call(
            server.url, *files, "--claims", tmp_path / "claims.toml", "--max-requests", 900, "--delay", 0, "--json"
        )
    report = json.loads(done.stdout)
    assert [one for one in report["findings"] if one["verdict"] == "found"] == []
    assert done.exit_code == 0
    assert report["found"] == 0
    assert report["n_requests"] <= report["most_requests"] == 900
    (claim,) = (one for one in report["findings"] if one["check"] == "claim_disagrees")
    assert claim["verdict"] == "not_found"


def test_rows_alone_are_looked_at_without_a_request(rows: pl.DataFrame, tmp_path: Path) -> None:
    leaking = rows.drop("genres").with_columns(mean_price=pl.col("price_usd").mean().over("developer"))
    leaking.write_csv(tmp_path / "rows.csv")
    done = call("--rows", tmp_path / "rows.csv", "--json")
    assert done.exit_code == 3
    found = [one for one in json.loads(done.stdout)["findings"] if one["verdict"] == "found"]
    assert [(one["check"], one["subject"]) for one in found] == [("input_from_the_price", "mean_price")]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["http://127.0.0.1:1"], "--template"),
        (["--template", "t.toml"], "name a URL or --rows"),
        (["--max-requests", "0"], "expected a whole number from 1"),
        (["--delay", "-1"], "expected seconds from 0"),
        (["--timeout", "0"], "expected seconds from 0.1"),
        (["--timeout", "soon"], "expected a number of seconds"),
    ],
)
def test_what_cannot_be_asked_is_wrong_usage(arguments: list[str], told: str) -> None:
    done = call(*arguments)
    assert done.exit_code == 2
    assert told in done.stderr.replace("│", " ")


def test_a_template_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = call("http://127.0.0.1:1", "--template", tmp_path / "none.toml")
    assert isinstance(done.exception, SourceError)
    assert "the file cannot be read; got No such file" in str(done.exception)


def test_without_a_champion_there_is_nothing_of_ours_to_look_at(tmp_path: Path) -> None:
    done = call("--workspace", tmp_path)
    assert isinstance(done.exception, WorkspaceError)
    assert "no champion yet" in str(done.exception)
