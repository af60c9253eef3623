"""The compiled reader of Python literals agrees with `ast.literal_eval` on every line that it reads."""

from __future__ import annotations

import gzip
import importlib.util
import itertools
import os
import resource
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.ingest.formats.line import MAX_LINE_BYTES
from tasador.ingest.formats.python_literals import read_block
from tasador.ingest.raw_fields import PUBLISHED_FIELDS
from tasador.testing import make_raw_lines
from tasador.testing.python2_repr import render
from tests.conftest import shared_file
from tests.fuzz import literals as fuzz

FIELDS = (("id", "text"), ("tags", "texts"), ("early_access", "truth"))
SAMPLE = b"\n".join(make_raw_lines(400, seed=11))


def compiled() -> Any:
    return pytest.importorskip(
        "tasador.ingest.formats._literals", reason="there was no C compiler when Tasador was installed"
    )


def row(line: bytes) -> dict[str, object] | None:
    """What the compiled reader reads in a line, without the fields that it lacks; None where it leaves the line."""
    compiled()
    found, others = read_block(line)
    assert found.height + others.height == 1
    if others.height:
        return None
    return {name: value for name, value in found.row(0, named=True).items() if value is not None}


def agrees(block: bytes) -> bool:
    tried = fuzz.try_block(block)
    return tried.difference is None


def test_the_reader_is_compiled_where_it_can_be() -> None:
    compiler = shutil.which((sysconfig.get_config_var("CC") or "cc").split()[0])
    headers = Path(sysconfig.get_path("include"), "Python.h").exists()
    if compiler is None or not headers or sysconfig.get_config_var("Py_GIL_DISABLED"):
        pytest.skip("there is no C compiler, or Python without its headers or without the stable ABI")
    assert importlib.util.find_spec("tasador.ingest.formats._literals") is not None


@pytest.mark.parametrize(
    ("text", "means"),
    [
        (rb"u'Haiku'", "Haiku"),
        (rb"'Haiku'", "Haiku"),
        (rb"U'Haiku'", "Haiku"),
        (rb'u"Tom\'s Game"', "Tom's Game"),
        (rb'''u"Tom's Game"''', "Tom's Game"),
        (rb"""u'say "x"'""", 'say "x"'),
        (rb"""u'Tom\'s "Game"'""", 'Tom\'s "Game"'),
        (rb"u''", ""),
        (rb"u'u'", "u"),
        (rb"u'a: u'", "a: u"),
        (rb"u', x'", ", x"),
        (rb"""u"it's, u'" """, "it's, u'"),
        (rb"u'a\\b'", "a\\b"),
        (rb"u'a\\'", "a\\"),
        (rb"u'caf\xe9 \xE9'", "café é"),
        (rb"u'\u5f39 \u5F39'", "弹 弹"),
        (rb"u'\U0001f3ae'", "🎮"),
        (rb"u'\ud83c\udfae'", "🎮"),
        (rb"u'\ud83c\U0000dfae \U0000d83c\udfae'", "🎮 🎮"),
        (rb"u'\ud7ff\ue000\uffff\U0010ffff'", "\ud7ff\ue000\uffff\U0010ffff"),
        (rb"u'\ufeffa'", "\ufeffa"),
        (rb"u'\a\b\f\n\r\t\v'", "\a\b\f\n\r\t\v"),
        (rb"u'a\x00b\x1f\x7f'", "a\x00b\x1f\x7f"),
        ("u'café 弹 🎮 \u2028\u0085\ufeff'".encode(), "café 弹 🎮 \u2028\u0085\ufeff"),
        (b"u'a\x7fb'", "a\x7fb"),
        (rb"u'True None False nan 1e5 {[(#)]}: , u[x]'", "True None False nan 1e5 {[(#)]}: , u[x]"),
        (rb"None", None),
        (rb"0", "0"),
        (rb"10", "10"),
        (rb"123456789012345", "123456789012345"),
        (rb"0.0", "0.0"),
        (rb"9.99", "9.99"),
        (rb"100.0", "100.0"),
        (rb"0.0001", "0.0001"),
        (rb"0.00012345678901", "0.00012345678901"),
        (rb"12345678901234.5", "12345678901234.5"),
    ],
)
def test_a_text_or_number_as_python_writes_it_is_read(text: bytes, means: str | None) -> None:
    line = b"{u'app_name': " + text + b"}"
    found = row(line)
    assert found == {"start": 0, "stop": len(line)} | ({} if means is None else {"app_name": means})
    assert agrees(line)


