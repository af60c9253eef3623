"""The API does what its description says, asked all that the description allows, and what it does not."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tasador.settings import Settings
from tasador.storage.workspace import Workspace
from tasador.web.app import create_app
from tasador.workflows.run import Ran
from tests.docs.pages import ROOT

RECORDED = json.loads((ROOT / "docs" / "reference" / "schema" / "openapi.json").read_text(encoding="utf-8"))

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
BOUNDED = settings(
    max_examples=int(os.environ.get("EXAMPLES", "15")),
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="session")
def api(ran: tuple[Workspace, Ran]) -> OpenApiSchema:
    """The description of the application that answers for the synthetic catalogue's champion."""
    app = create_app(ran[0], Settings())
    found: OpenApiSchema = schemathesis.openapi.from_asgi("/openapi.json", app)
    return found


OPERATIONS = [(path, method) for path, methods in RECORDED["paths"].items() for method in methods]


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode))
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_route_answers_as_described(
    api: OpenApiSchema, path: str, method: str, mode: schemathesis.GenerationMode
) -> None:
    @given(case=api[path][method].as_strategy(generation_mode=mode))
    @BOUNDED
    def ask(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS)

    try:
        ask()
    except Unsatisfiable:
        pytest.skip("nothing can be asked wrongly of it")


def test_routes_asked_one_after_the_other_answer_as_described(api: OpenApiSchema) -> None:
    machine = api.as_state_machine()

    class Asked(machine):  # type: ignore[misc,valid-type]
        def validate_response(self, response: Any, case: schemathesis.Case[Any], **_: Any) -> None:
            case.validate_response(response, checks=CHECKS)

    Asked.run(settings=settings(BOUNDED, max_examples=10, stateful_step_count=4))


def test_the_description_is_the_recorded_one(client: TestClient) -> None:
    assert client.get("/openapi.json").json() == RECORDED, "run `make docs`, and tell what changed in the changelog"
