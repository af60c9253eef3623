"""The description of the routes of games is right."""

from __future__ import annotations

import json
from typing import Any

from tasador.web.game_schema import GameAppraised, GameList, GameRecord
from tests.web.games.serving import PATH, Serving


def test_the_examples_of_what_is_found_are_as_described(serving: Serving) -> None:
    nothing = {name: None for name, field in GameRecord.model_fields.items() if field.is_required()}
    paths = serving.api.openapi()["paths"]

    def example(path: str) -> dict[str, Any]:
        found: dict[str, Any] = paths[path]["get"]["responses"]["200"]["content"]["application/json"]["example"]
        return found

    # NOTE: the examples leave nulls out.
    GameRecord.model_validate({**nothing, **example(f"{PATH}/{{app_id}}")}, strict=True)
    listed = example(PATH)
    GameList.model_validate({**listed, "items": [{**nothing, **game} for game in listed["items"]]}, strict=True)
    GameAppraised.model_validate(example(f"{PATH}/{{app_id}}/appraisal"), strict=True)


def test_no_parameter_is_described_as_null_or_nameless(serving: Serving) -> None:
    parameters = serving.api.openapi()["paths"][PATH]["get"]["parameters"]
    assert {one["name"] for one in parameters} >= {
        "q",
        "genre",
        "spec",
        "tag",
        "kind",
        "sort",
        "limit",
        "cursor",
        "count",
    }
    for one in parameters:
        assert one["description"]
        assert "null" not in json.dumps(one["schema"])