@pytest.mark.parametrize(
    ("line", "means"),
    [
        (rb"{u'tags': []}", {"tags": []}),
        (rb"{u'tags': [u'']}", {"tags": [""]}),
        (rb"""{u'tags': [u'RPG', "Tom's", 'a\xe9']}""", {"tags": ["RPG", "Tom's", "aé"]}),
        (rb"{u'tags': None}", {}),
        (rb"{u'early_access': True}", {"early_access": True}),
        (rb"{u'early_access': False}", {"early_access": False}),
        (rb"{u'early_access': None}", {}),
        (
            rb"""{"id":'1','tags':['a','b'],'early_access':True}""",
            {"id": "1", "tags": ["a", "b"], "early_access": True},
        ),
        (rb"{  u'id'  :  u'1'  ,  u'tags'  :  [  u'a'  ,  'b'  ]  }", {"id": "1", "tags": ["a", "b"]}),
        (rb"{u'title': u'b', u'id': 1, u'app_name': u'a'}", {"id": "1", "app_name": "a", "title": "b"}),
    ],
)
def test_a_record_as_python_writes_it_is_read(line: bytes, means: dict[str, object]) -> None:
    assert row(line) == {"start": 0, "stop": len(line), **means}
    assert agrees(line)


@pytest.mark.parametrize(
    "value",
    [
        *(rb"u'\ud83c'", rb"u'\udfae'", rb"u'\ud83c\ud83c\udfae'", rb"u'\ud83cx\udfae'", rb"u'\ud83c\n'"),
        *(rb"u'\0'", rb"u'\12'", rb"u'\N{DIGIT ONE}'", rb"u'\q'", rb"u'\x4'", rb"u'\xg0'", rb"u'\u123'"),
        *(rb"u'\U00110000'", rb"u'\Uffffffff'", rb"u'\U0001f3a'", rb"u'\'", rb"u'a", rb"a'", rb"u 'a'", rb"a"),
        *(rb"b'a'", rb"r'a'", rb"f'a'", rb"ur'a'", rb"br'a'", rb"uu'a'", rb"'''a'''", rb"u'a' u'b'", rb"u'a''b'"),
        *(
            b"u'a\tb'",
            b"u'a\x00b'",
            b"u'a\rb'",
            b"u'a\x01b'",
            b"u'a\xffb'",
            b"u'\xc0\x80'",
            b"u'\xed\xa0\xbc'",
            b"u'\xc3'",
        ),
        *(rb"1e5", rb"1E5", rb"007", rb"00", rb"1_000", rb"-0.0", rb"-1", rb"+1", rb".5", rb"5.", rb"1.10", rb"0.00"),
        *(rb"0.00001", rb"nan", rb"inf", rb"1e400", rb"1j", rb"1L", rb"0x10", rb"1.5.3", rb"1 2", rb"1if", b"9" * 5000),
        *(rb"1234567890123456", rb"1234567890123456.0", rb"0.1234567890123456", rb"0.30000000000000004"),
        *(rb"True", rb"False", rb"Nonee", rb"None1", rb"(None)", rb"[u'a']", rb"(u'a')", rb"{u'a': 1}", rb"...", rb""),
    ],
)
def test_any_other_text_or_number_is_left_to_python(value: bytes) -> None:
    assert row(b"{u'app_name': " + value + b"}") is None


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b" ", b"\r", b"{}", b"{", b"}", b"[]", b"{u'id'}", b"{u'id':}", b"{u'id': u'1'", b"{u'id': u'1',}"),
        *(b"{,u'id': u'1'}", b"{u'id': u'1', }", b"{u'id': u'1' u'tags': []}", b"{u'id': u'1'}}", b"{u'id': u'1'},"),
        *(b" {u'id': u'1'}", b"{u'id': u'1'} ", b"{u'id': u'1'}\r", b"{u'id': u'1'} # id", b"({u'id': u'1'})"),
        *(
            b"\xef\xbb\xbf{u'id': u'1'}",
            b"{u'id': u'1'}\xff",
            b"{\tu'id': u'1'}",
            b"{u'id':\x0cu'1'}",
            b"{u'id'\x00: 1}",
        ),
        *(b"{u'id': u'1', u'id': u'1'}", b"{u'id': None, u'id': u'1'}", b"{u'colour': u'red'}", b"{u'Id': u'1'}"),
        *(b"{u'': u'1'}", b"{u'id ': u'1'}", rb"{u'i\x64': u'1'}", b"{b'id': u'1'}", b"{id: u'1'}", b"{1: u'1'}"),
        *(b"{u'id': u'1', **{}}", b"{**{u'id': u'1'}}", b"{u'id' 'x': 1}", b"{u'i': 1}", b"{u'idd': 1}"),
        *(b"{u'tags': u'a'}", b"{u'tags': [1]}", b"{u'tags': [None]}", b"{u'tags': [u'a',]}", b"{u'tags': [,]}"),
        *(
            b"{u'tags': [u'a' u'b']}",
            b"{u'tags': [[u'a']]}",
            b"{u'tags': (u'a', u'b')}",
            b"{u'tags': [u'a'}",
            b"{u'tags': [",
        ),
        *(b"{u'tags': [u'a', u'b'", b"{u'tags': [b'a']}", b"{u'tags': True}", b"{u'tags': 1}", b"{u'tags': {}}"),
        *(
            b"{u'early_access': 1}",
            b"{u'early_access': u'True'}",
            b"{u'early_access': true}",
            b"{u'early_access': Tru}",
        ),
        *(b"{u'early_access': Truee}", b"{u'early_access': True False}", b"{u'early_access': []}"),
    ],
)
def test_any_other_line_is_left_to_python(line: bytes) -> None:
    assert row(line + b"\n") is None


