"""Write the reference pages from the code: commands, routes, settings, columns and rules, model inputs, JSON Schemas.

The sections of other pages that quote measured figures are written as well: see `measured.py`. So are the charts that
the web page fills: see `tasador.profiling.forms`.

`python docs/generate.py` writes them; with `--check` nothing is written, and the exit code is 1 when a page is not
what the code says, with the stale pages named.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, cast

import dataframely as dy
import measured
import polars as pl
import watched
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from tasador.appraisal import abstention
from tasador.appraisal.columns import COLUMNS
from tasador.appraisal.confidence import DEFINITION
from tasador.appraisal.request import FIELDS
from tasador.cli.app import app as cli
from tasador.contracts.games import RULES, Games
from tasador.contracts.json_schema import table_schema
from tasador.contracts.price_events import PRICE_RULES, PriceDuplicates, PriceEvents
from tasador.contracts.set_aside import SetAside
from tasador.features import classic as classic_features
from tasador.features.definition import Feature
from tasador.features.inputs import BLIND_GROUPS, Inputs
from tasador.features.labels import Labels
from tasador.ingest.kinds import kind_column
from tasador.ingest.prices import PRICE_TEXTS
from tasador.ingest.refusals import DUPLICATE_RULES, REFUSALS
from tasador.prices.refusals import REJECTS, SAYS
from tasador.profiling.forms import forms
from tasador.settings import PREFIX, Settings
from tasador.storage.workspace import Workspace
from tasador.web import pages as web_pages
from tasador.web.api import create_api
from tasador.web.metrics import Metrics
from tasador.web.serving import Serving

DOCS: Final = Path(__file__).parent
NOTICE: Final = "<!-- Written by docs/generate.py. Change the code, then run `make docs`. -->"

#: The pages of which sections are filled.
FILLED: Final = ("model.md", "monitoring.md", "../README.md", "../README.es.md")

#: Where the web page has the charts that it fills.
CHARTS: Final = "../src/tasador/web/templates/charts"

#: Columns of the help texts.
WIDTH: Final = 80

#: Records of the catalogue that the application is made from; its routes do not depend on them.
ROWS: Final = 200

#: The addresses that are pages for people, and so not in the OpenAPI document.
PAGES: Final = {
    "/": "A form to appraise a game, and the answer; the address says all that is asked.",
    "/appraisal.json": "The same answer as `POST /v1/appraisals` gives, to the same address, to be kept.",
    "/appraisal.csv": "The same as a row of a table.",
    "/batch": "A table of games, pasted or from a file, and the answer to each row; by POST, as a form sends it.",
    "/developers": "Developers whose names begin so, for the form to propose.",
    "/market": "A year and a kind as charts, with their numbers below them, and how years differ.",
    "/market/{figure}.csv": "The table of one of those charts.",
    "/games": "Games by name and by what they are, as `/v1/games` finds them.",
    "/games/{app_id}": "A game: what is known of it, and its price beside the model's opinion.",
    "/trust": "How far off the model is, whether its ranges hold, and what it cannot do.",
    "/docs": "Interactive description of the API; needs no network beyond the server.",
    "/profile": "The exploratory analysis of the champion's snapshot; 404 until `tasador profile` wrote it.",
    "/quality": "The quality report of the champion's snapshot.",
}

#: The tables of a snapshot.
TABLES: Final = {"games": Games, "set_aside": SetAside}

#: What is to be said of the inputs of a group.
GROUP_SAYS: Final = {
    **dict.fromkeys(BLIND_GROUPS, "The model for developers without an earlier priced release learns nothing from it."),
    "tags": "In `launch+tags` and `full`.",
    "reception": "In `full`.",
}

#: The fields of a request: how each is given, and what it is.
FIELD_SAYS: Final = {
    "name": ("text, at most 300 characters", "The game's name in the store; the one field that must be there."),
    "kind": ("one of the catalogue's kinds", "`game` where nothing is said."),
    "genres": ("list of labels", "The store's genres."),
    "specs": ("list of labels", "The store's features, such as `Single-player`."),
    "tags": ("list of labels", "Tags by users; read by the variants that know them."),
    "developer": ("text, at most 500 characters", "Who makes it; several are separated by commas."),
    "publisher": ("text, at most 500 characters", "Who sells it; several are separated by commas."),
    "release_date": ("day, such as `2017-11-30`", "Today where nothing is said. The answer looks from that day."),
    "early_access": ("true or false", "Whether it is sold before it is finished; false where nothing is said."),
    "base_app_id": ("whole number", "What a DLC or soundtrack belongs to, by its number in the store."),
    "app_id": ("whole number", "Its own number in the store, where it has one already."),
    "required_age": ("whole number", "The age that a buyer must have, in years."),
    "platforms": ("list of labels", "Operating systems."),
    "languages": ("list of labels", "Languages."),
}

#: The columns that a table gets.
COLUMN_SAYS: Final = {
    "estimate_usd": "The continuous estimate, if it is not free; null when it abstains.",
    "lower_50": "Lower end of the 50 % interval.",
    "upper_50": "Its upper end.",
    "lower_80": "Lower end of the 80 % interval.",
    "upper_80": "Its upper end.",
    "lower_95": "Lower end of the 95 % interval.",
    "upper_95": "Its upper end.",
    "suggested_usd": "The most probable price point.",
    "p_suggested": "Its probability, if it is not free.",
    "p_free": "Probability that it is free.",
    "confidence": "`high`, `medium` or `low`, by the definition below.",
    "abstained": "Whether no price is said.",
    "reasons": "Why it abstains or is so confident, what to beware of, and which labels it has not learned.",
    "model_version": "The version that answered.",
    "error": "What is wrong with the row; its other cells are null then.",
}

PRICE_SAYS: Final = {"zero": "0", "caught": "the amount in the text", "unknown": "null"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the pages and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    check = parser.parse_args(arguments).check
    reference = [(f"reference/{name}", text) for name, text in (*reference_pages(), *schemas())]
    charts = [(f"{CHARTS}/{name}.json", _json(form) + "\n") for name, form in forms().items()]
    written = [
        *reference,
        *charts,
        *(("year.svg", figure) for figure in [watched.figure()] if figure is not None),
        *((name, measured.filled((DOCS / name).read_text(encoding="utf-8"))) for name in FILLED),
    ]
    stale = {name: text for name, text in written if not _is_current(name, text)}
    for name, text in stale.items():
        if check:
            sys.stderr.write(f"docs/{name} is not what the code says. Run `make docs`.\n")
        else:
            (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
            (DOCS / name).write_text(text, encoding="utf-8")
            sys.stderr.write(f"docs/{name} written.\n")
    return 1 if check and stale else 0


def reference_pages() -> Iterator[tuple[str, str]]:
    """Make the pages: name and text."""
    makers: dict[str, Callable[[], Iterable[str]]] = {
        "cli.md": command_page,
        "api.md": api_page,
        "settings.md": settings_page,
        "data-dictionary.md": dictionary_page,
        "price-events.md": price_events_page,
        "features.md": features_page,
        "appraisal.md": appraisal_page,
    }
    for name, make in makers.items():
        title, *parts = make()
        yield name, "\n\n".join([title, NOTICE, *parts]) + "\n"


def schemas() -> Iterator[tuple[str, str]]:
    """Make the JSON Schemas of the tables, and the OpenAPI document: name and text."""
    for table, schema in TABLES.items():
        yield schema_file(table), _json(table_schema(schema)) + "\n"
    with tempfile.TemporaryDirectory() as directory:
        yield "schema/openapi.json", _json(make_api(Workspace(Path(directory))).openapi()) + "\n"


def schema_file(table: str) -> str:
    """Name the file of a table's JSON Schema, in the folder of the pages."""
    return f"schema/{table.replace('_', '-')}.schema.json"


