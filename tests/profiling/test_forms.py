from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from tasador.profiling.forms import ROWS, forms

FORMS = forms()
PLACE = files("tasador.web").joinpath("templates", "charts")


def test_the_package_has_these_forms_and_no_others() -> None:
    assert {item.name for item in PLACE.iterdir()} == {f"{name}.json" for name in FORMS}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_in_the_package_is_what_the_declarations_make(name: str) -> None:
    assert json.loads(PLACE.joinpath(f"{name}.json").read_text(encoding="utf-8")) == FORMS[name]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_has_no_rows_in_it(name: str) -> None:
    form = FORMS[name]
    assert form["data"] == {"name": ROWS}
    assert "datasets" not in form
    assert not [part for part in parts(form) if "values" in part and "type" not in part and "format" not in part]


def parts(value: Any) -> list[dict[str, Any]]:
    """List the objects of a specification, however deep."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [value] if isinstance(value, dict) else []
    return [*found, *(part for one in inner for part in parts(one))]
