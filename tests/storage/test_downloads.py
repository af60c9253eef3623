from __future__ import annotations

import fcntl
import hashlib
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from http import HTTPStatus
from pathlib import Path

import fsspec  # type: ignore[import-untyped]
import pytest

from tasador.errors import SourceError
from tasador.storage.downloads import download
from tests.storage.file_server import FileServer

CONTENT = bytes(range(256)) * 1_000
OTHER = CONTENT[::-1]
HALF = len(CONTENT) // 2
SHA256 = hashlib.sha256(CONTENT).hexdigest()

VERSIONS = {
    "etag": {"ETag": '"one"'},
    "date": {"Last-Modified": "Mon, 05 Jan 2026 10:00:00 GMT"},
    "weak etag and date": {"ETag": 'W/"one"', "Last-Modified": "Mon, 05 Jan 2026 10:00:00 GMT"},
}


def interrupt(server: FileServer, target: Path) -> None:
    """Download the first half of the content, then lose the connection."""
    server.content = CONTENT
    server.cut_after = HALF
    with pytest.raises(SourceError):
        download(f"{server.url}/games.gz", target)
    server.cut_after = None
    server.requests.clear()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("tells_size", [True, False])
def test_a_download_is_the_file(tmp_path: Path, server: FileServer, *, tells_size: bool) -> None:
    server.content = CONTENT
    server.tells_size = tells_size
    seen: list[tuple[int, int | None]] = []
    target = tmp_path / "new" / "games.gz"
    download(f"{server.url}/games.gz", target, progress=lambda done, total: seen.append((done, total)))
    assert target.read_bytes() == CONTENT
    assert files(tmp_path / "new") == ["games.gz"]
    assert seen[-1] == (len(CONTENT), len(CONTENT) if tells_size else None)
    assert seen == sorted(seen)


def test_a_download_replaces_the_one_before(tmp_path: Path, server: FileServer) -> None:
    target = tmp_path / "games.gz"
    target.write_bytes(b"before")
    server.content = CONTENT
    download(f"{server.url}/games.gz", target)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("version", VERSIONS)
def test_an_interrupted_download_goes_on_where_it_stopped(tmp_path: Path, server: FileServer, version: str) -> None:
    server.headers = VERSIONS[version]
    interrupt(server, tmp_path / "games.gz")
    assert files(tmp_path) == ["games.gz.part", "games.gz.part.version"]
    seen: list[tuple[int, int | None]] = []
    download(f"{server.url}/games.gz", tmp_path / "games.gz", progress=lambda *of: seen.append(of), sha256=SHA256)
    assert (tmp_path / "games.gz").read_bytes() == CONTENT
    assert files(tmp_path) == ["games.gz"]
    assert [request["Range"] for request in server.requests] == [f"bytes={HALF}-"]
    assert seen[0][0] > HALF
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_an_interrupted_download_says_that_what_came_is_kept(tmp_path: Path, server: FileServer) -> None:
    server.content = CONTENT
    server.headers = VERSIONS["etag"]
    server.cut_after = HALF
    with pytest.raises(SourceError) as caught:
        download(f"{server.url}/games.gz", tmp_path / "games.gz")
    assert str(caught.value) == (
        f"{server.url}/games.gz: the download failed; got 128,000 of 256,000 bytes; expected a catalogue file. "
        "What came is kept: run it again to go on from there."
    )


def test_a_download_goes_on_as_often_as_it_is_interrupted(tmp_path: Path, server: FileServer) -> None:
    server.headers = VERSIONS["etag"]
    interrupt(server, tmp_path / "games.gz")
    server.cut_after = 1_000
    with pytest.raises(SourceError, match="got 129,000 of 256,000 bytes"):
        download(f"{server.url}/games.gz", tmp_path / "games.gz")
    server.cut_after = None
    download(f"{server.url}/games.gz", tmp_path / "games.gz")
    assert (tmp_path / "games.gz").read_bytes() == CONTENT


def test_a_server_that_gives_less_than_the_rest_is_asked_again_the_next_time(
    tmp_path: Path, server: FileServer
) -> None:
    server.headers = VERSIONS["etag"]
    interrupt(server, tmp_path / "games.gz")
    server.longest_range = 2_000
    with pytest.raises(SourceError, match="got 130,000 of 256,000 bytes"):
        download(f"{server.url}/games.gz", tmp_path / "games.gz")
    server.longest_range = None
    download(f"{server.url}/games.gz", tmp_path / "games.gz")
    assert (tmp_path / "games.gz").read_bytes() == CONTENT


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("heeds_if_range", [True, False])
def test_a_file_that_changed_is_downloaded_anew(
    tmp_path: Path, server: FileServer, *, ranges: bool, heeds_if_range: bool
) -> None:
    server.headers = {"ETag": '"one"'}
    interrupt(server, tmp_path / "games.gz")
    server.content, server.headers = OTHER, {"ETag": '"two"'}
    server.ranges, server.heeds_if_range = ranges, heeds_if_range
    download(f"{server.url}/games.gz", tmp_path / "games.gz")
    assert (tmp_path / "games.gz").read_bytes() == OTHER