def test_a_line_that_is_too_long_is_left_to_python() -> None:
    compiled()
    text = b"x" * (MAX_LINE_BYTES - len(b"{'id': ''}"))
    found, others = read_block(b"{'id': '" + text + b"'}\n{'id': 'x" + text + b"'}\n")
    assert found["id"].str.len_bytes().to_list() == [len(text)]
    assert others.height == 1


def test_what_a_line_left_to_python_began_is_not_in_the_columns() -> None:
    compiled()
    good = b"{'id': '1', 'tags': ['a', 'b'], 'early_access': True}"
    bad = b"{'id': 'no', 'tags': ['no', 'no'], 'early_access': False, 'title': 'no'"
    found, others = read_block(b"\n".join([bad, good, bad, bad, good, bad]))
    assert found["id"].to_list() == ["1", "1"]
    assert found["tags"].to_list() == [["a", "b"], ["a", "b"]]
    assert found["early_access"].to_list() == [True, True]
    assert found["title"].to_list() == [None, None]
    assert others.height == 4


@pytest.mark.parametrize("ending", [b"", b"\n"])
@pytest.mark.parametrize("lines", [[], [b"x"], [b"", b""], [b"{'id': 1}"], [b"", b"{'id': 1}", b"x", b"{'id': 2}"]])
def test_every_line_has_its_place(lines: list[bytes], ending: bytes) -> None:
    block = b"".join(line + b"\n" for line in lines[:-1]) + b"".join(line + ending for line in lines[-1:])
    found, others = read_block(block)
    places = sorted([*found.select("start", "stop").rows(), *others.select("start", "stop").rows()])
    assert [block[start:stop] for start, stop in places] == (
        lines if ending else lines[:-1] + [x for x in lines[-1:] if x]
    )


def test_columns_have_the_types_of_raw_rows() -> None:
    for block in (b"", SAMPLE):
        found, others = read_block(block)
        places = {"start": pl.Int64(), "stop": pl.Int64()}
        assert found.schema == {**places, **PUBLISHED_FIELDS}
        assert others.schema == places


