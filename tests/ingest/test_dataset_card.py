from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from markdown_it import MarkdownIt

from tasador.contracts.games import Games
from tasador.contracts.set_aside import SetAside
from tasador.ingest import dataset_card
from tests.ingest.records import build, catalogue, line
from tests.ingest.snapshot_files import MADE_BY, SNAPSHOT, SnapshotFiles, write

HOSTILE = "a|b `c` *d*\n<script>e</script>"


@pytest.fixture(scope="module")
def snapshot(sample_lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> SnapshotFiles:
    return write(tmp_path_factory.mktemp("snapshots") / SNAPSHOT, build([*sample_lines, b"", b"\xff"]))


def render(snapshot: SnapshotFiles, **provenance: Any) -> str:
    sources = [{**source, **provenance} for source in snapshot.sources]
    return dataset_card.render(SNAPSHOT, quality=snapshot.quality, sources=sources, made_by=MADE_BY)


def front_matter(card: str) -> dict[str, Any]:
    _, front, _ = card.split("---\n", maxsplit=2)
    found = yaml.safe_load(front)
    assert isinstance(found, dict)
    return found


def cells(card: str, first: str) -> list[str]:
    """Take the cells of the first table row that begins so."""
    row = next(row for row in card.split("\n") if row.startswith(f"| {first} |"))
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


def blocks(card: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", card, re.MULTILINE | re.DOTALL)


def marks(card: str) -> list[str]:
    """List what a Markdown reader sees besides text."""
    tokens = MarkdownIt("commonmark").enable("table").parse(card)
    return [found.type for token in tokens for found in (token, *(token.children or ())) if found.type != "text"]


def test_the_front_matter_names_every_column_with_its_type(snapshot: SnapshotFiles) -> None:
    front = front_matter(render(snapshot))
    assert {one["config_name"] for one in front["configs"]} == {"games", "set_aside"}
    hub_types = {"String": "string", "Enum": "string", "Date": "date32", "Boolean": "bool", "Binary": "binary"}
    for described, schema in zip(front["dataset_info"], (Games, SetAside), strict=True):
        written = [(one["name"], one.get("dtype"), one.get("list")) for one in described["features"]]
        assert written == [
            (name, None, "string")
            if isinstance(column.dtype, pl.List)
            else (name, hub_types.get(str(column.dtype.base_type()), str(column.dtype).lower()), None)
            for name, column in schema.columns().items()
        ]


def test_the_front_matter_leads_to_the_files(snapshot: SnapshotFiles) -> None:
    found = {
        one["config_name"]: [path for data in one["data_files"] for path in snapshot.directory.glob(data["path"])]
        for one in front_matter(render(snapshot))["configs"]
    }
    assert len(found["games"]) == 2
    assert [path.name for path in found["set_aside"]] == ["quarantine.parquet"]


def test_the_figures_are_those_of_the_quality_report(snapshot: SnapshotFiles) -> None:
    card, quality = render(snapshot), snapshot.quality
    accounting = quality["accounting"]
    assert cells(card, "all") == ["all", *(f"{rows:,}" for rows in accounting.values())]
    assert accounting["rejects"] == 2
    for rule in quality["rules"]:
        assert cells(card, rule["outcome"] + " | `" + rule["rule"] + "`")[2:] == [rule["says"], f"{rule['rows']:,}"]
    for name, share in quality["null_share"].items():
        assert cells(card, f"`{name}`")[3] == f"{share:.1%}"
    for counted in ("price_bases", "release_precisions", "kinds", "currencies"):
        assert quality[counted]
        for value, rows in quality[counted].items():
            assert f"`{value}` {rows:,}" in card


def test_every_column_is_described(snapshot: SnapshotFiles) -> None:
    card = render(snapshot)
    for schema in (Games, SetAside):
        for name, column in schema.columns().items():
            assert f"\n| `{name}`" in card
            assert str(column.description) in card


def test_the_unit_of_a_column_is_told(snapshot: SnapshotFiles) -> None:
    assert cells(render(snapshot), "`price_usd`")[2] == "USD"


def test_a_source_is_told_with_its_hash_and_records(snapshot: SnapshotFiles) -> None:
    card = render(snapshot, observed_on="2018-01-04", licence="CC-BY-4.0")
    (source,) = snapshot.sources
    assert cells(card, "test") == ["test", "python-literals", "1", f"`{source['sha256']}`", "2018-01-04", "CC-BY-4.0"]


def test_what_nobody_says_is_unknown(snapshot: SnapshotFiles) -> None:
    card = render(snapshot)
    assert cells(card, "test")[4:] == ["unknown", "unknown"]
    assert front_matter(card)["license"] == ["unknown"]


def test_a_licence_that_is_an_identifier_is_named_as_the_hub_names_it(snapshot: SnapshotFiles) -> None:
    front = front_matter(render(snapshot, licence="CC-BY-4.0"))
    assert front["license"] == ["cc-by-4.0"]
    assert "license_name" not in front


def test_a_licence_that_is_a_sentence_is_told_in_the_card(snapshot: SnapshotFiles) -> None:
    card = render(snapshot, licence="No licence is stated.")
    assert front_matter(card)["license"] == ["other"]
    assert front_matter(card)["license_link"] == "README.md"
    assert cells(card, "test")[5] == "No licence is stated."


def test_the_publishers_are_cited_as_they_ask(snapshot: SnapshotFiles) -> None:
    assert "- A and B, 2018\n" in render(snapshot, cite="A and B, 2018")
    assert "ask to be cited" not in render(snapshot)


def test_what_a_source_says_stays_text_on_one_line(snapshot: SnapshotFiles) -> None:
    card = render(snapshot, name=HOSTILE, licence=HOSTILE, cite=HOSTILE)
    assert marks(card) == marks(render(snapshot, name="a", licence="a b", cite="a"))
    text = r"a\|b \`c\` \*d\* \<script\>e\</script\>"
    assert (cells(card, text)[0], cells(card, text)[5]) == (text, text)


def test_an_earlier_snapshot_is_told_with_the_sources_it_was_made_from(snapshot: SnapshotFiles) -> None:
    (source,) = snapshot.sources
    old = {**source, "name": "old.json", "sha256": "cd" * 32, "licence": "MIT"}
    earlier = {**source, "name": "snapshot x", "format": "snapshot", "sha256": "ef" * 32, "sources": [old]}
    card = dataset_card.render(SNAPSHOT, quality=snapshot.quality, sources=[source, earlier], made_by=MADE_BY)
    assert cells(card, "snapshot x")[5] == "as of its sources"
    assert cells(card, "old.json (of the earlier snapshot)")[5] == "MIT"
    assert front_matter(card)["license"] == ["unknown", "mit"]


def test_the_same_snapshot_has_the_same_card_whenever_it_was_made(snapshot: SnapshotFiles) -> None:
    assert render(snapshot, retrieved_at="2018-01-04T10:00:00+00:00") == render(snapshot)


@pytest.mark.parametrize(
    ("games", "category"),
    [
        (1, "n<1K"),
        (999, "n<1K"),
        (1_000, "1K<n<10K"),
        (29_959, "10K<n<100K"),
        (100_000, "100K<n<1M"),
        (10**12, "n>1T"),
    ],
)
def test_the_size_is_told_as_the_hub_tells_it(snapshot: SnapshotFiles, games: int, category: str) -> None:
    quality = {**snapshot.quality, "accounting": {**snapshot.quality["accounting"], "games": games, "raw": games}}
    card = dataset_card.render(SNAPSHOT, quality=quality, sources=snapshot.sources, made_by=MADE_BY)
    assert front_matter(card)["size_categories"] == [category]


def test_a_snapshot_in_which_nothing_is_wrong_has_a_card(tmp_path: Path) -> None:
    card = render(write(tmp_path / "snapshot", catalogue(line())))
    assert "No record broke a rule." in card
    assert "could not be read: none." in card


@pytest.mark.parametrize(
    ("place", "needed", "count"),
    [
        (0, "polars", "games.height"),
        (1, "pyarrow", "len(games)"),
        (2, "duckdb", "len(games)"),
    ],
)
def test_the_games_are_loaded_as_the_card_says(snapshot: SnapshotFiles, place: int, needed: str, count: str) -> None:
    pytest.importorskip(needed)
    code = blocks(render(snapshot), "python")[place]
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nprint({count})"], cwd=snapshot.directory, capture_output=True, text=True
    )
    assert done.stdout == f"{snapshot.quality['accounting']['games']}\n", done.stderr


@pytest.mark.parametrize(("table", "file"), [("games", "games.parquet/*.parquet"), ("set_aside", "quarantine.parquet")])
def test_hugging_face_loads_a_table_by_the_front_matter(
    snapshot: SnapshotFiles, tmp_path: Path, table: str, file: str
) -> None:
    pytest.importorskip("datasets")
    (snapshot.directory / "README.md").write_text(render(snapshot), encoding="utf-8")
    code = "import datasets, sys; print(datasets.load_dataset(sys.argv[1], sys.argv[2], split='train').num_rows)"
    done = subprocess.run(
        [sys.executable, "-c", code, str(snapshot.directory), table],
        env={**os.environ, "HF_HOME": str(tmp_path), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
    )
    assert done.stdout == f"{pl.read_parquet(snapshot.directory / file).height}\n", done.stderr
    assert "dataset card" not in done.stderr, done.stderr
