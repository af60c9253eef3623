"""Croissant metadata of a snapshot: its files, tables, columns and sources, for machines that look for data sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

import dataframely as dy
import polars as pl

from tasador.contracts.games import Games
from tasador.contracts.set_aside import SetAside
from tasador.ingest.attribution import UNKNOWN, citation, licences, published

__all__ = ["GAMES_FILES", "SET_ASIDE_FILE", "VERSION", "describe"]

#: The version of Croissant: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
VERSION: Final = "http://mlcommons.org/croissant/1.1"

#: Where the tables lie in a snapshot's directory.
GAMES_FILES: Final = "games.parquet/part-*.parquet"
SET_ASIDE_FILE: Final = "quarantine.parquet"

_GAMES_SET: Final = "games-parts"

#: The specification's terms of its own vocabulary, and those that its reader `mlcroissant` asks for besides.
_TERMS: Final = (
    *("annotation", "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "excludes", "extract"),
    *("field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath"),
    *("key", "md5", "parentField", "path", "readLines", "recordSet", "references", "regex", "repeated", "replace"),
    *("samplingRate", "sdVersion", "separator", "source", "subField", "transform", "unArchive", "value"),
)

# NOTE: https, where the specification's appendix has http: its reader and its examples know schema.org by https.
_CONTEXT: Final[dict[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    **{term: f"cr:{term}" for term in _TERMS},
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
}

_MEDIA_TYPES: Final = {
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/x-parquet",
}

#: Croissant has no type for bytes; its reader gives texts as bytes.
_DATA_TYPES: Final = {
    pl.Binary: "sc:Text",
    pl.Boolean: "sc:Boolean",
    pl.Date: "sc:Date",
    pl.Enum: "sc:Text",
    pl.String: "sc:Text",
}


def describe(
    snapshot: str,
    *,
    accounting: Mapping[str, int],
    sources: Sequence[Mapping[str, Any]],
    files: Mapping[str, Mapping[str, Any]],
    made_by: Mapping[str, str],
) -> dict[str, Any]:
    """Describe a snapshot as a Croissant data set, in JSON-LD.

    The specification also asks for `url`, `creator` and `datePublished`. A snapshot knows none of them: who publishes
    it adds them.

    Args:
        snapshot: Its id.
        accounting: Records by what became of them, as in the quality report.
        sources: What identifies each source, with `format`, `observed_on` and `licence` where they are known.
        files: `sha256` and `size_bytes` of each file of the snapshot, by its path in the directory.
        made_by: `version` and `fingerprint` of the code that made it.

    Returns:
        What JSON can hold; the same arguments give the same.
    """
    known_days = sorted({source["observed_on"] for source in published(sources) if source.get("observed_on")})
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": VERSION,
        "name": f"tasador-{snapshot}",
        "description": (
            f"Entries of the Steam store, cleaned: {accounting['games']:,} games of {accounting['raw']:,} records, one "
            "row an app id; and every other record, whole, with the rules it broke."
        ),
        # NOTE: versions have no order, so the code's version comes first and the content's name after the plus sign.
        "version": f"{made_by['version']}+{snapshot}",
        "license": [{"@type": "sc:CreativeWork", "name": licence} for licence in licences(sources)],
        "citeAs": citation(snapshot, sources=sources, made_by=made_by),
        "keywords": ["Steam", "PC games", "prices", "catalogue"],
        **({"temporalCoverage": "/".join(dict.fromkeys([known_days[0], known_days[-1]]))} if known_days else {}),
        "prov:wasGeneratedBy": {
            "@type": "prov:Activity",
            "prov:label": f"Cleaning by Tasador {made_by['version']}, code {made_by['fingerprint']}",
        },
        "prov:wasDerivedFrom": [_source(source) for source in published(sources)],
        "distribution": [
            {
                "@type": "cr:FileSet",
                "@id": _GAMES_SET,
                "name": _GAMES_SET,
                "description": "The parts of the table games.",
                "encodingFormat": _MEDIA_TYPES[".parquet"],
                "includes": GAMES_FILES,
            },
            *(_file(name, facts) for name, facts in sorted(files.items())),
        ],
        "recordSet": [
            _record_set("games", Games, {"fileSet": {"@id": _GAMES_SET}}),
            _record_set("set_aside", SetAside, {"fileObject": {"@id": SET_ASIDE_FILE}}),
            *(
                _enumeration(table, column)
                for table, schema in {"games": Games, "set_aside": SetAside}.items()
                for column in schema.columns().values()
                if isinstance(column, dy.Enum)
            ),
        ],
    }


def _source(source: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "prov:Entity",
        "prov:label": source["name"],
        "sha256": source["sha256"],
        "contentSize": f"{source['size_bytes']} B",
        "license": source.get("licence") or UNKNOWN,
    }


def _file(name: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{facts['size_bytes']} B",
        "encodingFormat": _MEDIA_TYPES[PurePosixPath(name).suffix],
        "sha256": facts["sha256"],
    }


def _record_set(table: str, schema: type[dy.Schema], source: dict[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": " ".join(str(schema.__doc__).split()),
        "key": [{"@id": f"{table}/{name}"} for name in schema.primary_key()],
        "field": [_field(table, column, source) for column in schema.columns().values()],
    }


def _field(table: str, column: dy.Column, source: dict[str, Any]) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": _data_type(column),
        **({"isArray": True, "arrayShape": "-1"} if isinstance(column, dy.List) else {}),
        "source": {**source, "extract": {"column": column.name}},
        # NOTE: the specification has the field's id alone here; its reader knows only this form.
        **({"references": {"field": {"@id": f"{table}-{column.name}/name"}}} if isinstance(column, dy.Enum) else {}),
    }


def _data_type(column: dy.Column) -> str:
    if isinstance(column, dy.List):
        return _data_type(column.inner)
    dtype = column.dtype
    return f"cr:{dtype}" if dtype.is_integer() or dtype.is_float() else _DATA_TYPES[dtype.base_type()]


def _enumeration(table: str, column: dy.Enum) -> dict[str, Any]:
    name = f"{table}-{column.name}"
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"The values that {column.name} may have.",
        "dataType": "sc:Enumeration",
        "key": {"@id": f"{name}/name"},
        "field": [{"@type": "cr:Field", "@id": f"{name}/name", "name": "name", "dataType": "sc:Text"}],
        "data": [{f"{name}/name": value} for value in column.categories],
    }
