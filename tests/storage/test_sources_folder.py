from __future__ import annotations

import hashlib
import io
import os
import resource
import subprocess
import zipfile
from pathlib import Path

import pytest

from tasador.errors import SourceError
from tasador.storage.sources import Source, open_source
from tests.conftest import shared_file


def write(folder: Path, *names: str) -> Path:
    """Write files, each with its own name as content."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return folder


def archive(*names: str) -> bytes:
    """Pack files, each with its own name as content."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name in names:
            file.writestr(name, "" if name.endswith("/") else name)
    return data.getvalue()


def opened(path: Path) -> Source:
    return open_source(str(path), downloads=path.parent / "downloads")


def names(source: Source) -> list[str]:
    return [file.name for file in source.files]


def contents(source: Source) -> list[str]:
    return [b"".join(file.blocks()).decode() for file in source.files]


def test_a_folder_is_its_files_at_any_depth_in_name_order(tmp_path: Path) -> None:
    source = opened(write(tmp_path / "dump", "b.json", "2019/a.json", "a.json", "2019/c/10.json"))
    assert names(source) == contents(source) == ["2019/a.json", "2019/c/10.json", "a.json", "b.json"]
    assert (source.name, source.where) == ("dump", str(tmp_path / "dump"))
    assert source.size_bytes == sum(map(len, names(source)))
    assert source.identity()["files"] == 4


def test_a_folder_is_known_by_the_list_that_sha256sum_writes(tmp_path: Path) -> None:
    folder = write(tmp_path / "dump", "b.json", "a.json")
    listed = subprocess.run(["sha256sum", "a.json", "b.json"], cwd=folder, capture_output=True, check=True).stdout
    assert opened(folder).sha256 == hashlib.sha256(listed).hexdigest()


def test_folders_of_the_same_files_are_the_same_source_wherever_they_lie(tmp_path: Path) -> None:
    one = write(tmp_path / "one", "a.json", "b.json", "c/d.json")
    other = write(tmp_path / "other", "c/d.json", "b.json", "a.json", ".hidden")
    assert opened(one).sha256 == opened(other).sha256
    write(other, "e.json")
    assert opened(one).sha256 != opened(other).sha256


@pytest.mark.parametrize(
    ("files", "taken"),
    [
        (["1.json", "2.json", "MANIFEST.csv"], ["1.json", "2.json"]),
        (["1.JSON", "2.json.gz", "3.json.zst", "a.csv", "b.csv"], ["1.JSON", "2.json.gz", "3.json.zst"]),
        (["games.csv", "LICENSE.md", "README.md", "_SUCCESS"], ["games.csv"]),
        (["a-long-name-and-so-a-large-file.csv", "notes.txt"], ["a-long-name-and-so-a-large-file.csv"]),
        (["part-0", "part-1", "README.md"], ["part-0", "part-1"]),
        (["a.jsonl", "b.ndjson", "c.ndjson"], ["b.ndjson", "c.ndjson"]),
    ],
)
def test_of_several_kinds_the_commonest_kind_of_data_is_taken_and_the_others_are_listed(
    tmp_path: Path, files: list[str], taken: list[str]
) -> None:
    left_out = tuple(sorted(set(files) - set(taken)))
    source = opened(write(tmp_path / "folder", *files))
    assert (names(source), source.ignored) == (taken, left_out)
    (tmp_path / "all.zip").write_bytes(archive(*files))
    source = opened(tmp_path / "all.zip")
    assert [name.removeprefix("all.zip/") for name in names(source)] == taken
    assert source.ignored == tuple(f"all.zip/{name}" for name in left_out)


def test_hidden_files_and_what_a_mac_adds_are_left_out(tmp_path: Path) -> None:
    files = ["a.json", ".b.json", ".git/c.json", "__MACOSX/._a.json", "d/.DS_Store"]
    source = opened(write(tmp_path / "folder", *files))
    assert (names(source), source.ignored) == (["a.json"], ())
    (tmp_path / "all.zip").write_bytes(archive("d/", *files))
    source = opened(tmp_path / "all.zip")
    assert (names(source), source.ignored) == (["all.zip/a.json"], ())