def command_page() -> Iterator[str]:
    """Describe every command by its own help."""
    yield "# Command line"
    yield (
        "Results go to standard output, progress and errors to standard error. Exit codes: 0 done, 1 failed, 2 used "
        "wrongly, 3 a check says no. The environment variables are on the page of [settings](settings.md)."
    )
    for path in command_paths():
        yield f"{'##' if len(path) < 2 else '###'} {' '.join(('tasador', *path))}"
        yield f"```text\n{_help(path)}\n```"


def command_paths() -> list[tuple[str, ...]]:
    """List the commands, each group before its own."""
    found: list[tuple[str, ...]] = [()]
    for command in _listed(()):
        found.append((command,))
        if "COMMAND [ARGS]" in _help((command,)):
            found.extend((command, sub) for sub in _listed((command,)))
    return found


def api_page() -> Iterator[str]:
    """Describe every route by the OpenAPI document."""
    with tempfile.TemporaryDirectory() as directory:
        workspace = Workspace(Path(directory))
        app = make_api(workspace)
        document = app.openapi()
        pages = web_pages.create_router(workspace)
        yield "# HTTP API"
        yield (
            "The classic routes speak Spanish and keep the shapes that the clients of the course project know. The "
            "server describes itself at `/openapi.json` (OpenAPI 3.1) and, for people, at `/docs`."
        )
        yield "## What holds for all routes"
        yield document["info"]["description"].strip()
        yield "## Routes"
        for path, methods in document["paths"].items():
            for method, route in methods.items():
                yield from _route(method.upper(), path, route, document["components"]["schemas"])
        yield "## Pages"
        shown = dict.fromkeys(route.path for route in pages.routes if isinstance(route, APIRoute))
        yield _table(("address", "what it shows"), [(f"`{path}`", PAGES[path]) for path in shown])
        yield "## Problems"
        yield (
            "Every error is `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail` and "
            "`instance`; where a value is wrong, `parameter` and the valid ones, or `errors`. 400: a body that is no "
            "JSON. 401 and 403: a key is needed, or one of wider scope. 404: an address, year, genre or game that "
            "there is not. 405: another method than the address answers. 408 and 413: a body that comes too slowly or "
            "is too large. 410: a cursor of a catalogue that is gone. 415: a body that is not sent as JSON. 422: a "
            "value that cannot be read, or a parameter that there is not. 429: asked more often than allowed. 431: "
            "address and headers are too long. 500: the server failed, and logged it. 503: too busy; `Retry-After` "
            "says when to try again. What is told before an address is known (400, 408, 431 and 503 of a connection) "
            "has no `instance`. For example:"
        )
        yield _problem(app, "/none")


