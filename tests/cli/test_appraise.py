from __future__ import annotations

import dataclasses
import math
import re
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from tasador.appraisal.appraisal import Interval
from tasador.appraisal.vocabulary import Vocabulary
from tasador.cli.appraisal_text import lines
from tasador.cli.appraise import appraise
from tasador.cli.labels import separate
from tests.appraisal.answers import abstained, full

ANSWER = """\
Some Game (game, 2018-02-01)

estimate    $8.13 if it is not free
free        4% probable
suggested   $9.99, 31% probable
confidence  medium: the developer has 1 earlier price
warning     the date is beyond what was learned
warning     'Acton' in genres: the model has not learned it; nearest: Action

the price is in
     $4.99                      [-----*-]                   $9.99     50% of cases
     $2.99               [------------*----------]          $19.99    80% of cases
     $0.99 [--------------------------*-------------------] $39.99    95% of cases

price points
     $7.99  10% ##########
     $9.99  31% ##############################  suggested
    $14.99   5% #####

how the estimate comes about
    $6.50      where all begin
  x 1.5        genres: genre_indie 1
  x 0.8334     developer: developer_median unknown
  = $8.13

the nearest paid games known on 2018-02-01
  alike     price  adjusted  released    name
    88%     $9.99     $8.50  2017-05-04  Alike. They share Indie.
    50%     $4.99     $5.25  2016-05-04  Less Alike. They share nothing that describes them.
  median of the adjusted prices, a second opinion: $6.88

used        name, genres, developer
assumed     kind game, release_date 2018-02-01
not given   specs, publisher, base_app_id, app_id, required_age, platforms, languages
not read    tags, early_access: the model does not use them

model 20180201-abc, snapshot a1b2c3, releases up to 2017-06-30
The factors say how prices go together with what is known of a game: an association, not a cause. \
They do not say what another price would earn."""


def test_an_answer_for_people() -> None:
    assert "\n".join(lines(full())) == ANSWER


def test_the_figures_shown_multiply_to_the_estimate_shown() -> None:
    shown = "\n".join(lines(full()))
    base = float(re.findall(r"\$(\S+) +where all begin", shown)[0])
    factors = [float(factor) for factor in re.findall(r"^  x (\S+)", shown, re.MULTILINE)]
    assert f"{base * math.prod(factors):.2f}" == re.findall(r"^estimate +\$(\S+)", shown, re.MULTILINE)[0]


def test_an_answer_that_abstains_says_why_and_no_price() -> None:
    shown = "\n".join(lines(abstained()))
    assert "estimate    none: only 10 prices of hardware were learned" in shown
    assert "$" not in shown


@pytest.mark.parametrize("interval", [Interval(0.8, 4.99, 4.99), Interval(0.8, 0.0, 9.99), Interval(0.8, 8.0, 9.0)])
def test_narrow_and_odd_intervals_are_drawn(interval: Interval) -> None:
    shown = "\n".join(lines(dataclasses.replace(full(), intervals=(interval,))))
    assert shown.count("80% of cases") == 1


def call(*arguments: str) -> tuple[int, str]:
    app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command()(appraise)
    done = CliRunner().invoke(app, arguments, env={"COLUMNS": "300"})
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "FILE, --name: got neither: name a game with --name, or a table"),
        (("--kind", "dlc"), "FILE, --name: got neither"),
        (("games.csv", "--name", "A", "--genre", "B"), "FILE: got a table, 'games.csv', and --name, --genre: give one"),
        (("--name", "A", "--to", "csv"), "--to, --output: they are for tables; for one game there is --json"),
        (("games.csv", "--json"), "--json: a table's answers as JSON are --to jsonl"),
        (("games.csv", "--output", "out.xlsx"), "a name that ends in .xlsx; expected one of .csv, .tsv, .jsonl"),
        (("games.csv", "--output", "out.csv", "--to", "parquet"), "got parquet for a name that ends in .csv"),
        (("games.csv", "--output", "out.parquet.gz"), "Parquet is not packed again"),
        (("games.csv", "--to", "xlsx"), "got 'xlsx', expected one of csv, jsonl, parquet"),
        (("--name", "A", "--app-id", "x"), "got 'x', expected a whole number from 1"),
        (("--name", "A", "--comparables", "26"), "got 26, expected a whole number from 0 to 25"),
    ],
)
def test_options_that_do_not_go_together(arguments: tuple[str, ...], says: str) -> None:
    code, shown = call(*arguments)
    assert code == 2
    assert says in shown


def test_a_closed_pipe_ends_it_without_a_word() -> None:
    code = (
        "from tasador.cli.appraise import _closed_pipes_end_it\n"
        "with _closed_pipes_end_it():\n"
        "    print('first', flush=True)\n"
        "    for _ in range(100_000): print('x' * 100)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        assert run.stdout.readline() == "first\n"
        run.stdout.close()
        assert run.stderr.read() == ""
        assert run.wait(timeout=60) == 0


VOCABULARY = Vocabulary({"genres": ["Action", "Indie", "Design, Illustration"]})


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (["Indie;Action"], ["Indie", "Action"]),
        (["indie, Acton ;", "RPG"], ["indie", "Acton", "RPG"]),
        (["design, illustration"], ["design, illustration"]),
        (["Design, Illustration, Indie"], ["Design", "Illustration", "Indie"]),
        ([" ; "], [""]),
        ([""], [""]),
    ],
)
def test_labels_in_one_text_are_told_apart(texts: list[str], labels: list[str]) -> None:
    assert separate(texts, "genres", VOCABULARY) == labels
    assert separate(["French, German"], "languages", VOCABULARY) == ["French", "German"]
