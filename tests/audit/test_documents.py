"""Templates and claims: what they may say, and how mistakes in them are told."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.audit.documents import read_claims, read_template
from tasador.audit.exchange import read_answer, render
from tasador.audit.filling import questions_of
from tasador.errors import SourceError, UnknownValueError

GOOD = """path = "/p/{genre}"
query = { year = "{year}" }

[inputs.genre]
separator = ";"
first = true

[answer]
price = "/price"
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("first = true", "frist = true", r"line 6: there is no key 'frist'.*Did you mean 'first'\?"),
        ("first = true", 'first = "yes"', r"line 6: inputs\.genre\.first has a wrong value; got 'yes'"),
        (
            'price = "/price"',
            'price = "price"',
            r"line 9: answer\.price has a wrong value; got 'price'; expected a",
        ),
        ('price = "/price"', "", r"a key is missing; expected answer\.price"),
        ("[inputs.genre]", "[inputs.gender]", r"line 4: the request does not hold the input; got gender.*'genre'"),
        ('path = "/p/{genre}"', 'method = "PUT"', r"line 1: method has a wrong value; got 'PUT'"),
        ("[answer]", '[answer]\nclaims.rsme = "/e"', r"line 9: answer\.claims\.rsme.*has a wrong value.*rmse"),
        ("[answer]", "[answer]\nnumber = '('", r"line 9: answer\.number has a wrong value.*regular expression"),
        ('separator = ";"', "separator = ;", r"this is no TOML"),
    ],
)
def test_a_mistake_in_a_template_names_its_line(old: str, new: str, message: str) -> None:
    read_template(GOOD, "t.toml")
    with pytest.raises(SourceError, match=message):
        read_template(GOOD.replace(old, new), "t.toml")


def test_a_template_may_be_json_and_its_mistakes_are_told_by_pointer() -> None:
    said = {"path": "/p/{genre}", "answer": {"price": "/price"}}
    assert read_template(json.dumps(said), "t.json").asked_by() == ["genre"]
    with pytest.raises(SourceError, match=r"t\.json, /answer/prise: there is no key 'prise'"):
        read_template(json.dumps({**said, "answer": {"price": "/price", "prise": "/x"}}), "t.json")
    with pytest.raises(SourceError, match=r"this is no JSON"):
        read_template("{", "t.json")


def test_a_request_without_an_input_is_refused() -> None:
    with pytest.raises(SourceError, match="the request holds no input"):
        read_template('path = "/price"\n[answer]\nprice = "/p"\n', "t.toml")


def test_claims_are_read_with_their_line() -> None:
    text = 'grouped_by = ["developer"]\n\n[[claims]]\nmetric = "rmse"\nvalue = 3.32\n'
    text += '\n[[claims]]\nmetric = "r2"\nvalue = 1\n'
    said = read_claims("trained_until = 2017-06-30\n" + text, "c.toml")
    first, second = said.claims
    assert (first.metric, first.value, first.on, first.source) == ("rmse", 3.32, "test", "c.toml, line 4")
    assert second.value == 1.0
    assert said.grouped_by == ("developer",)
    assert said.trained_until == date(2017, 6, 30)
    assert read_claims('{"trained_until": "2017-06-30"}', "c.json").trained_until == date(2017, 6, 30)
    with pytest.raises(SourceError, match=r"line 4: claims\.0\.metric has a wrong value; got 'rsme'; expected one"):
        read_claims(text.replace('"rmse"', '"rsme"'), "c.toml")


def test_values_go_into_path_query_and_body_each_in_its_way() -> None:
    text = """
        method = "POST"
        path = "/p/{genre}"
        query = { early = "{early}", tags = "{tags}" }
        headers = { X-Key = "k" }
        body = { tags = "{tags}", year = "{year}", title = "of {year}", none = "{none}" }
        [answer]
        price = ""
    """
    inputs = {"genre": "a/b ñ?", "early": True, "tags": ["x", "y&z"], "year": 2015, "none": None}
    request = render(read_template(text, "t"), "http://host/base/", inputs)
    assert request.url == "http://host/base/p/a%2Fb%20%C3%B1%3F?early=true&tags=x%2Cy%26z"
    assert json.loads(request.body or b"") == {"tags": ["x", "y&z"], "year": 2015, "title": "of 2015", "none": None}
    assert request.headers["X-Key"] == "k"


def test_an_address_with_letters_beyond_ascii_is_encoded() -> None:
    template = read_template('path = "/genero/año/{year}"\n[answer]\nprice = ""\n', "t")
    assert render(template, "http://host", {"year": 1}).url == "http://host/genero/a%C3%B1o/1"


@pytest.mark.parametrize(
    ("pointer", "body", "price", "problem"),
    [
        ("/price", b'{"price": 9.99}', 9.99, None),
        ("/price", b'{"price": "USD 9.99"}', 9.99, None),
        ("/price", b'{"price": -1e3}', -1000.0, None),
        ("/0/a~1b", b'[{"a/b": 3}]', 3.0, None),
        ("/Precio*", b'{"x": 1, "Precio previsto para el genero \'a\'": "7.5"}', 7.5, None),
        ("", b"Predicted: 4.62", 4.62, None),
        ("", b"4", 4.0, None),
        ("/price", b'{"price": null}', None, "null"),
        ("/price", b"null", None, "null"),
        ("/price", b"{}", None, "absent"),
        ("/price", b'{"Price": 1}', None, "absent"),
        ("/price", b'{"price": [1]}', None, "absent"),
        ("", b'{"price": 1}', None, "absent"),
        ("/price/0", b'{"price": null}', None, "null"),
        ("/0", b"[null, null]", None, "null"),
        ("/price", b'{"price": NaN}', None, "not_a_number"),
        ("/price", b'{"price": true}', None, "not_a_number"),
        ("/price", b'{"price": "nan"}', None, "not_a_number"),
    ],
)
def test_a_price_is_read_where_the_template_points(
    pointer: str, body: bytes, price: float | None, problem: str | None
) -> None:
    template = read_template(f"path = '/{{x}}'\n[answer]\nprice = \"{pointer}\"\n", "t")
    answer = read_answer(template, 200, body)
    assert (answer.price, answer.problem) == (price, problem)


def test_a_pattern_picks_the_number_out_of_a_text() -> None:
    text = "path = '/{x}'\n[answer]\nprice = '/said'\nnumber = 'price is ([0-9.]+)'\nclaims.rmse = '/error'\n"
    body = b'{"said": "for 2017 the price is 9.99", "error": 3.32}'
    answer = read_answer(read_template(text, "t"), 200, body)
    assert answer.price == 9.99
    assert answer.claims == {"rmse": 3.32}


@pytest.mark.parametrize(("status", "problem"), [(404, "refused"), (422, "refused"), (302, "refused"), (500, "failed")])
def test_a_status_tells_a_refusal_from_a_failure(status: int, problem: str) -> None:
    template = read_template(GOOD, "t")
    assert read_answer(template, status, b'{"price": 1}').problem == problem
    assert read_answer(template, None, b"", "cut off").problem == "failed"


@given(st.binary(max_size=200), st.integers(100, 599))
def test_whatever_comes_is_an_answer_of_some_kind(body: bytes, status: int) -> None:
    template = read_template(GOOD.replace('"/price"', '"/a/0/*"'), "t")
    answer = read_answer(template, status, body)
    assert (answer.price is None) == (answer.problem is not None)


def test_an_input_that_is_nowhere_is_told() -> None:
    with pytest.raises(UnknownValueError, match=r"the column of the input genre.*values it may take|that it may take"):
        questions_of(read_template(GOOD, "t"), None)