def make_api(workspace: Workspace) -> FastAPI:
    """Make the routes to be described: nothing is asked of them that a model version would answer."""
    return create_api(workspace, cast("Serving", None), Metrics())


def settings_page() -> Iterator[str]:
    """Describe every setting."""
    schema = Settings.model_json_schema()["properties"]
    yield "# Settings"
    yield (
        "Read from the environment. An option of the command wins over the environment, and that over the default; "
        "`tasador settings` shows the values in force and where each comes from."
    )
    yield _table(
        ("variable", "values", "default", "what it means"),
        [
            (f"`{PREFIX}{name.upper()}`", _values(schema[name]), _default(field.default), field.description)
            for name, field in Settings.model_fields.items()
        ],
    )


def dictionary_page() -> Iterator[str]:
    """Describe every column and every rule."""
    yield "# Data dictionary"
    yield (
        "A snapshot holds two tables. Every record of the source is in one of them: "
        "`raw = games + duplicates + quarantine + rejects`, exactly."
    )
    yield "## games"
    yield f"{_summary(Games)} File: `games.parquet/`. {_schema_link('games')}"
    yield _columns(Games)
    yield "## Records set aside"
    yield f"{_summary(SetAside)} File: `quarantine.parquet`. {_schema_link('set_aside')}"
    yield _columns(SetAside)
    yield "## Rules"
    yield "### Duplicates"
    yield _table(("rule", "what it says"), [(f"`{name}`", says) for name, says in DUPLICATE_RULES.items()])
    yield "### Quarantine"
    yield "A record gets the names of all the rules that it broke."
    yield _table(
        ("rule", "columns it looks at", "what it says"),
        [
            *((f"`{name}`", _rule_columns(name), says) for name, says in dict(RULES.values()).items()),
            *((f"`{name}`", "none: it has no fields", says) for name, says in _refusals("quarantine").items()),
        ],
    )
    yield "### Rejects"
    yield _table(("rule", "what it says"), [(f"`{name}`", says) for name, says in _refusals("reject").items()])
    yield "## Price texts"
    yield (
        "A price that is a number is `listed`, or `subscription` where the record says that it is paid again and "
        "again. No price is `missing`, or `free_flag` and 0 where the record says that it is free. A text is compared "
        "with this table from the top, in lower case, and the first pattern that fits holds; a text that none fits is "
        "`unreadable`, its price null."
    )
    yield _table(
        ("pattern", "price_basis", "list_price"),
        [
            (f"`{entry.pattern.replace('|', chr(92) + '|')}`", f"`{entry.basis}`", PRICE_SAYS[entry.price])
            for entry in PRICE_TEXTS
        ],
    )
    yield "## Kinds"
    yield " ".join(str(kind_column.__doc__).split("\n\n", maxsplit=1)[1].split())
    yield "## Closed sets of values"
    yield _table(
        ("column", "values"),
        [
            (f"`{column.name}`", _code(column.categories))
            for schema in TABLES.values()
            for column in schema.columns().values()
            if isinstance(column, dy.Enum)
        ],
    )


