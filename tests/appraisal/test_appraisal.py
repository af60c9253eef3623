from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal

from tests.appraisal.answers import abstained, full


def test_money_is_a_decimal_text_in_us_dollars() -> None:
    found = full().to_dict()
    assert found["currency"] == "USD"
    assert found["estimate"] == "8.13"
    assert found["intervals"][1] == {"level": 0.8, "lower": "2.99", "upper": "19.99"}
    assert found["suggested"] == {"price": "9.99", "probability": 0.3123}
    assert found["comparables"][0]["adjusted_price"] == "8.50"
    assert (found["base"], found["second_opinion"]) == ("6.50", "6.88")
    product = Decimal(found["base"])
    for contribution in found["contributions"]:
        product *= Decimal(str(contribution["factor"]))
    assert f"{product:.2f}" == found["estimate"]


def test_an_answer_is_json_and_has_the_same_keys_when_it_abstains() -> None:
    answered, none = full().to_dict(), abstained().to_dict()
    assert json.loads(json.dumps(answered, allow_nan=False)) == answered
    assert json.loads(json.dumps(none, allow_nan=False)) == none
    assert answered.keys() == none.keys()
    assert (none["estimate"], none["suggested"], none["abstained"]) == (None, None, True)
    assert none["abstention"] == [{"code": "rare_kind", "says": "only 10 prices of hardware were learned"}]
    assert answered["abstained"] is False


def test_what_was_given_and_who_answered_go_with_it() -> None:
    found = full().to_dict()
    assert found["inputs"]["used"] == ["name", "genres", "developer"]
    assert found["inputs"]["ignored"] == ["tags", "early_access"]
    assert found["inputs"]["unknown"] == [{"field": "genres", "label": "Acton", "suggestions": ["Action"]}]
    assert found["model"] == {"version": "20180201-abc", "snapshot": "a1b2c3", "learned_until": "2017-06-30"}
    assert "an association, not a cause" in found["note"]


def test_an_interval_is_found_by_its_level() -> None:
    interval = full().interval(0.95)
    assert interval is not None
    assert interval.upper_usd == 39.99
    assert full().interval(0.9) is None


def test_reading_requests_loads_no_heavy_library() -> None:
    code = "import sys; from tasador.appraisal import appraisal, request; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"numpy", "polars", "pydantic", "dataframely", "sklearn", "scipy", "lightgbm"}
