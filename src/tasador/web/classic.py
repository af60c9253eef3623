"""The course project's routes, in Spanish, in the shapes that its clients know."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Response

from tasador.appraisal.vocabulary import nearest
from tasador.web.answers import Answers, Served
from tasador.web.problem_schema import described, problem
from tasador.web.problems import Problem
from tasador.web.reply import encode

__all__ = ["create_router"]

#: Each statistic: what it answers, and an example.
_STATISTICS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "genero": ("Los cinco géneros con más lanzamientos del año.", {"2016": {"indie": 369, "action": 252}}),
    "juegos": ("Los juegos lanzados en el año.", {"2016": {"Zheirskil - Harbor of the Narrow Weaver": 2016}}),
    "specs": ("Las cinco características más frecuentes del año.", {"2016": {"single-player": 568}}),
    "earlyacces": ("Cuántos juegos del año salieron en acceso anticipado.", {"2016": 26}),
    "sentiment": (
        "Cuántos juegos del año hay de cada valoración de usuarios.",
        {"2016": {"Mixed": 74, "Positive": 69}},
    ),
    "metascore": ("Los cinco juegos del año con mejor metascore.", {"2016": {"Nozvale's Voyage": 92.0}}),
}
_YEAR_PROBLEMS: Final = (
    problem(
        HTTPStatus.NOT_FOUND,
        "unknown-year",
        "Año sin datos",
        "El catálogo no tiene juegos del año 1066. Use uno de los años válidos.",
        "/genero/año/1066",
        parameter="año",
        años_validos=[2015, 2016, 2017],
    ),
    problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-year",
        "Año no válido",
        "'hola' no es un año. Se espera un número de cuatro cifras, como 2017.",
        "/genero/año/hola",
        parameter="año",
        años_validos=[2015, 2016, 2017],
    ),
)
_PRICE_PROBLEMS: Final = (
    problem(
        HTTPStatus.NOT_FOUND,
        "unknown-genre",
        "Género desconocido",
        "El catálogo no tiene el género 'acton'. Use uno de los géneros válidos.",
        "/precio-rmse/genero/acton/accesoanticipado/false",
        parameter="genero",
        generos_parecidos=["action"],
        generos_validos=["action", "indie"],
    ),
    problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-flag",
        "Valor no válido",
        "'quizás' no dice si hay acceso anticipado. Se espera true o false.",
        "/precio-rmse/genero/action/accesoanticipado/quizás",
        parameter="earlyaccess",
        valores_validos=["true", "false"],
    ),
)
_TRUE: Final = frozenset({"true", "1", "yes", "on", "t", "y", "si", "sí", "verdadero"})
_FALSE: Final = frozenset({"false", "0", "no", "off", "f", "n", "falso"})

YearInPath = Annotated[str, Path(description="El año de lanzamiento.", examples=["2016"])]
YearInQuery = Annotated[
    str | None,
    Query(
        alias="Año", description="El año, como lo piden los primeros clientes. Si viene, tiene prioridad sobre la ruta."
    ),
]


def create_router() -> APIRouter:
    """Make the routes."""
    router = APIRouter(tags=["Rutas clásicas"])
    for statistic, (says, example) in _STATISTICS.items():
        router.add_api_route(
            f"/{statistic}/año/{{anio}}",
            _by_year(statistic),
            methods=["GET"],
            name=statistic,
            operation_id=f"{statistic}_por_anio",
            summary=says,
            response_class=Response,
            responses={
                200: {"description": "La respuesta.", "content": {"application/json": {"example": example}}},
                **described(*_YEAR_PROBLEMS),
            },
        )
    router.add_api_route(
        "/precio-rmse/genero/{genero}/accesoanticipado/{earlyaccess}",
        _price,
        methods=["GET"],
        name="precio-rmse",
        operation_id="precio_rmse",
        summary="Precio previsto medio y RMSE para un género y acceso anticipado.",
        description="La media de las predicciones sobre las filas del catálogo, y la raíz del error cuadrático medio "
        "(una sola raíz) sobre las filas que el modelo no vio.",
        response_class=Response,
        responses={
            200: {
                "description": "La respuesta.",
                "content": {
                    "application/json": {
                        "example": {
                            "Precio previsto para el genero 'action'": "6.52",
                            "RMSE para el genero 'action'": "4.85",
                        }
                    }
                },
            },
            **described(*_PRICE_PROBLEMS),
        },
    )
    return router


def _by_year(statistic: str) -> Callable[..., Any]:
    async def answer(served: Served, anio: YearInPath, anio_de_la_consulta: YearInQuery = None) -> Response:
        year = _read_year(anio if anio_de_la_consulta is None else anio_de_la_consulta, served)
        return Response(served.by_year[statistic][year], media_type="application/json")

    return answer


async def _price(
    served: Served,
    genero: Annotated[str, Path(description="El género, en inglés.", examples=["action"])],
    earlyaccess: Annotated[str, Path(description="true o false.", examples=["false"])],
) -> Response:
    genre = genero.strip().lower()
    early_access = _read_flag(earlyaccess)
    if genre not in served.genres:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "unknown-genre",
            "Género desconocido",
            f"El catálogo no tiene el género {genero[:100]!r}. Use uno de los géneros válidos.",
            parameter="genero",
            generos_parecidos=list(nearest(genre[:100], served.genres)),
            generos_validos=served.genres,
        )
    price = served.prices.get((genre, early_access))
    if price is None:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "no-such-rows",
            "Sin juegos",
            f"El catálogo no tiene juegos del género '{genre}' con acceso anticipado {str(early_access).lower()}.",
            parameter="earlyaccess",
            valores_validos=[str(not early_access).lower()],
        )
    rmse = "sin datos: ninguna fila de prueba" if price.rmse_usd is None else price.rmse_usd
    body = {
        f"Precio previsto para el genero '{genre}'": price.predicted_usd,
        f"RMSE para el genero '{genre}'": rmse,
    }
    return Response(encode(body), media_type="application/json")


def _read_year(text: str, answers: Answers) -> int:
    years = answers.years
    if not re.fullmatch(r"[0-9]{1,4}", text.strip(), re.ASCII):
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid-year",
            "Año no válido",
            f"{text[:100]!r} no es un año. Se espera un número de cuatro cifras, como {years[-1]}.",
            parameter="año",
            años_validos=years,
        )
    year = int(text)
    if year not in years:
        raise Problem(
            HTTPStatus.NOT_FOUND,
            "unknown-year",
            "Año sin datos",
            f"El catálogo no tiene juegos del año {year}. Use uno de los años válidos.",
            parameter="año",
            años_validos=years,
        )
    return year


def _read_flag(text: str) -> bool:
    value = text.strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid-flag",
        "Valor no válido",
        f"{text[:100]!r} no dice si hay acceso anticipado. Se espera true o false.",
        parameter="earlyaccess",
        valores_validos=["true", "false"],
    )