def test_a_file_that_got_shorter_than_its_part_is_downloaded_anew(tmp_path: Path, server: FileServer) -> None:
    server.headers = VERSIONS["etag"]
    interrupt(server, tmp_path / "games.gz")
    server.content = CONTENT[:100]
    download(f"{server.url}/games.gz", tmp_path / "games.gz")
    assert (tmp_path / "games.gz").read_bytes() == CONTENT[:100]


def test_a_server_that_cannot_go_on_starts_anew(tmp_path: Path, server: FileServer) -> None:
    server.headers = VERSIONS["etag"]
    interrupt(server, tmp_path / "games.gz")
    server.ranges = False
    download(f"{server.url}/games.gz", tmp_path / "games.gz")
    assert (tmp_path / "games.gz").read_bytes() == CONTENT
    assert len(server.requests) == 1


def test_a_part_of_no_known_version_is_not_kept(tmp_path: Path, server: FileServer) -> None:
    interrupt(server, tmp_path / "games.gz")
    assert files(tmp_path) == []
    (tmp_path / "games.gz.part").write_bytes(b"left by a killed process")
    download(f"{server.url}/games.gz", tmp_path / "games.gz")
    assert (tmp_path / "games.gz").read_bytes() == CONTENT


def test_a_killed_download_goes_on_where_it_stopped(tmp_path: Path, server: FileServer) -> None:
    server.content, server.headers, server.hang_after = CONTENT, VERSIONS["etag"], HALF
    code = "import sys; from pathlib import Path; from tasador.storage.downloads import download; "
    code += "download(sys.argv[1], Path(sys.argv[2]))"
    target = tmp_path / "games.gz"
    process = subprocess.Popen([sys.executable, "-c", code, f"{server.url}/games.gz", str(target)])
    part = tmp_path / "games.gz.part"
    while process.poll() is None and not (part.exists() and part.stat().st_size):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = part.stat().st_size
    assert kept > 0
    server.hang_after = None
    download(f"{server.url}/games.gz", target, sha256=SHA256)
    assert server.requests[-1]["Range"] == f"bytes={kept}-"


def test_another_file_than_expected_replaces_nothing(tmp_path: Path, server: FileServer) -> None:
    target = tmp_path / "games.gz"
    target.write_bytes(b"before")
    server.content, server.headers = OTHER, VERSIONS["etag"]
    with pytest.raises(SourceError) as caught:
        download(f"{server.url}/games.gz", target, sha256=SHA256.upper())
    assert caught.value.what == "the download is another file than expected"
    assert caught.value.got == f"sha256 {hashlib.sha256(OTHER).hexdigest()}"
    assert caught.value.expected == SHA256
    assert target.read_bytes() == b"before"
    assert files(tmp_path) == ["games.gz"]
    server.content = CONTENT
    download(f"{server.url}/games.gz", target, sha256=SHA256.upper())
    assert target.read_bytes() == CONTENT


def test_a_silent_server_is_given_up_and_what_came_is_kept(tmp_path: Path, server: FileServer) -> None:
    server.content, server.headers, server.hang_after = CONTENT, VERSIONS["etag"], HALF
    with pytest.raises(SourceError, match=r"got nothing for 0\.3 seconds.*What came is kept"):
        download(f"{server.url}/games.gz", tmp_path / "games.gz", silence_seconds=0.3)
    server.hang_after = None
    download(f"{server.url}/games.gz", tmp_path / "games.gz")
    assert (tmp_path / "games.gz").read_bytes() == CONTENT


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/games.gz"
        with pytest.raises(SourceError, match=r"the download failed; got nothing for 0\.2 seconds"):
            download(url, tmp_path / "games.gz", silence_seconds=0.2)
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (HTTPStatus.NOT_FOUND, "got HTTP Error 404: Not Found; expected a catalogue file. Check the address"),
        (HTTPStatus.INTERNAL_SERVER_ERROR, "got HTTP Error 500: Internal Server Error"),
        (HTTPStatus.TOO_MANY_REQUESTS, "The server is busy: wait 30 seconds, then try again."),
        (HTTPStatus.SERVICE_UNAVAILABLE, "The server is busy: wait 30 seconds, then try again."),
    ],
)
def test_a_server_that_refuses_is_quoted_and_nothing_changes(
    tmp_path: Path, server: FileServer, status: HTTPStatus, says: str
) -> None:
    target = tmp_path / "games.gz"
    target.write_bytes(b"before")
    server.content, server.status, server.headers = b"a page of the server's", status, {"Retry-After": "30"}
    with pytest.raises(SourceError) as caught:
        download(f"{server.url}/games.gz", target)
    assert "the download failed" in str(caught.value)
    assert says in str(caught.value)
    assert target.read_bytes() == b"before"
    assert files(tmp_path) == ["games.gz"]


