from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import os
import random
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.errors import SourceError
from tasador.storage.sources import Source, dated, open_source

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b"{u'id': u'10'}\n{u'id': u'11'}\n"
PARQUET = b"PAR1\x00\x00some columns\x00PAR1"


def zipped(content: bytes, *names: str, date: tuple[int, int, int, int, int, int] = (1980, 1, 1, 0, 0, 0)) -> bytes:
    """Pack some content as each of some files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            info = zipfile.ZipInfo(name, date)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return packed.getvalue()


def encrypted(packed: bytes) -> bytes:
    """Say of an archive's member, in both places that do, that it is encrypted."""
    local, central = packed.index(b"PK\x03\x04") + 6, packed.index(b"PK\x01\x02") + 8
    data = bytearray(packed)
    data[local] |= 1
    data[central] |= 1
    return bytes(data)


def opened(tmp_path: Path, content: bytes, name: str = "games.json.gz") -> Source:
    (tmp_path / name).write_bytes(content)
    return open_source(str(tmp_path / name), downloads=tmp_path / "downloads")


def text(source: Source) -> bytes:
    (file,) = source.files
    return b"".join(file.blocks())


GZIP = gzip.compress(TEXT, mtime=0)
ZIP = zipped(TEXT, "a.json")

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda data: data,
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "two gzip members": lambda data: gzip.compress(data[:9], mtime=0) + gzip.compress(data[9:], mtime=0),
    "gzip with zeros after it": lambda data: gzip.compress(data, mtime=0) + b"\x00" * 512,
    "zip": lambda data: zipped(data, "games.json"),
    "zstandard": zstd.compress,
    "two zstandard frames": lambda data: zstd.compress(data[:9]) + zstd.compress(data[9:]),
    "gzip in a zip": lambda data: zipped(gzip.compress(data, mtime=0), "games.json.gz"),
}


@pytest.mark.parametrize("packer", PACKERS)
@given(
    content=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=500).map(
        lambda s: "{" + s
    )
)
def test_a_source_is_read_as_it_was_before_it_was_packed(
    tmp_path_factory: pytest.TempPathFactory, packer: str, content: str
) -> None:
    assert text(opened(tmp_path_factory.mktemp("source"), PACKERS[packer](content.encode()))) == content.encode()


@pytest.mark.parametrize("packer", PACKERS)
def test_a_source_is_known_by_its_bytes_as_published(tmp_path: Path, packer: str) -> None:
    published = PACKERS[packer](TEXT)
    source = opened(tmp_path, published)
    assert source.identity() == {
        "name": "games.json.gz",
        "sha256": hashlib.sha256(published).hexdigest(),
        "size_bytes": len(published),
        "files": 1,
    }
    assert source.where == str(tmp_path / "games.json.gz")
    assert source.ignored == ()
    assert list(tmp_path.iterdir()) == [tmp_path / "games.json.gz"]


def test_a_file_is_known_by_its_bytes_and_a_member_of_an_archive_by_its_own(tmp_path: Path) -> None:
    packed = gzip.compress(TEXT, mtime=0)
    (file,) = opened(tmp_path, packed).files
    assert (file.name, file.member) == ("games.json.gz", None)
    assert (file.sha256, file.size_bytes) == (hashlib.sha256(packed).hexdigest(), len(packed))
    (file,) = opened(tmp_path, zipped(TEXT, "games.json"), "games.zip").files
    assert (file.name, file.member) == ("games.zip/games.json", "games.json")
    assert (file.sha256, file.size_bytes) == (hashlib.sha256(TEXT).hexdigest(), len(TEXT))


@pytest.mark.parametrize("packer", ["plain", "gzip", "zip", "zstandard"])
def test_a_source_is_never_whole_in_memory(tmp_path: Path, packer: str) -> None:
    content = b"{u'id': u'10'}\n" * 2_000_000
    source = opened(tmp_path, PACKERS[packer](content))
    size, whole = len(content), hashlib.sha256(content).hexdigest()
    del content
    digest = hashlib.sha256()
    tracemalloc.start()
    try:
        for block in source.files[0].blocks():
            assert len(block) <= 1 << 20
            digest.update(block)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert digest.hexdigest() == whole
    assert peak < 8 << 20 < size