def price_events_page() -> Iterator[str]:
    """Describe every column and every rule of price histories."""
    yield "# Price events"
    yield (
        "A [price history](../prices.md) holds three tables. Every record of its feeds is in one of them: "
        "`raw = events + duplicates + quarantine + rejects`, exactly."
    )
    yield "## Events"
    yield f"{_summary(PriceEvents)} Files: `events.parquet/`."
    yield _columns(PriceEvents)
    yield "## Duplicates"
    yield f"{_summary(PriceDuplicates)} Files: `duplicates.parquet/`."
    yield _columns(PriceDuplicates)
    yield "## Quarantine and rejects"
    yield (
        "Files: `quarantine.parquet/`, with the columns of the [records set aside](data-dictionary.md) of a snapshot."
    )
    yield "## Rules"
    yield _table(
        ("outcome", "rule", "what it says"),
        [
            *(("duplicate", f"`{name}`", says) for name, says in SAYS.items() if name not in REJECTS),
            *(("quarantine", f"`{name}`", says) for name, says in dict(PRICE_RULES.values()).items()),
            *(("reject", f"`{name}`", SAYS[name]) for name in REJECTS),
        ],
    )


def features_page() -> Iterator[str]:
    """Describe every input of the models."""
    yield "# Model inputs"
    yield (
        "The same function makes them for a whole catalogue and for one game; what is unknown is NaN, never a guess. "
        "There is one input for each `LABEL` and `WORD` that enough training rows have; the file `features.json` of a "
        "version lists its own. Inputs of platforms, languages and age are there where the training rows say them."
    )
    yield (
        "`launch` has what is known at launch. `launch+tags` adds the users' tags, `full` the reception too: both come "
        "after release, so these two variants show what later knowledge is worth and price no game that is not out. "
        "Prices and releases of others are looked up strictly before a game's own date; its own price is never an "
        "input."
    )
    labels = Labels(
        newest_year_from=0,
        **dict.fromkeys(("kinds", "genres", "specs", "platforms", "tags"), ("LABEL",)),
        title_words=("WORD",),
        has_languages=True,
        has_age=True,
        has_reception=True,
    )
    groups: dict[str, list[Feature]] = {}
    for feature in Inputs("full", labels).definitions:
        groups.setdefault(feature.group, []).append(feature)
    for group, members in groups.items():
        yield f"## {group.capitalize()}"
        if group in GROUP_SAYS:
            yield GROUP_SAYS[group]
        yield _inputs(members)
    yield "## The course project's inputs"
    yield (
        "Those of its Bagging, which is a baseline now. There is one `genre:` column for each genre of the snapshot, "
        "in alphabetical order."
    )
    yield _inputs(classic_features.definitions(["LABEL"]))