def test_every_line_of_a_synthetic_catalogue_is_read() -> None:
    compiled()
    tried = fuzz.try_block(SAMPLE)
    assert tried.difference is None
    assert tried.read == tried.lines == 400


prices = st.integers(0, 10**6).map(lambda cents: cents / 100) | st.integers(0, 10**9)
values = {
    pl.String(): st.none() | st.text() | prices,
    pl.List(pl.String()): st.lists(st.text()),
    pl.Boolean(): st.booleans(),
}
shaped = st.fixed_dictionaries({}, optional={name: values[dtype] for name, dtype in PUBLISHED_FIELDS.items()})


@given(st.lists(shaped.filter(bool), min_size=1, max_size=8))
def test_every_record_that_python_2_writes_is_read(records: list[dict[str, object]]) -> None:
    compiled()
    tried = fuzz.try_block("\n".join(map(render, records)).encode())
    assert tried.difference is None
    assert tried.read == len(records)


@given(st.lists(shaped.filter(bool), min_size=1, max_size=8))
def test_every_record_that_python_3_writes_is_read(records: list[dict[str, object]]) -> None:
    compiled()
    tried = fuzz.try_block("\n".join(map(repr, records)).encode())
    assert tried.difference is None
    assert tried.read == len(records)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3) | st.tuples(inner),
    max_leaves=4,
)
names = st.sampled_from([*PUBLISHED_FIELDS, "odd"])


@given(st.lists(st.dictionaries(names, anything, max_size=6), max_size=6), st.sampled_from([repr, ascii]))
def test_both_ways_agree_on_any_record(records: list[dict[str, object]], write: Any) -> None:
    assert agrees("\n".join(map(write, records)).encode())


@given(st.binary())
def test_both_ways_agree_on_any_bytes(block: bytes) -> None:
    assert agrees(block)


def test_both_ways_agree_on_mutated_lines(capsys: pytest.CaptureFixture[str]) -> None:
    compiled()
    _, tried = fuzz.search(0, seconds=60, blocks=60)
    assert tried.difference is None
    assert tried.lines > tried.read > 5_000
    assert "lines" in capsys.readouterr().out


def test_the_search_finds_a_line_that_is_read_otherwise() -> None:
    compiled()
    right = read_block(b"{'id': 'a'}")
    assert fuzz.try_block(b"{'id': 'a'}").difference is None
    wrong = right[0].with_columns(id=pl.lit("b"))
    rows = wrong.select(PUBLISHED_FIELDS.names()).rows()
    assert "'b'" in str(fuzz.misread(b"{'id': 'a'}", wrong, rows))
    assert fuzz.misplaced(b"x\ny", [(0, 1)]) is not None


@pytest.mark.real_data
def test_every_line_of_the_real_catalogue_is_read() -> None:
    compiled()
    tried = fuzz.try_block(gzip.decompress(shared_file("data", "steam_games.json.gz").read_bytes()))
    assert tried.difference is None
    assert tried.read == tried.lines == 32_135


