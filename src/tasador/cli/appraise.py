"""tasador appraise"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Final, cast

import typer

from tasador.cli import appraisal_text, console, labels, numbers, options
from tasador.errors import TasadorError
from tasador.storage.tables.block import FORMATS

if TYPE_CHECKING:
    from datetime import date

    from tasador.appraisal.appraiser import Appraiser
    from tasador.appraisal.fields import RequestError
    from tasador.engines.answering import Answering
    from tasador.storage.tables import TableFormat
    from tasador.storage.workspace import Workspace
    from tasador.workflows.appraise import Counts

__all__ = ["appraise"]

#: The option that gives a field, where it is not called the same.
_OPTIONS: Final = {
    "genres": "--genre",
    "specs": "--spec",
    "tags": "--tag",
    "platforms": "--platform",
    "languages": "--language",
}


def _format(name: str) -> str:
    if name not in FORMATS:
        raise typer.BadParameter(f"got {name!r}, expected one of {', '.join(FORMATS)}.")
    return name


File = Annotated[
    str | None,
    typer.Argument(
        metavar="[FILE|-]",
        help="A table of games: CSV with a header, JSON lines (both may be .gz) or Parquet; a folder of such; - for "
        "standard input. "
        "Columns are named as the fields below: name, kind, genres, ...; lists are separated by semicolons.",
    ),
]
Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="The game's name.")]
Kind = Annotated[str | None, typer.Option("--kind", metavar="KIND", help="game, dlc, soundtrack, ... [default: game]")]
Genre = Annotated[
    list[str] | None,
    typer.Option("--genre", metavar="LABEL", help="A genre; again for more, or Indie;Action."),
]
Spec = Annotated[list[str] | None, typer.Option("--spec", metavar="LABEL", help="A feature; likewise.")]
Tag = Annotated[list[str] | None, typer.Option("--tag", metavar="LABEL", help="A tag by users; likewise.")]
Developer = Annotated[str | None, typer.Option("--developer", metavar="TEXT", help="Who makes it.")]
Publisher = Annotated[str | None, typer.Option("--publisher", metavar="TEXT", help="Who sells it.")]
ReleaseDate = Annotated[
    str | None,
    typer.Option(
        "--release-date", metavar="DATE", help="Such as 2018-11-30. [default: today, or the newest learned from]"
    ),
]
EarlyAccess = Annotated[bool, typer.Option("--early-access", help="It is sold before it is finished.")]
BaseAppId = Annotated[
    int | None, typer.Option("--base-app-id", metavar="N", parser=numbers.whole_number(1), help="A DLC's game.")
]
AppId = Annotated[
    int | None, typer.Option("--app-id", metavar="N", parser=numbers.whole_number(1), help="Its number in the store.")
]
RequiredAge = Annotated[
    int | None,
    typer.Option("--required-age", metavar="YEARS", parser=numbers.whole_number(0), help="Age that a buyer must have."),
]
Platform = Annotated[
    list[str] | None, typer.Option("--platform", metavar="LABEL", help="windows, mac, linux; likewise.")
]
Language = Annotated[list[str] | None, typer.Option("--language", metavar="LABEL", help="A language; likewise.")]
To = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="FORMAT", parser=_format, help=f"{', '.join(FORMATS)}. [default: as --output or FILE is]"
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Where to write FILE's answers: .csv, .tsv, .jsonl or .parquet, a folder for a folder. [default: standard "
        "output]",
    ),
]
Comparables = Annotated[
    int,
    typer.Option("--comparables", metavar="N", parser=numbers.whole_number(0, 25), help="Alike games to show."),
]
Model = Annotated[
    str | None, typer.Option("--model", metavar="VERSION", help="The version that answers. [default: the champion]")
]


def appraise(
    file: File = None,
    name: Name = None,
    kind: Kind = None,
    genre: Genre = None,
    spec: Spec = None,
    tag: Tag = None,
    developer: Developer = None,
    publisher: Publisher = None,
    release_date: ReleaseDate = None,
    early_access: EarlyAccess = False,
    base_app_id: BaseAppId = None,
    app_id: AppId = None,
    required_age: RequiredAge = None,
    platform: Platform = None,
    language: Language = None,
    to: To = None,
    output: Output = None,
    comparables: Comparables = 5,
    model: Model = None,
    engine: options.Engine = "local",
    master: options.Master = None,
    workspace: options.WorkspaceDir = None,
    json: options.Json = False,
) -> None:
    """Say what a game should cost, how sure that is, and why; or what each game of a table should.

    A table's rows are answered in their order, with all their columns; a row that is wrong gets its `error`. Ends with
    1 where all rows are wrong.
    """
    fields = {
        "name": name,
        "kind": kind,
        "genres": genre,
        "specs": spec,
        "tags": tag,
        "developer": developer,
        "publisher": publisher,
        "release_date": release_date,
        "early_access": early_access or None,
        "base_app_id": base_app_id,
        "app_id": app_id,
        "required_age": required_age,
        "platforms": platform,
        "languages": language,
    }
    given = {field: value for field, value in fields.items() if value not in (None, [])}
    _check(file, given, batch_only=to is not None or output is not None, json=json and output is None)
    if file is not None and Path(file).is_dir():
        _check_folder(output, to)
    else:
        _check_output(output, cast("TableFormat | None", to))
    cluster = options.cluster(engine, master)
    if file is None and cluster is not None:
        raise typer.BadParameter("a cluster is for tables; one game is answered here.", param_hint="--engine")
    from tasador.workflows import appraise as workflow

    place = options.open_workspace(workspace)
    appraiser = workflow.load(place, options.champion(place) if model is None else model)
    with _closed_pipes_end_it():
        if file is None:
            _one(appraiser, given, comparables=comparables, json=json)
            return
        if Path(file).is_dir():
            _folder(place, appraiser, Path(file), output, cluster, json=json)
            return
        with workflow.answering(place, appraiser, cluster) as answering:
            today = appraiser.day_assumed()
            _table(answering, file, output, cast("TableFormat | None", to), today=today, json=json)


def _check(file: str | None, given: dict[str, Any], *, batch_only: bool, json: bool) -> None:
    if file is not None and given:
        options_given = ", ".join(_option(field) for field in given)
        raise typer.BadParameter(f"got a table, {file!r}, and {options_given}: give one of them.", param_hint="FILE")
    if file is None and "name" not in given:
        raise typer.BadParameter("got neither: name a game with --name, or a table.", param_hint="FILE, --name")
    if file is None and batch_only:
        raise typer.BadParameter("they are for tables; for one game there is --json.", param_hint="--to, --output")
    if file is not None and json:
        raise typer.BadParameter("a table's answers as JSON are --to jsonl.", param_hint="--json")


def _check_output(output: Path | None, to: TableFormat | None) -> None:
    if output is None:
        return
    from tasador.storage.tables import format_named

    try:
        format_named(output, to)
    except TasadorError as error:
        raise typer.BadParameter(str(error), param_hint="--output") from error


def _check_folder(output: Path | None, to: str | None) -> None:
    if output is None:
        raise typer.BadParameter("a folder's answers are a folder: name it.", param_hint="--output")
    if to is not None:
        raise typer.BadParameter("a folder's tables are written as they are read.", param_hint="--to")


def _one(appraiser: Appraiser, given: dict[str, Any], *, comparables: int, json: bool) -> None:
    from tasador.appraisal.request import Request, read

    lists = {field: labels.separate(given[field], field, appraiser.vocabulary) for field in _OPTIONS if field in given}
    found = read({**given, **lists}, appraiser.vocabulary, today=appraiser.day_assumed())
    if not isinstance(found, Request):
        raise typer.BadParameter(" ".join(map(_told, found)))
    answer = appraiser.answer(found)
    answer = dataclasses.replace(answer, comparables=answer.comparables[:comparables])
    if json:
        console.print_json(answer.to_dict())
    else:
        print("\n".join(appraisal_text.lines(answer)))


def _table(
    answering: Answering, file: str, output: Path | None, to: TableFormat | None, *, today: date, json: bool
) -> None:
    from tasador.workflows import appraise as workflow

    if to == "parquet" and output is None and sys.stdout.isatty():
        raise typer.BadParameter("Parquet is not for terminals: name a file with --output.", param_hint="--to")
    source = sys.stdin.buffer if file == "-" else Path(file)
    target: Path | BinaryIO = sys.stdout.buffer if output is None else output
    with console.progress() as progress:
        counts = workflow.appraise_table(answering, source, target, to=to, today=today, progress=progress)
        _tell(counts, "standard input" if file == "-" else file, json=json and output is not None)


def _folder(
    place: Workspace, appraiser: Appraiser, folder: Path, output: Path | None, cluster: str | None, *, json: bool
) -> None:
    from tasador.workflows.appraise_folder import appraise_folder

    if output is None:
        raise ValueError("a folder needs an output")
    today = appraiser.day_assumed()
    with console.progress() as progress:
        counts = appraise_folder(place, appraiser, folder, output, today=today, master=cluster, progress=progress)
        _tell(counts, str(folder), json=json)


def _tell(counts: Counts, where: str, *, json: bool) -> None:
    if json:
        console.print_json(counts.to_dict())
    print(
        f"{counts.rows:,} rows: {counts.answered:,} answered, {counts.abstained:,} abstained, {counts.bad:,} bad",
        file=sys.stderr,
    )
    for column, field in counts.overlooked:
        print(f"column {column!r} was not read: it is no field. Did you mean {field}?", file=sys.stderr)
    if counts.rows and counts.bad == counts.rows:
        raise TasadorError(
            "no row of the table could be answered",
            where=where,
            got=f"{counts.bad:,} rows that are wrong",
            expected="games, one a row",
            do="The column `error` of what was written says of each row what is wrong.",
        )


@contextlib.contextmanager
def _closed_pipes_end_it() -> Iterator[None]:
    """Stop without a word when the reader of standard output, such as `head`, has seen enough."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # NOTE: the interpreter flushes standard output once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(error: RequestError) -> str:
    """Tell what is wrong with a field by the option that gives it."""
    field = error.pointer.split("/")[1] if error.pointer else ""
    return str(dataclasses.replace(error, pointer=_option(field)))


def _option(field: str) -> str:
    return _OPTIONS.get(field, f"--{field.replace('_', '-')}")
