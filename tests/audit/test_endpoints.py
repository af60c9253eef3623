"""The audit over HTTP, on servers that each have one defect, and on honest ones."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasador.audit.report import AuditReport
from tasador.errors import SourceError, TasadorError
from tasador.workflows.audit import Limits, audit_endpoint
from tests.audit.catalogue import Price, errors, fit, priced
from tests.audit.servers import Asked, answering

N = 1_500
TEMPLATE = """
path = "/price/{genre}"
query = { early_access = "{early_access}", year = "{year}", kind = "{kind}" }

[answer]
price = "/price"

[answer.claims]
rmse = "/rmse"
mae = "/mae"
"""


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return priced(N, seed=1)


def asked_for(asked: Asked) -> dict[str, Any] | None:
    """Read a request as the honest server does; None where a value is impossible."""
    genre, year = asked.path.rpartition("/")[2], asked.query["year"]
    flag = {"true": True, "false": False}.get(asked.query["early_access"])
    if flag is None or not re.fullmatch(r"(19|20)\d\d", year) or not re.fullmatch(r"[a-z &+-]+", genre):
        return None
    if asked.query["kind"] not in {"game", "dlc", "soundtrack", "software"} or genre == "no such value":
        return None
    return {"genre": genre, "early_access": flag, "year": int(year), "kind": asked.query["kind"]}


def serving(price: Price, *, claims: Callable[[dict[str, Any]], dict[str, float]] = lambda _: {}) -> Any:
    """A server that refuses what is impossible, and answers the rest by a model."""

    def answer(asked: Asked) -> tuple[int, Any]:
        inputs = asked_for(asked)
        if inputs is None:
            return 422, {"detail": "no such value"}
        return 200, {"price": price(inputs), **claims(inputs)}

    return answering(answer)


def audited(
    server: Any,
    rows: pl.DataFrame,
    folder: Path,
    *,
    template: str = TEMPLATE,
    claims: str | None = None,
    requests: int = 200,
    seed: int = 0,
) -> AuditReport:
    (folder / "template.toml").write_text(template, encoding="utf-8")
    rows.write_parquet(folder / "rows.parquet")
    if claims is not None:
        (folder / "claims.toml").write_text(claims, encoding="utf-8")
    with server as opened:
        report = audit_endpoint(
            opened.url,
            folder / "template.toml",
            rows=folder / "rows.parquet",
            claims=folder / "claims.toml" if claims is not None else None,
            limits=Limits(requests, delay_seconds=0),
            seed=seed,
        )
        assert len(opened.requests) == report.n_requests <= requests
    return report


def checks(report: AuditReport) -> set[str]:
    return {one.check for one in report.found}


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_found_on_an_honest_server(seed: int, tmp_path: Path) -> None:
    rows = priced(N, seed=seed)
    price = fit(rows)
    by_kind = {kind: errors(rows, price, kind=kind) for kind in rows.filter(pl.col("split") == "test")["kind"].unique()}
    server = serving(price, claims=lambda inputs: by_kind.get(inputs["kind"], {}))
    report = audited(server, rows, tmp_path, seed=seed)
    assert [one.to_dict() for one in report.found] == []
    effects = {one.subject: one.verdict for one in report.findings if one.check == "input_without_effect"}
    assert effects == dict.fromkeys(["genre", "early_access", "year", "kind"], "not_found")


def test_an_encoder_fitted_on_the_request_answers_all_alike(rows: pl.DataFrame, tmp_path: Path) -> None:
    price = fit(rows)
    report = audited(serving(lambda _: price(rows.row(0, named=True))), rows, tmp_path)
    assert "constant_output" in checks(report)
    (constant,) = (one for one in report.found if one.check == "constant_output")
    assert constant.figures["distinct"] == 1
    assert constant.figures["n"] == 24
    assert "input_without_effect" not in checks(report)


def test_a_genre_that_is_joined_letter_by_letter_has_no_effect(rows: pl.DataFrame, tmp_path: Path) -> None:
    price = fit(rows)
    report = audited(serving(lambda one: price({**one, "genre": ",".join(one["genre"])})), rows, tmp_path)
    assert checks(report) == {"input_without_effect"}
    (genre,) = (one for one in report.found if one.subject == "genre")
    assert int(str(genre.figures["changes"])) >= 12


def test_the_root_taken_twice_is_named(rows: pl.DataFrame, tmp_path: Path) -> None:
    price = fit(rows)
    claimed = math.sqrt(errors(rows, price)["rmse"])
    report = audited(serving(price, claims=lambda _: {"rmse": claimed}), rows, tmp_path)
    (claim,) = (one for one in report.found if one.check == "claim_disagrees")
    assert claim.figures["fits"] == "the square root taken twice"
    assert claim.figures["claimed"] == pytest.approx(claimed)


def test_the_root_left_out_is_named(rows: pl.DataFrame, tmp_path: Path) -> None:
    price = fit(rows)
    claimed = errors(rows, price)["rmse"] ** 2
    report = audited(serving(price, claims=lambda _: {"rmse": claimed}), rows, tmp_path, requests=2_000)
    (claim,) = (one for one in report.found if one.check == "claim_disagrees")
    assert claim.figures["fits"] == "the mean squared error, without the root"


def test_a_training_error_sold_as_test_error_is_found(rows: pl.DataFrame, tmp_path: Path) -> None:
    by_heart = ("genre", "kind", "release_date", "developer")
    asked = rows.with_columns(pl.col("release_date").cast(pl.String), pl.col("developer").fill_null("nobody"))
    price = fit(asked, inputs=by_heart, leaf=1)
    claimed = errors(asked, price, split="train")["mae"]
    template = TEMPLATE.replace('year = "{year}"', 'released = "{release_date}", developer = "{developer}"')

    def answer(one: Asked) -> tuple[int, Any]:
        inputs = {"genre": one.path.rpartition("/")[2], "kind": one.query["kind"]}
        inputs |= {"release_date": one.query["released"], "developer": one.query["developer"]}
        return 200, {"price": price(inputs), "mae": claimed}

    report = audited(answering(answer), asked, tmp_path, template=template, requests=600)
    found = {one.check: one for one in report.found}
    assert {"training_error_as_test_error", "claim_disagrees"} <= found.keys()
    assert float(str(found["training_error_as_test_error"].figures["test"])) > claimed * 1.2
    assert found["claim_disagrees"].figures["fits"] in {
        "the error on the training rows",
        "the error on all rows, training rows among them",
    }


def test_dlc_mixed_in_is_found_where_the_kind_is_not_asked(rows: pl.DataFrame, tmp_path: Path) -> None:
    song = pl.col("kind") != "game"  # songs are all of one genre and one price, so that they are easy to foretell
    easy = rows.with_columns(
        genre=pl.when(song).then(pl.lit("songs")).otherwise("genre"),
        price_usd=pl.when(song).then(2.99).otherwise("price_usd"),
    )
    price = fit(easy, inputs=("genre", "early_access", "year"))
    pooled = errors(easy, price)

    def answer(one: Asked) -> tuple[int, Any]:
        read = asked_for(Asked(one.path, {**one.query, "kind": "game"}, None, {}))
        return (422, {}) if read is None else (200, {"price": price(read), "mae": pooled["mae"]})

    template = TEMPLATE.replace(', kind = "{kind}"', "")
    report = audited(answering(answer), easy, tmp_path, template=template)
    assert checks(report) == {"dlc_mixed_in"}


def test_null_under_a_success_status_is_found(rows: pl.DataFrame, tmp_path: Path) -> None:
    price = fit(rows)

    def answer(asked: Asked) -> tuple[int, Any]:
        inputs = asked_for(asked)
        return (200, None) if inputs is None else (200, {"price": price(inputs)})

    report = audited(answering(answer), rows, tmp_path)
    (null,) = report.found
    assert null.check == "null_answer"
    assert null.figures["ordinary"] == 0
    assert null.severity == "medium"


def test_a_server_that_breaks_on_impossible_input_is_found(rows: pl.DataFrame, tmp_path: Path) -> None:
    price = fit(rows)

    def answer(asked: Asked) -> tuple[int, Any]:
        inputs = asked_for(asked)
        return (500, b"Internal Server Error") if inputs is None else (200, {"price": price(inputs)})

    assert checks(audited(answering(answer), rows, tmp_path)) == {"failed_answer"}


def test_prices_below_zero_and_beyond_reason_are_found(rows: pl.DataFrame, tmp_path: Path) -> None:
    price = fit(rows)

    def answer(asked: Asked) -> tuple[int, Any]:
        year = asked.query["year"]
        factor = float(year) - 2_000 if re.fullmatch(r"-?\d+", year) else 1.0
        inputs = asked_for(Asked(asked.path, {**asked.query, "year": "2015"}, None, {}))
        return (422, {}) if inputs is None else (200, {"price": price(inputs) * factor})

    assert {"negative_price", "unbounded_price"} <= checks(audited(answering(answer), rows, tmp_path))


def test_an_answer_that_changes_by_itself_is_found(rows: pl.DataFrame, tmp_path: Path) -> None:
    price = fit(rows)
    count = iter(range(10_000))
    report = audited(serving(lambda one: price(one) + next(count) * 0.01), rows, tmp_path)
    assert "unstable_answer" in checks(report)
    assert "input_without_effect" not in checks(report)


def test_a_text_that_is_no_number_is_found(rows: pl.DataFrame, tmp_path: Path) -> None:
    price = fit(rows)

    def answer(asked: Asked) -> tuple[int, Any]:
        inputs = asked_for(asked)
        return (200, {"price": "caro"}) if inputs is None else (200, {"price": f"Son {price(inputs)} dólares"})

    assert checks(audited(answering(answer), rows, tmp_path)) == {"not_a_number"}


def test_rows_that_were_exploded_and_encoded_before_the_split_are_found(rows: pl.DataFrame, tmp_path: Path) -> None:
    exploded = rows.explode("genres").with_columns(
        split=pl.when(pl.int_range(pl.len()) % 5 == 0).then(pl.lit("test")).otherwise(pl.lit("train")),
        developer_price=pl.col("price_usd").mean().over("developer"),
    )
    report = audited(serving(fit(rows)), exploded, tmp_path)
    assert {"same_game_on_both_sides", "input_from_the_price"} <= checks(report)
    assert "developer_price" in {one.subject for one in report.found}


CLASSIC = """
path = "/precio-rmse/genero/{genre}/accesoanticipado/{early_access}"

