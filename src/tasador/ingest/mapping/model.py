"""What a mapping file may say. Each class is a table of it; what is allowed beyond types is checked in `checks`."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from tasador.ingest.formats import csv_rows

__all__ = [
    "KEY",
    "Columns",
    "Condition",
    "Constants",
    "Csv",
    "DateColumn",
    "KindTable",
    "Layout",
    "ListColumn",
    "MappingModel",
    "NamesColumn",
    "PlatformColumns",
    "PriceTable",
    "TextColumn",
    "TruthColumn",
]

#: The column that stands for the keys of a `json-object`.
KEY: Final = "$key"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TextColumn(_Table):
    """A column of texts or numbers.

    Attributes:
        column: Its name; in JSON and Parquet a path such as `data.price.final`.
        missing: Texts that say that there is no value. Empty ones always do.
    """

    column: str
    missing: list[str] = []


class DateColumn(TextColumn):
    """A column of dates.

    Attributes:
        format: How they are written, with the directives of `strptime`; None reads what the catalogue's own dates may
            be: ISO, month names in several languages, years. A date that is written otherwise is read so, too.
    """

    format: str | None = None


class ListColumn(TextColumn):
    """A column of lists. In JSON and Parquet it may hold lists, or objects, whose keys are taken.

    Attributes:
        separator: What stands between the items of a text.
        bracketed: Whether the text is a list or dictionary in brackets, as Python or JSON writes it.
    """

    separator: str | None = None
    bracketed: bool = False


class NamesColumn(ListColumn):
    """A column of names, which become one text, separated by commas."""


class PlatformColumns(_Table):
    """Operating systems: a column of lists, or a column of truth values each."""

    column: str | None = None
    missing: list[str] = []
    separator: str | None = None
    bracketed: bool = False
    windows: str | None = None
    mac: str | None = None
    linux: str | None = None


class Condition(_Table):
    """Whether a column says a thing; upper and lower case count as one.

    Attributes:
        column: The column.
        equals: The whole value.
        contains: Part of a text, or an item of a list.
    """

    column: str
    equals: str | int | bool | None = None
    contains: str | None = None


class TruthColumn(Condition):
    """A column of truth values: yes or no, true or false, 1 or 0; or what a condition makes of it."""


def _table(value: Any) -> Any:
    """A column's name stands for a table that says no more."""
    return {"column": value} if isinstance(value, str) else value


_Text = Annotated[TextColumn | None, BeforeValidator(_table)]
_Date = Annotated[DateColumn | None, BeforeValidator(_table)]
_List = Annotated[ListColumn | None, BeforeValidator(_table)]
_Names = Annotated[NamesColumn | None, BeforeValidator(_table)]
_Platforms = Annotated[PlatformColumns | None, BeforeValidator(_table)]
_Truth = Annotated[TruthColumn | None, BeforeValidator(_table)]
_If = Annotated[Condition | None, BeforeValidator(_table)]


def _named(*names: str) -> Any:
    return Field(default=None, validation_alias=AliasChoices(*names))


class Columns(_Table):
    """`[columns]`: the column that each field is read from, by the names of `FIELDS` and of `games`."""

    id: _Text = _named("id", "app_id")
    app_name: _Text = _named("app_name", "name")
    title: _Text = None
    url: _Text = None
    reviews_url: _Text = None
    developer: _Names = _named("developer", "developers")
    publisher: _Names = _named("publisher", "publishers")
    release_date: _Date = None
    observed_on: _Date = None
    genres: _List = None
    specs: _List = _named("specs", "categories")
    tags: _List = None
    platforms: _Platforms = None
    languages: _List = None
    early_access: _Truth = None
    free: _Truth = None
    subscription: _Truth = None
    sentiment: _Text = None
    metascore: _Text = None
    positive_reviews: _Text = None
    negative_reviews: _Text = None
    owners: _Text = None
    required_age: _Text = None
    base_app_id: _Text = None


class PriceTable(_Table):
    """`[price]`.

    Attributes:
        column: The price when not on sale.
        current: The price on the day of observation.
        unit: Whether amounts count units of the currency, such as euros, or hundredths of them.
        currency: ISO 4217, of all prices.
        currency_column: The column that says it instead.
        decimal: What stands before the decimals.
        missing: As in `TextColumn`.
    """

    column: str
    current: str | None = None
    unit: Literal["units", "cents"]
    currency: str | None = None
    currency_column: str | None = None
    decimal: Literal[".", ","] = "."
    missing: list[str] = []


class KindTable(_Table):
    """`[kind]`: the column that names it, and conditions, of which the first that holds goes before."""

    column: str | None = None
    game: _If = None
    dlc: _If = None
    soundtrack: _If = None
    software: _If = None
    video: _If = None
    hardware: _If = None
    demo: _If = None
    mod: _If = None
    advertising: _If = None


class Constants(_Table):
    """`[constants]`: what holds for every record of the file."""

    kind: Literal["game", "dlc", "soundtrack", "software", "video", "hardware", "demo", "mod", "advertising"] | None = (
        None
    )
    early_access: bool | None = None
    free: bool | None = None
    platforms: list[Literal["windows", "mac", "linux"]] | None = None


class Csv(_Table):
    """`[csv]`: how the table is written.

    Attributes:
        delimiter: The character between cells.
        quote: The character around cells that hold delimiters or line ends.
        encoding: By its name in Python.
        header: Names of the columns, where the table has no line with them.
        skip_lines: Lines before the table that are passed over, such as `sep=;` or a header that is wrong.
    """

    delimiter: str = csv_rows.DELIMITERS[0]
    quote: str = csv_rows.QUOTE
    encoding: str = csv_rows.ENCODING
    header: list[str] | None = Field(default=None, min_length=1)
    skip_lines: int = Field(default=0, ge=0)


#: How tables are written.
Layout: TypeAlias = Literal["csv", "json-lines", "json-array", "json-object", "parquet"]


class MappingModel(_Table):
    """The whole file."""

    format: Layout
    csv: Csv = Csv()
    columns: Columns
    price: PriceTable | None = None
    kind: KindTable | None = None
    constants: Constants = Constants()
