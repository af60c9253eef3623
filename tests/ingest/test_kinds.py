from __future__ import annotations

from typing import Any

import pytest

from tests.ingest.records import candidate

DLC = ["Single-player", "Downloadable Content"]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("game", {}),
        ("game", {"genres": None}),
        ("game", {"genres": ["Utilities", "Action"]}),
        ("game", {"app_name": "Demolition Derby"}),
        ("game", {"app_name": "Game + OST", "specs": ["Single-player"]}),
        ("game", {"genres": None, "specs": ["Single-player"], "tags": ["Movie"]}),
        ("dlc", {"specs": DLC}),
        ("dlc", {"specs": DLC, "app_name": "Ghost Pack"}),
        ("soundtrack", {"specs": DLC, "app_name": "A Game - Original Soundtrack"}),
        ("soundtrack", {"specs": DLC, "app_name": "A Game OST"}),
        ("demo", {"specs": ["Game demo"], "price": None}),
        ("demo", {"app_name": "A Game Demo", "price": "Free Demo"}),
        ("game", {"app_name": "A Game Demo", "price": 3.99}),
        ("video", {"genres": None, "specs": ["Steam Achievements", "Captions available"], "tags": ["Documentary"]}),
        ("software", {"genres": ["Utilities"]}),
        ("software", {"genres": ["Design &amp; Illustration", "Early Access"]}),
        ("software", {"genres": None, "tags": ["Education"]}),
        ("video", {"genres": None, "specs": ["Captions available"], "tags": ["Movie", "Drama"]}),
        ("video", {"genres": None, "tags": ["Episodic"]}),
        ("hardware", {"genres": None, "tags": ["Hardware"]}),
        ("hardware", {"genres": None, "price": "Starting at $499.00"}),
        ("hardware", {"genres": None, "app_name": "Steam Controller"}),
    ],
)
def test_a_kind_is_derived_from_what_the_record_says(kind: str, fields: dict[str, Any]) -> None:
    assert candidate(**fields)["kind"] == kind
