from __future__ import annotations

from typing import Any
from urllib.parse import quote

import polars as pl
import pytest
from fastapi.testclient import TestClient

from tasador.market import classic
from tasador.registry import bundle
from tasador.storage import bundles
from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran

STATISTICS = tuple(classic.STATISTICS)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_route_answers_what_its_statistic_says_for_every_year(
    client: TestClient, games: pl.DataFrame, statistic: str
) -> None:
    rows = classic.classic_rows(games)
    for year in classic.years(rows):
        answer = client.get(f"/{statistic}/año/{year}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.json() == {str(year): classic.STATISTICS[statistic](rows, year)}


def test_the_year_of_the_query_wins_as_the_first_clients_send_it(client: TestClient) -> None:
    plain = client.get("/genero/año/2016")
    assert client.get("/genero/año/{año}", params={"Año": "2016"}).json() == plain.json()
    assert client.get("/genero/año/2015", params={"Año": "2016"}).json() == plain.json()


def problem(client: TestClient, path: str, status: int, **params: str) -> dict[str, Any]:
    answer = client.get(path, params=params)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found.keys() >= {"type", "title", "status", "detail", "instance"}
    assert found["status"] == status
    return found


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_year_without_games_is_404_in_spanish_with_the_valid_years(client: TestClient, statistic: str) -> None:
    found = problem(client, f"/{statistic}/año/1066", 404)
    assert found["title"] == "Año sin datos"
    assert 2016 in found["años_validos"]


@pytest.mark.parametrize("year", ["hola", "20 16", "-2016", "20161", "2016.0", "２０１６", "{año}", "%20"])
def test_a_value_that_is_no_year_is_422(client: TestClient, year: str) -> None:
    found = problem(client, f"/genero/año/{quote(year)}", 422)
    assert found["title"] == "Año no válido"
    assert "Se espera un número" in found["detail"]


def test_prices_are_the_mean_over_the_catalogue_and_the_error_over_held_out_rows(
    client: TestClient, ran: tuple[Workspace, Ran]
) -> None:
    workspace, found = ran
    groups = bundle.read_json(bundles.load(workspace, found.trained.version), bundle.PRICES)
    assert len(groups) > 20
    for group in groups:
        genre, early_access = group["genre"], group["early_access"]
        answer = client.get(f"/precio-rmse/genero/{quote(genre)}/accesoanticipado/{early_access}")
        assert answer.status_code == 200
        price, rmse = answer.json().values()
        assert list(answer.json()) == [f"Precio previsto para el genero '{genre}'", f"RMSE para el genero '{genre}'"]
        assert price == f"{group['mean_predicted_usd']:.2f}"
        if group["rmse_usd"] is None:
            assert rmse.startswith("sin datos")
        else:
            assert rmse == f"{group['rmse_usd']:.2f}"


@pytest.mark.parametrize(
    ("flag", "same"), [("True", "true"), ("1", "true"), ("SI", "true"), ("sí", "true"), ("no", "false")]
)
def test_early_access_may_be_said_in_many_ways(client: TestClient, flag: str, same: str) -> None:
    path = "/precio-rmse/genero/INDIE/accesoanticipado/"
    assert client.get(path + flag).json() == client.get(path + same).json() != {}


def test_an_unknown_genre_is_404_with_the_nearest_and_all_the_valid_ones(client: TestClient) -> None:
    found = problem(client, "/precio-rmse/genero/acton/accesoanticipado/true", 404)
    assert found["generos_parecidos"][0] == "action"
    assert problem(client, "/precio-rmse/genero/acción/accesoanticipado/true", 404)["generos_parecidos"][0] == "action"
    assert "racing" in found["generos_validos"]


def test_a_genre_is_no_pattern(client: TestClient) -> None:
    problem(client, "/precio-rmse/genero/.*/accesoanticipado/true", 404)
    problem(client, "/precio-rmse/genero/a/accesoanticipado/true", 404)


def test_a_genre_without_such_games_is_404(client: TestClient, ran: tuple[Workspace, Ran]) -> None:
    groups = bundle.read_json(bundles.load(ran[0], ran[1].trained.version), bundle.PRICES)
    pairs = {(group["genre"], group["early_access"]) for group in groups}
    missing = sorted((genre, flag) for genre, _ in pairs for flag in (True, False) if (genre, flag) not in pairs)
    assert missing, "the sample should lack early access for some genre"
    for genre, flag in missing:
        found = problem(client, f"/precio-rmse/genero/{quote(genre)}/accesoanticipado/{flag}", 404)
        assert found["valores_validos"] == [str(not flag).lower()]


def test_a_flag_that_says_neither_is_422(client: TestClient) -> None:
    found = problem(client, "/precio-rmse/genero/indie/accesoanticipado/quizás", 422)
    assert found["valores_validos"] == ["true", "false"]
