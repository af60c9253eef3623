from __future__ import annotations

from pathlib import Path

import pytest

from tasador.errors import SourceError
from tasador.storage.store_api.ids import read_ids


def test_ids_are_read_in_their_order_past_comments_and_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "ids.txt"
    path.write_bytes(b"\xef\xbb\xbf# games\r\n620\r\n\r\n  10  # the first\n\t\n4294967295\n620\n70")
    assert read_ids(path) == (620, 10, 4294967295, 70)


@pytest.mark.parametrize(
    ("line", "got"),
    [
        ("ten", "'ten'"),
        ("0", "'0'"),
        ("-10", "'-10'"),
        ("1_0", "'1_0'"),
        ("10.0", "'10.0'"),
        ("10, 20", "'10, 20'"),
        ("4294967296", "'4294967296'"),
        ("99999999999", "'99999999999'"),
        ("\u0661", "'\u0661'"),
        ("x" * 500, f"'{'x' * 60}'"),
    ],
)
def test_a_line_that_is_no_id_is_named_with_what_came(tmp_path: Path, line: str, got: str) -> None:
    path = tmp_path / "ids.txt"
    path.write_text(f"10\n# 20\n{line}\n30\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        read_ids(path)
    assert caught.value.where == f"{path}, line 3"
    assert caught.value.got == got
    assert caught.value.expected == "a whole number from 1 to 4,294,967,295"


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "no app ids"), (b"# 10\n\n", "no app ids"), (b"10\n\xff\xfe\n", "not UTF-8 text"), (None, "cannot be read")],
)
def test_a_file_without_ids_says_so(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "ids.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=says) as caught:
        read_ids(path)
    assert caught.value.where == str(path)
    assert caught.value.do


def test_a_folder_has_no_ids(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="got Is a directory"):
        read_ids(tmp_path)
