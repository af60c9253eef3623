from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.errors import SourceError
from tasador.ingest.mapping import Mapping
from tasador.ingest.mapping.toml_lines import line_of

GOOD = """format = "csv"

[columns]
id = "appid"
name = "name"
"""

#: What is wrong, the line that is named, and what is said of it.
WRONG: dict[str, tuple[str, int, str]] = {
    "no TOML": (GOOD + 'genres = "a', 6, "the mapping is no TOML"),
    "no TOML in the middle": ("format = csv\n" + GOOD, 1, "the mapping is no TOML"),
    "nothing": ("", 1, "lacks a key"),
    "an unknown key": (GOOD + "[options]\n", 6, "the mapping has no key 'options'"),
    "an unknown field": (GOOD + '\n\nreleased = "r"\n', 8, "[columns] has no key 'released'"),
    "a field misspelt": (GOOD + 'genrs = "g"\n', 6, "Did you mean 'genres'?"),
    "an option misspelt": (GOOD + 'tags = { column = "t", seperator = ";" }', 6, "Did you mean 'separator'?"),
    "an option on a line of its own": (
        GOOD + '[columns.tags]\ncolumn = "t"\nseperator = ";"\n',
        8,
        "Did you mean 'separator'?",
    ),
    "a price among columns": (GOOD + 'price = "p"', 6, "Prices have a table of their own: [price]."),
    "a field told twice": (GOOD + 'app_name = "title"', 5, "[columns] tells a field twice"),
    "a number for a column": (
        GOOD + "title = 3",
        6,
        "columns.title has a wrong value; got 3; expected a column's name",
    ),
    "a number for a column's name": (GOOD + "title = { column = 3 }", 6, "columns.title.column has a wrong value"),
    "a truth for a column": (GOOD + "early_access = true", 6, "What holds for every record is told under [constants]."),
    "a column without a name": (GOOD + "tags = { separator = ';' }", 6, "[columns.tags] lacks a key"),
    "an unknown format": (GOOD.replace("csv", "excel"), 1, "format has a wrong value; got 'excel'"),
    "no format": (GOOD.replace('format = "csv"', ""), 1, "lacks a key; got columns; expected format too"),
    "no id": (GOOD.replace('id = "appid"', ""), 3, "nothing says the id of a game"),
    "no name": (GOOD.replace('name = "name"', ""), 3, "nothing says the name of a game"),
    "a date format with a part twice": (
        GOOD + 'release_date = { column = "r", format = "%d/%d/%Y" }',
        6,
        "has %d twice",
    ),
    "a date format without a year": (GOOD + 'release_date = { column = "r", format = "%d/%m" }', 6, "has no year"),
    "a date format that is none": (GOOD + 'release_date = { column = "r", format = "%Q %Y" }', 6, "unknown part '%Q'"),
    "a date format cut": (GOOD + 'release_date = { column = "r", format = "%Y %" }', 6, "unknown part '%'"),
    "a list without a separator": (GOOD + 'genres = "g"', 6, "nothing says how the items of a list are parted"),
    "a list parted twice": (
        GOOD + 'genres = { column = "g", separator = ";", bracketed = true }',
        6,
        "a list is told in two ways",
    ),
    "an empty separator": (GOOD + 'genres = { column = "g", separator = "" }', 6, "the separator is empty"),
    "platforms of no column": (GOOD + "platforms = {}", 6, "platforms are told by no column"),
    "platforms told twice": (
        GOOD + 'platforms = { column = "p", separator = ";", mac = "m" }',
        6,
        "platforms are told twice",
    ),
    "a truth tested twice": (
        GOOD + 'free = { column = "f", equals = "1", contains = "y" }',
        6,
        "a condition needs one test; got equals and contains",
    ),
    "a kind without a test": (GOOD + '[kind]\ndlc = "d"', 7, "a condition needs one test; got none"),
    "an unknown kind": (GOOD + '[kind]\ngamme = { column = "d", equals = 1 }', 7, "Did you mean 'game'?"),
    "an empty kind": (GOOD + "[kind]\n", 6, "[kind] says nothing"),
    "a price without a unit": (GOOD + '[price]\ncolumn = "p"\ncurrency = "EUR"', 6, "expected unit too"),
    "an unknown unit": (
        GOOD + '[price]\ncolumn = "p"\nunit = "euros"\n',
        8,
        "price.unit has a wrong value; got 'euros'",
    ),
    "no currency": (GOOD + '[price]\ncolumn = "p"\nunit = "units"', 6, "nothing says the currency of the prices"),
    "a currency to fill in": (
        GOOD + '[price]\ncolumn = "p"\nunit = "units"\ncurrency = ""',
        9,
        "nothing says the currency",
    ),
    "no ISO code": (
        GOOD + '[price]\ncolumn = "p"\nunit = "units"\ncurrency = "Euro"',
        9,
        "no currency that there is; got 'Euro'",
    ),
    "a small ISO code": (
        GOOD + '[price]\ncolumn = "p"\nunit = "units"\ncurrency = "eur"',
        9,
        "expected an ISO 4217 code",
    ),
    "two currencies": (
        GOOD + '[price]\ncolumn = "p"\nunit = "units"\ncurrency = "EUR"\ncurrency_column = "c"',
        9,
        "the currency is told twice",
    ),
    "a constant of a wrong type": (
        GOOD + '[constants]\nearly_access = "no"',
        7,
        "constants.early_access has a wrong value",
    ),
    "a constant that nobody needs": (GOOD + "[constants]\nobserved_on = 2020-01-01", 7, "has no key 'observed_on'"),
    "an unknown platform": (GOOD + '[constants]\nplatforms = [\n"windows",\n"dos"]', 7, "got 'dos'"),
    "a constant and a column": (
        GOOD + 'free = "f"\n[constants]\nfree = false',
        8,
        "free is told twice; got a constant and a column",
    ),
    "a constant and conditions": (
        GOOD + '[kind]\ncolumn = "type"\n[constants]\nkind = "game"',
        9,
        "kind is told twice",
    ),
    "a delimiter of two characters": (
        GOOD + '[csv]\ndelimiter = ";;"',
        7,
        "the delimiter is no single ASCII character",
    ),
    "a quote that is no ASCII": (GOOD + '[csv]\nquote = "“"', 7, "the quote is no single ASCII character"),
    "a quote that is the delimiter": (GOOD + "[csv]\nquote = ','", 7, "delimiter and quote are the same"),
    "an unknown encoding": (GOOD + '[csv]\nencoding = "utf8000"', 7, "there is no such encoding"),
    "UTF-16": (GOOD + '[csv]\nencoding = "utf-16"', 7, "none in which ASCII is itself"),
    "an encoding of no text": (GOOD + '[csv]\nencoding = "base64"', 7, "there is no such encoding"),
    "CSV options of another format": (
        GOOD.replace("csv", "json-lines") + '[csv]\ndelimiter = ";"',
        6,
        "[csv] is told of another format",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_with_its_line(case: str) -> None:
    text, line, says = WRONG[case]
    with pytest.raises(SourceError) as caught:
        Mapping.read(text, "my.toml")
    assert says in str(caught.value)
    assert caught.value.where == f"my.toml, line {line}"


def test_the_first_of_several_errors_is_told() -> None:
    with pytest.raises(SourceError, match=r"my\.toml, line 6: .* no key 'one'"):
        Mapping.read(GOOD + 'one = "1"\ntwo = "2"\n', "my.toml")


def test_a_mapping_may_be_short() -> None:
    assert Mapping.read(GOOD, "my.toml").column_names() == {"appid", "name"}
    assert Mapping.read(GOOD.replace("id =", "url ="), "my.toml").column_names() == {"appid", "name"}


def test_the_name_of_a_format_is_by_what_the_mapping_says() -> None:
    name = Mapping.read(GOOD, "one.toml").format().name
    assert name.startswith("mapping-")
    assert len(name) == len("mapping-") + 12
    same = '# A comment\nformat = "csv"\n[columns]\napp_name = { column = "name" }\napp_id = "appid"\n[constants]\n'
    assert Mapping.read(same, "another.toml").format().name == name
    others = [
        GOOD.replace("appid", "appid2"),
        GOOD.replace("csv", "parquet"),
        GOOD + '[csv]\ndelimiter = ";"\n',
        GOOD + "[constants]\nfree = false\n",
    ]
    names = {Mapping.read(other, "my.toml").format().name for other in others}
    assert len(names | {name}) == len(others) + 1


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a",), 1),
        (("b",), 4),
        (("b", "c"), 5),
        (("b", "d"), 6),
        (("b", "d", 1), 6),
        (("b", "e", "f"), 10),
        (("b", "e", "g"), 10),
        (("b", "missing"), 4),
        (("b", "h", "i", "j"), 13),
        (("k", "l"), 18),
        (("none",), 1),
    ],
    ids=range(11),
)
def test_a_key_is_found_in_its_line(path: tuple[str | int, ...], line: int) -> None:
    text = """a = 1
# b = 2

[b]
c = "[b]"
d = [
  1,
  2, # d
]
e = { f = 1, g = 2 }

# more
h.i.j = 3
[k.m]
n = 1

[k]
l = 2"""
    assert line_of(text, path) == line


@given(st.text(alphabet="ab=[]{}\",.# \n1'", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(SourceError, match=r"my\.toml, line \d+: "):
        Mapping.read(text, "my.toml")
