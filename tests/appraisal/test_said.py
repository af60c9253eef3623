"""Sentences know what they were made of."""

from __future__ import annotations

import copy
import json
import pickle

from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal.said import Said


@given(st.text())
def test_a_sentence_is_its_template_with_its_values_whatever_they_are(value: str) -> None:
    said = Said("got {value}, {{as}} it is", value=value)
    assert said == f"got {value}, {{as}} it is"
    assert json.loads(json.dumps(said)) == said
    for again in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):  # noqa: S301
        assert again == said
        assert (again.template, again.values) == ("got {value}, {{as}} it is", {"value": value})