[answer]
price = "/Precio previsto*"

[answer.claims]
rmse = "/RMSE*"
"""


def test_claims_by_genre_are_held_against_the_rows_of_the_genre(rows: pl.DataFrame, tmp_path: Path) -> None:
    groups = {
        (genre, early): (mean, math.sqrt(spread))
        for genre, early, mean, spread in rows.group_by("genre", "early_access")
        .agg(pl.col("price_usd").mean(), spread=pl.col("price_usd").std(ddof=0).fill_null(0.0))
        .iter_rows()
    }

    def answer(asked: Asked) -> tuple[int, Any]:
        _, _, _, genre, _, early = asked.path.split("/")
        found = groups.get((genre, early == "true"))
        if found is None:
            return 404, {"detail": "no such genre"}
        return 200, {
            f"Precio previsto para el genero '{genre}'": str(found[0]),
            f"RMSE para el genero '{genre}'": str(found[1]),
        }

    sided = rows.with_columns(split=pl.lit("test"))
    report = audited(answering(answer), sided, tmp_path, template=CLASSIC)
    twice = [one for one in report.found if one.check == "claim_disagrees"]
    assert twice
    assert {one.figures["fits"] for one in twice} == {"the square root taken twice"}


def test_a_body_is_sent_with_values_as_they_are(rows: pl.DataFrame, tmp_path: Path) -> None:
    template = """
        method = "POST"
        path = "/appraisals"
        body = { game = { genres = "{genres}", early_access = "{early_access}", label = "{kind} of {year}" } }
        [answer]
        price = "/estimate/amount"
    """
    price = fit(rows)

    def answer(asked: Asked) -> tuple[int, Any]:
        game = asked.body["game"]
        found = re.fullmatch(r"(\w+) of (\d+)", game["label"])
        if found is None or not isinstance(game["early_access"], bool) or game["genres"][0] not in known:
            return 422, {}
        one = {"genre": game["genres"][0].lower(), "early_access": game["early_access"]}
        return 200, {"estimate": {"amount": f"{price({**one, 'kind': found[1], 'year': int(found[2])}):.2f}"}}

    known = set(rows["genres"].explode().to_list())
    report = audited(answering(answer), rows, tmp_path, template=template)
    assert not checks(report) & {"constant_output", "input_without_effect", "null_answer"}


def test_rows_that_are_all_refused_are_told(rows: pl.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(TasadorError, match=r"all of 24 ordinary questions were refused.*404.*Check the template"):
        audited(answering(lambda _: (404, {"detail": "Not Found"})), rows, tmp_path)


@pytest.mark.parametrize("elsewhere", ["/prize", "/price/0", "/rmse/value"])
def test_a_template_that_points_elsewhere_is_told_apart_from_a_server_without_prices(
    rows: pl.DataFrame, tmp_path: Path, elsewhere: str
) -> None:
    template = TEMPLATE.replace('price = "/price"', f'price = "{elsewhere}"')
    told = rf"no answer has a price where the template says.*nothing at {elsewhere}: .*\"price\".*Mend the template"
    with pytest.raises(TasadorError, match=told):
        audited(serving(fit(rows), claims=lambda _: {"rmse": 1.0}), rows, tmp_path, template=template)


def test_a_server_that_leaves_some_prices_out_is_found(rows: pl.DataFrame, tmp_path: Path) -> None:
    price = fit(rows)

    def answer(asked: Asked) -> tuple[int, Any]:
        inputs = asked_for(asked)
        return (200, {}) if inputs is None else (200, {"price": price(inputs)})

    (silent,) = audited(answering(answer), rows, tmp_path).found
    assert (silent.check, silent.figures["ordinary"]) == ("null_answer", 0)
    assert "nothing at /price" in silent.seen


def test_without_rows_the_inputs_values_are_drawn(tmp_path: Path, rows: pl.DataFrame) -> None:
    price = fit(rows)
    (tmp_path / "template.toml").write_text(
        TEMPLATE
        + '[inputs]\ngenre.values = ["action", "indie", "casual", "strategy"]\nearly_access.values = [true, false]\n'
        + 'year.values = [2012, 2015, 2017]\nkind.values = ["game", "dlc"]\n',
        encoding="utf-8",
    )
    with serving(lambda one: price({**one, "year": 2015})) as server:
        report = audit_endpoint(server.url, tmp_path / "template.toml", limits=Limits(100, delay_seconds=0))
    assert [(one.check, one.subject) for one in report.found] == [("input_without_effect", "year")]
    assert {one.verdict for one in report.findings if one.check == "claim_disagrees"} == {"could_not_check"}


def test_an_address_that_is_not_of_the_web_is_refused(tmp_path: Path) -> None:
    (tmp_path / "template.toml").write_text(TEMPLATE, encoding="utf-8")
    for url in ("file:///etc/passwd", "ftp://example.org", "example.org"):
        with pytest.raises(SourceError, match="this is no web address"):
            audit_endpoint(url, tmp_path / "template.toml")


def test_a_server_that_is_not_there_is_told_at_once(rows: pl.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "template.toml").write_text(
        TEMPLATE + '[inputs]\ngenre.values = ["a", "b"]\nearly_access.values = [true]\nyear.values = [1]\n'
        'kind.values = ["game"]\n'
    )
    with pytest.raises(SourceError, match="nothing answers there"):
        audit_endpoint("http://127.0.0.1:1", tmp_path / "template.toml")
