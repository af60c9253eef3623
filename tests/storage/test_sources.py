from __future__ import annotations

import gzip
import hashlib
import http.server
import io
import os
import socket
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tasador.errors import SourceError
from tasador.storage import sources

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b"{u'id': u'10'}\n{u'id': u'11'}\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A web server of the tests' own."""
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "games.json.gz").write_bytes(gzip.compress(TEXT, mtime=0))

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path / "www"))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}"
        httpd.shutdown()
        thread.join()


def zipped(*names: str) -> bytes:
    """Pack the text as each of some files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), TEXT)
    return packed.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "zip": lambda _data: zipped("games.json"),
    "zstandard": zstd.compress,
    "two frames": lambda data: zstd.compress(data[:9]) + zstd.compress(data[9:]),
}


@pytest.mark.parametrize("packer", PACKERS)
def test_a_source_is_read_line_by_line_plain_or_packed(tmp_path: Path, packer: str) -> None:
    path = tmp_path / "games.json"
    published = PACKERS[packer](TEXT)
    path.write_bytes(published)
    source = sources.read(path)
    assert source.lines == (b"{u'id': u'10'}", b"{u'id': u'11'}")
    assert source.sha256 == sources.sha256_of(path) == hashlib.sha256(published).hexdigest()
    assert source.size_bytes == len(published)


def test_a_last_line_without_an_end_and_an_empty_line_are_lines(tmp_path: Path) -> None:
    path = tmp_path / "games.json"
    path.write_bytes(b"a\n\nb")
    assert sources.read(path).lines == (b"a", b"", b"b")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty; got 0 bytes"),
        (gzip.compress(b"", mtime=0), "the file is empty; got 0 bytes"),
        (gzip.compress(TEXT, mtime=0)[:-12], "the gzip archive ends in the middle"),
        (gzip.compress(TEXT * 50, mtime=0)[:20] + b"\x00\x01garbage" * 9, "the gzip archive"),
        (b"\x1f\x8bnot gzip at all, but it starts so", "the gzip archive is damaged"),
        (b"PK\x03\x04zip", "the zip archive is damaged"),
        (zipped("a.json")[:-30], "the zip archive is damaged"),
        (zipped("a.json", "b.json"), "got 2 files: a.json, b.json; expected one catalogue file"),
        (zipped(), "the zip archive does not hold one file; got none"),
        (zstd.compress(TEXT)[:-5], "the zstandard archive is damaged; got Compressed data ended before"),
        (zstd.compress(TEXT)[:6] + b"garbage", "the zstandard archive"),
        (zstd.compress(TEXT) + b"garbage", "the zstandard archive is damaged"),
        (b"PAR1....", "got a Parquet file"),
        (gzip.compress(b"abc\x00def", mtime=0), "got binary data"),
    ],
)
def test_a_source_that_cannot_be_read_says_why_and_what_to_do(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "games.json.gz"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        sources.read(path)
    assert says in str(caught.value)
    assert str(path) in str(caught.value)
    assert caught.value.do


def test_a_missing_source_names_the_file_that_may_be_meant(tmp_path: Path) -> None:
    (tmp_path / "steam.json").write_bytes(TEXT)
    with pytest.raises(SourceError, match=r"no such file\. Did you mean steam\.json\?"):
        sources.read(tmp_path / "stream.json")


def test_a_folder_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="this is a folder"):
        sources.read(tmp_path)


def test_a_source_named_by_an_address_is_downloaded_anew_each_time(tmp_path: Path, server: str) -> None:
    path = sources.fetch(f"{server}/games.json.gz", tmp_path / "downloads")
    assert sources.read(path).lines[0] == b"{u'id': u'10'}"
    (tmp_path / "www" / "games.json.gz").write_bytes(b"{u'id': u'12'}")
    assert sources.fetch(f"{server}/games.json.gz", tmp_path / "downloads") == path
    assert sources.read(path).lines == (b"{u'id': u'12'}",)


def test_an_address_that_has_no_file_says_so(tmp_path: Path, server: str) -> None:
    with pytest.raises(SourceError, match="the download failed; got HTTP Error 404"):
        sources.fetch(f"{server}/none.json", tmp_path / "downloads")
    assert not (tmp_path / "downloads").exists()


def test_a_download_that_is_cut_or_an_address_that_is_none_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(SourceError, match="the download failed; got IncompleteRead"):
            sources.fetch(f"http://127.0.0.1:{listener.getsockname()[1]}/games.json", tmp_path)
        thread.join()
    with pytest.raises(SourceError, match="the download failed"):
        sources.fetch("http://127.0.0.1/a b.gz", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_no_source(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="this is no regular file"):
        sources.read(tmp_path / "pipe")


def test_an_address_that_nobody_answers_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the download failed"):
        sources.fetch("http://127.0.0.1:1/games.json", tmp_path)
