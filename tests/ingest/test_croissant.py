from __future__ import annotations

import fnmatch
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator

from tasador.contracts.games import Games
from tasador.contracts.set_aside import SetAside
from tasador.ingest import croissant
from tests.ingest.records import build
from tests.ingest.snapshot_files import MADE_BY, SNAPSHOT, SnapshotFiles, write

#: What the specification's appendix 1 has as context, but for https in the addresses of schema.org.
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "annotation": "cr:annotation",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "excludes": "cr:excludes",
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "readLines": "cr:readLines",
    "sdVersion": "cr:sdVersion",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
    "unArchive": "cr:unArchive",
    "value": "cr:value",
}

#: The properties that the specification requires of a data set, and those of them that a snapshot does not know.
REQUIRED = {
    *("@context", "@type", "conformsTo", "description", "license", "name", "url", "creator", "datePublished"),
    "distribution",
}
UNKNOWN = {"url", "creator", "datePublished"}


def node(kind: str, required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """A JSON Schema of a node: its type, the members it must have and those it may have, and no others."""
    return {
        "type": "object",
        "properties": {"@type": {"const": kind}, **required, **optional},
        "required": ["@type", *required],
        "additionalProperties": False,
    }


TEXT = {"type": "string", "minLength": 1}
REFERENCE = {"type": "object", "properties": {"@id": TEXT}, "required": ["@id"], "additionalProperties": False}
SHA256 = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
SOURCE = {
    "type": "object",
    "properties": {
        "fileSet": REFERENCE,
        "fileObject": REFERENCE,
        "extract": {"type": "object", "properties": {"column": TEXT}, "required": ["column"]},
    },
    "required": ["extract"],
    "minProperties": 2,
    "maxProperties": 2,
}
TYPES = {
    "enum": [
        *(f"sc:{name}" for name in ("Boolean", "Date", "DateTime", "Float", "Integer", "Text", "Time", "URL")),
        *(f"cr:{sign}{bits}" for sign in ("Int", "UInt") for bits in (8, 16, 32, 64)),
        *(f"cr:Float{bits}" for bits in (16, 32, 64)),
    ]
}
FIELD = node(
    "cr:Field",
    {"@id": TEXT, "name": TEXT, "dataType": TYPES},
    description=TEXT,
    source=SOURCE,
    isArray={"const": True},
    arrayShape={"const": "-1"},
    references={"type": "object", "properties": {"field": REFERENCE}, "required": ["field"]},
)

#: The classes of the specification, as far as a snapshot needs them: members, types, cardinalities.
RULES = node(
    "sc:Dataset",
    {
        "@context": {"type": "object"},
        "conformsTo": {"const": "http://mlcommons.org/croissant/1.1"},
        "name": TEXT,
        "description": TEXT,
        "license": {"type": "array", "minItems": 1, "items": node("sc:CreativeWork", {"name": TEXT})},
        "distribution": {
            "type": "array",
            "items": {
                "oneOf": [
                    node(
                        "cr:FileObject",
                        {"@id": TEXT, "name": TEXT, "contentUrl": TEXT, "encodingFormat": TEXT, "sha256": SHA256},
                        contentSize={"type": "string", "pattern": "^[0-9]+ B$"},
                    ),
                    node(
                        "cr:FileSet",
                        {"@id": TEXT, "name": TEXT, "encodingFormat": TEXT, "includes": TEXT},
                        description=TEXT,
                    ),
                ]
            },
        },
        "recordSet": {
            "type": "array",
            "items": node(
                "cr:RecordSet",
                {"@id": TEXT, "name": TEXT, "field": {"type": "array", "minItems": 1, "items": FIELD}},
                description=TEXT,
                key={"oneOf": [REFERENCE, {"type": "array", "minItems": 1, "items": REFERENCE}]},
                data={"type": "array", "minItems": 1, "items": {"type": "object"}},
                dataType={"const": "sc:Enumeration"},
            ),
        },
    },
    version={"type": "string", "pattern": r"^\d+\.\d+\.\d+\+[0-9a-f]{12}$"},
    citeAs=TEXT,
    keywords={"type": "array", "items": TEXT},
    temporalCoverage={"type": "string", "pattern": r"^\d{4}-\d\d-\d\d(/\d{4}-\d\d-\d\d)?$"},
    **{
        "prov:wasGeneratedBy": node("prov:Activity", {"prov:label": TEXT}),
        "prov:wasDerivedFrom": {
            "type": "array",
            "items": node("prov:Entity", {"prov:label": TEXT, "sha256": SHA256, "contentSize": TEXT, "license": TEXT}),
        },
    },
)


@pytest.fixture(scope="module")
def snapshot(sample_lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> SnapshotFiles:
    return write(tmp_path_factory.mktemp("snapshots") / SNAPSHOT, build([*sample_lines, b"", b"\xff"]))


@pytest.fixture(scope="module")
def described(snapshot: SnapshotFiles) -> dict[str, Any]:
    return describe(snapshot)


def describe(snapshot: SnapshotFiles, **provenance: Any) -> dict[str, Any]:
    found = croissant.describe(
        SNAPSHOT,
        accounting=snapshot.quality["accounting"],
        sources=[{**source, **provenance} for source in snapshot.sources],
        files=snapshot.files,
        made_by=MADE_BY,
    )
    written = json.loads(json.dumps(found))
    assert isinstance(written, dict)
    return written


def ids(value: object) -> Iterator[str]:
    """List the ids that nodes have; a reference is an object with an id alone."""
    if isinstance(value, dict):
        if "@id" in value and len(value) > 1:
            yield value["@id"]
        for name, child in value.items():
            yield from ids(child) if name not in {"@context", "data"} else ()
    elif isinstance(value, list):
        for child in value:
            yield from ids(child)


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if value.keys() == {"@id"}:
            yield value["@id"]
        for name, child in value.items():
            yield from references(child) if name not in {"@context", "data"} else ()
    elif isinstance(value, list):
        for child in value:
            yield from references(child)


def record_set(described: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (one for one in described["recordSet"] if one["@id"] == name)
    assert isinstance(found, dict)
    return found


def test_the_description_keeps_the_rules_of_the_specification(described: dict[str, Any]) -> None:
    assert [error.message for error in Draft202012Validator(RULES).iter_errors(described)] == []


def test_the_context_is_the_published_one_and_more(described: dict[str, Any]) -> None:
    assert CONTEXT.items() <= described["@context"].items()


def test_what_the_specification_requires_is_there_but_for_what_a_snapshot_does_not_know(
    described: dict[str, Any],
) -> None:
    assert REQUIRED - described.keys() == UNKNOWN


def test_every_id_is_given_once_and_every_reference_leads_to_one(described: dict[str, Any]) -> None:
    given = list(ids(described))
    assert len(given) == len(set(given))
    assert set(references(described)) <= set(given)
    assert not any(" " in one for one in given)


def test_every_file_is_told_with_its_hash_and_size(snapshot: SnapshotFiles, described: dict[str, Any]) -> None:
    told = {one["contentUrl"]: one for one in described["distribution"] if one["@type"] == "cr:FileObject"}
    assert told.keys() == snapshot.files.keys()
    for name, one in told.items():
        content = (snapshot.directory / name).read_bytes()
        assert one["sha256"] == hashlib.sha256(content).hexdigest()
        assert one["contentSize"] == f"{len(content)} B"


def test_the_parts_of_the_games_are_one_set(snapshot: SnapshotFiles, described: dict[str, Any]) -> None:
    (parts,) = (one for one in described["distribution"] if one["@type"] == "cr:FileSet")
    found = fnmatch.filter(snapshot.files, parts["includes"])
    assert found == ["games.parquet/part-00000.parquet", "games.parquet/part-00001.parquet"]


@pytest.mark.parametrize(
    ("table", "file", "contract"),
    [("games", "games.parquet/*.parquet", Games), ("set_aside", "quarantine.parquet", SetAside)],
)
def test_the_fields_are_the_columns_that_are_in_the_files(
    snapshot: SnapshotFiles, described: dict[str, Any], table: str, file: str, contract: type[Games | SetAside]
) -> None:
    fields = record_set(described, table)["field"]
    rows = pl.read_parquet(snapshot.directory / file)
    assert [one["name"] for one in fields] == [one["source"]["extract"]["column"] for one in fields] == rows.columns
    assert [one["description"] for one in fields] == [column.description for column in contract.columns().values()]
    for one, dtype in zip(fields, rows.dtypes, strict=True):
        assert one.get("isArray", False) == isinstance(dtype, pl.List)
        assert ("references" in one) == isinstance(dtype, pl.Enum)
        if dtype.is_numeric():
            assert one["dataType"] == f"cr:{dtype}"


@pytest.mark.parametrize(("table", "file"), [("games", "games.parquet/*.parquet"), ("set_aside", "quarantine.parquet")])
def test_a_key_names_a_row(snapshot: SnapshotFiles, described: dict[str, Any], table: str, file: str) -> None:
    key = [one["@id"].removeprefix(f"{table}/") for one in record_set(described, table)["key"]]
    assert not pl.read_parquet(snapshot.directory / file).select(key).is_duplicated().any()


def test_the_values_of_a_closed_set_are_listed(snapshot: SnapshotFiles, described: dict[str, Any]) -> None:
    rows = pl.read_parquet(snapshot.directory / "games.parquet/*.parquet")
    for field in record_set(described, "games")["field"]:
        if "references" in field:
            listed = record_set(described, field["references"]["field"]["@id"].removesuffix("/name"))
            assert listed["dataType"] == "sc:Enumeration"
            values = [value for one in listed["data"] for value in one.values()]
            dtype = rows.schema[field["name"]]
            assert isinstance(dtype, pl.Enum)
            assert values == dtype.categories.to_list()
            assert {key for one in listed["data"] for key in one} == {listed["key"]["@id"]}


def test_the_days_on_which_the_sources_were_observed_are_told(snapshot: SnapshotFiles) -> None:
    assert describe(snapshot, observed_on="2018-01-04")["temporalCoverage"] == "2018-01-04"
    assert "temporalCoverage" not in describe(snapshot)


def test_the_sources_are_told_with_their_licences(snapshot: SnapshotFiles) -> None:
    found = describe(snapshot, licence="CC-BY-4.0")
    assert found["license"] == [{"@type": "sc:CreativeWork", "name": "CC-BY-4.0"}]
    assert found["prov:wasDerivedFrom"][0]["license"] == "CC-BY-4.0"
    assert describe(snapshot)["license"][0]["name"] == "unknown"


def test_the_same_snapshot_has_the_same_description_whenever_it_was_made(snapshot: SnapshotFiles) -> None:
    assert describe(snapshot, retrieved_at="2018-01-04T10:00:00+00:00") == describe(snapshot)


# NOTE: the reader calls what its own libraries no longer want to be called.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_reference_reader_finds_no_error_and_reads_every_record(
    snapshot: SnapshotFiles, described: dict[str, Any]
) -> None:
    reader = pytest.importorskip("mlcroissant")
    pytest.importorskip("pyarrow")
    file = snapshot.directory / "croissant.json"
    file.write_text(json.dumps(described), encoding="utf-8")
    dataset = reader.Dataset(file)
    assert dataset.metadata.ctx.issues.errors == set()
    for table, parts in (("games", "games.parquet/*.parquet"), ("set_aside", "quarantine.parquet")):
        rows = pl.read_parquet(snapshot.directory / parts)
        read = [
            {name.removeprefix(f"{table}/"): value for name, value in record.items()}
            for record in dataset.records(table)
        ]
        assert [_plain(record, rows.schema) for record in read] == rows.to_dicts()


def _plain(record: dict[str, Any], schema: pl.Schema) -> dict[str, Any]:
    """Turn what the reader gives into what Polars gives: it gives texts as bytes, dates as timestamps."""
    return {name: _plain_value(value, schema[name]) for name, value in record.items()}


def _plain_value(value: Any, dtype: pl.DataType) -> Any:
    if value is None or dtype == pl.Binary:
        return value
    if isinstance(dtype, pl.List):
        return [item.decode() for item in value]
    if dtype == pl.Date:
        return value.date()
    return value.decode() if isinstance(value, bytes) else value
