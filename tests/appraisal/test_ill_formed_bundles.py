"""A version whose files are not what they should be is refused when it is opened, not at its first request."""

from __future__ import annotations

import json
from array import array
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tasador.appraisal.appraiser import ENTRIES, HEDONIC, Appraiser
from tasador.appraisal.calibration import FILE as CALIBRATION
from tasador.appraisal.heads import FREE, HISTORY, INPUTS, LADDER, PRICE, price_file
from tasador.errors import BundleError
from tasador.models.lean_text import lean

JSON_FILES = (INPUTS, HISTORY, PRICE, CALIBRATION, HEDONIC)
READ = (*JSON_FILES, LADDER, FREE, price_file("known", 0), price_file("blind", 1))

#: What a value of a file is replaced with: a path of keys, and what stands there then.
WRONG: list[tuple[str, tuple[str, ...], Any]] = [
    (INPUTS, ("variant",), "later"),
    (INPUTS, ("labels",), []),
    (INPUTS, ("labels", "newest_year_from"), "2017"),
    (INPUTS, ("labels", "genres"), ["Indie"]),
    (PRICE, ("known",), []),
    (PRICE, ("known", "weights"), []),
    (PRICE, ("known", "weights"), [0.5, float("nan")]),
    (PRICE, ("blind", "weights"), [1.0] * 9),
    (CALIBRATION, ("points",), []),
    (CALIBRATION, ("points", "prices_usd"), [0.99, 4.99]),
    (CALIBRATION, ("points", "prices_usd"), [4.99, 0.99]),
    (CALIBRATION, ("points", "prices_usd"), 9.99),
    (CALIBRATION, ("points", "sharpness"), -1.0),
    (CALIBRATION, ("points", "pull"), float("inf")),
    (CALIBRATION, ("intervals",), []),
    (CALIBRATION, ("intervals", "levels"), [0.5, 0.8]),
    (CALIBRATION, ("intervals", "thresholds"), {}),
    (CALIBRATION, ("intervals", "thresholds"), []),
    (CALIBRATION, ("intervals", "thresholds", "all"), [0.5, 0.8, 0.9]),
    (CALIBRATION, ("intervals", "thresholds", "all"), [0.9, 0.8, 0.7, 0.6]),
    (CALIBRATION, ("intervals", "counts"), {"all": "many"}),
    (CALIBRATION, ("free", "slope"), "steep"),
    (CALIBRATION, ("abstention", "counts"), []),
    (CALIBRATION, ("abstention", "learned_until"), "soon"),
    (HEDONIC, ("genres",), []),
    (HEDONIC, ("genres",), {"indie": None}),
    (HEDONIC, ("base",), float("nan")),
    (HEDONIC, ("first_year",), None),
]


def opened(files: Mapping[str, bytes]) -> Appraiser:
    return Appraiser(files, version="v", snapshot="s")


def refused(files: Mapping[str, bytes]) -> BundleError:
    with pytest.raises(BundleError) as raised:
        opened(files)
    assert raised.value.do
    return raised.value


@pytest.mark.parametrize("name", [*READ, ENTRIES])
def test_a_missing_file_is_refused(files: Mapping[str, bytes], name: str) -> None:
    refused({other: data for other, data in files.items() if other != name})


@pytest.mark.parametrize("name", READ)
def test_a_garbled_file_is_refused(files: Mapping[str, bytes], name: str) -> None:
    deep = b'{"a":' * 100_000
    for data in (b"", b"\xff\xfe", b"[]", b"{}", b"5", deep, files[name][: len(files[name]) // 2]):
        refused({**files, name: data})


@pytest.mark.parametrize(("name", "path", "value"), WRONG, ids=lambda one: str(one)[:40])
def test_a_value_that_an_answer_cannot_use_is_refused_by_its_files_name(
    files: Mapping[str, bytes], name: str, path: tuple[str, ...], value: object
) -> None:
    content = json.loads(files[name])
    place = content
    for key in path[:-1]:
        place = place[key]
    assert path[-1] in place
    place[path[-1]] = value
    refused({**files, name: json.dumps(content).encode()})


def test_a_classifier_in_the_place_of_a_booster_with_one_output_is_refused(files: Mapping[str, bytes]) -> None:
    for name in (FREE, price_file("known", 0)):
        refused({**files, name: files[LADDER]})


def test_a_price_booster_whose_predictions_cannot_be_split_is_refused(files: Mapping[str, bytes]) -> None:
    name = price_file("known", 0)
    assert refused({**files, name: lean(files[name], counts=False)}).expected == (
        "one output and counts of rows each, the same inputs, and a finite weight for each"
    )


def test_price_points_that_are_not_the_boosters_are_told_by_their_numbers(files: Mapping[str, bytes]) -> None:
    content = json.loads(files[CALIBRATION])
    n = len(content["points"]["prices_usd"])
    content["points"]["prices_usd"].append(999.99)
    assert refused({**files, CALIBRATION: json.dumps(content).encode()}).got == f"{n + 1} prices for {n} scores"


def _set(kind: str, at: int, value: float) -> Callable[[str], str]:
    """Put another number into a packed array."""

    def change(packed: str) -> str:
        numbers = array(kind, b64decode(packed))
        numbers[at] = value  # type: ignore[call-overload]
        return b64encode(numbers.tobytes()).decode()

    return change


def _doubled(packed: str) -> str:
    """Put the second number in the place of the first too."""
    numbers = array("Q", b64decode(packed))
    numbers[0] = numbers[1]
    return b64encode(numbers.tobytes()).decode()


def _turned(packed: str) -> str:
    """Put the numbers in the other order."""
    return b64encode(array("i", b64decode(packed))[::-1].tobytes()).decode()


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("days", lambda packed: ""),
        ("days", _turned),
        ("prices_usd", lambda packed: packed[:-8]),
        ("prices_usd", _set("d", 3, 0.0)),
        ("prices_usd", _set("d", 3, float("nan"))),
        ("prices_usd", _set("d", 3, float("inf"))),
        ("kinds", lambda lines: lines + "\ngame"),
        ("titles", lambda lines: lines[: lines.rindex("\n")]),
        ("app_ids", _set("q", 0, -2)),
        ("hashes", lambda packed: packed[:-32]),
        ("hashes", _set("Q", 0, 2**64 - 1)),
        ("hashes", _doubled),
        ("ends", _set("i", 0, 0)),
        ("ends", _set("i", -1, 5)),
        ("positions", _set("i", 0, -1)),
        ("positions", _set("i", 0, 10**6)),
        ("positions", _turned),
    ],
)
def test_a_history_whose_parts_do_not_fit_is_refused(
    files: Mapping[str, bytes], part: str, change: Callable[[str], str]
) -> None:
    content = json.loads(files[HISTORY])
    content[part] = change(content[part])
    assert refused({**files, HISTORY: json.dumps(content).encode()}).where == HISTORY


def test_whole_files_written_anew_are_opened(files: Mapping[str, bytes]) -> None:
    again = {name: json.dumps(json.loads(files[name])).encode() for name in JSON_FILES}
    assert opened({**files, **again}).calibration == opened(files).calibration