def test_an_archive_of_several_files_is_read_file_by_file_and_known_by_its_bytes(tmp_path: Path) -> None:
    data = archive("dump/2.json", "dump/10.json", "dump/")
    (tmp_path / "all.zip").write_bytes(data)
    source = opened(tmp_path / "all.zip")
    assert names(source) == ["all.zip/dump/10.json", "all.zip/dump/2.json"]
    assert contents(source) == ["dump/10.json", "dump/2.json"]
    assert (source.sha256, source.size_bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert source.files[0].sha256 == hashlib.sha256(b"dump/10.json").hexdigest()


def test_archives_in_a_folder_are_opened_in_turn(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder", "b.csv")
    (folder / "c.csv.zip").write_bytes(archive("c1.csv", "c2.csv"))
    (folder / "a.zip").write_bytes(archive("a.csv", "read.me"))
    source = opened(folder)
    assert names(source) == ["a.zip/a.csv", "b.csv", "c.csv.zip/c1.csv", "c.csv.zip/c2.csv"]
    assert contents(source) == ["a.csv", "b.csv", "c1.csv", "c2.csv"]
    assert source.ignored == ("a.zip/read.me",)
    every_other = [next(source.files[index].blocks()) for index in (0, 2, 0, 3)]
    assert every_other == [b"a.csv", b"c1.csv", b"a.csv", b"c2.csv"]


def test_two_archives_are_read_side_by_side(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder")
    for name in ("a", "b"):
        with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(f"{name}.csv", name * 3_000_000)
    one, other = (file.blocks() for file in opened(folder).files)
    pairs = list(zip(one, other, strict=True))
    assert [b"".join(blocks) for blocks in zip(*pairs, strict=True)] == [b"a" * 3_000_000, b"b" * 3_000_000]


@pytest.mark.parametrize("files", [[], [".hidden", "__MACOSX/a.json"]])
def test_an_empty_folder_says_so(tmp_path: Path, files: list[str]) -> None:
    with pytest.raises(SourceError, match=r"the folder holds no file; got 0 files, hidden ones left out; expected"):
        opened(write(tmp_path / "folder", *files))


def test_a_name_that_is_no_utf_8_is_written_as_well_as_it_can_be(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/dump\xe9"))
    folder.mkdir()
    for name in (b"a\xf1o.json", b"b.json"):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("text")
    source = opened(folder)
    assert (source.name, names(source), contents(source)) == (
        "dump\ufffd",
        ["a\ufffdo.json", "b.json"],
        ["text", "text"],
    )
    assert opened(source.files[0].path).name == "a\ufffdo.json"


def test_an_office_document_beside_data_is_left_out(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder", "a.csv")
    (folder / "b.xlsx").write_bytes(archive("xl/workbook.xml", "[Content_Types].xml"))
    source = opened(folder)
    assert (names(source), source.ignored) == (["a.csv"], ("b.xlsx",))


def test_a_folder_that_cannot_be_listed_is_no_empty_folder(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder", "a.json")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Path(os.devnull).open("rb") as highest:
        # nothing more can be opened: permissions would not stop the superuser
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest.fileno(), before[1]))
        try:
            with pytest.raises(SourceError, match="folder: the file cannot be read; got Too many open files"):
                opened(folder)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_damaged_archive_in_a_folder_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder", "a.json")
    (folder / "b.zip").write_bytes(archive("b.json")[:-9])
    with pytest.raises(SourceError, match=r"b\.zip: the zip archive is damaged"):
        opened(folder)


def test_links_to_files_are_followed_and_pipes_left_alone(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder", "a.json")
    (folder / "b.json").symlink_to(write(tmp_path / "elsewhere", "c.json") / "c.json")
    (folder / "d.json").symlink_to(tmp_path / "nowhere")
    assert contents(opened(folder)) == ["a.json", "c.json"]


@pytest.mark.real_data
def test_published_archives_and_folders_are_opened() -> None:
    source = opened(shared_file("data", "nikdavis_steam.csv.zip"))
    assert names(source) == ["nikdavis_steam.csv.zip/steam.csv"]
    assert sum(map(len, source.files[0].blocks())) == source.files[0].size_bytes
    source = opened(shared_file("data", "appdetails"))
    assert len(source.files) == 179
    assert source.ignored == ("MANIFEST.csv",)