def appraisal_page() -> Iterator[str]:
    """Describe what is asked for an appraisal, and what comes of it."""
    yield "# Requests and answers"
    yield (
        "What `tasador appraise`, a table's row and the Python method `appraise` are given, and what they answer. "
        "[How to use them](../appraise.md) comes with examples."
    )
    yield "## Fields"
    yield (
        "A label is known whatever its case, accents and spaces. One that the model has not learned is listed with the "
        "nearest known ones; it counts as one of the game's labels, as a rare label of the catalogue does. In a "
        "table's row a list is a text with semicolons, or a JSON array."
    )
    yield _table(("field", "value", "what it is"), [(f"`{field}`", *FIELD_SAYS[field]) for field in FIELDS])
    yield "## Columns"
    yield "What a table gets besides its own columns. Money is in US dollars."
    types = {float: "number", str: "text", bool: "true or false"}
    yield _table(
        ("column", "type", "what it is"),
        [(f"`{name}`", types[kind], COLUMN_SAYS[name]) for name, kind in COLUMNS.items()],
    )
    yield "## Confidence"
    yield (
        f"By the {DEFINITION['level']:.0%} interval and what stands against it. `high`: {DEFINITION['high']}. "
        f"`medium`: {DEFINITION['medium']}. `low`: {DEFINITION['low']}. One word lower for each of these:"
    )
    yield "\n".join(f"- {reservation}" for reservation in DEFINITION["one word lower"])
    yield "## Abstention"
    yield "No price is said, and the reasons are, where"
    yield "\n".join(
        f"- {reason}"
        for reason in (
            f"the model learned from fewer than {abstention.LEAST_OF_A_KIND} entries of the kind;",
            f"the release date is before the oldest release that it learned from, or more than {abstention.REACH_DAYS} "
            "days after the newest;",
            "no genre, spec, tag, developer or publisher is told that the model knows;",
            f"the {abstention.DECIDING_LEVEL:.0%} interval's upper end is more than {abstention.WIDEST_RATIO} times "
            "its lower end.",
        )
    )


def _inputs(features: Iterable[Feature]) -> str:
    return _table(
        ("name", "type", "unit", "made from", "known at"),
        [
            (f"`{feature.name}`", feature.dtype, feature.unit, _code(feature.sources), feature.known_at)
            for feature in features
        ],
    )


def _is_current(name: str, text: str) -> bool:
    path = DOCS / name
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _help(path: Sequence[str]) -> str:
    result = CliRunner().invoke(cli, [*path, "--help"], prog_name="tasador", terminal_width=WIDTH, color=False)
    if result.exit_code != 0:
        raise RuntimeError(f"tasador {' '.join(path)} --help: {result.output}") from result.exception
    return "\n".join(line.rstrip() for line in result.output.strip("\n").split("\n"))


def _listed(path: Sequence[str]) -> list[str]:
    """List the commands that a help text lists."""
    _, _, commands = _help(path).partition("\nCommands:\n")
    lines = [line for line in commands.split("\n") if line[:3].strip() and line.startswith("  ")]
    return [line.split()[0] for line in lines]


#: An example of more lines is folded.
_SHORT: Final = 30


