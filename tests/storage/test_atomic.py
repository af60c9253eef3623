from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasador.storage import atomic

WRITER = """
import sys
from pathlib import Path
from tasador.storage import atomic
path = Path(sys.argv[1])
for i in range(10**9):
    atomic.write_bytes(path, str(i % 10).encode() * 300_000)
    if i == 0:
        print("started", flush=True)
"""


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    atomic.write_bytes(path, b"one")
    atomic.write_bytes(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b.txt"
    atomic.write_bytes(path, b"one")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as caught:
        atomic.write_bytes(path, b"two")
    assert caught.value.filename == str(path)
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_a_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "b.txt"
    for attempt in range(8):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"started\n"
        time.sleep(0.003 * attempt)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        data = path.read_bytes()
        assert len(data) == 300_000
        assert len(set(data)) == 1


def test_a_scratch_directory_is_gone_when_its_block_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), atomic.scratch_directory(tmp_path) as directory:
        (directory / "a").write_text("x")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_directory_appears_in_one_step_and_never_over_another(tmp_path: Path) -> None:
    for text in ("first", "second"):
        with atomic.scratch_directory(tmp_path) as directory:
            (directory / "a").write_text(text)
            if text == "first":
                atomic.publish(directory, tmp_path / "out")
            else:
                with pytest.raises(OSError, match="not empty"):
                    atomic.publish(directory, tmp_path / "out")
    assert (tmp_path / "out" / "a").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_writer_left_is_swept_and_a_living_ones_is_not(tmp_path: Path) -> None:
    left = tmp_path / ".new-killed"
    left.mkdir()
    (left / "a").write_text("x")
    with atomic.scratch_directory(tmp_path) as living:
        for directory in (left, living):
            os.utime(directory, (0, 0))
        with atomic.scratch_directory(tmp_path):
            assert not left.exists()
            assert living.exists()