@pytest.mark.parametrize("packer", PACKERS)
def test_reading_tells_how_much_of_the_disk_was_read(tmp_path: Path, packer: str) -> None:
    (file,) = opened(tmp_path, PACKERS[packer](random.Random(0).randbytes(3_000_000).hex().encode())).files
    told: list[int] = []
    for _ in file.blocks(told.append):
        assert sum(told) > 0
    assert len(told) > 1
    on_disk = file.path.stat().st_size
    assert on_disk * 0.99 <= sum(told) <= on_disk


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty; got 0 bytes"),
    "empty gzip": (gzip.compress(b"", mtime=0), "the file is empty; got 0 bytes"),
    "empty member": (zipped(b"", "a.json"), "a.json: the file is empty; got 0 bytes"),
    "cut gzip": (GZIP[:-12], f"the gzip archive ends in the middle; got {len(GZIP) - 12} bytes without an end mark"),
    "cut gzip trailer": (GZIP[:-1], "the gzip archive ends in the middle"),
    "damaged gzip": (GZIP[:14] + b"\x00\x01" + GZIP[16:], "the gzip archive is damaged"),
    "gzip with another check sum": (
        GZIP[:-8] + b"sum!" + GZIP[-4:],
        "the gzip archive is damaged; got CRC check failed",
    ),
    "gzip and something after it": (GZIP + b"garbage" * 4, "the gzip archive is damaged"),
    "no gzip": (b"\x1f\x8bnot gzip at all, but it starts so", "the gzip archive is damaged"),
    "no zip": (b"PK\x03\x04zip", "the zip archive is damaged"),
    "cut zip": (ZIP[:-30], "the zip archive is damaged"),
    "zip with a damaged member": (ZIP.replace(b"\xab.U", b"\xab.V"), "the zip archive is damaged"),
    "encrypted zip": (encrypted(ZIP), "the zip archive cannot be opened; got File 'a.json' is encrypted"),
    "zip of nothing": (zipped(TEXT), "the zip archive holds no file; got 0 files"),
    "zip of hidden files": (zipped(TEXT, "__MACOSX/._a.json", ".a.json"), "the zip archive holds no file"),
    "cut zstandard": (zstd.compress(TEXT)[:-5], "the zstandard archive ends in the middle; got"),
    "damaged zstandard": (zstd.compress(TEXT)[:6] + b"garbage", "the zstandard archive"),
    "zstandard and something after it": (zstd.compress(TEXT) + b"garbage", "the zstandard archive is damaged"),
    "binary data": (gzip.compress(b"abc\x00def", mtime=0), "got binary data"),
    "packed twice": (gzip.compress(GZIP, mtime=0), "got a gzip archive inside a packed file"),
    "tar": (gzip.compress(b"games.csv".ljust(257, b"\x00") + b"ustar", mtime=0), "got a tar archive"),
    "UTF-16": ("appid,name\n".encode("utf-16"), "got text in UTF-16"),
    "Excel": (zipped(b"<xml/>", "xl/workbook.xml", "[Content_Types].xml"), "got an Excel or other Office document"),
    "packed zip": (gzip.compress(ZIP, mtime=0), "or a zip archive inside a packed file"),
    "SQLite": (b"SQLite format 3\x00", "got an SQLite database"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_source_that_cannot_be_read_says_why_and_what_to_do(tmp_path: Path, case: str) -> None:
    content, says = UNREADABLE[case]
    with pytest.raises(SourceError) as caught:
        text(opened(tmp_path, content))
    assert says in str(caught.value)
    assert str(tmp_path / "games.json.gz") in str(caught.value)
    assert caught.value.do


@pytest.mark.parametrize("packer", ["plain", "gzip", "zip"])
def test_a_parquet_file_comes_through_as_it_is(tmp_path: Path, packer: str) -> None:
    assert text(opened(tmp_path, PACKERS[packer](PARQUET))) == PARQUET


def test_text_that_begins_as_a_zip_archive_would_is_text(tmp_path: Path) -> None:
    assert text(opened(tmp_path, b"PK,name\n10,Counter-Strike\n", "games.csv")) == b"PK,name\n10,Counter-Strike\n"


@pytest.mark.parametrize("packer", ["plain", "gzip", "zip", "zstandard"])
def test_a_file_that_changes_after_it_was_opened_is_noticed(tmp_path: Path, packer: str) -> None:
    source = opened(tmp_path, PACKERS[packer](TEXT))
    opened(tmp_path, PACKERS[packer](TEXT.replace(b"11", b"12")))
    with pytest.raises(SourceError, match=r"the file changed while it was read; got sha256 .*; expected ") as caught:
        text(source)
    assert caught.value.expected == source.files[0].sha256


def test_a_file_that_goes_after_it_was_opened_is_noticed(tmp_path: Path) -> None:
    plain, packed = opened(tmp_path, TEXT, "games.json"), opened(tmp_path, zipped(TEXT, "a.json", "b.json"), "a.zip")
    opened(tmp_path, zipped(TEXT, "c.json"), "a.zip")
    with pytest.raises(SourceError, match=r"the zip archive has changed; got There is no item named 'a.json'"):
        next(packed.files[0].blocks())
    (tmp_path / "games.json").unlink()
    with pytest.raises(SourceError, match=r"games\.json: the file cannot be read; got No such file"):
        text(plain)


def test_a_missing_source_names_the_file_that_may_be_meant(tmp_path: Path) -> None:
    (tmp_path / "steam.json").write_bytes(TEXT)
    with pytest.raises(SourceError, match=r"no such file\. Did you mean steam\.json\?"):
        open_source(str(tmp_path / "stream.json"), downloads=tmp_path)
    with pytest.raises(SourceError, match=r"no such file\. Check the path\."):
        open_source(str(tmp_path / "nowhere" / "steam.json"), downloads=tmp_path)


def test_a_name_that_the_system_refuses_is_told_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the file cannot be read; got File name too long"):
        open_source(str(tmp_path / ("a" * 300)), downloads=tmp_path)


def test_a_pipe_is_no_source_and_standard_input_is_named_instead(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match=r"this is no regular file.*Name `-` and pipe it in"):
        open_source(str(tmp_path / "pipe"), downloads=tmp_path)


DATED: dict[str, tuple[bytes, dt.date | None]] = {
    "gzip": (gzip.compress(TEXT, mtime=1_546_300_799), dt.date(2018, 12, 31)),
    "gzip without a date": (GZIP, None),
    "cut gzip": (GZIP[:5], None),
    "plain": (TEXT, None),
    "zstandard": (zstd.compress(TEXT), None),
    "zip": (zipped(TEXT, "a.json", date=(2019, 10, 25, 15, 38, 42)), dt.date(2019, 10, 25)),
    "zip without a date": (ZIP, None),
    "zip with a day that never was": (zipped(TEXT, "a.json", date=(2019, 2, 31, 0, 0, 0)), None),
}


@pytest.mark.parametrize("case", DATED)
def test_the_day_of_a_file_is_what_its_packing_says(tmp_path: Path, case: str) -> None:
    content, day = DATED[case]
    (file,) = opened(tmp_path, content).files
    assert dated(file) == day