def _route(method: str, path: str, route: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    yield f"### `{method} {path}`"
    yield " ".join(f"{said.rstrip('.')}." for said in (route["summary"], route.get("description")) if said)
    parameters = [
        (item["name"], item["in"], item.get("required"), item.get("description", ""), item["schema"])
        for item in route.get("parameters", [])
    ]
    if "requestBody" in route:
        sent = _referred(route["requestBody"]["content"]["application/json"]["schema"], schemas)
        sent = _referred(next(iter(sent.get("oneOf", [sent]))), schemas)
        required = sent.get("required", ())
        parameters += [
            (name, "body", name in required, schema.get("description", ""), schema)
            for name, schema in sent["properties"].items()
        ]
    if parameters:
        yield _table(
            ("parameter", "in", "required", "what it is", "what it may be"),
            [
                (
                    f"`{name}`",
                    place,
                    "yes" if is_required else "no",
                    says + "".join(f" `{one}`" for one in schema.get("examples", ())),
                    _bounds(schema, schemas),
                )
                for name, place, is_required, says, schema in parameters
            ],
        )
    # NOTE: the numbers alone: the name of 422 changed between the versions of Python.
    yield f"Answers: {', '.join(sorted(route['responses']))}."
    media, success = next(iter(route["responses"]["200"]["content"].items()))
    examples = (
        [success["example"]] if "example" in success else [one["value"] for one in success.get("examples", {}).values()]
    )
    if examples:
        shown = _json(examples[0]) if media == "application/json" else str(examples[0])
        block = f"```{media.rpartition('/')[2]}\n{shown}\n```"
        yield block if shown.count("\n") < _SHORT else f"<details><summary>An answer</summary>\n\n{block}\n\n</details>"
    else:
        schema = schemas[success["schema"]["$ref"].rpartition("/")[2]]
        yield f"Members: {_code(schema['properties'])}."


def _problem(app: FastAPI, path: str) -> str:
    with TestClient(app) as client:
        answer = client.get(path).json()
    return f"```text\nGET {path}\n```\n\n```json\n{_json(answer)}\n```"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _values(schema: dict[str, Any]) -> str:
    """Say which values a setting may have."""
    schema, *_ = [kind for kind in schema.get("anyOf", [schema]) if kind.get("type") != "null"]
    if "enum" in schema:
        return _code(schema["enum"])
    names = {
        "boolean": "true or false",
        "number": "number",
        "integer": "whole number",
        "string": "text",
        "path": "path",
        "password": "secret",
    }
    name = names[schema.get("format", schema["type"])]
    if "maximum" not in schema:
        return name if "minimum" not in schema else f"{name}, at least {schema['minimum']:g}"
    above = "exclusiveMinimum" in schema
    least = schema["exclusiveMinimum" if above else "minimum"]
    return f"{name}, {'above ' if above else ''}{least:g} to {schema['maximum']:g}"


def _default(value: object) -> str:
    return "none" if value is None else f"`{value}`"


def _summary(schema: type[dy.Schema]) -> str:
    return " ".join(str(schema.__doc__).split())


def _columns(schema: type[dy.Schema]) -> str:
    return _table(
        ("column", "type", "null", "what it is"),
        [
            (
                f"`{name}`" + (" (key)" if name in schema.primary_key() else ""),
                _dtype(column.dtype),
                "yes" if column.nullable else "no",
                column.description,
            )
            for name, column in ((name, schema.columns()[name]) for name in schema.column_names())
        ],
    )


def _dtype(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Enum):
        return "Enum"
    if isinstance(dtype, pl.List):
        return f"List of {dtype.inner}"
    return str(dtype)


def _schema_link(table: str) -> str:
    return f"A row as JSON Schema: [{schema_file(table)}]({schema_file(table)})."


def _refusals(outcome: str) -> dict[str, str]:
    return {name: says for name, (becomes, says) in REFUSALS.items() if becomes == outcome}


def _rule_columns(rule: str) -> str:
    keys = [key for key, (name, _) in RULES.items() if name == rule]
    columns = dict.fromkeys(key.partition("|")[0] for key in keys if "|" in key)
    return _code(columns) or "all that statistics and model need"


def _code(values: Iterable[object]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _referred(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


#: What JSON Schema calls the types of values.
_TYPES: Final = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}


def _bounds(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Say what a value may be, by its schema: its type, the values there are, bounds, and what it is if not given."""
    kinds = [_referred(kind, schemas) for kind in schema.get("anyOf", schema.get("oneOf", [schema]))]
    said = " or ".join(_kind(kind, schemas) for kind in kinds if kind.get("type") != "null")
    return said if schema.get("default") in (None, []) else f"{said}; `{json.dumps(schema['default'])}` if not given"


def _kind(kind: dict[str, Any], schemas: dict[str, Any]) -> str:
    if "enum" in kind:
        return f"one of {', '.join(f'`{value}`' for value in kind['enum'] if value is not None)}"
    if "items" in kind:
        return f"a list{_span(kind, 'minItems', 'maxItems', ' of {}')}, each {_bounds(kind['items'], schemas)}"
    named = kind.get("type", "string")
    (name,) = [one for one in named if one != "null"] if isinstance(named, list) else [named]
    if kind.get("format") == "date":
        return "a day, YYYY-MM-DD"
    if "pattern" in kind and "maxLength" not in kind:
        return f"a text that fits `{kind['pattern']}`"
    # NOTE: what texts of people may hold, the description of the API says: all but control characters.
    length = _span(kind, "minLength", "maxLength", " of {} characters")
    return f"{_TYPES.get(name, 'a text')}{length}{_span(kind, 'minimum', 'maximum', ', {}')}"


def _span(kind: dict[str, Any], least: str, most: str, says: str) -> str:
    low, high = (f"{kind[name]:,.0f}" if name in kind else "" for name in (least, most))
    return (
        says.format(f"{low} to {high}" if low and high else f"at most {high}" if high else f"at least {low}")
        if low or high
        else ""
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