def test_without_the_compiled_reader_every_line_is_left_to_python(tmp_path: Path) -> None:
    block = SAMPLE + b"\n\nnonsense\n"
    (tmp_path / "block").write_bytes(block)
    program = (
        "import sys, pathlib; sys.modules['tasador.ingest.formats._literals'] = None\n"
        "from tasador.ingest.formats.python_literals import read_block\n"
        "found, others = read_block(pathlib.Path('block').read_bytes())\n"
        "found.write_ipc('found'); others.write_ipc('others')\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=tmp_path)
    found, others = pl.read_ipc(tmp_path / "found"), pl.read_ipc(tmp_path / "others")
    with_it = read_block(block)
    assert found.is_empty()
    assert found.schema == with_it[0].schema
    assert others.equals(pl.concat([with_it[0].select("start", "stop"), with_it[1]]).sort("start"))


def test_columns_are_handed_over_once() -> None:
    found, others = compiled().read(b"{'id': '1'}", FIELDS, 100)
    assert pl.DataFrame(found).height == 1
    with pytest.raises(ValueError, match="handed over already"):
        found.__arrow_c_array__()
    assert len(others.__arrow_c_array__(requested_schema=None)) == 2


def test_columns_outlive_the_block_and_the_table() -> None:
    frame = pl.DataFrame(compiled().read(b"{'id': '%s'}" % (b"long " * 20), FIELDS, 1_000)[0])
    assert frame["id"].item() == "long " * 20


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), TypeError),
        (("{}", FIELDS, 1), TypeError),
        ((bytearray(b"{}"), FIELDS, 1), TypeError),
        ((b"{}", 1, 1), TypeError),
        ((b"{}", ["id"], 1), TypeError),
        ((b"{}", [("id",)], 1), TypeError),
        ((b"{}", [("id", 1)], 1), TypeError),
        ((b"{}", [("id", "number")], 1), ValueError),
        ((b"{}", [("i\0d", "text")], 1), ValueError),
        ((b"{}", [("\ud83c", "text")], 1), UnicodeEncodeError),
        ((b"{}", FIELDS, -1), ValueError),
        ((b"{}", FIELDS, 1 << 80), OverflowError),
    ],
    ids=range(12),
)
def test_a_wrong_argument_is_an_error(arguments: tuple[object, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        compiled().read(*arguments)


def test_a_table_is_made_by_reading_only() -> None:
    with pytest.raises(TypeError):
        compiled().Table()


def test_many_blocks_do_not_grow_memory() -> None:
    module = compiled()
    block = b"\n".join([*SAMPLE.split(b"\n"), *(b"{'id': 'a', 'tags': ['b'], 'early_access'",) * 400]) * 4

    def use() -> None:
        for table in module.read(block, FIELDS, MAX_LINE_BYTES):
            pl.DataFrame(table)
        found, others = module.read(block, FIELDS, MAX_LINE_BYTES)
        found.__arrow_c_array__()
        del found, others
        with pytest.raises(ValueError, match="kind"):
            module.read(block, (*FIELDS, ("id", "number")), MAX_LINE_BYTES)

    def peak() -> int:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit

    for _ in range(20):
        use()
    before = peak()
    for _ in range(200):
        use()
    assert peak() - before < 20 * len(block)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the size of a process is read as Linux tells it")
def test_too_little_memory_is_an_error() -> None:
    compiled()
    program = (
        "import resource\n"
        "from tasador.ingest.formats._literals import read\n"
        "block = b\"{'a': 1}\\n\" * 500_000\n"
        "fields = [(chr(i), 'text') for i in range(97, 113)]\n"
        "size = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize()\n"
        "failed = 0\n"
        "for more in range(1, 60, 2):\n"
        "    resource.setrlimit(resource.RLIMIT_AS, (size + (more << 20), resource.RLIM_INFINITY))\n"
        "    try:\n"
        "        read(block, fields, 100)\n"
        "    except MemoryError:\n"
        "        failed += 1\n"
        "resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
        "read(block, fields, 100)\n"
        "print(failed)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert int(done.stdout) > 10


def test_other_threads_run_meanwhile() -> None:
    module = compiled()
    block = SAMPLE * 40
    ticks: list[float] = []
    stop = threading.Event()

    def tick() -> None:
        while not stop.is_set():
            ticks.append(time.perf_counter())

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        assert any(_runs_beside(module, block, ticks) for _ in range(200))
    finally:
        stop.set()
        thread.join()


def _runs_beside(module: Any, block: bytes, ticks: list[float]) -> bool:
    """Whether the other thread never paused for half of the time that reading took."""
    ticks.clear()
    began = time.perf_counter()
    module.read(block, FIELDS, MAX_LINE_BYTES)
    ended = time.perf_counter()
    seen = [began, *(at for at in ticks.copy() if began < at < ended), ended]
    return max(b - a for a, b in itertools.pairwise(seen)) < (ended - began) / 2


def test_the_search_runs_as_a_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz.literals", "--seconds", "1", "--seed", "5"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], env={**os.environ})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no difference" in done.stdout
