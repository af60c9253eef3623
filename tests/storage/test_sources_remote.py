from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import os
import sys
from http import HTTPStatus
from pathlib import Path

import fsspec  # type: ignore[import-untyped]
import pytest

from tasador.errors import SourceError
from tasador.storage.sources import Source, is_url, open_source
from tests.storage.file_server import FileServer

TEXT = b"{u'id': u'10'}\n{u'id': u'11'}\n"


def text(source: Source) -> bytes:
    return b"".join(block for file in source.files for block in file.blocks())


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Let data come on standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("http://host/games.json", True),
        ("HTTPS://host/games.json", True),
        ("s3://bucket/games.json", True),
        ("memory://games.json", True),
        ("games.json", False),
        ("/data/games.json", False),
        ("-", False),
        ("a:b/games.json", False),
    ],
)
def test_an_address_is_told_from_a_path(named: str, *, expected: bool) -> None:
    assert is_url(named) is expected


def test_a_source_named_by_an_address_is_downloaded_anew_each_time(tmp_path: Path, server: FileServer) -> None:
    url = f"{server.url}/2018/steam%20games.json.gz?v=1"
    server.content = gzip.compress(TEXT, mtime=0)
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    source = open_source(url, downloads=tmp_path)
    assert text(source) == TEXT
    assert (source.name, source.where) == ("steam games.json.gz", url.removesuffix("?v=1"))
    assert source.files[0].path == tmp_path / hashlib.sha256(url.encode()).hexdigest()[:12] / "steam games.json.gz"
    assert source.sha256 == hashlib.sha256(server.content).hexdigest()
    assert source.retrieved_at is not None
    assert before <= dt.datetime.fromisoformat(source.retrieved_at) <= dt.datetime.now(dt.UTC)
    assert source.identity()["retrieved_at"] == source.retrieved_at
    server.content = b"{u'id': u'12'}\n"
    assert text(open_source(url, downloads=tmp_path)) == b"{u'id': u'12'}\n"


@pytest.mark.parametrize("path", ["", "/", "/..", "/%2e%2e"])
def test_an_address_without_a_name_gives_a_catalogue(tmp_path: Path, server: FileServer, path: str) -> None:
    server.content = TEXT
    assert open_source(server.url + path, downloads=tmp_path).name == "catalogue"


def test_an_address_that_has_no_file_says_so(tmp_path: Path, server: FileServer) -> None:
    server.status = HTTPStatus.NOT_FOUND
    with pytest.raises(SourceError, match="the download failed; got HTTP Error 404"):
        open_source(f"{server.url}/none.json", downloads=tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_progress_of_a_download_is_told(tmp_path: Path, server: FileServer) -> None:
    server.content = TEXT
    seen: list[tuple[int, int | None]] = []
    open_source(f"{server.url}/games.json", downloads=tmp_path, progress=lambda *of: seen.append(of))
    assert seen[-1] == (len(TEXT), len(TEXT))


def test_an_object_store_is_read_like_a_web_server(tmp_path: Path) -> None:
    fsspec.filesystem("memory").pipe(f"/{tmp_path.name}/games.json.gz", gzip.compress(TEXT, mtime=0))
    source = open_source(f"memory://{tmp_path.name}/games.json.gz", downloads=tmp_path)
    assert text(source) == TEXT
    assert source.name == "games.json.gz"
    assert source.retrieved_at is not None


def test_standard_input_is_kept_by_its_content_and_read_like_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = gzip.compress(TEXT, mtime=0)
    digest = hashlib.sha256(packed).hexdigest()
    for _ in range(2):
        pipe(monkeypatch, packed)
        source = open_source("-", downloads=tmp_path)
        assert text(source) == TEXT
        assert (source.name, source.where, source.sha256) == ("standard-input", "-", digest)
        assert source.files[0].path == tmp_path / "stdin" / digest[:12] / "standard-input"
        assert source.retrieved_at is not None
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [source.files[0].path]


def test_a_kept_standard_input_that_was_damaged_is_mended_by_the_same_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe(monkeypatch, TEXT)
    path = open_source("-", downloads=tmp_path).files[0].path
    path.write_bytes(b"damaged")
    pipe(monkeypatch, TEXT)
    assert text(open_source("-", downloads=tmp_path)) == TEXT


def test_an_empty_standard_input_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe(monkeypatch, b"")
    with pytest.raises(SourceError, match=r"-: nothing came on standard input; got 0 bytes; .*before the pipe"):
        open_source("-", downloads=tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_terminal_as_standard_input_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb"), os.fdopen(theirs, "r") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with pytest.raises(SourceError, match=r"got a terminal; .*Pipe a catalogue in"):
            open_source("-", downloads=tmp_path)


def test_a_closed_standard_input_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SourceError, match="nothing comes on standard input; got no input"):
        open_source("-", downloads=tmp_path)