def test_a_server_that_refuses_for_a_while_costs_no_part(tmp_path: Path, server: FileServer) -> None:
    server.headers = VERSIONS["etag"]
    interrupt(server, tmp_path / "games.gz")
    server.ranges, server.status = False, HTTPStatus.SERVICE_UNAVAILABLE
    with pytest.raises(SourceError, match="wait a while, then try again"):
        download(f"{server.url}/games.gz", tmp_path / "games.gz")
    server.ranges, server.status = True, HTTPStatus.OK
    download(f"{server.url}/games.gz", tmp_path / "games.gz")
    assert server.requests[-1]["Range"] == f"bytes={HALF}-"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:1/games.json", "Connection refused"),
        ("http://127.0.0.1/a b.gz", "URL can't contain control characters"),
        ("http://127.0.0.1:none/", "nonnumeric port"),
        ("memory://nothing/here.gz", "got no such file"),
    ],
)
def test_an_address_that_nobody_answers_says_so(tmp_path: Path, url: str, says: str) -> None:
    with pytest.raises(SourceError, match="the download failed") as caught:
        download(url, tmp_path / "games.gz")
    assert caught.value.where == url
    assert says in str(caught.value)
    assert files(tmp_path) == []


def test_a_connection_that_ends_inside_a_chunk_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf")

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(SourceError, match="the download failed; got IncompleteRead"):
            download(f"http://127.0.0.1:{listener.getsockname()[1]}/games.json", tmp_path / "games.json")
        thread.join()
    assert files(tmp_path) == []


def test_two_downloads_to_one_place_do_not_mix(tmp_path: Path, server: FileServer) -> None:
    server.content = CONTENT
    with (tmp_path / "games.gz.part").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(SourceError, match="another process downloads it just now"):
            download(f"{server.url}/games.gz", tmp_path / "games.gz")
    assert server.requests == []
    download(f"{server.url}/games.gz", tmp_path / "games.gz")
    assert (tmp_path / "games.gz").read_bytes() == CONTENT


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, server: FileServer) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="file") as caught:
        download(f"{server.url}/games.gz", tmp_path / "file" / "games.gz")
    assert str(tmp_path / "file") in str(caught.value.filename)


def test_a_disk_without_room_is_told_by_its_place_and_what_came_is_kept(tmp_path: Path, server: FileServer) -> None:
    server.content, server.headers = CONTENT, VERSIONS["etag"]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # files may not grow beyond this: what a full disk is to a process
    resource.setrlimit(resource.RLIMIT_FSIZE, (HALF, before[1]))
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            download(f"{server.url}/games.gz", tmp_path / "games.gz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.filename == str(tmp_path / "games.gz.part")
    download(f"{server.url}/games.gz", tmp_path / "games.gz", sha256=SHA256)
    assert server.requests[-1]["Range"] == f"bytes={HALF}-"


def test_a_download_is_never_whole_in_memory(tmp_path: Path, server: FileServer) -> None:
    server.content = os.urandom(1 << 20) * 32
    tracemalloc.start()
    try:
        download(f"{server.url}/games.gz", tmp_path / "games.gz")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (tmp_path / "games.gz").stat().st_size == 32 << 20
    assert peak < 8 << 20


def test_any_address_that_fsspec_knows_is_downloaded(tmp_path: Path) -> None:
    fsspec.filesystem("memory").pipe(f"/{tmp_path.name}/games.gz", CONTENT)
    seen: list[tuple[int, int | None]] = []
    url = f"memory://{tmp_path.name}/games.gz"
    download(url, tmp_path / "games.gz", sha256=SHA256, progress=lambda *of: seen.append(of))
    assert (tmp_path / "games.gz").read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    with pytest.raises(SourceError, match=r"this is a folder.*Name the file in it"):
        download(f"memory://{tmp_path.name}", tmp_path / "folder")


@pytest.mark.parametrize("changed", [False, True])
def test_an_interrupted_download_by_a_driver_goes_on_unless_the_file_changed(tmp_path: Path, *, changed: bool) -> None:
    memory = fsspec.filesystem("memory")
    place = f"/{tmp_path.name}/games.gz"
    memory.pipe(place, CONTENT)
    (tmp_path / "games.gz.part").write_bytes(b"?" * HALF)
    (tmp_path / "games.gz.part.version").write_text(memory.ukey(place))
    if changed:
        memory.pipe(place, OTHER + b"longer")
    download(f"memory:/{place}", tmp_path / "games.gz")
    kept = b"?" * HALF + CONTENT[HALF:]
    assert (tmp_path / "games.gz").read_bytes() == (OTHER + b"longer" if changed else kept)


def test_a_missing_driver_says_which_extra_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(SourceError, match=r"is not installed.*Install the extra 's3'.*pip install '\.\[s3\]'"):
        download("s3://bucket/games.gz", tmp_path / "games.gz")
    with pytest.raises(SourceError, match=r"got Please install gcsfs to access Google Storage"):
        download("gs://bucket/games.gz", tmp_path / "games.gz")
    with pytest.raises(SourceError, match=r"the download failed; got Protocol not known: nosuch"):
        download("nosuch://bucket/games.gz", tmp_path / "games.gz")
