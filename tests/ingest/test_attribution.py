from __future__ import annotations

from typing import Any

from tasador.ingest.attribution import citation, licences, published


def source(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "sha256": name * 64, **more}


NEW, OLD, OLDEST = source("a", licence="CC-BY-4.0"), source("b", licence=None), source("c")
EARLIER = source("d", sources=[OLD, source("e", sources=[OLDEST, NEW])])


def test_an_earlier_snapshot_stands_for_the_sources_it_was_made_from() -> None:
    assert published([NEW, EARLIER]) == [NEW, OLD, OLDEST]


def test_the_licence_of_a_source_of_which_nobody_says_is_unknown() -> None:
    assert licences([NEW, EARLIER]) == ["CC-BY-4.0", "unknown"]


def test_a_citation_names_the_snapshot_the_code_and_what_was_published() -> None:
    entry = citation("0123456789ab", sources=[NEW, EARLIER], made_by={"version": "1.2.3", "fingerprint": "f"})
    assert entry.startswith("@misc{tasador-0123456789ab,\n")
    assert entry.count("{") == entry.count("}")
    assert "Tasador 1.2.3" in entry
    assert [name * 64 in entry for name in "abcde"] == [True, True, True, False, False]
